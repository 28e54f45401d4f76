"""A page as built, which all who read it share."""

import lxml.html
import pytest
from lxml import etree

from _ext.pages.built_page import BuiltPage, read_page
from testing.sites import Build


def read(text: str) -> BuiltPage:
    return read_page(f"<body><div data-post-text>{text}</div></body>".encode(), "post/", "https://example.org/en/")


@pytest.mark.parametrize(
    ("html", "alone"),
    [
        ('<a href="#there">x</a>', '<a href="https://example.org/en/post/#there">x</a>'),
        ('<a href="../other/">x</a>', '<a href="https://example.org/en/other/">x</a>'),
        ('<img src="../_images/x.png">', '<img src="https://example.org/en/_images/x.png">'),
        (
            '<picture><source srcset="x.webp 9w"><img src="x.png"></picture>',
            '<img src="https://example.org/en/post/x.png">',
        ),
        ('<picture class="only-light"><img src="https://a.example/"></picture>', '<img src="https://a.example/">'),
        ('<p>a<picture class="only-dark"><img src="x.png"></picture>b</p>', "<p>ab</p>"),
        ('<a href="https://example.com/">x</a>', '<a href="https://example.com/">x</a>'),
        ('<h2>x<a class="headerlink" href="#x">#</a></h2>', "<h2>x</h2>"),
        ("<p>Grüße &amp; 1 &lt; 2</p>", "<p>Grüße &amp; 1 &lt; 2</p>"),
        ("<input type='radio'><label>A</label><p>First.</p>", "<label>A</label><p>First.</p>"),
        ("<pre>\x1b[0m\ufffe</pre>", "<pre>\ufffd[0m\ufffd</pre>"),
    ],
)
def test_the_text_of_a_post_stands_alone(html: str, alone: str) -> None:
    text = read(html).text
    assert text is not None
    assert lxml.html.tostring(text, encoding="unicode") == f"<div data-post-text>{alone}</div>"


def test_the_page_keeps_what_the_text_alone_does_not_need() -> None:
    assert read('<a class="headerlink" href="#x">#</a>').tree.xpath("//a/@href") == ["#x"]


def test_a_page_that_is_no_post_has_no_such_text() -> None:
    assert read_page(b"<p>Text.</p>", "", "https://example.org/").text is None


def test_the_page_of_a_post_is_parsed_once(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    parse = etree.fromstring

    def noted(text: str | bytes, *args: object, **options: object) -> etree._Element:
        parsed.append(text.encode() if isinstance(text, str) else text)
        return parse(text, *args, **options)

    monkeypatch.setattr(etree, "fromstring", noted)
    build("order")
    assert len([text for text in parsed if b"The text of the first." in text]) == 1
