"""Whether what a page, a template or a feed links to within the site is there: a page, a file, or a part of a page.

In the model of Docusaurus (https://docusaurus.io/docs/api/docusaurus-config#onBrokenLinks): each page tells its links and ids
as it is made, and once all are made they are compared.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from urllib.parse import unquote, urljoin

from lxml.etree import XPath

from _ext.pages.built_page import BuiltPage
from _ext.posts.source.faults import Fault, Finding, Findings, Located, Of, faults, must, nearest, rule

IDS = XPath("//@id", smart_strings=False)
ADDRESSES = XPath("//@href | //@src | //@action | //meta/@content[starts-with(., 'http')]", smart_strings=False)
CANDIDATES = XPath("//@srcset", smart_strings=False)
PLAIN = re.compile(r"(?!\?|$)((?:\.\./)*)((?:[\w%-][\w%.-]*/)*(?:[\w%-][\w%.-]*)?(?:[?#]\S*)?)")
"""A relative address as most are: steps up and a path, in which no dots mean something."""
TEMPLATES = "_templates"
"""Where a link is told that stands on many pages."""
MANY = 5
"""On so many pages a link is taken for the frame's, as Docusaurus does."""


@dataclass(frozen=True)
class Links:
    """How a page can be linked to, and where it links to."""

    ids: frozenset[str]
    """Of its elements."""
    targets: Mapping[str, str]
    """Of each of its links within the site, ``path#id`` relative to the site's root, and the address as the page has it."""


def links_of(page: BuiltPage, site: str) -> Links:
    """Return the links and ids of *page*, which is of the *site* at that URL, with a slash at its end."""
    candidates = [each.split()[0] for value in CANDIDATES(page.tree) for each in value.split(",")]
    ids = frozenset(map(intern, IDS(page.tree)))
    return Links(ids, targets([*ADDRESSES(page.tree), *candidates], page.url, site))


def targets(addresses: Iterable[str], url: str, site: str) -> dict[str, str]:
    """Return where those of the *addresses* lead that lead to the *site*, as a page or feed at *url* has them, see `Links`.

    What the frame links to is on each page, and in memory once (`intern`), as in the file that a build leaves for the next.
    """
    found = {}
    for address in dict.fromkeys(addresses):
        if (place := place_in(site, url, address.strip())) is not None:
            path, _, fragment = place.partition("#")
            found[intern(f"{unquote(path.partition('?')[0])}#{unquote(fragment)}")] = intern(address)
    return found


def place_in(site: str, url: str, address: str) -> str | None:
    """Return where *address* leads as the page or feed at *url* has it, relative to the *site*; None where that is elsewhere.

    It is what urljoin says, which takes many times as long, and is asked where an address is not as most are.
    """
    folders = url.removeprefix(site).split("/")
    if address.startswith("#"):
        return "/".join(folders) + address
    if (plain := PLAIN.fullmatch(address)) and (left := len(folders) - 1 - len(plain[1]) // len("../")) >= 0:
        return "/".join([*folders[:left], plain[2]])
    absolute = urljoin(url, address)
    return absolute.removeprefix(site) if absolute.startswith(site) else None


def to_look_at(pages: Mapping[str, Links], before: Mapping[str, Links]) -> Mapping[str, Links]:
    """Return those of *pages* that may have a broken link, where those of the pages *before* had none: the new ones.

    All of them where something has gone that a page may link to.
    """
    gone = any(name not in pages or not was.ids <= pages[name].ids for name, was in before.items())
    return pages if gone else {name: page for name, page in pages.items() if before.get(name) is not page}


def broken_links(
    linking: Mapping[str, Links], pages: Mapping[str, Links], files: Collection[str], sources: Mapping[str, str]
) -> list[Fault]:
    """Return a fault for each link of *linking* that leads to no page, file or id; for one on MANY pages one as the frame's.

    *linking* are those of *pages* that are looked at: pages and feeds by their path from the site's root, such as
    ``posts/2024/pools/``. *files* are the paths of all files of the site, *sources* the file that a page is written in,
    where there is one.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for target in sorted(set().union(*(page.targets for page in linking.values()))):
        near = nearest_target(target, pages, files)
        if near == target:
            continue
        names = [name for name, page in linking.items() if target in page.targets]
        told_in, many = {sources.get(name, name): name for name in names}, ""
        if len(names) >= MANY:
            told_in, many = {TEMPLATES: names[0]}, f" on {len(names)} pages"
        for file, name in told_in.items():
            at = Located(linking[name].targets[target])
            found[file].append(must(f"link{many} must lead to a page, a file or an id of the site", at, near=near))
    return [fault for file, wrong in sorted(found.items()) for fault in faults(file, broken_link(wrong))]


def nearest_target(target: str, pages: Mapping[str, Links], files: Collection[str]) -> str | None:
    """Return *target* itself where it is there, else what it most likely means: a path, or ``#id`` where the path is right."""
    path, _, fragment = target.partition("#")
    page = pages.get(path.removesuffix("index.html"))
    if path not in pages and path not in files:
        return nearest(path, [*pages, *files])
    if not page or fragment in {*page.ids, "", "top"}:
        return target
    return nearest(f"#{fragment}", [f"#{known}" for known in page.ids])


@rule(Of.SITE)
def broken_link(wrong: Iterable[Finding]) -> Findings:
    """A link within the site leads to a page, a file, or an element of a page that is there."""
    yield from wrong
