"""What a document refers to in others, and what others can refer to in it: its title, its headings and its labels."""

from collections.abc import Container, Iterable, Mapping
from posixpath import dirname, join, normpath

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.nodes import clean_astext

from _ext.base.target import Output, Targets
from _ext.blog.blog import Blog

logger = logging.getLogger(__name__)

SECTIONS = "myst_slugs"
"""The key under which MyST-Parser keeps the headings of a document in Sphinx's ``env.metadata``."""


def targets_in(env: BuildEnvironment, docname: str) -> Targets:
    """Return what can be referred to in the document *docname*, which Sphinx has read into *env*."""
    standard = env.domains.standard_domain
    return Targets(
        clean_astext(env.titles[docname]) if docname in env.titles else "",
        # Without the line of each, which nobody is shown, and which any edit above it changes.
        {slug: (None, anchor, text) for slug, (_, anchor, text) in env.metadata[docname].get(SECTIONS, {}).items()},
        {name: (anchor, title) for name, (of, anchor, title) in standard.labels.items() if of == docname},
        {name: anchor for name, (of, anchor) in standard.anonlabels.items() if of == docname},
    )


def restore_targets(env: BuildEnvironment, docname: str, targets: Targets) -> None:
    """Let *env* know what can be referred to in the document *docname*, as if Sphinx had read it."""
    standard = env.domains.standard_domain
    env.titles[docname] = nodes.title("", targets.title)
    env.metadata[docname][SECTIONS] = targets.sections
    standard.labels.update({name: (docname, *target) for name, target in targets.labels.items()})
    standard.anonlabels.update({name: (docname, anchor) for name, anchor in targets.anonymous.items()})


def labelled(env: BuildEnvironment, blog: Blog) -> dict[str, str]:
    """Return the document of each label, in the pages, which Sphinx has read, and in posts, by whose slug one can refer as well.

    Warns of a label of a page that a post has too: which of the two is meant would depend on what was read last.
    """
    of_pages = {label: docname for label, (docname, _) in env.domains.standard_domain.anonlabels.items()}
    of_posts = {label: post.docname for post in blog.posts for label in (post.slug, *(at.text for at in post.labels))}
    for label in sorted(of_pages.keys() & of_posts.keys()):
        logger.warning("label must be unique, %s has it too: %r", of_posts[label], label, location=of_pages[label])
    return of_pages | of_posts


def names_in(outputs: Iterable[tuple[str, Output]]) -> set[str]:
    """Return all names by which one can refer to the documents among *outputs*, which come with their names."""
    return {name for docname, output in outputs if output.targets for name in (docname, *output.targets.anonymous)}


def referred_to(
    docname: str, doctree: nodes.document, documents: Container[str], labels: Mapping[str, str]
) -> tuple[set[str], set[str]]:
    """Return what *doctree*, that of *docname*, links to, and the other *documents* of which it must know more.

    What it links to are names of documents and labels, whether they are there or not. Of a post that is linked to by its
    path, with a text of the link's own, nothing must be known but that it is there. *labels* gives the document of a label.
    """
    linked, shown = set(), set()
    for link in doctree.findall(pending_xref):
        target = link["reftarget"]
        near = normpath(join(dirname(docname), target)) if link["reftype"] == "doc" else target
        # MyST-Parser leaves a path as it is written where nothing is there.
        beside = normpath(join(dirname(docname), target.partition("#")[0])).removesuffix(".md")
        label = target.lower()
        found = {other for other in (near.strip("/"), labels.get(label, "")) if other in documents} - {docname}
        linked |= found or {beside, label}
        by_path = link.get("refdomain") == "doc" and target.startswith("posts/")
        if not (by_path and link["refexplicit"] and not link.get("reftargetid")):
            shown |= found
    return linked, shown
