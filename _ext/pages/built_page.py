"""A page as built, parsed once for all who read it: feeds, the copy in Markdown, the check of links."""

import re
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.etree import XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from _ext.blog.permalinks import absolute_url

PAGE_BUILT = "page-built"
"""The event that tells of a page as it was written: its listeners are given the application and a BuiltPage."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""The characters that XML cannot hold (XML 1.0, §2.2); a file that a post shows may have them."""
TEXT = XPath("//*[@data-post-text]")
"""The element that holds a post's text, see _templates/partials/post.html; Markdown cannot give an attribute."""
FOR_A_BROWSER = XPath(".//a[@class = 'headerlink'] | .//input | .//picture[@class = 'only-dark']")
"""What only a browser can use: anchors beside headings, the buttons of tabs, of a picture for light and for dark the dark."""
ADDRESSED = XPath(".//*[@href or @src]")


@dataclass(frozen=True)
class BuiltPage:
    """A page as built. Its readers share the trees, and change nothing in them."""

    path: str
    """From the site's root, with a slash at its end: ``posts/2024/pools/``; that of home is empty."""
    url: str
    """Absolute."""
    tree: HtmlElement
    """All of the page."""
    text: HtmlElement | None
    """The text of the post as it stands alone, see `standing_alone`; None where the page is of no post."""


def read_page(html: bytes, path: str, site: str) -> BuiltPage:
    """Return the page *html*, in UTF-8, which stands at *path* in the *site* at that URL.

    Characters that XML cannot hold are replaced.
    """
    url = absolute_url(site, path)
    tree = document_fromstring(NOT_XML.sub("\ufffd", html.decode()).encode(), parser=HTMLParser(encoding="utf-8"))
    text = next(iter(TEXT(tree)), None)
    return BuiltPage(path, url, tree, None if text is None else standing_alone(text, url))


def standing_alone(text: HtmlElement, url: str) -> HtmlElement:
    """Return a copy of the *text* of the post at *url* that needs no page around it.

    Its addresses are absolute, since there is no page to resolve them against. What only a browser can use is gone, and of a
    picture the author's own file is left: a feed reader may keep neither ``<source>`` nor a style.
    """
    alone = deepcopy(text)
    alone.tail = None
    for source in alone.findall(".//source"):
        source.drop_tag()  # and no more: libxml2 takes what follows a <source> for its content
    for element in FOR_A_BROWSER(alone):
        element.drop_tree()
    for picture in alone.findall(".//picture"):
        picture.drop_tag()
    for element in ADDRESSED(alone):
        for name in ("href", "src"):
            if (address := element.get(name)) is not None:
                element.set(name, urljoin(url, address.strip()))
    return alone
