"""Pictures as readers get them: with their size, so that nothing moves; in the width of their screen; light or dark.

The picture that the author made stays in the site, for the feed and for who saves it. An SVG has no other widths.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from _ext.base.output import site_of
from _ext.content.picture_variants import Variant, variants
from _ext.posts.drawings.picture_size import dark_variant, picture_size

COLUMN = 768  # CSS pixels: 48rem
FIRST = "first_picture"
"""The attribute of the node of a document's first picture."""

logger = logging.getLogger(__name__)


def loading(*, first: bool, paired: bool) -> str:
    """Return when a browser is to load a picture: ``eager`` or ``lazy``.

    The first of a page is often the largest thing on the screen, and waiting for the layout delays it
    (https://web.dev/articles/lcp-lazy-loading). Of a light and a dark one a browser leaves the hidden one alone
    only if it is lazy.
    """
    return "eager" if first and not paired else "lazy"


def sizes(width: int) -> str:
    """Return how wide a picture of *width* pixels is shown: as wide as itself, the column or the screen, whichever is least.

    Below 48em Furo leaves 1em of the screen at either side.
    """
    shown = min(width, COLUMN)
    return f"(max-width: {shown + 32}px) calc(100vw - 32px), {shown}px"


def source(addressed: Iterable[tuple[str, Variant]], width: int) -> str:
    """Return the ``<source>`` of the copies of a picture *width* pixels wide, each with its address; nothing without any."""
    srcset = ", ".join(f"{address} {variant.width}w" for address, variant in addressed)
    return f'<source type="image/webp" srcset="{escape(srcset)}" sizes="{sizes(width)}">' if srcset else ""


def picture_path(path: str) -> str:
    """Return where the picture at *path* stands in the site, below the folder of pictures.

    That of a post stands in a folder of its post's slug, which no other has: Sphinx numbers pictures of one name in the order
    in which it reads them, so that the address of one would depend on which others there are.
    """
    parts = PurePosixPath(path).parts
    return "/".join(parts[2:] if parts[0] == "posts" else parts[-1:])


def show_dark_variants(app: Sphinx, doctree: nodes.document) -> None:
    """Let the document just read bring the dark variants of its pictures along."""
    env = app.env
    for path in [node["uri"] for node in doctree.findall(nodes.image) if node["uri"] in env.images]:
        dark = dark_variant(path)
        if Path(app.srcdir, dark).is_file():
            env.images.add_file(env.docname, dark)
            env.note_dependency(dark)


def mark_first(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the first picture of a document, and let the builder copy the dark variants of all."""
    builder = app.builder
    for position, node in enumerate(doctree.findall(nodes.image)):
        node[FIRST] = position == 0
        if not isinstance(builder, StandaloneHTMLBuilder) or node["uri"] not in app.env.images:
            continue
        path = node["uri"]
        app.env.images[path] = app.env.images[path][0], picture_path(path)
        if (dark := dark_variant(path)) in app.env.images:
            builder.images[dark] = picture_path(dark)


def visit_image(translator: HTML5Translator, node: nodes.image) -> None:
    """Write a picture of the site with all that a browser needs to know of it before it has loaded it."""
    builder = translator.builder
    path = node["uri"]
    if path not in builder.images:  # not a file of the site: no picture of a post
        HTML5Translator.visit_image(translator, node)
        return
    dark = dark_variant(path)
    if dark in builder.images:
        # Which of the two is shown, Furo's style decides: by the system's setting, and by the reader's own if there is one.
        pieces = [shown(translator, node, path, "only-light"), shown(translator, node, dark, "only-dark")]
    else:
        pieces = [shown(translator, node, path)]
    translator.body.append("".join(pieces))
    raise nodes.SkipNode


def shown(translator: HTML5Translator, node: nodes.image, path: str, theme: str = "") -> str:
    """Return the picture at *path* as HTML; of a *theme*, ``only-light`` or ``only-dark``, where there are two."""
    builder = translator.builder
    folder = builder.imgpath
    content = Path(builder.srcdir, path).read_bytes()
    suffix = PurePosixPath(path).suffix.lower()
    copies: list[Variant] = []
    if suffix != ".svg":
        try:
            copies = variants(content, Path(builder.srcdir, builder.config.picture_cache))
        except ValueError as error:
            logger.warning("picture must be whole: %s: %s", PurePosixPath(path).name, error, location=node)
    for copy in copies:
        site_of(builder).write_file(f"{builder.imagedir}/{copy.name}", copy.content)
    size = picture_size(content, suffix)
    attributes = {
        "alt": node.get("alt", ""),
        "src": f"{folder}/{builder.images[path]}",
        "decoding": "async",
        "loading": loading(first=node.get(FIRST, False), paired=bool(theme)),
    }
    if size:
        attributes |= {"width": str(size[0]), "height": str(size[1])}
    if "align" in node:
        attributes["class"] = f"align-{node['align']}"
    image: str = translator.emptytag(node, "img", "", **attributes)
    sources = source(((f"{folder}/{copy.name}", copy) for copy in copies), size[0]) if size else ""
    if not sources and not theme:
        return image
    return f'<picture class="{theme}">{sources}{image}</picture>' if theme else f"<picture>{sources}{image}</picture>"
