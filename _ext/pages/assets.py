"""One style sheet and one script for a page, made of those that the theme and the extensions each bring.

A request costs a reader on a slow line more than the bytes that it carries. Pages that load the same files share the file
that is made of them; its name says which they are, and the query that Sphinx adds to its address what they hold.
"""

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import furo
import rcssmin
import rjsmin
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError

from _ext.base.atomic_write import write_whole
from _ext.base.output import site_of

CODE_STYLE = "_static/pygments.css"
ELSEWHERE = re.compile(r"""@import|url\(\s*(?!["']?(?:data:|#))""", re.IGNORECASE)
"""What a style sheet loads by an address, which would mean another file in another folder."""

UNUSED = {"_static/doctools.js", "_static/sphinx_highlight.js"}
"""Scripts of Sphinx's for its own search and its own keys, which this site does not have."""
SOURCE_MAP = re.compile(r"^/[/*]# sourceMappingURL=.*$", re.MULTILINE)


def join_styles(sheets: Iterable[tuple[str, str]]) -> str:
    """Return the style sheets, pairs of name and CSS, as one without white space and comments but licences, in the same order.

    Raises ExtensionError where one loads a file: joined, it would look for it in another folder.
    """
    sheets = list(sheets)
    for name, css in sheets:
        if found := ELSEWHERE.search(css):
            raise ExtensionError(f"style sheet {name}: must load no file, so that it can be joined: {found[0]!r}")
    return "".join(f"{minified(rcssmin.cssmin, css)}\n" for _, css in sheets)


def join_scripts(scripts: Iterable[tuple[str, str]]) -> str:
    """Return the scripts, pairs of name and JavaScript, as one without white space and comments but licences, in the same order.

    A script may end without a semicolon, and its ``"use strict"`` must not bind those after it: hence one before each.
    """
    return "".join(f";{minified(rjsmin.jsmin, script)}\n" for _, script in scripts)


def minified(minify: Callable[..., str], text: str) -> str:
    """Return *text* as *minify* leaves it, without a source map: its lines are no longer those of the map."""
    return minify(SOURCE_MAP.sub("", text), keep_bang_comments=True).strip()


def bundle_name(files: Iterable[str], suffix: str) -> str:
    """Return the name, relative to ``_static``, of what is made of *files*: the same for the same files in this order."""
    return f"bundle-{sha256(' '.join(files).encode()).hexdigest()[:8]}{suffix}"


def code_style(app: Sphinx) -> str:
    """Return the style of code, which Furo writes into CODE_STYLE only when the build is finished.

    It is there three times: for the light theme, the dark one, and the dark one by the reader's system. Once is enough where
    both themes show code alike.
    """
    style: str = furo.get_pygments_stylesheet()
    if app.config.pygments_style == app.config.pygments_dark_style:
        return style.partition("@media not print")[0]
    return style


def write_bundle(app: Sphinx, files: tuple[str, ...], suffix: str) -> str:
    """Write what is made of *files*, paths in the output, and return its name."""
    join, name = {".css": join_styles, ".js": join_scripts}[suffix], bundle_name(files, suffix)
    texts = {file: Path(app.outdir, file).read_text(encoding="utf-8") for file in files if file != CODE_STYLE}
    joined = join((file, texts[file] if file in texts else code_style(app)) for file in files)
    write_whole(Path(app.outdir, "_static", name), joined.encode())
    return name


def can_be_joined(file: Any, app: Sphinx) -> bool:
    """Whether *file*, a style sheet or script of Sphinx's, is of the site and loaded as every other."""
    plain = {"rel", "type"} if PurePosixPath(file.filename or "").suffix == ".css" else set()
    return bool(file.filename) and set(file.attributes) <= plain and Path(app.outdir, file.filename).is_file()


def load_bundles(app: Sphinx, context: dict[str, Any], made: dict[tuple[Any, ...], tuple[list[Any], str]]) -> None:
    """Let the page load one file in place of its style sheets, and one in place of its scripts.

    *made* are the names of those that this process has made, and what is loaded beside them, by what pages ask for.
    """
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder)
    for kind, suffix, add, attributes in [
        ("css_files", ".css", builder.add_css_file, {}),
        ("script_files", ".js", builder.add_js_file, {"defer": "defer"}),
    ]:
        files = context[kind]  # Sphinx restores it after each page
        if (asked := (suffix, *files)) not in made:
            joined = [file for file in files if file.filename not in UNUSED and can_be_joined(file, app)]
            others = [file for file in files if file.filename not in UNUSED and file not in joined]
            names = dict.fromkeys(str(file.filename) for file in sorted(joined, key=lambda file: file.priority))
            made[asked] = others, write_bundle(app, tuple(names), suffix)
        files[:], name = made[asked]
        site_of(app.builder).note_file(f"_static/{name}")
        add(name, priority=0, **attributes)
