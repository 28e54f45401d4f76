"""What an author calls things arrives as that very text, whatever its signs: in pages, lists, feeds, cards, copies, linked data and the search."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import lxml.html
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from _ext.commands.new import fill_in
from testing.sites import Site, texts
from tests.discovery.test_search import fragments
from tests.feeds.test_feed import ATOM

SIGNS = [
    "<script>",
    "</script>",
    "]]>",
    "{{ x }}",
    "{% x %}",
    "&amp;",
    "&",
    '"',
    "'",
    "<",
    ">",
    "\\",
    "`",
    "*",
    "_",
    "[x](y)",
]
SIGNS += [
    "$x$",
    "|",
    "#",
    "::",
    "-->",
    "%s",
    "\u2026",
    "ﬀ",
    "שלום",
    "日本",
    "👩\u200d💻",
    "e\u0301",
    "a",
    "B",
    "1",
    " ",
    "  ",
]
PADDING = " and so on until there are enough letters for a description"


def tidy(text: str) -> str:
    """Return *text* as it can be a line of metadata: composed, with letters, and single spaces within."""
    return unicodedata.normalize("NFC", " ".join(f"T{text}t".split()))


pieces = st.lists(
    st.sampled_from(SIGNS) | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=3)
)
names = pieces.map("".join).map(tidy).filter(lambda text: len(text) <= 80)
metadata = st.fixed_dictionaries({"title": names, "description": names, "tag": names, "author": names})


def lay(folder: Path, posts: list[dict[str, str]]) -> None:
    """Write *posts*, and the tags and authors that they name."""
    template = '# T\n\n```{post} draft\n:tags: "%s"\n:author: author-%s\n:description: %s\n```\n\nText.\n'
    for at, post in enumerate(posts):
        for name, entry in (
            ("tags", f"[tag-{at}]\nlabel = {quoted(post['tag'])}\ndescription = 'D.'\n"),
            ("authors", f"[author-{at}]\nname = {quoted(post['author'])}\nurl = 'https://example.org/'\nline = 'L.'\n"),
        ):
            with (folder / f"posts/{name}.toml").open("a", encoding="utf-8") as file:
                file.write(f"\n{entry}")
        path = folder / f"posts/2024/post-{at}/index.md"
        path.parent.mkdir(parents=True)
        head = template % (escaped(post["tag"]), at, quoted(post["description"]))
        path.write_text(fill_in(head, f"posts/2024/post-{at}/index.md", post["title"], "2024-01-02"), encoding="utf-8")


def html_of(file: Path) -> lxml.html.HtmlElement:
    """Return what a reader of CommonMark makes of *file*."""
    return lxml.html.document_fromstring(MarkdownIt().render(file.read_text(encoding="utf-8")))


def quoted(text: str) -> str:
    """Return *text* as a string of TOML, and of YAML in double quotes."""
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def unlike(posts: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return *posts* with what makes their tags and authors differ, both without a comma, and a description of length."""
    return [
        {
            "title": post["title"],
            "description": post["description"] + PADDING,
            "tag": f"{post['tag'].replace(',', ';')} {at}",
            "author": f"{post['author'].replace(',', ';')} {at}",
        }
        for at, post in enumerate(posts)
    ]


@settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(metadata, min_size=20, max_size=20).map(unlike))
def test_metadata_arrives_as_the_text_that_it_is(build: Callable[..., Site], posts: list[dict[str, str]]) -> None:
    site = build(edit=lambda folder: lay(folder, posts))
    assert "posts/" not in site.warnings
    entries = {entry.findtext(f"{ATOM}title"): entry for entry in site.feed("blog/atom.xml").iter(f"{ATOM}entry")}
    found = fragments(site)
    for at, post in enumerate(posts):
        page = site.page(f"posts/2024/post-{at}")
        assert texts(page, "h1") == [post["title"]]
        assert texts(page, ".tags a") == [post["tag"]]
        assert texts(page, ".post-meta a") == [post["author"]]
        assert page.cssselect("meta[name=description]")[0].get("content") == post["description"]
        assert found[f"posts/2024/post-{at}"]["meta"]["title"] == " ".join(post["title"].split())
        graph = json.loads(page.cssselect("script[type='application/ld+json']")[0].text)["@graph"]
        assert (graph[0]["headline"], graph[0]["description"]) == (post["title"], post["description"])
        assert (graph[0]["keywords"], graph[0]["author"][0]["name"]) == ([post["tag"]], post["author"])
        assert graph[1]["itemListElement"][-1]["name"] == post["title"]
        shared = {meta.get("property"): meta.get("content") for meta in page.cssselect("meta[property]")}
        assert (shared["og:title"], shared["og:description"]) == (post["title"], post["description"])
        assert (shared["article:tag"], shared["og:image:alt"]) == (post["tag"], post["title"])
        copy = html_of(site.folder / f"posts/2024/post-{at}/index.md")
        assert texts(copy, "h1") == [post["title"]]
        assert texts(copy, "blockquote") == [post["description"]]
        assert texts(copy, "li")[2:4] == [f"By: {post['author']}", f"Tags: {post['tag']}"]
        assert site.exists(f"_cards/post-{at}.png")
        entry = entries[post["title"]]
        assert entry.findtext(f"{ATOM}summary") in {other["description"] for other in posts}
        assert entry.find(f"{ATOM}category").get("label") in {other["tag"] for other in posts}
        assert entry.findtext(f"{ATOM}author/{ATOM}name") in {other["author"] for other in posts}
        assert texts(site.page(f"blog/tag/tag-{at}"), "h1") == [post["tag"]]
    assert {post["title"] for post in posts} <= set(texts(site.page("blog"), ".posts h2"))
