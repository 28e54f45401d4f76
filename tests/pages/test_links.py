"""What a page links to within the site, and that a link to what is not there is told."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from _ext.pages.built_page import read_page
from _ext.pages.links import MANY, Links, broken_links, links_of, targets, to_look_at

SITE = "https://example.org/en/"
PAGES = {
    "": Links(frozenset(), {}),
    "about/": Links(frozenset({"about-us"}), {}),
    "posts/2024/pools/": Links(frozenset({"what-it-costs"}), {}),
}
FILES = (*(f"{path}index.html" for path in PAGES), "blog/atom.xml", "_images/pools/dot.png")


def links(html: str) -> dict[str, str]:
    """Return where the links in *html* lead, in a page of the site."""
    return dict(links_of(read_page(f"<body>{html}".encode(), "posts/2024/pools/", SITE), SITE).targets)


def told(*targets: str) -> list[str]:
    """Return what is told where a page links to *targets*."""
    linking = Links(frozenset(), {target: f"../../../{target}" for target in targets})
    pages = {**PAGES, "linking/": linking}
    return [str(fault) for fault in broken_links(pages, pages, FILES, {"linking/": "linking.md"})]


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<a href="../../../about/">', "about/#"),
        ('<a href="../../../about/#about-us">', "about/#about-us"),
        ('<a href="#what-it-costs">', "posts/2024/pools/#what-it-costs"),
        ('<a href="/en/about/">', "about/#"),
        ('<a href="https://example.org/en/about/">', "about/#"),
        ('<a href="../../../search/?q=pool">', "search/#"),
        ('<a href="../../../a%20b/#%C3%BC">', "a b/#ü"),
        ('<img src="dot.png">', "posts/2024/pools/dot.png#"),
        ('<form action="../../../search/">', "search/#"),
        ('<meta property="og:image" content="https://example.org/en/_cards/pools.png">', "_cards/pools.png#"),
    ],
)
def test_a_link_leads_to_a_path_and_an_id(html: str, target: str) -> None:
    assert list(links(html)) == [target]


@given(st.lists(st.sampled_from(["../", "a", "b.c/", ".", "/", "?", "#", ":", "%20", SITE])).map("".join))
def test_an_address_leads_where_browsers_go(address: str) -> None:
    page = f"{SITE}blog/tag/atom.xml"
    assert [*targets([address], page, SITE)] == [*targets([urljoin(page, address)], page, SITE)]


def test_each_size_of_a_picture_is_linked_to() -> None:
    html = '<source srcset="../../../a.webp 300w, ../../../b.webp 600w">'
    assert links(html) == {"a.webp#": "../../../a.webp", "b.webp#": "../../../b.webp"}


@pytest.mark.parametrize("address", ["https://example.com/en/", "https://example.org/de/", "mailto:a@example.org"])
def test_what_leads_elsewhere_is_no_link_within_the_site(address: str) -> None:
    assert links(f'<a href="{address}">') == {}


def test_a_page_can_be_linked_to_by_its_ids() -> None:
    page = read_page(b'<h2 id="a">A</h2><p><b id="b">B</b></p>', "", SITE)
    assert links_of(page, SITE).ids == {"a", "b"}


@pytest.mark.parametrize(
    "target",
    ["#", "about/#", "about/index.html#about-us", "about/#about-us", "about/#top", "blog/atom.xml#", "blog/atom.xml#x"],
)
def test_what_is_there_is_not_told(target: str) -> None:
    assert told(target) == []


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("abuot/#", "'about/'"),
        ("_images/pool/dot.png#", "'_images/pools/dot.png'"),
        ("about/#abuot-us", "'#about-us'"),
        ("posts/2024/pools/index.html#what-it-cost", "'#what-it-costs'"),
    ],
)
def test_what_is_not_there_is_told_with_what_it_may_mean(target: str, near: str) -> None:
    must = f"link must lead to a page, a file or an id of the site (did you mean {near}?)"
    assert told(target) == [f"linking.md:1:1: {must}: '../../../{target}' [broken-link]"]


def test_a_page_without_a_source_is_told_by_its_path() -> None:
    feed = Links(frozenset(), {"gone#": "https://example.org/en/gone"})
    (fault,) = broken_links({"blog/atom.xml": feed}, {}, (), {})
    assert fault.path == "blog/atom.xml"


@pytest.mark.parametrize(("count", "files"), [(MANY - 1, ["0/", "1/", "2/", "3/"]), (MANY, ["_templates"])])
def test_what_stands_on_many_pages_is_told_once(count: int, files: list[str]) -> None:
    pages = {f"{number}/": Links(frozenset(), {"gone/#": "../gone/"}) for number in range(count)}
    assert [fault.path for fault in broken_links(pages, pages, (), {})] == files


def test_of_what_stands_on_many_pages_the_number_of_them_is_told() -> None:
    pages = {f"{number}/": Links(frozenset(), {"gone/#": "../gone/"}) for number in range(MANY)}
    (fault,) = broken_links(pages, pages, (), {})
    assert fault.message == "link on 5 pages must lead to a page, a file or an id of the site: '../gone/'"


OTHER = Links(frozenset({"other"}), {})


@pytest.mark.parametrize(
    ("now", "looked_at"),
    [
        (PAGES, []),
        ({**PAGES, "new/": OTHER}, ["new/"]),
        ({path: page for path, page in PAGES.items() if path}, ["about/", "posts/2024/pools/"]),
        ({**PAGES, "about/": OTHER}, ["", "about/", "posts/2024/pools/"]),
    ],
    ids=["nothing changed", "a page came", "a page went", "an id went"],
)
def test_where_something_has_gone_all_pages_are_looked_at_else_the_new_ones(
    now: dict[str, Links], looked_at: list[str]
) -> None:
    assert list(to_look_at(now, PAGES)) == looked_at
