"""The cards: what they say, that they fit, and that their bytes are the same everywhere."""

import os
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from _ext.pages import cards
from _ext.pages.cards import SIZE, TITLE_LINES, WIDTH, Card, balanced, draw, fitted, wrapped, writable
from _ext.pages.icons import read_mark
from testing.sites import ROOT, Build

MARK = read_mark(ROOT / "_static/favicon.svg")
TITLES = [
    "Pools",
    "Where a Sphinx build spends its time, and what ten thousand posts cost those who write and those who read",
    "Сколько стоит соединение?",
    "日本語のタイトル",
    "שלום עולם",
    "Fast 👩\u200d💻 and e\u0301",
    "x" * 300,
    "word " * 200,
    "",
]


def card(title: str = "Pools", **values: object) -> Card:
    return Card(**{"blog": "Under Load", "title": title, "note": "January 2, 2024", "tags": ("Alpha",)} | values)  # type: ignore[arg-type]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_card_of_the_right_size_under_60_kb(title: str) -> None:
    png = draw(card(title, tags=("Python", "Scalability", "API", "Performance", "Backend", "Testing")), MARK)
    assert Image.open(BytesIO(png)).size == SIZE
    assert len(png) < 60_000


@pytest.mark.parametrize("change", [{"title": "Pool"}, {"note": "January 3, 2024"}, {"tags": ()}, {"blog": "Over"}])
def test_a_card_shows_all_that_it_says(change: dict[str, object]) -> None:
    assert draw(card(**change), MARK) != draw(card(), MARK)


def test_tags_are_shown_in_order_as_far_as_there_is_room() -> None:
    assert draw(card(tags=("Alpha", "x" * 70, "Beta")), MARK) == draw(card(), MARK)


@pytest.mark.parametrize(
    ("box", "ground", "ink"),
    [
        ((80, 164, 1120, 484), cards.GROUND, cards.TEXT),  # the title
        ((80, 520, 290, 568), cards.GROUND, cards.MUTED),  # the date
        ((340, 530, 440, 560), cards.PILL_GROUND, cards.PILL),  # the tag
        ((0, 620, 1200, 630), cards.ACCENT, cards.ACCENT),  # the foot
    ],
)
def test_what_a_card_says_has_its_colours(box: tuple[int, int, int, int], ground: str, ink: str) -> None:
    colours = Image.open(BytesIO(draw(card(), MARK))).convert("RGB").crop(box).getcolors()
    assert colours
    assert {ImageColor.getrgb(ground), ImageColor.getrgb(ink)} <= {colour for _, colour in colours}
    assert max(colours)[1] == ImageColor.getrgb(ground)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_fits_into_four_lines(title: str) -> None:
    lines, face = fitted(title)
    assert len(lines) <= TITLE_LINES
    assert all(face.getlength(line) <= WIDTH - 160 for line in lines)


def test_a_title_that_is_too_long_says_so() -> None:
    assert fitted("word " * 200)[0][-1].endswith("…")


@pytest.mark.parametrize(
    ("text", "lines"),
    [("aa bb cc", ["aa bb", "cc"]), ("aaaaaaaa", ["aaaaa", "aaa"]), ("a bbbbbbb c", ["a", "bbbbb", "bb c"]), ("", [])],
)
def test_a_text_is_wrapped_between_words_and_within_what_is_too_long(text: str, lines: list[str]) -> None:
    assert wrapped(text, 5, len) == lines


def test_lines_are_balanced() -> None:
    assert wrapped("one two three four", 14, len) == ["one two three", "four"]
    assert balanced("one two three four", 14, len) == ["one two", "three four"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Соединения, π", "Соединения, π"),
        ("Fast 🚀 pools", "Fast pools"),
        ("C++ & <b>", "C++ & <b>"),
        ("日本 and more", ""),
    ],
)
def test_signs_that_the_font_lacks_are_left_out_and_words_never_in_part(text: str, shown: str) -> None:
    assert writable(text) == shown


@pytest.mark.parametrize("environment", [{"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"}, {"LC_ALL": "C", "TZ": "UTC"}])
def test_the_bytes_of_a_card_do_not_depend_on_the_machine(environment: dict[str, str]) -> None:
    program = (
        "import sys; from tests.pages.test_cards import MARK, TITLES, card; from _ext.pages.cards import draw;"
        "sys.stdout.buffer.write(draw(card(TITLES[1]), MARK))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | environment, capture_output=True, check=True
    )
    assert done.stdout == draw(card(TITLES[1]), MARK)


def test_a_post_and_the_blog_have_a_card(build: Build) -> None:
    site = build("order")
    assert Image.open(site.folder / "_cards/first.png").size == SIZE
    assert Image.open(site.folder / "_cards/_blog.png").size == SIZE


def test_cards_are_the_same_from_the_cache_and_from_two_processes(build: Build) -> None:
    sites = [build("order"), build("order", jobs=2)]
    for name in ("first", "second", "third", "_blog"):
        assert len({(site.folder / f"_cards/{name}.png").read_bytes() for site in sites}) == 1
