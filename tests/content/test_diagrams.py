"""Diagrams: what is drawn, what is not, and what readers get of it."""

import lxml.html
import pytest

from _ext.posts.drawings.mermaid import diagram
from _ext.posts.drawings.picture_size import picture_size
from testing.sites import Build
from tests.feeds.test_feed import read

POST = "posts/2024/drawn/"
FLOW = "flowchart LR\n  A[Grüße] --> B\n"


def test_a_diagram_is_an_svg_of_a_fixed_size() -> None:
    assert b"foreignObject" not in diagram(FLOW)
    width, height = picture_size(diagram(FLOW), ".svg") or (0, 0)
    assert (100 < width < 400, 50 < height < 200) == (True, True)


def test_a_diagram_is_as_large_on_a_dark_page() -> None:
    assert diagram(FLOW) != diagram(FLOW, dark=True)
    assert picture_size(diagram(FLOW), ".svg") == picture_size(diagram(FLOW, dark=True), ".svg")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "diagram must not be empty"),
        ("x" * 5001, "diagram must have at most 5,000 characters, not 5,001"),
        (
            "---\ntitle: x\n---\n" + FLOW,
            "diagram must have no configuration of its own, neither %%{…} nor lines between ---",
        ),
        (FLOW + '  click A href "https://example.org/"\n', "SVG must have no element but those that draw: 'a'"),
        ("flowchart LR\n  A --\n", "diagram must be in Mermaid's language"),
    ],
)
def test_what_cannot_be_drawn_is_told(source: str, message: str) -> None:
    with pytest.raises(ValueError) as told:
        diagram(source)
    assert message in str(told.value)


def test_a_diagram_is_a_picture_for_light_pages_and_one_for_dark(build: Build) -> None:
    site = build("diagrams")
    pair = site.page(POST).cssselect(".diagram picture")
    assert [picture.get("class") for picture in pair] == ["only-light", "only-dark"]
    for dark, img in enumerate(site.page(POST).cssselect(".diagram img")):
        assert img.get("alt") == "The API asks the cache, then the database"
        content = (site.folder / POST / img.get("src")).read_bytes()
        assert (b"fill:#ccc" in content) == bool(dark)
        assert (int(img.get("width")), int(img.get("height"))) == picture_size(content, ".svg")
    assert site.warnings == ""


def test_a_page_with_a_diagram_has_no_script_more(build: Build) -> None:
    site = build("diagrams")
    scripts = [[script.get("src") for script in site.page(path).iter("script")] for path in (POST, "about")]
    assert len(scripts[0]) == len(scripts[1])


def test_a_subscriber_sees_the_light_diagram(build: Build) -> None:
    site = build("diagrams")
    text = lxml.html.fromstring(next(entry.content[0].value for entry in read(site).entries if entry.title == "Drawn"))
    (img,) = text.iter("img")
    assert img.get("src").startswith("https://under-load.readthedocs.io/_images/")
