"""The linked data of pages, read as a search engine does and held against what Google asks for.

https://developers.google.com/search/docs/appearance/structured-data/article, …/breadcrumb and
https://developers.google.com/search/docs/appearance/site-names.
"""

from typing import Any

import extruct

from _ext.blog.pagination import PAGE_SIZE
from testing.sites import Build, Site, write_post

Data = dict[str, Any]
URL = "https://example.org/en/latest"


def read(site: Site, path: str) -> dict[str, Data]:
    """Return the linked data of the page at *path*, by type."""
    html = (site.folder / path.strip("/") / "index.html").read_bytes()
    documents = extruct.extract(html.decode(), syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert {document["@context"] for document in documents} <= {"https://schema.org"}
    return {node["@type"]: node for document in documents for node in document["@graph"]}


def trail(site: Site, path: str) -> list[tuple[int, str, str]]:
    entries = read(site, path)["BreadcrumbList"]["itemListElement"]
    assert {entry["@type"] for entry in entries} == {"ListItem"}
    return [(entry["position"], entry["name"], entry["item"]) for entry in entries]


def test_a_post_has_every_field_that_is_recommended(build: Build) -> None:
    posting = read(build("feed", html_baseurl=URL), "posts/2024/other")["BlogPosting"]
    assert posting["headline"] == "Other"
    assert posting["image"] == [f"{URL}/_cards/other.png"]
    assert posting["datePublished"] == "2024-01-05T00:00:00+00:00"
    assert posting["dateModified"] == "2024-02-03T00:00:00+00:00"
    ada = {"@type": "Person", "name": "Ada", "url": f"{URL}/blog/author/ada/", "sameAs": "https://example.org/ada"}
    assert posting["author"] == [ada]


def test_a_post_says_where_it_belongs(build: Build) -> None:
    posting = read(build("order", html_baseurl=URL), "posts/2024/first")["BlogPosting"]
    assert posting["url"] == posting["mainEntityOfPage"] == f"{URL}/posts/2024/first/"
    assert posting["description"].startswith("A description")
    assert posting["keywords"] == ["Beta", "Alpha"]
    assert [author["name"] for author in posting["author"]] == ["Ben", "Ada"]
    assert posting["inLanguage"] == "en"
    assert posting["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert posting["publisher"]["name"] == posting["isPartOf"]["name"] == "Under Load"
    assert posting["publisher"]["logo"]["url"] == f"{URL}/apple-touch-icon.png"


def test_who_signs_in_the_blogs_name_is_an_organization(build: Build) -> None:
    posting = read(build("order", project="Ada"), "posts/2024/first")["BlogPosting"]
    assert [author["@type"] for author in posting["author"]] == ["Person", "Organization"]


def test_each_page_is_on_a_way_from_home(build: Build) -> None:
    site = build("order", html_baseurl=URL)
    home, blog, tags = ("Under Load", ""), ("All posts", "blog/"), ("Tags", "blog/tag/")
    for path, steps in {
        "posts/2024/first/": [home, blog, ("First", "posts/2024/first/")],
        "blog/": [home, blog],
        "blog/2024/": [home, blog, ("2024", "blog/2024/")],
        "blog/tag/": [home, blog, tags],
        "blog/tag/alpha/": [home, blog, tags, ("Alpha", "blog/tag/alpha/")],
        "blog/author/ada/": [home, blog, ("Authors", "blog/author/"), ("Ada", "blog/author/ada/")],
        "about/": [home, ("About", "about/")],
    }.items():
        assert trail(site, path) == [(at, name, f"{URL}/{url}") for at, (name, url) in enumerate(steps, 1)]


def test_the_second_page_of_an_archive_is_on_the_way_of_the_first(build: Build) -> None:
    site = build(edit=lambda folder: [write_post(folder, f"p-{at}", "2024-01-02") for at in range(PAGE_SIZE + 1)])
    assert trail(site, "blog/page/2") == trail(site, "blog")
    (canonical,) = site.page("blog/page/2").cssselect("link[rel=canonical]")
    assert canonical.get("href").endswith("/blog/page/2/")
    assert canonical.get("href") in (site.folder / "sitemap.xml").read_text()


def test_home_is_the_web_site(build: Build) -> None:
    data = read(build("order", html_baseurl=f"{URL}/"), "")
    assert data.keys() == {"WebSite"}
    assert (data["WebSite"]["name"], data["WebSite"]["url"]) == ("Under Load", f"{URL}/")


def test_a_page_that_nobody_shares_has_none(build: Build) -> None:
    site = build("order")
    assert [read(site, path) for path in ("404", "search")] == [{}, {}]


def test_a_draft_is_not_told_of_as_published(build: Build) -> None:
    assert read(build("unpublished", preview=True), "posts/2024/draft").keys() == {"BreadcrumbList"}


def test_no_text_ends_the_script(build: Build) -> None:
    site = build("markup")
    (script,) = site.page("posts/2024/markup").cssselect("script[type='application/ld+json']")
    assert not set("<>&'") & set(script.text)
    posting = read(site, "posts/2024/markup")["BlogPosting"]
    assert posting["headline"] == 'A <script> & <img src=x onerror=alert(1)> "title"'
    assert posting["keywords"] == ['<i>Tag</i> & "co"']
    assert posting["author"][0]["name"] == "<i>Author</i>"
