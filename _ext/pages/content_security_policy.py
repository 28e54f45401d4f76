"""The Content Security Policy of every page: what the browser may run, show and load, whatever a post has brought along.

It holds without the rules for posts: where markup of a stranger reaches a page, the browser does not run it. So what it
lets stand inside a page is read from the templates of the frame, never from a page, which may hold more.
Source: https://www.w3.org/TR/CSP3/. Directives that a ``<meta>`` cannot give (``frame-ancestors``) are not there.
"""

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath
from typing import Any

import lxml.html
from docutils import nodes
from jinja2 import Environment
from jinja2.meta import find_referenced_templates
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError

REFERRER = "same-origin"
"""Other sites are not told which page their reader comes from (https://www.w3.org/TR/referrer-policy/)."""
PICTURES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
"""The files that a page may bring along: what comes as ``image/…`` runs in no page (https://fetch.spec.whatwg.org,
"should response to request be blocked due to its MIME type")."""
DATA = frozenset({"application/ld+json"})
"""The types of ``<script>`` that do not run."""
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for what a template fills in."""


Inline = dict[str, set[str]]
"""The code that stands in a page itself instead of in a file, by the directive that allows it."""


def policy(inline: Inline, scripts: Iterable[str] = ()) -> str:
    """Return the policy of a page whose frame holds *inline*; *scripts* are the sources of scripts besides."""
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *hashes(inline["script-src"]), *scripts],
        "style-src": ["'self'", *hashes(inline["style-src"])],
        "style-src-attr": ["'unsafe-hashes'", *hashes(inline["style-src-attr"])],  # allows these attributes alone
        "img-src": ["'self'", "data:"],  # Furo's style sheet holds its icons as data
        "connect-src": ["'self'"],  # the search reads its index
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def hashes(texts: Iterable[str]) -> list[str]:
    """Return the sources that allow the inline code *texts*, sorted."""
    return sorted(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)


def inline_code(html: str) -> Inline:
    """Return the inline code of *html*, a page or a part of one."""
    body = lxml.html.document_fromstring(f"<body>{html}")
    scripts = (script for script in body.xpath("//script[not(@src)]") if script.get("type") not in DATA)
    return {
        "script-src": {script.text or "" for script in scripts},
        "script-src-attr": set(body.xpath("//@*[starts-with(name(), 'on')]")),
        "style-src": {style.text or "" for style in body.iter("style")},
        "style-src-attr": set(body.xpath("//@style")),
    }


def skeleton(environment: Environment, source: str) -> str:
    """Return what a template writes in any case, with a HOLE for each expression and statement; comments are none."""
    pieces = {"variable_begin": HOLE, "block_begin": HOLE}
    return "".join(text if kind == "data" else pieces.get(kind, "") for _, kind, text in environment.lex(source))


@lru_cache(maxsize=64)
def template_code(environment: Environment, name: str) -> tuple[Inline, list[str]]:
    """Return the inline code of the template *name*, and the names of those that it extends and includes by name.

    Raises ExtensionError where the code depends on the page, or an event is handled by an attribute: such code has no hash
    that is known beforehand.
    """
    assert environment.loader
    source, _, _ = environment.loader.get_source(environment, name)
    code = inline_code(skeleton(environment, source))
    if code["script-src-attr"] or any(HOLE in text for texts in code.values() for text in texts):
        raise ExtensionError(f"template {name}: inline script or style must be the same in every page")
    return code, [*filter(None, find_referenced_templates(environment.parse(source)))]


def frame_code(environment: Environment, names: Iterable[str]) -> Inline:
    """Return the inline code of the frame that the templates *names* make with those that they name, see `template_code`."""
    found: Inline = {}
    templates = list(names)
    for name in templates:  # which grows
        code, referenced = template_code(environment, name)
        for directive, texts in code.items():
            found.setdefault(directive, set()).update(texts)
        templates += (other for other in dict.fromkeys(referenced) if other not in templates)
    return found


def add_policy(app: Sphinx, templatename: str, context: dict[str, Any], policies: dict[tuple[str, ...], str]) -> None:
    """Put the policy before the page's own ``metatags``, which Furo's templates write first of all.

    *policies* are those made so far, by the templates of the frame: pages of one kind share theirs.
    """
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder)
    templates = (templatename, *(context["sidebars"] or ()))
    if templates not in policies:
        policies[templates] = policy(
            frame_code(builder.templates.environment, templates),
            [*app.config.content_security_policy_scripts, *context.get("script_sources", ())],
        )
    context["metatags"] = (
        f'<meta http-equiv="Content-Security-Policy" content="{policies[templates]}">\n'
        f'<meta name="referrer" content="{REFERRER}">\n{context.get("metatags", "")}'
    )


def refuse_files(app: Sphinx, doctree: nodes.document) -> None:
    """Let the document just read bring nothing but pictures along: the policy trusts each file of the site as a script."""
    env = app.env
    for path, (docnames, _) in (env.images | env.dlfiles).items():
        if env.docname in docnames and PurePath(path).suffix.lower() not in PICTURES:
            kinds = ", ".join(sorted(PICTURES))
            raise ExtensionError(f"{env.docname}: file must be a picture ({kinds}): {str(path)!r}")
