"""The hostile cases that git cannot hold, or that nobody should have to read: each is made when its test runs."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from testing.sites import as_if_tested
from tests.hostile.corpus import CORPUS, POST, Case, Refusal, lay_beside, lay_post

MADE: list[Case] = []
COSTLY: dict[str, str] = {}
"""Texts of 200 kB that may be refused or not, but must be read in no time; by name."""


def printed(path: str) -> str:
    """Return *path* as a fault has it, which is one line of text whatever the path."""
    return path if path.isprintable() else repr(path)[1:-1]


PICTURE = "![A blue square of eight by eight](dot.png)\n"
LISTING = "```{literalinclude} pool.py\n:language: python\n```\n"


def made(
    name: str, harm: str, code: str, line: int = 1, *, at: str = "index.md", more: bool = False
) -> Callable[[Callable[[Path], object]], None]:
    """Register a function that is given the folder of a sound post, and does the harm there.

    The fault is in the file *at*, relative to that folder, on that *line*.
    """
    slug = name.replace("/", "-")
    path = os.path.normpath(f"posts/2024/{slug}/{at}")

    def register(function: Callable[[Path], object]) -> None:
        def lay(root: Path) -> None:
            folder = lay_post(root, slug)
            function(folder)
            if code != "tested":
                as_if_tested(folder)

        MADE.append(Case(name, harm, (Refusal(printed(path), line, code),), more, lay))

    return register


def post_of(
    name: str, harm: str, code: str, line: int, content: str | bytes, *, more: bool = False, **beside: bytes
) -> None:
    """Register a post of that *content*: bytes are the whole file, a string is what follows the head, from line 9 on.

    A name in *beside* has an underscore for its dot.
    """
    text = content if isinstance(content, bytes) else (POST + content).encode("utf-8", "surrogatepass")

    @made(name, harm, code, line, more=more)
    def _(folder: Path) -> None:
        (folder / "index.md").write_bytes(text)
        for file, data in beside.items():
            (folder / file.replace("_", ".")).write_bytes(data)


def post(folder: Path, body: str) -> None:
    (folder / "index.md").write_text(POST + body, encoding="utf-8")


def picture(folder: Path, name: str = "dot.png") -> None:
    lay_beside(folder, {name: "png"})


def stray(name: str, harm: str, at: str, lay: Callable[[Path], object], *, more: bool = False) -> None:
    """Register what *lay* puts *at* a place in the folder of a post that does not show it."""
    made(f"files/{name}", harm, "stray-file", at=at, more=more)(lambda folder: lay(folder / at))


def shown(name: str, harm: str, body: str, lay: Callable[[Path], object]) -> None:
    """Register what *lay* puts in place of the picture or listing that a post shows in its *body*."""
    at, code = ("dot.png", "picture-file") if body == PICTURE else ("pool.py", "file")
    made(f"files/{name}", harm, code, 9, more=True)(lambda folder: (post(folder, body), lay(folder / at)))


def replaced(name: str, harm: str, lay: Callable[[Path], object], *, more: bool = False) -> None:
    """Register what *lay* puts in place of a post's file."""
    made(name, harm, "place", more=more)(lambda folder: ((folder / "index.md").unlink(), lay(folder / "index.md")))


def link(to: str | Path) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(to)


def holding(data: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data.encode() if isinstance(data, str) else data)


def huge(size: int) -> Callable[[Path], object]:
    """Return what makes a file so large, without taking the room."""

    def lay(path: Path) -> None:
        with path.open("ab") as file:
            file.truncate(size)

    return lay


# ---- bytes ----------------------------------------------------------------------------------------------------------

HEAD = POST.encode()
for name, harm, line, content in (
    ("latin-1", "what old editors write: a traceback without a line", 9, HEAD + b"Caf\xe9\n"),
    ("windows-1252", "what Word pastes: a traceback without a line", 9, HEAD + b"\x93Quoted\x94\n"),
    ("overlong", "< in two bytes: a tag to who decodes it carelessly", 9, HEAD + b"\xc0\xbcscript\xc0\xbe\n"),
    ("overlong-slash", "/ in three bytes: a path to who decodes it carelessly", 9, HEAD + b"\xe0\x80\xafetc\n"),
    ("surrogate", "half a character: a traceback when the page is written", 9, HEAD + b"Text \xed\xa0\x80 text\n"),
    ("surrogate-pair", "CESU-8: two halves of a character", 9, HEAD + b"Text \xed\xa0\xbd\xed\xb8\x80 text\n"),
    ("beyond-unicode", "U+110000: no character", 9, HEAD + b"Text \xf4\x90\x80\x80 text\n"),
    ("lone-continuation", "no character", 9, HEAD + b"Text \x80 text\n"),
    ("truncated", "the file ends within a character", 9, HEAD + b"Text \xe2\x82"),
    ("second-line-of-two", "a traceback without a line", 11, HEAD + b"One\n\nTwo \xff\n"),
    ("in-the-title", "a traceback without a line", 1, HEAD.replace(b"A post", b"A p\xf6st") + b"Text.\n"),
    ("utf-16", "what Notepad wrote", 1, (POST + "Text.\n").encode("utf-16")),
    ("utf-16-without-mark", "text with a zero in every second byte", 1, (POST + "Text.\n").encode("utf-16-le")),
    ("utf-32", "text with three zeros in four bytes", 1, (POST + "Text.\n").encode("utf-32")),
    ("byte-order-mark", "the title is none: a mark stands before its #", 1, b"\xef\xbb\xbf" + HEAD + b"Text.\n"),
    ("byte-order-mark-and-front-matter", "hides the front matter", 1, b"\xef\xbb\xbf---\norphan: 1\n---\n" + HEAD),
    ("picture-as-post", "a traceback without a line", 1, (CORPUS / "beside/png").read_bytes()),
):
    is_text = name in {"utf-16-without-mark"}  # that is UTF-8 too, with NUL in it
    post_of(f"bytes/{name}", harm, "characters" if is_text else "encoding", line, content, more=True)

CRLF = (POST + "Text.\n").replace("\n", "\r\n").encode()
post_of("bytes/crlf", "each line changes with the editor of who touches it", "line-ends", 1, CRLF)
post_of("bytes/crlf-in-one-line", "a stray CR in a page", "line-ends", 10, "One\nTwo\r\nThree\n")
post_of("bytes/cr-alone", "one line to an editor, two to the parser", "line-ends", 9, "One\rTwo\n")
post_of("bytes/cr-only", "the whole post in one line", "line-ends", 1, CRLF.replace(b"\r\n", b"\r"), more=True)
post_of(
    "bytes/cr-hides-html", "an editor shows a line where there are two", "line-ends", 9, "`code\r\r`<b>\n", more=True
)

for name, harm, text in (
    ("null", "ends the text in some programs; replaced in others", "Te\0xt.\n"),
    ("escape", "XML cannot hold it: an empty feed", "Te\x1bxt.\n"),
    ("backspace", "a terminal shows what is not there", "rm -rf /\b\b\b\b\n"),
    ("bell", "XML cannot hold it: an empty feed", "Te\x07xt.\n"),
    ("form-feed", "a new line to some programs", "One\x0ctwo\n"),
    ("vertical-tab", "a new line to some programs", "One\x0btwo\n"),
    ("file-separator", "a new line to str.splitlines: every line after it is miscounted", "One\x1ctwo\n"),
    ("delete", "seen by nobody", "Te\x7fxt.\n"),
    ("next-line", "U+0085, a new line to some programs", "One\x85two\n"),
    ("c1-control", "U+009B begins a terminal's command", "Te\x9b31mxt.\n"),
    ("line-separator", "U+2028 ends a JavaScript string", "One\u2028two\n"),
    ("paragraph-separator", "U+2029 ends a JavaScript string", "One\u2029two\n"),
    ("noncharacter", "U+FFFE: XML cannot hold it", "Te\ufffext.\n"),
    ("noncharacter-arabic", "U+FDD0: for nobody's use", "Te\ufdd0xt.\n"),
    ("noncharacter-astral", "U+1FFFE: for nobody's use", "Te\U0001fffext.\n"),
    ("byte-order-mark-inside", "seen by nobody; splits a word for the search", "Te\ufeffxt.\n"),
    ("right-to-left-override", "a reader sees gnp.exe as exe.png", "The file \u202egnp.exe\n"),
    ("left-to-right-override", "a reader sees another order", "The file \u202dx\u202c\n"),
    ("right-to-left-embedding", "a reader sees another order", "The file \u202bx\u202c\n"),
    ("isolate", "a reader sees another order: CVE-2021-42574", "A \u2066word\u2069.\n"),
    ("first-strong-isolate", "a reader sees another order: CVE-2021-42574", "A \u2068word\u2069.\n"),
    ("override-in-code", "code that is not what a reviewer sees", '```python\nrole = "user\u202e# admin"\n```\n'),
    ("escape-in-code", "XML cannot hold it: an empty feed", "```text\n\x1b[31m\n```\n"),
    ("escape-in-code-span", "XML cannot hold it: an empty feed", "The code `\x1b[31m`.\n"),
    ("tag-characters", "U+E0041: text that no reader sees", "Text\U000e0041\U000e0042.\n"),
    ("interlinear", "U+FFF9: not for plain text", "Te\ufff9xt.\n"),
):
    post_of(f"characters/{name}", harm, "characters", 10 if "in-code" in name and "span" not in name else 9, text)
post_of(
    "characters/right-to-left-override-in-the-title",
    "a listing in another order",
    "characters",
    1,
    POST.replace("A post", "A \u202epost").encode() + b"Text.\n",
)
post_of("characters/null-reference", "U+FFFD in the page", "characters", 9, "Te&#0;xt.\n")
post_of("characters/escape-reference", "XML cannot hold it", "characters", 9, "Te&#27;xt.\n")
post_of("characters/override-reference", "shown backwards", "characters", 9, "The file &#x202e;gnp.exe\n")

for name, line, text in (
    ("text", 9, "Cafe\u0301\n"),
    ("third-line", 11, "One\nTwo\nGru\u0308\u00dfe\n"),
    ("angstrom", 9, "5 \u212b\n"),
    ("ohm", 9, "5 \u2126\n"),
    ("hangul", 9, "\u1112\u1161\u11ab\n"),
    ("order-of-marks", 9, "q\u0307\u0323\n"),
    ("compatibility-ideograph", 9, "\uf900\n"),
):
    post_of(f"normal-form/{name}", "not found by who searches for it", "normal-form", line, text)

# ---- files ----------------------------------------------------------------------------------------------------------


shown("picture-is-a-link", "publishes a file of the build machine", PICTURE, link("/etc/passwd"))
shown(
    "picture-is-a-link-to-a-picture",
    "publishes what the repository does not have",
    PICTURE,
    link(CORPUS / "beside/png"),
)
shown("listing-is-a-link", "publishes a file of the build machine", LISTING, link("/etc/passwd"))
shown("listing-is-a-link-to-the-environment", "publishes the secrets of the build", LISTING, link("/proc/self/environ"))


@made("files/listing-behind-a-linked-folder", "publishes a file of the build machine", "file", 9, more=True)
def _(folder: Path) -> None:
    post(folder, LISTING.replace("pool.py", "etc/passwd"))
    (folder / "etc").symlink_to("/etc")


@made(
    "files/picture-behind-a-linked-folder", "publishes what the repository does not have", "picture-file", 9, more=True
)
def _(folder: Path) -> None:
    post(folder, PICTURE.replace("dot.png", "beside/png"))
    (folder / "beside").symlink_to(CORPUS / "beside")


stray("stray-link", "a way out of the folder", "data.txt", link("/etc/passwd"))
stray("dangling-link", "a traceback", "data.txt", link("nowhere"))
stray("linked-folder", "a way out of the folder", "data", link("/etc"))
stray("linked-to-the-root", "a walk over the whole machine", "data", link("/"))
stray("linked-to-itself", "a walk without end", "loop", lambda path: path.symlink_to(path.parent))
stray("link-to-a-link-to-itself", "a traceback: too many levels", "loop", link("loop"))
stray("hidden", "the secrets of its author", ".env", holding("TOKEN=secret\n"))
stray("hidden-by-a-desktop", "names of the author's files", ".DS_Store", holding(b"\0\0\0\1Bud1"))


@made("files/nested-git", "hooks and configuration of git", "stray-file", at=".git", more=True)
def _(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("[core]\n\tfsmonitor = id\n")


stray("git-file", "a submodule", ".git", holding("gitdir: /tmp/evil\n"))
stray("git-attributes", "filters of git", ".gitattributes", holding("* filter=evil\n"))


@made("files/executable", "runs by a slip of a finger", "stray-file", at="run.sh")
def _(folder: Path) -> None:
    (folder / "run.sh").write_text("#!/bin/sh\nid\n")
    (folder / "run.sh").chmod(0o755)


stray("executable-post", "a text does not run", "index.md", lambda path: path.chmod(0o755))
stray("windows-program", "runs by a slip of a finger", "setup.exe", holding(b"MZ\x90\0"))
stray("shared-object", "imported by Python before a module of that name", "pool.so", holding(b"\x7fELF"))
stray("byte-code", "imported by Python, read by no reviewer", "pool.pyc", holding(b"\xa7\r\r\n"))
stray("archive", "what no reviewer opens", "data.zip", holding(b"PK\5\6" + b"\0" * 18))
stray("tarball", "what no reviewer opens", "data.tar.gz", holding(b"\x1f\x8b\x08\0"))
stray("backup", "an earlier version that nobody reads", "index.md~", holding(POST + "Text.\n"))
stray("conflict", "what git leaves", "index.md.orig", holding(POST + "Text.\n"))
stray("unused-picture", "what no reader sees", "dot.png", lambda path: picture(path.parent))


EVIL = (CORPUS / "beside/svg-script").read_bytes()
stray("unused-svg", "a script at an address of ours, linked from elsewhere", "evil.svg", holding(EVIL), more=True)


@made("files/picture-used-by-its-name-in-code-only", "what no reader sees", "stray-file", at="dot.png")
def _(folder: Path) -> None:
    post(folder, "The file `dot.png`.\n")
    picture(folder)


stray("second-post", "a page that nobody reviewed as one", "notes.md", holding("# Notes\n"))
stray("readme", "a page that nobody reviewed as one", "README.md", holding("# Read me\n"))
stray(
    "other-markup",
    "a page, where another parser is on",
    "index.rst",
    holding(".. raw:: html\n\n   <script>alert(1)</script>\n"),
)
stray("pipe", "the build waits for ever", "pipe", os.mkfifo)
replaced("files/post-is-a-pipe", "the build waits for ever", os.mkfifo)
shown("picture-is-a-pipe", "the build waits for ever", PICTURE, os.mkfifo)
shown("listing-is-a-pipe", "the build waits for ever", LISTING, os.mkfifo)
shown("picture-is-a-folder", "a traceback", PICTURE, Path.mkdir)
shown("listing-is-a-folder", "a traceback", LISTING, Path.mkdir)


for name, harm, length in (
    ("too-big", "a megabyte for a reader on a train", 500_001),
    ("of-a-gigabyte", "eats the memory", 1 << 30),
):

    @made(f"files/picture-{name}", harm, "picture-file", 9)
    def _(folder: Path, length: int = length) -> None:
        post(folder, PICTURE)
        picture(folder)
        huge(length)(folder / "dot.png")


@made("files/svg-of-a-gigabyte", "eats the memory", "picture-file", 9, more=True)
def _(folder: Path) -> None:
    post(folder, PICTURE.replace("dot.png", "dot.svg"))
    huge(1 << 30)(folder / "dot.svg")


shown("listing-of-a-gigabyte", "eats the memory", LISTING, huge(1 << 30))
shown("listing-of-a-megabyte", "a page of a megabyte; minutes in a lexer", LISTING, holding("x = 1\n" * 200_000))
stray("name-with-a-line-feed", "forges a line of the report", "a\nb.txt", Path.touch, more=True)
stray("name-with-an-escape", "commands a terminal that shows the report", "a\x1b[31m.txt", Path.touch, more=True)


@made("files/name-that-is-no-text", "a traceback", "stray-file", at="a\udcff.txt", more=True)
def _(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/a\xff.txt")).touch()


stray("name-shown-backwards", "a reviewer reads another name", "a\u202egnp.exe", Path.touch, more=True)


@made("files/folders-without-end", "a traceback of the checker", "stray-file", at="a/a/a/a/a/a")
def _(folder: Path) -> None:
    (folder / Path(*["a"] * 100)).mkdir(parents=True)


@made("files/twins", "one file on other systems", "stray-file", at="pool.py")
def _(folder: Path) -> None:
    for name in ("Pool.py", "pool.py"):
        (folder / name).touch()


stray("name-of-a-device", "cannot be cloned on Windows", "con.py", Path.touch)


# ---- place, slug, uniqueness, vocabulary -----------------------------------------------------------------------------


def laid(name: str, harm: str, path: str, code: str, line: int = 1, *, more: bool = False) -> Callable[..., None]:
    """Register a function that is given the site's root and does the harm at *path*."""

    def register(function: Callable[[Path], object]) -> None:
        MADE.append(
            Case(name, harm, (Refusal(printed(path), line, code),), more, lambda root: (function(root), None)[1])
        )

    return register


def write(path: str, text: str = POST + "Text.\n") -> Callable[[Path], None]:
    def lay(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return lay


for name, path in (
    ("above-the-years", "posts/stray.md"),
    ("above-the-folders", "posts/2024/stray.md"),
    ("too-deep", "posts/2024/deep/deeper/index.md"),
    ("year-of-two-digits", "posts/24/short-year/index.md"),
    ("year-of-words", "posts/drafts/no-year/index.md"),
    ("year-of-other-digits", "posts/٢٠٢٤/other-digits/index.md"),
):
    told = path if path.endswith("stray.md") else path.removesuffix("/index.md").rpartition("/")[0]
    told += "/index.md" * (name == "too-deep")
    laid(f"place/{name}", "a page without a place", told, "place", more=True)(write(path))
for name in ("index.MD", "Index.md", "index.markdown", "index.rst", "post.md", "index.ipynb", "index.md.txt"):
    slug = "named-" + name.lower().replace(".", "-") + "-" * name.startswith("I") + "x" * name.startswith("I")
    laid(f"place/{slug}", "silently no post", f"posts/2024/{slug}/index.md", "place", more=True)(
        write(f"posts/2024/{slug}/{name}")
    )
laid("place/empty-folder", "silently no post", "posts/2024/picture-only/index.md", "place", more=True)(
    lambda root: ((root / "posts/2024/picture-only").mkdir(), picture(root / "posts/2024/picture-only"))
)


replaced("place/post-is-a-folder", "a traceback", Path.mkdir, more=True)
replaced("place/post-is-a-link", "publishes a file of the build machine", link("/etc/passwd"))
replaced("place/post-is-a-dangling-link", "a traceback", link("nowhere"))
replaced("place/post-is-a-link-to-another", "one text at two addresses", link("../neighbour/index.md"))


@made("place/folder-is-a-link", "publishes what is not in the repository", "place", at=".")
def _(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("neighbour")


@made("place/folder-is-a-link-outside", "publishes a folder of the build machine", "place", at=".")
def _(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("/etc")


@made("place/year-is-a-link", "publishes a folder of the build machine", "place", at="../../2019", more=True)
def _(folder: Path) -> None:
    shutil.rmtree(folder)
    (folder.parent.parent / "2019").symlink_to("2024")


for name, slug in (
    ("upper-case", "Upper-Case"),
    ("underscore", "under_score"),
    ("two-hyphens", "two--hyphens"),
    ("hyphen-first", "-first"),
    ("hyphen-last", "last-"),
    ("space", "with space"),
    ("dot", "with.dot"),
    ("non-ascii", "grüße"),
    ("other-digits", "post-٣"),
    ("percent", "with%2e%2e"),
    ("script", "<script>alert(1)<"),
    ("template", "{{7*7}}"),
    ("escape", "a\x1bb"),
    ("line-feed", "a\nb"),
):
    path = f"posts/2024/{slug}/index.md"
    laid(f"slug/{name}", "an address that breaks, or is read in two ways", path, "slug")(write(path))

OLD = POST.replace(":author: ada", ":author: ada\n:first-published: 2023-12-31 old")
laid(
    "unique/slug", "the later post takes the label of the first", "posts/2025/neighbour/index.md", "unique", more=True
)(write("posts/2025/neighbour/index.md", POST.replace("2024", "2025")))
laid("unique/first-published", "one entry for two posts", "posts/2025/unique-b/index.md", "unique", more=True)(
    lambda root: (write("posts/2025/unique-a/index.md", OLD)(root), write("posts/2025/unique-b/index.md", OLD)(root))
)
laid("unique/first-published-of-another", "one entry for two posts", "posts/2025/thief/index.md", "unique", more=True)(
    write("posts/2025/thief/index.md", POST.replace(":author:", ":first-published: 2024-01-02 neighbour\n:author:"))
)

LABELLED = POST + "(one-label)=\n## A heading\n\nText.\n"
laid("unique/label", "a warning: which of the two is meant?", "posts/2025/labelled-b/index.md", "unique", 9, more=True)(
    lambda root: (
        write("posts/2024/labelled-a/index.md", LABELLED)(root),
        write("posts/2025/labelled-b/index.md", LABELLED)(root),
    )
)
laid("unique/redirect", "one address for two posts", "posts/2025/redirected-b/index.md", "unique", more=True)(
    lambda root: [
        write(path, POST.replace(":author:", ":redirect: posts/2020/old/\n:author:"))(root)
        for path in ("posts/2024/redirected-a/index.md", "posts/2025/redirected-b/index.md")
    ]
)

VOCABULARY: list[Case] = []


def vocabulary(name: str, harm: str, path: str, line: int, add: str) -> None:
    """Register lines to *add* to a file of the vocabulary; *line* counts from the first of them."""

    def lay(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write("\n" + add)

    above = (CORPUS.parent / "roots/base" / path).read_text(encoding="utf-8").count("\n") + 1
    VOCABULARY.append(Case(f"vocabulary/{name}", harm, (Refusal(path, above + line, "vocabulary"),), False, lay))


TAG = '[x]\nlabel = "X"\ndescription = "D."\n'
AUTHOR = '[eve]\nname = "Eve"\nurl = "https://example.org/eve"\nline = "Writes."\n'
for name, harm, path, line, add in (
    ("tag-without-description", "an archive that says nothing", "tags", 1, '[x]\nlabel = "X"\n'),
    ("tag-slug-upper-case", "one address on some hosts, two on others", "tags", 1, TAG.replace("[x]", "[X]")),
    ("tag-slug-outside", "an archive outside of the output", "tags", 1, TAG.replace("[x]", '["../../x"]')),
    ("tag-label-taken", "two archives of one name", "tags", 1, TAG.replace('"X"', '"alpha"')),
    ("tag-label-with-a-comma", "a tag that no post can have", "tags", 1, TAG.replace('"X"', '"X, Y"')),
    ("tag-label-of-two-lines", "two lines in a page", "tags", 1, TAG.replace('"X"', '"X\\nY"')),
    ("tag-label-empty", "a link without a text", "tags", 1, TAG.replace('"X"', '""')),
    ("tag-label-control", "XML cannot hold it", "tags", 1, TAG.replace('"X"', '"X\\u001b"')),
    ("tag-label-unseen", "a link without a text", "tags", 1, TAG.replace('"X"', '"\\u200b"')),
    ("tag-label-alike", "two archives of one name", "tags", 1, TAG.replace('"X"', '"Al\\u200bpha"')),
    ("tag-label-of-numbers", "a traceback of the checker", "tags", 1, TAG.replace('"X"', str([1] * 70))),
    ("tag-label-endless", "a page of one name", "tags", 1, TAG.replace('"X"', f'"{"x" * 1000}"')),
    ("author-url-local", "a link to who reads it", "authors", 1, AUTHOR.replace("example.org", "127.0.0.1")),
    ("author-url-quotes", "closes an attribute", "authors", 1, AUTHOR.replace('/eve"', '/\\"><script>"')),
    ("tag-label-override", "shown backwards", "tags", 1, TAG.replace('"X"', '"X\\u202ey"')),
    ("tag-of-a-number", "a traceback", "tags", 1, '[x]\nlabel = 1\ndescription = "D."\n'),
    ("tag-with-a-field-more", "read by nobody", "tags", 1, TAG + 'url = "x"\n'),
    ("tag-twice", "no TOML", "tags", 4, TAG + TAG),
    ("no-toml", "a traceback", "tags", 1, "[x\n"),
    ("author-javascript", "a script behind a name", "authors", 1, AUTHOR.replace("https://", "javascript:")),
    ("author-http", "an address that a network may change", "authors", 1, AUTHOR.replace("https:", "http:")),
    ("author-password", "publishes a password", "authors", 1, AUTHOR.replace("example.org", "a:b@example.org")),
    ("author-local", "leads nowhere", "authors", 1, AUTHOR.replace("example.org", "localhost:8000")),
    ("author-key-outside", "a page outside of the output", "authors", 1, AUTHOR.replace("[eve]", '["../eve"]')),
    ("author-name-taken", "signs as somebody else", "authors", 1, AUTHOR.replace('"Eve"', '"ADA"')),
    ("author-without-line", "nothing on the author's page", "authors", 1, AUTHOR.split("line")[0]),
):
    vocabulary(name, harm, f"posts/{path}.toml", line, add)

# ---- sizes ----------------------------------------------------------------------------------------------------------

KB = 1000


def size(name: str, harm: str, line: int, body: str, code: str = "size", *, more: bool = True) -> None:
    post_of(f"size/{name}", harm, code, line, body, more=more)


PARAGRAPH = "Words about queues, and what becomes of them when nobody reads them.\n"
size("file", "a page of a megabyte", 1, f"{PARAGRAPH}\n" * 3000)
size("file-of-blank-lines", "a page of a megabyte", 1, "\n" * 200 * KB)
size("code-java", "Pygments' lexer takes over a minute: it is quadratic", 10, f"```java\n{'a' * 100 * KB}\n```\n")
size("code-c", "Pygments' lexer takes over a minute: it is quadratic", 10, f"```c\n{'a' * 100 * KB}\n```\n")
size("code-ini", "Pygments' lexer takes over a minute: it is quadratic", 10, f"```ini\n{'a' * 100 * KB}\n```\n")
size("code-lines", "Pygments' lexer takes over a minute", 10001, "```python\n" + "x = 1\n" * 20 * KB + "```\n")
size(
    "code-of-words",
    "seconds in the lexers of Java and C#",
    9,
    "```java\n" + f"{'a ' * 240}\n" * 50 + "```\n",
    "code-size",
)
size("code-of-many-lines", "a listing that nobody reads", 9, "```python\n" + "x = 1\n" * 2 * KB + "```\n", "code-size")
size("code-of-one-line", "a line that nobody reads", 9, f"```python\n{'x + ' * 126}1\n```\n", "code-size")
size("code-block", "Pygments' lexer takes over a minute", 10, f"```{{code-block}} java\n{'a' * 100 * KB}\n```\n")

for name, line, many in (
    ("links", 509, "- [Site number one](https://example.org/)\n" * 501),
    ("headings", 407, "## A heading\n\n" * 201),
    ("roles", 1009, "{kbd}`A`\n\n" * 501),
    ("footnotes", 210, "Text.[^1]\n" * 200 + "\n[^1]: A note.\n"),
    ("cells", 1010, "| A | B |\n| --- | --- |\n" + "| 1 | 2 |\n" * 1001),
    ("code-blocks", 1605, "```text\nx\n```\n\n" * 401),
):
    size(name, "minutes of a build, and of a reader's browser", line, many, "amount")


@made("size/of-a-gigabyte", "eats the memory", "size", more=True)
def _(folder: Path) -> None:
    huge(1 << 30)(folder / "index.md")


@made("size/tags", "an archive each: minutes, and 2,000 folders", "tags", 4, more=True)
def _(folder: Path) -> None:
    tags = ", ".join(f"tag-{number}" for number in range(2000))
    (folder / "index.md").write_text(POST.replace(":tags: Alpha", f":tags: {tags}") + "Text.\n")


@made("size/options", "a fault each", "option", 4, more=True)
def _(folder: Path) -> None:
    options = "\n".join(f":x{number}: y" for number in range(5000))
    (folder / "index.md").write_text(POST.replace(":tags:", f"{options}\n:tags:") + "Text.\n")


def repeated(pattern: Callable[[int], str], limit: int = 190 * KB) -> str:
    """Return pattern(0) + pattern(1) + … of *limit* characters at most."""

    def pieces() -> Iterator[str]:
        length, number = 0, 0
        while (length := length + len(piece := pattern(number))) <= limit:
            yield piece
            number += 1

    return "".join(pieces())


COSTLY |= {
    "emphasis-opened": "*a " * 60 * KB,
    "emphasis-opened-and-closed": "*a **a " * 13 * KB + "b** b* " * 13 * KB,
    "emphasis-underscores": "_a " * 60 * KB,
    "emphasis-run": "*" * 190 * KB,
    "emphasis-nested": "**" * 45 * KB + "a" + "**" * 45 * KB,
    "emphasis-lines": "*a **a\n" * 27 * KB,
    "brackets-opened": "[" * 190 * KB,
    "brackets-opened-lines": "[a\n" * 60 * KB,
    "brackets-nested": "[" * 60 * KB + "a" + "](b)" * 30 * KB,
    "brackets-closed": "]" * 190 * KB,
    "brackets-alternating": "[a](" * 47 * KB,
    "links-with-open-angles": "[a](<b" * 31 * KB,
    "links-with-titles": '[a](b "c ' * 21 * KB,
    "pictures-opened": "![" * 95 * KB,
    "pictures-nested": "![" * 30 * KB + "a" + "](b)" * 30 * KB,
    "backticks-of-all-lengths": repeated(lambda number: "`" * (number + 1) + " "),
    "backticks-opened": "`a ``b " * 27 * KB,
    "angles": "<" * 190 * KB,
    "angles-and-letters": "<a " * 60 * KB,
    "comments-opened": "<!-- " * 38 * KB,
    "declarations-opened": "<!A " * 47 * KB,
    "instructions-opened": "<?" * 95 * KB,
    "cdata-opened": "<![CDATA[" * 21 * KB,
    "attributes": "<a " + "b=c " * 47 * KB,
    "autolinks-opened": "<https://a" * 19 * KB,
    "entities": "&amp;" * 38 * KB,
    "entities-opened": "&a" * 95 * KB,
    "references": repeated(lambda number: f"[r{number}]: https://example.org/{number}\n\n[a site][r{number}]\n\n"),
    "references-to-one": "[r]: https://example.org/" + "x" * 500 + "\n\n" + "[a site][r] " * 15 * KB,
    "references-opened": "[a]: <b\n" * 23 * KB,
    "references-of-long-labels": "[" + "a" * 999 + "]: b\n\n" + ("[" + "a" * 999 + "]\n") * 185,
    "footnotes": repeated(lambda number: f"Text.[^{number}]\n\n[^{number}]: A note.\n\n"),
    "footnotes-of-footnotes": repeated(lambda number: f"[^{number}]: A note.[^{number + 1}]\n\n"),
    "footnotes-to-one": "Text.[^1]\n\n" * 14 * KB + "[^1]: A note.\n",
    "quotations": "> " * 95 * KB,
    "quotations-lines": ("> " * 19 + "a\n\n") * 4500,
    "quotations-growing": repeated(lambda number: "> " * number + "a\n"),
    "lists": "- " * 95 * KB,
    "lists-growing": repeated(lambda number: "  " * number + "- a\n"),
    "lists-of-one": "- a\n" * 47 * KB,
    "lists-of-blank-items": "-\n" * 95 * KB,
    "lists-alternating": "- a\n* b\n+ c\n" * 15 * KB,
    "lists-numbered": repeated(lambda number: f"{number}. a\n"),
    "headings": "## A\n\n" * 31 * KB,
    "headings-of-all-levels": "## A\n\n### B\n\n#### C\n\n##### D\n\n###### E\n\n" * 4 * KB,
    "setext": "A\n---\n" * 31 * KB,
    "rules": "---\n" * 47 * KB,
    "table-rows": "| A | B |\n| --- | --- |\n" + "| 1 | 2 |\n" * 18 * KB,
    "table-columns": "|" + "a|" * 30 * KB + "\n|" + "-|" * 30 * KB + "\n",
    "table-of-empty-cells": "|" + "a|" * 6 * KB + "\n|" + "-|" * 6 * KB + "\n" + "|\n" * 40 * KB,
    "table-of-pipes": "|" * 190 * KB,
    "tables-begun": "| a\n| -\n\n" * 21 * KB,
    "fences": "```text\n```\n\n" * 14 * KB,
    "fences-opened-in-lists": "- ```text\n" * 19 * KB,
    "fences-growing": repeated(lambda number: "`" * (number + 3) + "text\n"),
    "fences-unclosed": "```text\n~~~text\n" * 11 * KB,
    "directives": "```{note}\nA\n```\n\n" * 10 * KB,
    "directives-nested": repeated(lambda number: "`" * (600 - number) + "{note}\n", 170 * KB),
    "directives-of-code": "```{code-block} python\nx\n```\n\n" * 6 * KB,
    "options": "```{note}\n" + ":a: b\n" * 30 * KB + "```\n",
    "options-of-colons": "```{note}\n" + ":" * 180 * KB + "\n```\n",
    "roles": "{kbd}`A` " * 20 * KB,
    "roles-opened": "{kbd}" * 38 * KB,
    "roles-unknown": "{a}`A` " * 27 * KB,
    "braces": "{" * 190 * KB,
    "templates": "{{ a }} " * 23 * KB,
    "templates-opened": "{{" * 95 * KB,
    "math": "```{math}\n" + "{" * 90 * KB + "}" * 90 * KB + "\n```\n",
    "math-fractions": "```{math}\n" + "\\frac{" * 30 * KB + "\n```\n",
    "math-roles": "{math}`a` " * 19 * KB,
    "labels": repeated(lambda number: f"(label-{number})=\n\nA\n\n"),
    "comments": "% a\n" * 47 * KB,
    "breaks": "a\\\n" * 60 * KB,
    "block-breaks": "+++ a\n" * 31 * KB,
    "urls": "https://example.org/ " * 9 * KB,
    "url-of-dots": "https://" + "a." * 90 * KB,
    "host-of-digits": "[a site](https://" + "1." * 90 * KB + ")",
    "link-of-escapes": "[a site](https://example.org/" + "%41" * 60 * KB + ")",
    "link-of-parentheses": "[a site](https://example.org/" + "(" * 90 * KB + ")" * 90 * KB + ")",
    "spaces": "a" + " " * 190 * KB + "b",
    "white-lines": (" " * 99 + "\n") * 1900,
    "backslashes": "\\" * 190 * KB,
    "marks": "a" + "\u0301" * 90 * KB,
    "marks-out-of-order": "a" + "\u0301\u0316" * 45 * KB,
    "emoji": "\U0001f469\u200d\U0001f4bb" * 17 * KB,
    "quotes": "\"'" * 95 * KB,
    "hyphens": "-a" * 95 * KB,
    "list-table": "```{list-table}\n" + "* - a\n  - b\n" * 15 * KB + "```\n",
    "emphasised-lines": "```{code-block} text\n:emphasize-lines: " + "1," * 90 * KB + "1\n\na\n```\n",
    "link-texts": "[here](https://example.org/) " * 6 * KB,
    "scripts": "<script>alert(1)</script> " * 7 * KB,
    "pictures": "![a.png](a.png) " * 11 * KB,
    "literal-includes": "```{literalinclude} a.py\n:language: text\n```\n\n" * 4 * KB,
}
