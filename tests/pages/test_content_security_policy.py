"""What a page lets the browser run, show and load."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import furo
import lxml.html
import pytest
from sphinx.errors import ExtensionError

from _ext.pages.content_security_policy import PICTURES, inline_code, policy
from _ext.posts.source.grammar import PICTURE_TYPES
from testing.sites import Build, Site

Edit = Callable[[Path], object]


def policies(page: lxml.html.HtmlElement) -> list[dict[str, list[str]]]:
    """Return the policies of *page*: the sources of each directive."""
    metas = page.cssselect("meta[http-equiv='Content-Security-Policy']")
    return [
        {directive.split()[0]: directive.split()[1:] for directive in meta.get("content").split(";")} for meta in metas
    ]


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def refused(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Yield each piece of the page's inline code that its policy refuses."""
    (allowed,) = policies(page)
    code = inline_code(lxml.html.tostring(page, encoding="unicode"))
    for directive, texts in code.items():
        yield from (text for text in texts if hash_of(text) not in allowed.get(directive, ()))


def write(path: str, text: str) -> Edit:
    """Return an edit that writes *text* to the file at *path* of a site."""

    def edit(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

    return edit


def test_nothing_is_allowed_but_what_the_frame_needs() -> None:
    empty = (
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # echo -n '' | openssl dgst -sha256 -binary | base64
    )
    assert policy({"script-src": {""}, "style-src": set(), "style-src-attr": {""}}).split("; ") == [
        "default-src 'none'",
        f"script-src 'self' {empty}",
        "style-src 'self'",
        f"style-src-attr 'unsafe-hashes' {empty}",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]


def test_every_page_has_the_policy_before_all_that_it_governs(site: Site) -> None:
    governed = "script, style, link, img, base, meta[http-equiv]:not([http-equiv='Content-Security-Policy'])"
    for path, page in site.pages().items():
        assert len(policies(page)) == 1, path
        elements = list(page.iter())
        (meta,) = page.cssselect("meta[http-equiv='Content-Security-Policy']")
        assert elements.index(meta) < min(map(elements.index, page.cssselect(governed))), path


def test_no_page_allows_code_without_its_hash(site: Site) -> None:
    sources = {source for page in site.pages().values() for sources in policies(page)[0].values() for source in sources}
    assert {source for source in sources if not source.startswith("'sha256-")} == {
        "'none'",
        "'self'",
        "'unsafe-hashes'",
        "'wasm-unsafe-eval'",  # of the search alone: test_search.py
        "data:",
    }


def test_no_page_holds_code_that_its_policy_refuses(site: Site) -> None:
    assert {path: list(refused(page)) for path, page in site.pages().items() if list(refused(page))} == {}


def test_the_one_script_with_a_hash_is_furos(build: Build) -> None:
    source = Path(furo.THEME_PATH, "base.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    assert policies(build("order").page(""))[0]["script-src"] == ["'self'", hash_of(script)]


def test_a_script_in_a_page_has_no_hash(build: Build) -> None:
    page = "# About\n\n<script>alert(1)</script>\n<style>p {}</style>\n<p style='top: 0' onclick='alert(1)'>\n"
    site = build("order", edit=write("about.md", page), myst_disable_syntax=[])
    assert policies(site.page("about")) == policies(site.page(""))
    assert sorted(refused(site.page("about"))) == ["alert(1)", "alert(1)", "p {}", "top: 0"]


def test_the_policy_is_the_same_in_a_parallel_build(build: Build) -> None:
    parallel, serial = build("order", jobs=2), build("order")
    assert {path: policies(page) for path, page in parallel.pages().items()} == {
        path: policies(page) for path, page in serial.pages().items()
    }


@pytest.mark.parametrize(
    "code",
    [
        "<script>use({{ pagename }})</script>",
        "<script>{% if true %}use(){% endif %}</script>",
        '<p style="left: {{ x }}">',
        '<p onclick="use()">',
    ],
)
def test_code_that_has_no_hash_beforehand_fails_the_build(build: Build, code: str) -> None:
    with pytest.raises(ExtensionError, match=r"template partials/icons\.html: inline script or style must be"):
        build("order", edit=write("_templates/partials/icons.html", code))


def test_a_template_may_carry_data(build: Build) -> None:
    data = '<script type="application/ld+json">{"@id": "{{ pagename }}"}</script>'
    site = build("order", edit=write("_templates/partials/icons.html", data))
    assert len(policies(site.page(""))[0]["script-src"]) == 2


def test_a_document_may_bring_any_picture_along_that_a_post_may_have() -> None:
    assert set(PICTURE_TYPES) < PICTURES


@pytest.mark.parametrize("text", ["![A picture](code.js)", "{download}`code.js`", "[Code](code.js)"])
def test_a_document_brings_no_file_along_that_could_be_a_script(build: Build, text: str) -> None:
    def edit(folder: Path) -> None:
        write("code.js", "alert(1)")(folder)
        write("about.md", f"# About\n\n{text}\n")(folder)

    with pytest.raises(ExtensionError, match=r"about: file must be a picture \(\.avif, .*\): '.*code\.js'"):
        build("order", edit=edit)


def test_other_sites_are_not_told_the_page_that_a_reader_comes_from(site: Site) -> None:
    for path, page in site.pages().items():
        assert [meta.get("content") for meta in page.cssselect("meta[name=referrer]")] == ["same-origin"], path
