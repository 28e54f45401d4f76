"""The absolute address of a page."""

from sphinx.application import Sphinx


def absolute_url(baseurl: str, target: str) -> str:
    """Return the URL of *target*, a path relative to *baseurl*, which may lack the slash at its end."""
    return f"{baseurl.rstrip('/')}/{target}"


def permalink(app: Sphinx, pagename: str) -> str:
    """Return the canonical URL of a page: the site's ``html_baseurl`` and the page's own path."""
    return absolute_url(app.config.html_baseurl, app.builder.get_target_uri(pagename))
