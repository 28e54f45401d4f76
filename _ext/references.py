"""What a document refers to in others, and what others can refer to in it: its title, its headings and its labels."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from posixpath import dirname, join, normpath

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import clean_astext

from _ext.posts import Post
from _ext.units import Targets

SECTIONS = "myst_slugs"
"""The key under which MyST-Parser keeps the headings of a document in Sphinx's ``env.metadata``."""


def targets_in(env: BuildEnvironment, docname: str) -> Targets:
    """Return what can be referred to in the document *docname*, which Sphinx has read into *env*."""
    standard = env.domains.standard_domain
    return Targets(
        clean_astext(env.titles[docname]) if docname in env.titles else "",
        env.metadata[docname].get(SECTIONS, {}),
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


@lru_cache(maxsize=1)
def labelled(app: Sphinx) -> dict[str, str]:
    """Return the document of each label in a post; a post can be referred to by its slug as well."""
    posts: list[Post] = [*app.config.published_posts.values(), *app.config.unpublished_posts.values()]
    return {label: post.docname for post in posts for label in (post.slug, *(at.text for at in post.labels))}


def referred_to(
    docname: str, doctree: nodes.document, documents: Container[str], labels: Mapping[str, str]
) -> Iterator[str]:
    """Yield each other of the *documents* of which something must be known for the links in *doctree*, that of *docname*.

    Of a post that is linked to by its path, with a text of the link's own, that is nothing. *labels* gives the document of
    a label.
    """
    for link in doctree.findall(pending_xref):
        target = link["reftarget"]
        by_path = link.get("refdomain") == "doc"
        if link["refexplicit"] and by_path and not link.get("reftargetid") and target.startswith("posts/"):
            continue
        near = normpath(join(dirname(docname), target)) if link["reftype"] == "doc" else target
        for other in (near.strip("/"), labels.get(target.lower(), "")):
            if other in documents and other != docname:
                yield other
