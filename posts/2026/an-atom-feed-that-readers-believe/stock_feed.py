"""Builds a blog of two posts with stock ABlog and reports what is wrong in its feeds.

    python stock_feed.py

`stock_feed.txt` beside this file is its output.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import lxml.etree
import lxml.html
from believable_feed import Entry, Feed, write_feed

BASE_URL = "https://blog.example/engineering"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
AUTHORS = ("Author One", "Author Two")
TAGS = ("Queues", "Load Balancing", "API")
SITE = {
    "index.rst": "Stock\n=====\n\n.. toctree::\n   :glob:\n\n   posts/*\n",
    "posts/limits.rst": (".. post:: 2026-03-02\n   :tags: API\n\nLimits\n======\n\nNobody signed this.\n"),
    "posts/queues.rst": (
        f".. post:: 2026-03-09\n   :author: {', '.join(AUTHORS)}\n   :tags: {', '.join(TAGS)}\n\n"
        "Queues\n======\n\nRead :doc:`/posts/limits` first.\n\n.. image:: depth.svg\n   :alt: Depth\n"
    ),
    "posts/depth.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n',
}


def build(folder: Path, base_url: str = BASE_URL, builder: str = "dirhtml", zone: str = "UTC") -> Path:
    """Build the blog into `folder`, in the time zone `zone`; gives the folder of the finished site.

    In a child process: ABlog keeps its state in a class, and TZ counts from a process's first moment.
    """
    source, site = folder / "source", folder / "site"
    for name, text in SITE.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    (source / "conf.py").write_text(
        'extensions = ["ablog"]\nblog_title = "Stock"\nblog_feed_fulltext = True\n'
        f"blog_feed_archives = True\nblog_baseurl = {base_url!r}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, str(source), str(site)]
    # SOURCE_DATE_EPOCH asks every tool to leave the clock alone; the feed does not listen.
    environment = {**os.environ, "TZ": zone, "SOURCE_DATE_EPOCH": "1772323200"}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return site


def read(site: Path, path: str = "blog/atom.xml") -> feedparser.FeedParserDict:
    """A feed of the site as feedparser sees it, fetched from where it would be served."""
    address = {"content-location": f"{BASE_URL}/{path}"}
    return feedparser.parse((site / path).read_bytes(), response_headers=address, sanitize_html=False)


def addresses(site: Path) -> dict[str, str]:
    """The `href` and the `src` in the newest entry's content, as they are written."""
    document = lxml.etree.parse(site / "blog/atom.xml")
    content = lxml.html.fromstring(document.findtext("a:entry/a:content", namespaces=ATOM))
    return {attribute: address for _, attribute, address, _ in content.iterlinks()}


def unsigned(document: bytes) -> list[str]:
    """Titles of the entries that break RFC 4287, 4.1.2: no author, nor one in feed or source."""
    rule = "//a:entry[not(a:author or ../a:author or a:source/a:author)]/a:title/text()"
    return lxml.etree.fromstring(document).xpath(rule, namespaces=ATOM)


def leads_somewhere(site: Path, address: str) -> bool:
    """Whether an address is one of the site's files or pages."""
    below, found, path = address.partition(f"{BASE_URL}/")
    target = site / path
    return bool(not below and found) and (target.is_file() or (target / "index.html").is_file())


def verdict(site: Path, address: str) -> str:
    """What a server that holds the site would say to an address."""
    return "found" if leads_somewhere(site, address) else "404"


def link_report(site: Path) -> str:
    """Where the relative link ends up with each of the bases that readers use."""
    href = addresses(site)["href"]
    bases = {"feed": f"{BASE_URL}/blog/atom.xml", "entry": read(site).entries[0].link, "site": BASE_URL}
    verdicts = (f"{name} {verdict(site, urljoin(base, href))}" for name, base in bases.items())
    return f"{href} against the address of: {', '.join(verdicts)}"


def our_feed(site: Path) -> bytes:
    """The signed post again, from its finished page, through our writer."""
    body = lxml.html.parse(site / "posts/queues/index.html").getroot().get_element_by_id("queues")
    body.find("h1").drop_tree()  # the entry's title says it already
    html = "".join(lxml.html.tostring(part, encoding="unicode").strip() for part in body)
    day = date(2026, 3, 9)
    post = Entry("queues", day, day, "posts/queues/", "Queues", AUTHORS, TAGS, html)
    feed = Feed("blog.example", date(2026, 3, 1), "blog", "Ours", "blog/", "blog/atom.xml")
    return write_feed(feed, [post], BASE_URL)


def first_entry(document: bytes) -> str:
    """The text of a feed's first entry, cut out as it stands."""
    text = document.decode()
    return text[text.index("  <entry>") : text.index("</entry>") + len("</entry>")]


def build_all(folder: Path) -> dict[str, Path]:
    """The same blog four times: as it is, and with one thing changed."""
    return {
        "stock": build(folder / "stock"),
        "tokyo": build(folder / "tokyo", zone="Asia/Tokyo"),
        "moved": build(folder / "moved", base_url="https://other.example/engineering"),
        "html": build(folder / "html", builder="html"),
    }


def report(sites: dict[str, Path]) -> str:
    """What is wrong, a line for each fault, and an entry before and after."""
    stock = sites["stock"]
    first = {name: read(site) for name, site in sites.items()}
    feed, queues = first["stock"].feed, first["stock"].entries[0]
    ids = {name: {entry.id for entry in parsed.entries} for name, parsed in first.items()}
    feeds = sorted(path.relative_to(stock).as_posix() for path in stock.rglob("atom.xml"))
    feed_ids = {read(stock, path).feed.id for path in feeds}
    document, picture = (stock / "blog/atom.xml").read_bytes(), addresses(stock)["src"]
    lines = [
        f"ABlog {version('ablog')}, feedgen {version('feedgen')}, Sphinx {version('sphinx')}",
        f"authors   written {', '.join(AUTHORS)}; in the feed {', '.join(a.name for a in queues.authors)}",
        f"unsigned  {', '.join(unsigned(document))}",
        f"feed id   {len(feeds)} feeds, {len(feed_ids)} id: {', '.join(feed_ids)}",
        f"entry id  {queues.id}",
        f"          left on another host: {len(ids['stock'] & ids['moved'])} of {len(ids['stock'])}",
        f"          left with another builder: {len(ids['stock'] & ids['html'])} of {len(ids['stock'])}",
        f"updated   later than that of the newest entry: {feed.updated > queues.updated}",
        f"          the same in another build: {feed.updated == first['tokyo'].feed.updated}",
        f"zone      {queues.published} in UTC, {first['tokyo'].entries[0].published} in Tokyo",
        f"tags      written {', '.join(TAGS)}; in the feed {', '.join(tag.term for tag in queues.tags)}",
        f"link      {link_report(stock)}",
        f"          {link_report(sites['html'])}",
        f"picture   {picture}: {verdict(stock, picture)}",
    ]
    excerpts = ["--- before", first_entry(document), "--- after", first_entry(our_feed(stock)), ""]
    return "\n".join(lines + excerpts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(report(build_all(Path(name))))
