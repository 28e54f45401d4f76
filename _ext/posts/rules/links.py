"""Rules of what refers and is referred to: links, their texts, labels, footnotes."""

import posixpath
import re
import unicodedata
from urllib.parse import urlsplit

from docutils.nodes import make_id

from _ext.posts.rules.metadata import POST_PATH
from _ext.posts.rules.post_source import PostSource
from _ext.posts.source.addresses import broken, is_local
from _ext.posts.source.faults import Findings, Of, all_must, must, nearest, rule
from _ext.posts.source.grammar import LABEL, PAGES

TEXTS_THAT_SAY_NOTHING = frozenset([
    "article", "click", "click here", "details", "here", "hier", "learn more", "link", "more", "page", "post",
    "read more", "see", "see here", "see more", "see this", "site", "source", "that", "the link", "there", "this",
    "this article", "this link", "this page", "this post", "this site", "url", "website",
])  # fmt: skip
ADDRESS = re.compile(r"(https?://(?P<a>[^/\s?#]+)|(?P<b>(www\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(com|net|org)))(/|$)")
PAGES_OF_SPHINX = re.compile(r"genindex|modindex|py-modindex|search")
"""The labels of pages that Sphinx has, and this site has not or not to refer to."""
RESERVED_LABELS = re.compile(rf"{PAGES_OF_SPHINX.pattern}|(archive|author|blog|category|language|location|tag)-.*")
RESERVED_IDS = re.compile(
    r"codecell[0-9]+|furo-main-content|navigation|search-progress|search-results|searchbox|sidebar-(archive|newest)"
    r"|svg-.*|tab-set--.*|toc|toc-drawer|__(navigation|toc)"
)
"""The ids by which Furo, Sphinx's search and the copy buttons find their own parts of a page."""


@rule(Of.POST)
def link(post: PostSource) -> Findings:
    """A link leads to https, http or mail, or to a page of the site, by the path of its file; its label is defined once."""
    yield from all_must("label of a link must be defined once", post.outline.repeated)
    for given in post.outline.links:
        address = given.at.text
        if not given.address or address.startswith("#"):
            continue
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}", address):
            if problem := broken(address):
                yield must(problem, given.at)
        elif page := _page(post.path, address):
            if post.pages is not None and page not in PAGES and page not in post.pages:
                yield must("link must lead to a page that is there", given.at)
        else:
            near = posixpath.join(_path(address), "index.md")
            form = "link in the site must be the path of a page's file, such as ../slug/index.md"
            yield must(form, given.at, near=near if _page(post.path, near) else None)


def _path(address: str) -> str:
    return address.partition("#")[0]


def _page(post: str, address: str) -> str | None:
    """Return the document, relative to the site's root, that a relative *address* in *post* leads to, if it is one."""
    path = _path(address)
    found = posixpath.normpath(path[1:] if path.startswith("/") else f"{posixpath.dirname(post)}/{path}")
    return found if found in PAGES or POST_PATH.fullmatch(found) else None


@rule(Of.POST)
def local_link(post: PostSource) -> Findings:
    """A link leads to a host that every reader can reach, not to the author's machine, network or preview."""
    addresses = [given.at for given in post.outline.links if given.address and _has_host(given.at.text)]
    local = [at for at in addresses if is_local(at.text)]
    return all_must("link must lead to a host that every reader can reach", local)


@rule(Of.POST)
def link_text(post: PostSource) -> Findings:
    """The text of a link says where it leads: some readers hear the links of a page without the text around them."""
    for given in post.outline.links:
        at = given.at.saying(given.text or "")
        if given.text is not None and plain(given.text) in {"", *TEXTS_THAT_SAY_NOTHING}:
            yield must("link text must say where the link leads", at)
        elif given.text and (named := ADDRESS.match(given.text.strip())) and _has_host(given.at.text):
            host = urlsplit(given.at.text).netloc
            if _bare(host) != _bare(named["a"] or named["b"]):
                yield must("link text that is an address must be that of the link", at)


def _has_host(address: str) -> bool:
    return bool(re.match("https?://", address)) and not broken(address)


def _bare(host: str) -> str:
    return host.casefold().partition(":")[0].removeprefix("www.")


@rule(Of.POST)
def bare_url(post: PostSource) -> Findings:
    """A URL in the text is a link with a text of its own: by itself it is not even one."""
    return all_must("URL must be a link such as [what it is](URL), or in backticks", post.outline.bare_urls)


@rule(Of.POST)
def label(post: PostSource) -> Findings:
    """A label to refer to is in lower-case words joined by hyphens, given once, and none of the site's own."""
    seen = set()
    odd = [at for at in post.outline.labels if not LABEL.pattern.fullmatch(at.text)]
    yield from all_must(f"label must be {LABEL.description}", odd)
    for at in [*post.outline.labels, *post.outline.names]:
        if RESERVED_LABELS.fullmatch(at.text) or RESERVED_IDS.fullmatch(at.text):
            yield must("label must not be one of the site's own", at)
        elif at.text in seen:
            yield must("label must be given once", at)
        seen.add(at.text)


@rule(Of.POST)
def footnote(post: PostSource) -> Findings:
    """A footnote has one text, and is referred to."""
    defined, references = post.outline.footnotes, post.outline.footnote_references
    labels = [at.text for at in defined]
    for at in references:
        if at.text not in labels:
            near = nearest(at.text, labels)
            yield must("footnote must have a text, a paragraph that begins [^label]:", at, near=near)
    reserved = [at for at in defined if RESERVED_IDS.fullmatch(make_id(at.text))]
    yield from all_must("footnote must not have the id of a part of the page's frame", reserved)
    used = {at.text for at in references}
    for index, at in enumerate(defined):
        if at.text in labels[:index]:
            yield must("footnote must have one text", at)
        elif at.text not in used:
            yield must(f"footnote must be referred to, by [^{at.text}]", at)


def plain(text: str) -> str:
    """Return the words of *text* in lower case, without the signs around and between them."""
    seen = "".join(sign for sign in text.casefold() if unicodedata.category(sign) != "Cf")
    return " ".join(re.findall(r"[^\W_]+", seen))
