"""The command that begins a post."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from unicodedata import is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from _ext.commands.new import LONGEST_SLUG, Taken, fill_in, make_post, slug_of
from _ext.posts import Vocabulary, read_post, read_posts
from testing.sites import ROOT, Site, run, texts, tree

Build = Callable[..., Site]

DAY = dt.date(2025, 6, 1)
TEMPLATE = (ROOT / "posts/template/index.md").read_text(encoding="utf-8")
ODD_TITLES = [
    "C*",
    "C# and C++",
    "`lru_cache` is not a cache",
    "*All* of __it__, _snake_case_",
    "<b>Bold</b> & &amp; <https://example.org>",
    "![picture](x.png) and [link](https://example.org) and [one][two]",
    "{ref}`blog-tags` and {{ substitution }}",
    "$HOME, $$x$$ and ~~gone~~",
    "# Heading #",
    ":::{note}",
    "A backslash \\ and \\* at the end \\",
    "1. First",
    "- Item",
    "> Quotation",
    "Names: 'single', \"double\", a | b",
    "Строка, 日本語 and עברית",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a site with the vocabulary and the template of the real one, and one post."""
    (tmp_path / "posts").mkdir()
    for name in ("authors.toml", "tags.toml"):
        shutil.copy(ROOT / "posts" / name, tmp_path / "posts")
    shutil.copytree(ROOT / "posts/template", tmp_path / "posts/template")
    make_post(tmp_path, "There already", dt.date(2024, 1, 2))
    return tmp_path


def test_the_post_has_title_and_day_and_no_fault(folder: Path) -> None:
    path = make_post(folder, "Pooling connections", DAY)
    site = read_posts(folder)
    (post,) = [post for post in site.posts if post.path == path]
    assert site.faults == ()
    assert (post.path, post.title, post.date) == ("posts/2025/pooling-connections/index.md", "Pooling connections", DAY)


def test_a_draft_has_no_day(folder: Path) -> None:
    path = make_post(folder, "Pooling connections", DAY, draft=True)
    (post,) = [post for post in read_posts(folder).posts if post.path == path]
    assert (post.path, post.date) == ("posts/2025/pooling-connections/index.md", None)


def test_of_the_template_nothing_but_title_and_day_changes(folder: Path) -> None:
    lines = (folder / make_post(folder, "Pooling connections", DAY)).read_text(encoding="utf-8").splitlines()
    changed = [line for line in lines if line not in TEMPLATE.splitlines()]
    assert changed == ["# Pooling connections", "```{post} 2025-06-01"]
    assert len(lines) == len(TEMPLATE.splitlines())


def test_the_whole_folder_is_copied_but_what_is_hidden(folder: Path) -> None:
    for name in ("listing.py", "pictures/dot.png", ".index.md.swp", "__pycache__/listing.pyc"):
        (folder / "posts/template" / name).parent.mkdir(exist_ok=True)
        (folder / "posts/template" / name).write_bytes(name.encode())
    post = (folder / make_post(folder, "Pooling connections", DAY)).parent
    own = ["littles_law.py", "test_littles_law.py", "tested.json"]
    assert sorted(tree(post)) == sorted(["index.md", "listing.py", "pictures/dot.png", *own])


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Pooling connections", "pooling-connections"),
        ("What's new in Python 3.14?", "whats-new-in-python-3-14"),
        ("Übergröße im Café", "ubergrosse-im-cafe"),
        ("Связь без потерь", "sviaz-bez-poter"),
        ("数据库", "shu-ju-ku"),
        ("Θεωρία", "theoria"),
        ("10,000 users", "10000-users"),
        ("R&amp;D &#65;", "r-amp-d-65"),
    ],
)
def test_the_slug_spells_the_title_in_latin_letters(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_long_slug_is_cut_at_a_word() -> None:
    assert slug_of("one two " + 20 * "three ") == "one-two-three-three-three-three-three-three-three-three"


def test_a_long_word_is_cut() -> None:
    assert slug_of(100 * "a") == LONGEST_SLUG * "a"


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "title must have text\n"),
        (" \t ", "title must have text\n"),
        ("One\ntwo", "title must be one line without control characters: 'One\\ntwo'\n"),
        ("One\rtwo", "title must be one line without control characters: 'One\\rtwo'\n"),
        ("One\u2028two", "title must be one line without control characters: 'One\\u2028two'\n"),
        ("One\ttwo", "title must be one line without control characters: 'One\\ttwo'\n"),
        ("One\x1b[31m", "title must be one line without control characters: 'One\\x1b[31m'\n"),
        ("!!!", "title must have a letter or a digit, for the post's address: '!!!'\n"),
        ("🙂", "title must have a letter or a digit, for the post's address: '🙂'\n"),
    ],
)
def test_of_some_titles_no_post_can_be_made(folder: Path, title: str, message: str) -> None:
    before = tree(folder)
    done = run("_ext.commands.new", folder, "--", title, PYTHONUTF8="1")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
    assert tree(folder) == before


@pytest.mark.parametrize("title", ["There already", "THERE, already!", "there—already"])
def test_a_slug_belongs_to_one_post_whatever_its_year(folder: Path, title: str) -> None:
    before = tree(folder)
    done = run("_ext.commands.new", folder, title)
    message = "slug must be unique in the blog, there is already posts/2024/there-already\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)
    assert tree(folder) == before


@pytest.mark.parametrize("name", ["Pooling-Connections", "pooling-connections"])
def test_a_folder_that_differs_in_case_is_the_same_one(folder: Path, name: str) -> None:
    (folder / "posts/2023" / name).mkdir(parents=True)
    with pytest.raises(Taken, match=f"^posts/2023/{name}$"):
        make_post(folder, "Pooling connections", DAY)


def test_a_folder_made_in_the_meantime_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))  # it was not there when we looked
    with pytest.raises(Taken, match=r"^posts/2024/there-already$"):
        make_post(folder, "There already", dt.date(2024, 3, 4))
    assert "{post} 2024-01-02" in (folder / "posts/2024/there-already/index.md").read_text(encoding="utf-8")


def test_of_many_at_once_one_makes_the_post(folder: Path) -> None:
    barrier = Barrier(8)

    def make(_: int) -> str | None:
        barrier.wait()
        try:
            return make_post(folder, "Pooling connections", DAY)
        except Taken:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert len([path for path in pool.map(make, range(8)) if path]) == 1
    assert read_posts(folder).faults == ()


@pytest.mark.parametrize("title", ODD_TITLES)
def test_a_title_is_text(title: str) -> None:
    path = "posts/2025/a-post/index.md"
    post, _ = read_post(path, fill_in(TEMPLATE, path, title, "draft").encode(), Vocabulary())
    assert post and post.title == title


MARKUP = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~$^&:@=%'\" ab1;/"), min_size=1)
ANY_TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1)


@settings(deadline=None)
@given(title=(MARKUP | ANY_TEXT).map(str.strip).filter(partial(is_normalized, "NFC")).filter(bool))
def test_any_title_is_text(title: str) -> None:
    path = "posts/2025/a-post/index.md"
    post, _ = read_post(path, fill_in(TEMPLATE, path, title, "draft").encode(), Vocabulary())
    assert post and post.title == title


def test_the_page_shows_the_very_title(build: Build) -> None:
    def make_all(folder: Path) -> None:
        for name in ("authors.toml", "tags.toml"):
            shutil.copy(ROOT / "posts" / name, folder / "posts")
        shutil.copytree(ROOT / "posts/template", folder / "posts/template")
        for number, title in enumerate(ODD_TITLES):
            make_post(folder, f"{title} {number}", DAY)

    site = build(edit=make_all)
    assert site.warnings == ""
    expected = {f"{title} {number}" for number, title in enumerate(ODD_TITLES)}
    assert {texts(site.page(f"posts/2025/{slug_of(title)}"), "h1")[0] for title in expected} == expected


def test_the_command_says_where_the_post_is_and_what_comes_next(folder: Path) -> None:
    done = run("_ext.commands.new", folder, "Pooling connections")
    path, nothing, *steps = done.stdout.splitlines()
    assert (done.returncode, path, nothing) == (0, "posts/2025/pooling-connections/index.md", "")
    assert [step[:2] for step in steps] == ["1.", "2.", "3."]
    assert (folder / path).is_file()


def test_the_command_makes_a_draft(folder: Path) -> None:
    assert run("_ext.commands.new", folder, "Pooling connections", "--draft").returncode == 0
    assert "{post} draft" in (folder / "posts/2025/pooling-connections/index.md").read_text(encoding="utf-8")


def test_outside_of_the_repository_the_command_says_so(tmp_path: Path) -> None:
    done = run("_ext.commands.new", tmp_path, "Pooling connections")
    assert (done.returncode, done.stderr) == (2, "file must exist in the current folder: posts/template/index.md\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make on this machine")
@pytest.mark.parametrize("place", ["argument", "environment"])
@pytest.mark.parametrize("variables", [[], ["DRAFT=1"]])
def test_make_passes_a_title_on_as_it_is(folder: Path, place: str, variables: list[str]) -> None:
    title = "$(touch ran) $(shell touch ran) `touch ran` \"; touch ran; ' $HOME # \\ %s"
    given = [f"TITLE={title}"] if place == "argument" else []
    environment = {"TITLE": title} if place == "environment" else {}
    done = subprocess.run(
        ["make", "-f", ROOT / "Makefile", "-o", ".venv/site", "new", f"RUN={sys.executable}", *given, *variables],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (post,) = [post for post in read_posts(folder).posts if post.title != "There already"]
    assert (post.title, post.date is None) == (title, bool(variables))
    assert not (folder / "ran").exists()
