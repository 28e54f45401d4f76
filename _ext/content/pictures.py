"""Pictures as readers get them: with their size, so that nothing moves; in the width of their screen; light or dark.

The picture that the author made stays in the site, for the feed and for who saves it. An SVG has no other widths.
"""

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
        pair = (shown(translator, node, of_theme, paired=True) for of_theme in (path, dark))
        translator.body += map(in_theme, pair, (False, True))
    else:
        found = shown(translator, node, path)
        translator.body.append(f"<picture>{found}</picture>" if found.startswith("<source") else found)
    raise nodes.SkipNode


def in_theme(shown: str, dark: bool) -> str:
    """Return the HTML of a picture as that of one for dark pages or for light ones, of which Furo's style shows one.

    It goes by the system's setting, and by the reader's own if there is one.
    """
    return f'<picture class="{"only-dark" if dark else "only-light"}">{shown}</picture>'


def shown(translator: HTML5Translator, node: nodes.image, path: str, *, paired: bool = False) -> str:
    """Return the picture at *path* as HTML, its copies first; it is *paired* where there is one for light and one for dark."""
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
    sources = source(((f"{folder}/{copy.name}", copy) for copy in copies), size[0]) if size else ""
    return sources + image(translator, node, f"{folder}/{builder.images[path]}", size, paired=paired)


def image(
    translator: HTML5Translator, node: nodes.Element, src: str, size: tuple[int, int] | None, *, paired: bool
) -> str:
    """Return the ``<img>`` of the picture at the address *src*, of that *size* in pixels where it is known."""
    attributes = {"width": str(size[0]), "height": str(size[1])} if size else {}
    if "align" in node:
        attributes["class"] = f"align-{node['align']}"
    when = loading(first=node.get(FIRST, False), paired=paired)
    alt = node.get("alt", "")
    img: str = translator.emptytag(node, "img", "", alt=alt, src=src, decoding="async", loading=when, **attributes)
    return img
