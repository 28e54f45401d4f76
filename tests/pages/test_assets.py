"""What a page loads: one style sheet and one script."""

from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from _ext.pages.assets import bundle_name, join_scripts, join_styles
from testing.sites import Build, Site


def loaded(site: Site, path: str, selector: str, attribute: str) -> list[Path]:
    """Return the files that the page at *path* names in the *attribute* of what *selector* finds."""
    addresses = [element.get(attribute).partition("?")[0] for element in site.page(path).cssselect(selector)]
    return [(site.folder / path / address).resolve() for address in addresses]


def styles(site: Site, path: str) -> list[Path]:
    return loaded(site, path, "link[rel=stylesheet]", "href")


def scripts(site: Site, path: str) -> list[Path]:
    return loaded(site, path, "script[src]", "src")


def test_a_page_loads_one_style_sheet_and_one_script(build: Build) -> None:
    site = build("order")
    for path in ["", "about/", "blog/", "posts/2024/first/"]:
        assert [len(styles(site, path)), len(scripts(site, path))] == [1, 1]


def test_pages_share_what_they_load(build: Build) -> None:
    site = build("order")
    assert styles(site, "") == styles(site, "posts/2024/first/")
    assert scripts(site, "") == scripts(site, "posts/2024/first/")


def test_the_address_of_what_is_loaded_changes_with_what_it_holds(build: Build) -> None:
    def edit(folder: Path) -> None:
        (folder / "_static/blog.css").write_text("p {color: red}")

    (before,) = build("order").page("").cssselect("link[rel=stylesheet]")
    (after,) = build("order", edit=edit).page("").cssselect("link[rel=stylesheet]")
    assert before.get("href") != after.get("href")


def test_colours_are_declared_in_the_style_sheet_and_not_in_each_page(build: Build) -> None:
    site = build()
    assert site.page("").xpath("//style") == []
    (sheet,) = site.folder.glob("_static/bundle-*.css")
    assert "body{--color-code-background:#0d1117;" in sheet.read_text()
    assert 'body[data-theme="dark"]{--color-brand-primary:#93c5fd;' in sheet.read_text()


def test_the_blogs_own_style_comes_last(build: Build) -> None:
    def edit(folder: Path) -> None:
        (folder / "_static/blog.css").write_text("/* comment */ .own { color: red; }\n")

    (style,) = styles(build("order", edit=edit), "")
    assert style.read_text().endswith("\n.own{color:red}\n")


def test_code_has_its_style_once_where_the_themes_share_it(build: Build) -> None:
    (once,) = styles(build("order"), "")
    (thrice,) = styles(build("order", pygments_dark_style="native"), "")
    assert [once.read_text().count(".highlight .kd{"), thrice.read_text().count(".highlight .kd{")] == [1, 3]


def test_a_parallel_build_loads_the_same(build: Build) -> None:
    serial, parallel = build("order"), build("order", jobs=2)
    for files in (styles, scripts):
        (one,), (other,) = files(serial, "blog/"), files(parallel, "blog/")
        assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())
    names = [{file.name for file in (site.folder / "_static").iterdir()} for site in (serial, parallel)]
    assert names[0] == names[1]


def test_styles_are_joined_in_order_without_comments_but_licences() -> None:
    assert join_styles([("a.css", "/*! MIT */ p {\n  top: 0;\n}\n"), ("b.css", "/* b */ p { top: 1px }")]) == (
        "/*! MIT */p{top:0}\np{top:1px}\n"
    )


@pytest.mark.parametrize("css", ['@import "b.css";', "p {background: url(b.png)}", 'p {background: url("b.png")}'])
def test_a_style_that_loads_a_file_cannot_be_joined(css: str) -> None:
    with pytest.raises(ExtensionError, match=r"style sheet a\.css: must load no file, so that it can be joined"):
        join_styles([("a.css", css)])


def test_a_style_may_hold_a_picture() -> None:
    assert join_styles([("a.css", "p{background:url('data:image/png,')}")]) == "p{background:url('data:image/png,')}\n"


def test_scripts_are_joined_so_that_none_changes_the_next() -> None:
    scripts = [
        ("a.js", "'use strict'\nlet a = 1 // one"),
        ("b.js", "(function () {})()\n//# sourceMappingURL=b.js.map\n"),
    ]
    assert join_scripts(scripts) == ";'use strict'\nlet a=1\n;(function(){})()\n"


def test_a_bundle_is_named_for_its_files() -> None:
    assert bundle_name(["a.css", "b.css"], ".css") != bundle_name(["b.css", "a.css"], ".css")
