"""What a post of 1,500 words and four listings costs a reader; `make audit` measures the same with Lighthouse."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from audit.weight import BYTES, REQUESTS, Weight, weigh
from testing.serving import served
from testing.sites import Site, texts

POST = "posts/2024/reference/"


@pytest.fixture
def reference(build: Callable[..., Site]) -> Site:
    return build("weight")


def test_the_reference_post_has_its_length(reference: Site) -> None:
    page = reference.page(POST)
    assert sum(len(text.split()) for text in texts(page, ".post-text p")) >= 1500
    assert len(page.cssselect(".post-text .highlight pre")) == 4


def test_it_is_light_and_does_not_move(reference: Site, browser: Browser) -> None:
    with served(reference.folder, compressed=True) as url:
        weight = weigh(browser, f"{url}/{POST}")
    assert weight.size <= BYTES
    assert weight.requests <= REQUESTS
    assert weight.shift == 0


def test_its_text_arrives_in_the_first_flight(reference: Site) -> None:
    """A connection begins with ten segments of 1,460 bytes: RFC 6928. The header of the answer takes some 300 of them."""
    assert len(gzip.compress((reference.folder / POST / "index.html").read_bytes())) <= 10 * 1460 - 300


def test_what_is_sent_is_compressed(reference: Site, browser: Browser) -> None:
    with served(reference.folder) as plain, served(reference.folder, compressed=True) as compressed:
        as_it_is, as_sent = weigh(browser, f"{plain}/{POST}"), weigh(browser, f"{compressed}/{POST}")
    assert as_sent == Weight(as_sent.size, as_it_is.requests, as_it_is.shift)
    assert as_sent.size < as_it_is.size / 3
