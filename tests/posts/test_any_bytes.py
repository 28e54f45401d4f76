"""Whatever bytes a file has, the checker tells what is wrong with it, in the file, and never raises."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from _ext.posts import Posts, read_posts
from testing.sites import ROOT
from tests.hostile.corpus import CORPUS, POST, lay_base, lay_post

AT_ONCE = 200
"""How many mutated posts are read in one site."""
LONGEST = 1500
"""Characters of a post that is mutated: what breaks a parser is short, and 10,000 have to be read."""

SIGNS = [
    "\n", "\n\n", " ", "    ", "\t", "\r", "\0", "\x1b", "\u202e", "\u2028", "\ufeff", "\ud800", "é", "e\u0301",
    "\U0001f469", "`", "``", "```", "````", "~~~", ":::", "{", "}", "{{", "}}", "{%", "%}", "[", "]", "(", ")", "<",
    ">", "!", "|", "\\", "#", "*", "**", "_", "-", "+", "1.", ">", ":", "=", "---", "===", "%", "&", "&#", ";", '"',
    "'", "$", "^", "@", "/", "..", "//", "```{note}\n", "```{post} 2024-01-02\n", "```{figure} dot.png\n:alt: x\n",
    "```{code-block} python\n", "~~~{list-table}\n* - a\n", ":tags: ", ":caption: ", ":emphasize-lines: 1-", "{kbd}`",
    "{math}`\\frac{", "[^1]", "[^1]: ", "[a]: ", "![", "](", "](javascript:", "<script>", "<!--", "-->", "<![CDATA[",
    "<?", "</", "https://", "mailto:", "(label)=\n", "| a |\n| - |\n", "---\na: b\n---\n",
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_base(tmp_path_factory.mktemp("any") / "site")


def read(root: Path, *contents: bytes) -> Posts:
    """Return what the checker says of posts of these *contents*, each fault having been found to be in its file."""
    for number, content in enumerate(contents):
        folder = root / f"posts/2024/any-{number}"
        if not folder.exists():
            lay_post(root, folder.name)
        (folder / "index.md").write_bytes(content)
    posts = read_posts(root)
    for fault in posts.faults:
        assert fault.code
        assert fault.column >= 1
        assert str(fault).isprintable(), ascii(fault)
        lines = (root / fault.path).read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        assert 1 <= fault.line <= lines, fault
    return posts


SHORT = settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SHORT
@given(content=st.binary(max_size=400))
def test_any_bytes(root: Path, content: bytes) -> None:
    read(root, content)


@SHORT
@given(body=st.binary(max_size=200))
def test_any_bytes_after_the_head(root: Path, body: bytes) -> None:
    read(root, POST.encode() + body)


@SHORT
@given(body=st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=40).map("".join))
def test_any_syntax(root: Path, body: str) -> None:
    read(root, (POST + body).encode("utf-8", "surrogatepass"))


@SHORT
@given(
    head=st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=12).map("".join), cut=st.integers(0, len(POST))
)
def test_any_syntax_within_the_head(root: Path, head: str, cut: int) -> None:
    read(root, (POST[:cut] + head + POST[cut:]).encode("utf-8", "surrogatepass"))


@SHORT
@given(name=st.sampled_from(["tags", "authors", "series"]), lines=st.text(max_size=60))
def test_any_vocabulary(tmp_path_factory: pytest.TempPathFactory, name: str, lines: str) -> None:
    root = lay_base(tmp_path_factory.mktemp("vocabulary") / "site")
    (root / f"posts/{name}.toml").write_bytes(lines.encode("utf-8", "surrogatepass"))
    read(root)


@SHORT
@given(
    picture=st.binary(max_size=100), kind=st.sampled_from(["png", "jpeg", "webp", "avif", "svg-plain", "svg-inkscape"])
)
def test_any_picture(root: Path, picture: bytes, kind: str) -> None:
    suffix = kind.partition("-")[0]
    sound = (CORPUS / "beside" / kind).read_bytes()
    cut = len(picture) * 7 % len(sound)
    folder = root / "posts/2024/any-0"
    read(root, f"{POST}![A picture of what there is](any.{suffix})\n".encode())
    (folder / f"any.{suffix}").write_bytes(sound[:cut] + picture + sound[cut + len(picture) :])
    try:
        read(root)
    finally:
        (folder / f"any.{suffix}").unlink()


def mutants(seed: int) -> Iterator[bytes]:
    """Yield posts of the corpus and of the blog, each with a few pieces cut, doubled, moved or put in: without end."""
    chance = random.Random(seed)
    files = sorted([*CORPUS.rglob("*.md"), *(ROOT / "posts").rglob("*.md")])
    texts = [file.read_bytes().decode("utf-8", "replace") for file in files]
    while True:
        text = chance.choice(texts)
        start = chance.randrange(max(len(text) - LONGEST, 1))
        text = text[start : start + LONGEST] if chance.random() < 0.5 else text[:LONGEST]
        for _ in range(chance.randint(1, 6)):
            first, last = sorted(chance.randint(0, len(text)) for _ in range(2))
            last = min(last, first + 60)
            piece = chance.choice(
                [
                    "",
                    text[first:last] * 2,
                    text[first:last][::-1],
                    chance.choice(SIGNS),
                    chance.choice(SIGNS) + text[first:last],
                    chance.choice(texts)[:120],
                ]
            )
            text = text[:first] + piece + text[last:]
        content = bytearray(text.encode("utf-8", "surrogatepass"))
        if content and chance.random() < 0.05:
            content[chance.randrange(len(content))] = chance.randrange(256)
        yield bytes(content)


def test_mutated_posts(batch: int, root: Path) -> None:
    read(root, *islice(mutants(seed=batch), AT_ONCE))
