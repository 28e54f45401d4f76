"""The texts of the frame, in the language of the site: English as written, German whole."""

import gettext
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import furo
import pytest
import sphinx.locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from testing.sites import ROOT, Site, texts, write_post

Build = Callable[..., Site]

OF_SPHINX = (
    "Link to this heading",
    "Link to this image",
    "Link to this table",
    "Link to this code",
    "Link to this term",
)
"""What Sphinx writes into a post, and has no German for."""

GERMAN = "locales/de/LC_MESSAGES/sphinx.po"


@pytest.fixture(autouse=True)
def fresh_translators() -> None:
    """Forget the languages of earlier builds, which Sphinx keeps for the whole process."""
    sphinx.locale.translators.clear()


def catalogue() -> Catalog:
    with (ROOT / GERMAN).open("rb") as file:
        return read_po(file, locale="de")


def texts_of_the_frame() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set(OF_SPHINX)
    furos = Path(furo.__file__).parent / "theme/furo"
    for folder, methods in [
        (ROOT / "_templates", [("**.html", "jinja2")]),
        (ROOT / "_ext", [("**.py", "python")]),
        (furos, [("page.html", "jinja2"), ("base.html", "jinja2")]),
    ]:
        found |= {message for _, _, message, _, _ in extract_from_dir(folder, methods)}
    return found


def test_the_german_catalogue_is_complete_and_has_nothing_else() -> None:
    sphinxs = gettext.translation("sphinx", Path(sphinx.locale.__file__).parent, ["de"])
    own = {message.id: message for message in catalogue() if message.id}
    needed = {
        message for message in texts_of_the_frame() if isinstance(message, tuple) or sphinxs.gettext(message) == message
    }
    assert {tuple(id) if isinstance(id, tuple | list) else id for id in own} == needed
    assert [message.id for message in own.values() if not all(_strings(message.string)) or message.fuzzy] == []


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def test_the_placeholders_of_a_text_are_those_of_its_translation() -> None:
    assert [(message.id, list(message.check(catalogue()))) for message in catalogue() if list(message.check())] == []


def test_the_catalogue_can_be_compiled() -> None:
    write_mo(BytesIO(), catalogue())


def germans(folder: Path) -> None:
    (folder / "posts/series.toml").write_text('[whole]\ntitle = "Whole"\ndescription = "Its parts."\n')
    for number in range(1, 23):
        write_post(folder, f"post-{number}", f"2024-01-{number:02}", "Text.", options=":series: whole\n")


def test_a_german_site_speaks_german(build: Build) -> None:
    site = build(edit=germans, language="de")
    page = site.page("posts/2024/post-2")
    assert page.get("lang") == "de"
    assert texts(page, ".post-header .post-meta") == ["2. Januar 2024 · Ada · 1 Min. Lesezeit"]
    assert texts(page, ".series h2") == ["Teil 2 von 22: Whole"]
    assert texts(page, ".back") == ["← Zurück zum Blog"]
    assert texts(site.page("blog"), "h1") == ["Alle Beiträge"]
    assert texts(site.page("blog"), ".pagination .older") == ["Ältere →"]
    assert texts(site.page("blog/tag"), ".count") == ["22 Beiträge"]


@pytest.mark.parametrize("path", ["", "blog", "blog/tag", "posts/2024/post-2", "404"])
def test_a_german_page_has_no_english_of_the_frame(build: Build, path: str) -> None:
    page = build(edit=germans, language="de").page(path)
    german = {message.id: message.string for message in catalogue() if isinstance(message.id, str)}
    german.pop("Home")  # what that page of the tiny site is called
    english = {message for message, string in german.items() if message and message != string}
    shown = [*page.itertext(), *page.xpath("//@aria-label"), *page.xpath("//@title"), *page.xpath("//@placeholder")]
    assert english & {text.strip() for text in shown} == set()
    assert "Toggle" not in " ".join(shown)
