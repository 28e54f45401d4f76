"""The Atom feeds, read back as a feed reader does and held against a grammar of RFC 4287."""

import datetime as dt
import shutil
from pathlib import Path

import feedparser
import lxml.html
import pytest
from lxml import etree

from _ext.blog.permalinks import absolute_url
from _ext.feeds.atom import atom
from _ext.feeds.feed import NEWEST, Entry, Feed, entry_id, entry_text
from _ext.pages.built_page import read_page
from _ext.posts import Post, Tag
from testing.posts import post
from testing.sites import ROOTS, Build, Site, write_post
from tests.blog.test_series import three_parts

GRAMMAR = etree.RelaxNG.from_rnc_string((Path(__file__).parent / "atom.rnc").read_text(encoding="utf-8"))
ATOM = "{http://www.w3.org/2005/Atom}"


def made(*posts: Post, text: str = "<p>Text.</p>", **values: object) -> Feed:
    """Return a feed of *posts*."""
    defaults = {
        "id": "tag:example.org,2024:feed",
        "title": "A blog",
        "subtitle": "On things",
        "url": "https://example.org/blog/atom.xml",
        "json_url": "https://example.org/blog/feed.json",
        "page_url": "https://example.org/blog/",
        "style_url": "https://example.org/feed.css",
        "hub": "",
        "language": "en",
        "entries": tuple(
            Entry(entry_id("example.org", post), post, f"https://example.org/{post.slug}/", text, None)
            for post in posts
        ),
    }
    return Feed(**defaults | values)  # type: ignore[arg-type]


def document(*posts: Post, **values: object) -> etree._Element:
    """Return the feed of *posts*, parsed."""
    return etree.fromstring(atom(made(*posts, **values)))  # type: ignore[arg-type]


def errors(feed: etree._Element) -> list[str]:
    """Return what the grammar has against *feed*."""
    GRAMMAR.validate(feed)
    return [error.message for error in GRAMMAR.error_log]


def read(site: Site, path: str = "blog/atom.xml") -> feedparser.FeedParserDict:
    """Return the feed at *path* as a feed reader sees it."""
    # Feed readers resolve what is relative; to see whether anything is, ours does not.
    parsed = feedparser.parse((site.folder / path).read_bytes(), resolve_relative_uris=False, sanitize_html=False)
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


# Pure rules


def test_an_entrys_id_is_a_tag_uri_of_its_first_publication() -> None:
    assert entry_id("example.org", post()) == "tag:example.org,2024-01-02:a-post"


@pytest.mark.parametrize(
    "change", [{"title": "Another"}, {"path": "posts/2025/another/index.md"}, {"date": dt.date(2025, 1, 1)}]
)
def test_an_entrys_id_outlives_title_path_and_date(change: dict[str, object]) -> None:
    assert entry_id("example.org", post(**change)) == entry_id("example.org", post())


@pytest.mark.parametrize("baseurl", ["https://example.org/en/latest", "https://example.org/en/latest/"])
def test_a_base_url_may_lack_its_slash(baseurl: str) -> None:
    assert absolute_url(baseurl, "blog/") == "https://example.org/en/latest/blog/"


def test_an_entrys_text_is_that_of_its_page() -> None:
    page = b"<nav>Home</nav><div data-post-text>\n<p>Gr\xc3\xbc\xc3\x9fe &amp; so on.</p>\n<p>More.</p>\n</div>"
    assert entry_text(read_page(page, "", "https://example.org/")) == "<p>Grüße &amp; so on.</p>\n<p>More.</p>"


def test_a_feed_says_its_language() -> None:
    assert document(post()).get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


@pytest.mark.parametrize("missing", ["id", "title", "updated", "author", "content", "published", "summary"])
def test_a_feed_is_valid_atom_and_the_grammar_misses_what_is_missing(missing: str) -> None:
    feed = document(post())
    assert errors(feed) == []
    entry = feed.find(f"{ATOM}entry")
    entry.remove(entry.find(ATOM + missing))
    assert errors(feed)


def test_a_feed_is_as_new_as_its_newest_entry() -> None:
    feed = document(post("2024-01-05"), post("2024-01-02", updated=dt.date(2024, 2, 3)))
    assert feed.findtext(f"{ATOM}updated") == "2024-02-03T00:00:00+00:00"


def test_a_hub_is_announced_where_there_is_one() -> None:
    links = document(post(), hub="https://hub.example/").iterfind(f"{ATOM}link")
    assert [(link.get("rel"), link.get("href")) for link in links][2:] == [("hub", "https://hub.example/")]


def test_a_person_who_opens_a_feed_is_told_what_it_is() -> None:
    feed = document(post())
    assert feed.getprevious().text == 'type="text/css" href="https://example.org/feed.css"'
    (told,) = feed.iterfind("{http://www.w3.org/1999/xhtml}header")
    assert told[0].text.startswith("This is a feed: ")
    (link,) = feed.find(f"{ATOM}entry").iterfind(".//{http://www.w3.org/1999/xhtml}a")
    assert (link.text, link.get("href")) == ("A post", "https://example.org/a-post/")


def test_markup_in_metadata_is_text() -> None:
    tag = Tag("c", "<C> & 'C'", "")
    feed = document(post(title=']]> <b> & "x"', description="</summary>", tags=(tag,)))
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == ']]> <b> & "x"'
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == "</summary>"
    assert feed.find(f"{ATOM}entry/{ATOM}category").get("label") == "<C> & 'C'"


# The feeds of a site


def test_the_blog_each_tag_and_author_have_a_feed(build: Build) -> None:
    site = build("order")
    found = sorted(path.parent.relative_to(site.folder / "blog").as_posix() for path in site.folder.rglob("atom.xml"))
    assert found == [".", "author/ada", "author/ben", "tag/alpha", "tag/beta", "tag/c-plus-plus", "tag/c-sharp"]


def test_every_feed_is_valid_and_has_an_id_of_its_own(build: Build) -> None:
    site = build("order")
    feeds = [etree.parse(path).getroot() for path in site.folder.rglob("atom.xml")]
    assert [errors(feed) for feed in feeds] == [[]] * len(feeds)
    ids = {feed.findtext(f"{ATOM}id") for feed in feeds}
    assert len(ids) == len(feeds)
    assert "tag:under-load.readthedocs.io,2024-10-20:blog/tag/alpha/atom.xml" in ids


def test_a_feed_has_its_archives_posts_newest_first(build: Build) -> None:
    site = build("order")
    assert [entry.title for entry in read(site).entries] == ["Third", "Second", "First"]
    assert [entry.title for entry in read(site, "blog/tag/alpha/atom.xml").entries] == ["Second", "First"]


def test_a_feed_says_whose_it_is(build: Build) -> None:
    site = build("order")
    blog, alpha = read(site).feed, read(site, "blog/tag/alpha/atom.xml").feed
    assert (blog.title, alpha.title, alpha.subtitle) == ("Under Load", "Under Load: Alpha", "The first.")


def test_authors_and_tags_keep_the_given_order(build: Build) -> None:
    (entry,) = read(build("order"), "blog/tag/beta/atom.xml").entries
    assert [author.name for author in entry.authors] == ["Ben", "Ada"]
    assert [(tag.term, tag.label) for tag in entry.tags] == [("beta", "Beta"), ("alpha", "Alpha")]


def test_dates_come_from_the_post(build: Build) -> None:
    other, linked = read(build("feed")).entries
    assert (other.published, other.updated) == ("2024-01-05T00:00:00+00:00", "2024-02-03T00:00:00+00:00")
    assert (linked.published, linked.updated) == ("2024-01-02T00:00:00+00:00",) * 2


def test_a_renamed_post_keeps_its_id(build: Build) -> None:
    other, linked = read(build("feed")).entries
    assert other.id == "tag:under-load.readthedocs.io,2023-12-31:an-old-slug"
    assert linked.id == "tag:under-load.readthedocs.io,2024-01-02:linked"


@pytest.mark.parametrize("baseurl", ["https://example.org/en/latest", "https://example.org/en/latest/"])
def test_links_and_images_are_absolute_under_a_base_url_with_a_path(build: Build, baseurl: str) -> None:
    parsed = read(build("feed", html_baseurl=baseurl))
    here = "https://example.org/en/latest"
    assert [link.href for link in parsed.feed.links] == [f"{here}/blog/atom.xml", f"{here}/blog/"]
    linked = parsed.entries[1]
    assert linked.link == f"{here}/posts/2024/linked/"
    content = lxml.html.fromstring(linked.content[0].value)
    assert [link for _, _, link, _ in content.iterlinks()] == [
        f"{here}/posts/2024/linked/#a-section",
        f"{here}/posts/2024/other/",
        "https://example.org/",
        f"{here}/_images/linked/dot.png",
    ]


def test_the_text_is_full_and_without_the_pages_furniture(build: Build) -> None:
    linked = read(build("feed")).entries[1]
    content = lxml.html.fromstring(linked.content[0].value)
    assert [heading.text_content() for heading in content.cssselect("h1, h2")] == ["A section"]
    assert not content.cssselect("button, .headerlink, nav")
    assert 'print("1 < 2")' in content.text_content()


def test_a_site_without_posts_has_no_feed(build: Build) -> None:
    assert not build("unpublished").exists("blog/atom.xml")


def test_a_feed_holds_the_newest_twenty(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NEWEST == 20
    monkeypatch.setattr("_ext.feeds.feed.NEWEST", 2)
    assert [entry.title for entry in read(build("order")).entries] == ["Third", "Second"]


def test_a_series_has_a_feed(build: Build) -> None:
    site = build(edit=three_parts)
    assert read(site, "blog/series/whole/atom.xml").feed.title == "Under Load: The <i>whole</i>"


def pictured(folder: Path) -> None:
    write_post(folder, "pictured", "2024-01-02", options=":image: dot.png\n:image-alt: A dot.\n")
    shutil.copy(ROOTS / "test-feed/posts/2024/linked/dot.png", folder / "posts/2024/pictured")


def test_an_entry_has_the_image_of_its_post(build: Build) -> None:
    site = build(edit=pictured, html_baseurl="https://example.org/")
    (entry,) = read(site).entries
    assert entry.media_thumbnail == [{"url": "https://example.org/_images/pictured/dot.png"}]
    assert errors(site.feed("blog/atom.xml")) == []
    assert site.exists("_images/pictured/dot.png")
