"""What a green build of the stock blog contains, what each cure changes, and that the check can tell."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from framed_page import ERROR, assert_framed, is_error_page
from green_build import build, pages, write_blog
from lxml import html

ARCHIVES = ("ablog/catalog.html", "ablog/collection.html", "ablog/redirect.html")
SKIP = "skip_injecting_base_ablog_templates = True\n"
SIDEBAR = 'html_sidebars = {"**": ["sidebar/navigation.html", "ablog/recentposts.html"]}\n'
ORDER = 'extensions.append("lookup_order")\n'

# The h1 of every page but search.html, which Furo leaves without one: a script fills it in the browser.
TITLES = {
    "index.html": "Stock",
    "hello.html": "Hello, reader",
    "genindex.html": "Index",
    "blog.html": "All Posts",
    "blog/2026.html": "Posted in 2026",
    "blog/archive.html": "All posts",
    "blog/drafts.html": "Drafts",
    "blog/tag.html": "Tags",
    "blog/tag/first.html": "Posts tagged First",
    "old/hello.html": "Hello, reader",
}
EVERY_PAGE = {*TITLES, "search.html"}
# What ABlog writes from templates of its own. They name the block `body`, which is all of Furo's page.
OF_ABLOG = {name for name in TITLES if name.startswith(("blog", "old"))}
REDIRECT = "old/hello.html"

# name of the site -> lines for conf.py, templates taken from cure/
SITES: dict[str, tuple[str, tuple[str, ...]]] = {
    "stock": (ORDER, ()),
    "page.html only": (ORDER, ("page.html",)),
    "overridden": (SIDEBAR, ("page.html", "layout.html", *ARCHIVES)),
    "skipped": (SKIP, ()),
    "skipped, supplied": (SKIP, ARCHIVES),
    "skipped, sidebar": (SKIP + SIDEBAR, ARCHIVES),
    "theme option": ('html_theme_options = {"ablog_inject_templates_after_theme": True}\n', ()),
    "child theme": ('html_theme_path = ["_themes"]\nhtml_theme = "child"\n', ()),
    "bang": ("", ("page.html",)),
    "tripwire": ("", ("layout.html",)),
}
CHILD_THEME = '[theme]\ninherit = "furo"\n\n[options]\nablog_inject_templates_after_theme = true\n'


class Site(NamedTuple):
    """One built site."""

    result: subprocess.CompletedProcess[str]
    output: Path
    pages: dict[str, str]

    @property
    def broken(self) -> set[str]:
        """The pages that are Furo's error page."""
        return {name for name, page in self.pages.items() if is_error_page(page)}

    @property
    def refused(self) -> set[str]:
        """The pages with a known title that the check refuses."""
        return {name for name, title in TITLES.items() if not passes(self.pages[name], title)}


def passes(page: str, title: str) -> bool:
    try:
        assert_framed(page, title)
    except AssertionError:
        return False
    return True


def texts(page: str, xpath: str) -> list[str]:
    return [element.text_content() for element in html.document_fromstring(page).xpath(xpath)]


def build_site(name: str, folder: Path) -> Site:
    source, output = folder / "source", folder / "html"
    conf, templates = SITES[name]
    write_blog(source, conf, templates)
    if name == "child theme":
        theme = source / "_themes" / "child" / "theme.toml"
        theme.parent.mkdir(parents=True)
        theme.write_text(CHILD_THEME, encoding="utf-8")
    if name == "bang":
        page = source / "_templates" / "page.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace('extends "furo/page.html"', 'extends "!page.html"'), encoding="utf-8")
    return Site(build(source, output), output, pages(output))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    folders = [tmp_path_factory.mktemp("blog") for _ in SITES]
    with ThreadPoolExecutor(2) as pool:  # each build is a process of its own
        yield dict(zip(SITES, pool.map(build_site, SITES, folders), strict=True))


def template_order(site: Site) -> list[str]:
    lines = site.result.stdout.splitlines()
    return [line.removeprefix("templates: ") for line in lines if line.startswith("templates: ")]


def test_the_stock_build_is_green_and_every_page_is_the_error_page(sites: dict[str, Site]) -> None:
    stock = sites["stock"]
    assert (stock.result.returncode, stock.result.stderr) == (0, "")
    assert "build succeeded." in stock.result.stdout
    assert set(stock.pages) == EVERY_PAGE
    assert stock.broken == EVERY_PAGE


def test_feed_and_search_index_of_the_stock_build_are_right(sites: dict[str, Site]) -> None:
    output = sites["stock"].output
    assert "The first paragraph." in (output / "blog/atom.xml").read_text(encoding="utf-8")
    assert "Hello, reader" in (output / "searchindex.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TITLES)
def test_the_check_is_red_on_every_page_of_the_stock_build(sites: dict[str, Site], name: str) -> None:
    with pytest.raises(AssertionError, match="this is Furo's error page"):
        assert_framed(sites["stock"].pages[name], TITLES[name])


def test_ablog_is_asked_after_the_user_and_before_the_theme(sites: dict[str, Site]) -> None:
    theme = [
        *("theme/furo", "theme/basic-ng", "themes/basic"),
        *("furo/theme", "sphinx_basic_ng/theme", "sphinx/themes"),
    ]
    assert template_order(sites["stock"]) == ["ablog/templates", *theme]
    assert template_order(sites["page.html only"]) == ["source/_templates", "ablog/templates", *theme]


def test_an_exclamation_mark_finds_ablogs_page_not_the_themes(sites: dict[str, Site]) -> None:
    assert sites["bang"].result.returncode == 0
    assert sites["bang"].broken == EVERY_PAGE


@pytest.mark.parametrize("half", ["page.html only", "child theme"])
def test_with_furos_page_html_ablogs_own_pages_still_have_no_frame(sites: dict[str, Site], half: str) -> None:
    site = sites[half]
    assert site.result.returncode == 0
    assert site.broken == {REDIRECT}, "redirect.html extends !layout.html"
    assert site.refused == OF_ABLOG, "the archives fill Furo's `body`, which is the whole page"
    for name in OF_ABLOG - {REDIRECT}:
        assert "<article" not in site.pages[name]


def test_skipping_ablogs_templates_alone_fails_for_want_of_them(sites: dict[str, Site]) -> None:
    site = sites["skipped"]
    assert site.result.returncode == 2
    assert "TemplateNotFound(\"'ablog/redirect.html' not found" in site.result.stderr


@pytest.mark.parametrize("cure", ["overridden", "skipped, supplied"])
def test_each_cure_frames_every_page_and_renders_the_post(sites: dict[str, Site], cure: str) -> None:
    site = sites[cure]
    assert (site.result.returncode, site.result.stderr) == (0, "")
    assert set(site.pages) == EVERY_PAGE
    assert site.broken == set()
    for name, title in TITLES.items():
        assert_framed(site.pages[name], title)
    assert texts(site.pages["hello.html"], "//article//p[1]") == ["The first paragraph."]
    for name in ("blog/archive.html", "blog/2026.html", REDIRECT):
        assert texts(site.pages[name], "//article//a[@href='../hello.html']") == ["Hello, reader"]
    refresh = html.document_fromstring(site.pages[REDIRECT]).xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == ["0; url=../hello.html"]


def test_the_override_keeps_what_the_switch_takes_away(sites: dict[str, Site]) -> None:
    assert 'href="blog/atom.xml"' in sites["overridden"].pages["hello.html"]
    assert "ablog__recentposts" in sites["overridden"].pages["hello.html"]
    assert "atom.xml" not in sites["skipped, supplied"].pages["hello.html"]
    missing = sites["skipped, sidebar"].result
    assert missing.returncode == 2
    assert "'ablog/recentposts.html' not found" in missing.stderr


def test_the_theme_option_cannot_be_set_in_conf_py(sites: dict[str, Site]) -> None:
    site = sites["theme option"]
    assert site.result.returncode == 1
    assert "unsupported theme option 'ablog_inject_templates_after_theme' given" in site.result.stderr
    assert site.broken == EVERY_PAGE


def test_the_tripwire_makes_all_but_the_redirect_red(sites: dict[str, Site]) -> None:
    site = sites["tripwire"]
    assert site.result.returncode == 1
    for name in EVERY_PAGE - {REDIRECT}:
        assert f"in rendering {name}: extends layout.html" in site.result.stderr
    assert REDIRECT not in site.result.stderr, "!layout.html passes the user's folder by"


def test_a_page_that_quotes_the_error_text_is_no_error_page(sites: dict[str, Site]) -> None:
    page = sites["overridden"].pages["hello.html"]
    assert ERROR in page, "a search of the file would find it"
    assert_framed(page, "Hello, reader")
    assert_framed(page.replace("<p>The first paragraph.</p>", f"<p>{ERROR}</p>"), "Hello, reader")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<article role="main"', "<article", "0 main articles"),
        ("<p>The first paragraph.</p>", "<h1>The first paragraph.</h1>", "2 h1 elements"),
        ("<h1>Hello, reader", "<h1>Hello", "the article's h1 is 'Hello'"),
        ("<title>Hello, reader", "<title>&lt;no title&gt;", "not in the <title>"),
        ('class="sidebar-drawer"', 'class="drawer"', "no links in the sidebar"),
    ],
)
def test_each_assertion_of_the_check_can_fail(sites: dict[str, Site], old: str, new: str, fault: str) -> None:
    page = sites["overridden"].pages["hello.html"]
    assert old in page
    with pytest.raises(AssertionError, match=fault):
        assert_framed(page.replace(old, new), "Hello, reader")
