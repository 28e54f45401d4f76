"""What a post may be made of, besides Markdown: the directives with their options, the roles, the kinds of files.

What is not here runs, loads, reads or shows what a stranger must not decide, or is of no use to a blog.
"""

import re
from dataclasses import dataclass
from enum import Enum

DISABLED_SYNTAX = ["html_block", "html_inline"]
"""The value of ``myst_disable_syntax``: HTML tags are text."""
EXTENSIONS = ["strikethrough"]
"""The value of ``myst_enable_extensions``."""
PAGES = ["index.md", "about.md"]
"""The pages that are not posts, of which ``include_patterns`` begins."""
URL_SCHEMES = ["http", "https", "mailto"]
"""The value of ``myst_url_schemes``: where links may lead outside of the site."""

LANGUAGES = frozenset([
    "bash", "c", "c++", "clojure", "cmake", "console", "cpp", "dart", "diff", "docker", "ebnf", "elixir", "fsharp",
    "graphql", "haskell", "html", "http", "ini", "json", "julia", "kotlin", "llvm", "lua", "mysql", "nasm", "nginx",
    "ocaml", "output", "php", "plpgsql", "postgresql", "powershell", "promql", "properties", "psql", "pycon", "pytb",
    "python", "rst", "ruby", "rust", "sql", "sqlite3", "swift", "tcl", "tex", "text", "toml", "vim", "xml", "yaml",
    "zig",
])  # fmt: skip
"""The languages that Pygments highlights in 0.1 s at worst for 8 kB."""
SLOW_LANGUAGES = frozenset([
    "apacheconf", "awk", "csharp", "css", "gas", "go", "html+jinja", "java", "javascript", "jinja", "jsx", "make",
    "markdown", "perl", "protobuf", "r", "terraform", "ts", "tsx",
])  # fmt: skip
"""Those that take up to 0.55 s. The others take longer, some of them exponential time (scala, fish, smithy)."""


class Argument(Enum):
    """What stands after a directive's name."""

    NONE = "nothing"
    """MyST takes it for the first line of the body."""
    TEXT = "Markdown in one line"
    PATH = "the path of a file"
    LANGUAGE = "the language of the code"
    RESULT = "a name in `results.json`"
    DATE = "a date"


class Body(Enum):
    """What stands between the fences of a directive."""

    NONE = "nothing"
    MARKDOWN = "Markdown"
    VERBATIM = "text as it is"


@dataclass(frozen=True)
class Form:
    """How a directive is written."""

    argument: Argument = Argument.NONE
    body: Body = Body.MARKDOWN
    options: tuple[str, ...] = ()


POST_OPTIONS = (
    "author", "description", "evergreen", "first-published", "image", "image-alt", "redirect", "series", "tags",
)  # fmt: skip
CODE_OPTIONS = ("caption", "dedent", "emphasize-lines", "lineno-start", "linenos", "name", "untested")
EXCERPT_OPTIONS = ("end-at", "end-before", "language", "lineno-match", "lines", "pyobject", "start-after", "start-at")
PICTURE_OPTIONS = ("align", "alt")
ADMONITIONS = ("attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip", "warning")

DIRECTIVES = {
    "post": Form(Argument.DATE, Body.NONE, POST_OPTIONS),
    "update": Form(Argument.DATE),
    "code-block": Form(Argument.LANGUAGE, Body.VERBATIM, CODE_OPTIONS),
    "literalinclude": Form(Argument.PATH, Body.NONE, tuple(sorted(CODE_OPTIONS + EXCERPT_OPTIONS))),
    "figure": Form(Argument.PATH, Body.MARKDOWN, PICTURE_OPTIONS),
    "image": Form(Argument.PATH, Body.NONE, PICTURE_OPTIONS),
    "math": Form(Argument.NONE, Body.VERBATIM),
    "mermaid": Form(Argument.NONE, Body.VERBATIM, ("alt",)),
    "chart": Form(Argument.RESULT, Body.NONE, ("alt", "kind", "labels", "scale", "x", "x-title", "y", "y-title")),
    "results": Form(Argument.RESULT, Body.NONE, ("columns", "header")),
    "table": Form(Argument.TEXT),
    "list-table": Form(Argument.TEXT, Body.MARKDOWN, ("header-rows", "stub-columns")),
    "epigraph": Form(),
    "rubric": Form(Argument.TEXT, Body.NONE),
    "admonition": Form(Argument.TEXT),
    "tab": Form(Argument.TEXT, Body.MARKDOWN, ("new-set",)),
    **{name: Form() for name in ADMONITIONS},
}
ROLES = ("abbr", "doc", "file", "kbd", "lang", "math", "pep", "ref", "result", "rfc", "samp", "sub", "sup")


@dataclass(frozen=True)
class Value:
    """What the value of an option is like."""

    pattern: re.Pattern[str]
    """Matches all of it."""
    description: str


LABEL = Value(re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*"), "lower-case words joined by hyphens, such as pool-sizes")
_RANGE = r"[0-9]{1,4}(-[0-9]{1,4})?"
LINE_NUMBERS = Value(re.compile(rf"{_RANGE}(, ?{_RANGE}){{0,9}}(-|, ?[0-9]{{1,4}}-)?"), "line numbers such as 1,3-5")
COUNT = Value(re.compile(r"[0-9]"), "a number from 0 to 9")
NOTHING = Value(re.compile(r""), "empty")
VALUES = {
    "align": Value(re.compile(r"left|center|right"), "left, center or right"),
    "dedent": Value(re.compile(r"[0-9]{0,2}"), "a number of spaces, such as 4"),
    "emphasize-lines": LINE_NUMBERS,
    "evergreen": NOTHING,
    "header-rows": COUNT,
    "kind": Value(re.compile(r"bars|lines"), "bars or lines"),
    "lineno-match": NOTHING,
    "lineno-start": Value(re.compile(r"[0-9]{1,4}"), "a line number"),
    "linenos": NOTHING,
    "lines": LINE_NUMBERS,
    "name": LABEL,
    "new-set": NOTHING,
    "pyobject": Value(re.compile(r"\w+(\.\w+){0,9}"), "the name of a class or function, such as Pool.connect"),
    "scale": Value(re.compile(r"log"), "log"),
    "stub-columns": COUNT,
}
"""The options whose values have a form; that of the others is text in one line."""

TEXT_OPTIONS = ("caption", "end-at", "end-before", "language", "start-after", "start-at", "untested")
"""The options that are nothing without a text."""

PICTURE_TYPES = {
    ".avif": re.compile(rb".{4}ftyp(avif|avis|mif1)", re.DOTALL),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".svg": re.compile(rb"\s*<"),
    ".webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
"""The pictures that every browser shows, by suffix, and how such a file begins."""
IMAGE_TYPES = (".jpeg", ".jpg", ".png", ".webp")
"""Those that cards show."""
TEXT_TYPES = frozenset([
    ".c", ".cfg", ".conf", ".cpp", ".css", ".csv", ".go", ".graphql", ".h", ".hs", ".html", ".ini", ".java", ".jinja",
    ".js", ".json", ".jsonl", ".kt", ".lua", ".proto", ".py", ".rb", ".rs", ".service", ".sh", ".sql", ".toml", ".ts",
    ".tsv", ".txt", ".xml", ".yaml", ".yml",
])  # fmt: skip
"""Listings, their data and their results, by suffix."""
TEXT_NAMES = ("Caddyfile", "Dockerfile", "Makefile")
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"
FILE_PATH = re.compile(rf"(\./)?({_NAME}/)*{_NAME}")
"""The path of a file in a post's folder: nothing that leads out of it, and nothing that an address would escape."""
RESERVED_NAMES = re.compile(r"aux|com[0-9]|con|lpt[0-9]|nul|prn", re.IGNORECASE)
"""What no file or folder can be called on Windows, whatever its suffix: such a post could not be cloned there."""
