"""The site, declared. What it does with these values stands in _ext/."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))  # for _ext, wherever sphinx-build is called from

from _ext.blog.identity import read_identity
from _ext.posts.source.grammar import DISABLED_SYNTAX, EXTENSIONS, PAGES, URL_SCHEMES

blog = read_identity(Path(__file__).parent)

project = blog.name
project_copyright = blog.copyright
language = blog.language

extensions = [
    "_ext",  # first: it sets up what works of ABlog, see _ext/blog/ablog_adapter.py
    "ablog",
    "myst_parser",
    "sphinx_copybutton",
    "notfound.extension",
]

# The documents that are not posts; _ext.blog adds the posts that are published.
include_patterns = PAGES
# In a pull request's preview it adds the others too; `make serve` switches the same on.
# https://docs.readthedocs.com/platform/stable/reference/environment-variables.html
preview = os.environ.get("READTHEDOCS_VERSION_TYPE") == "external"
source_suffix = {".md": "markdown"}
templates_path = ["_templates"]

smartquotes = False  # a title is the same text in its page, in listings and in feeds: what the author wrote
myst_disable_syntax = DISABLED_SYNTAX
myst_enable_extensions = EXTENSIONS
myst_url_schemes = URL_SCHEMES
myst_heading_anchors = 3  # [text](../slug/index.md#a-heading)
suppress_warnings = [
    "toc.not_included",  # a blog is ordered by time, it has no table of contents
    "myst.strikethrough",  # that it is HTML only
    "misc.highlighting_failure",  # JSON with an ellipsis is what the author means, and is shown without colours
]

copybutton_exclude = ".gp, .go"  # of a console the commands, without prompts and output

html_theme = "furo"
html_title = project
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", blog.url)
html_static_path = ["_static"]
html_css_files = ["colours.css", "blog.css"]
html_js_files = ["keyboard.js", "print.js"]
html_favicon = "_static/favicon.svg"
html_copy_source = False  # readers want the post, and a source copy would be one more place for a draft to leak
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/blog.html",
        "sidebar/scroll-end.html",
    ]
}
pygments_style = pygments_dark_style = "github-dark"  # code is light on near-black in both themes
html_theme_options = {
    "light_css_variables": {
        "color-code-background": "#0d1117",
        "color-code-foreground": "#e6edf3",
        "color-brand-primary": "#1e40af",
        "color-brand-content": "#2563eb",
        "color-brand-visited": "#6d28d9",
        "color-content-foreground": "#1f2937",
        "color-foreground-muted": "#4b5563",
        "color-inline-code-background": "#f3f4f6",
        "blog-inline-code": "#be185d",
        "blog-date": "#6b7280",
        "blog-tag": "#1e40af",
        "blog-tag-background": "#dbeafe",
        "blog-unpublished": "#78350f",
        "blog-unpublished-background": "#fef3c7",
        "toc-item-spacing-vertical": "0.75rem",  # links far enough apart to hit: WCAG 2.2, 2.5.8
    },
    "dark_css_variables": {
        "color-brand-primary": "#93c5fd",
        "color-brand-content": "#60a5fa",
        "color-brand-visited": "#c4b5fd",
        "color-content-foreground": "#e5e7eb",
        "color-foreground-muted": "#9ca3af",
        "color-inline-code-background": "#1f2937",
        "blog-inline-code": "#f9a8d4",
        "blog-date": "#9ca3af",
        "blog-tag": "#bfdbfe",
        "blog-tag-background": "#1e3a8a",
        "blog-unpublished": "#fde68a",
        "blog-unpublished-background": "#451a03",
    },
}

repository_url = blog.repository
feed_authority = blog.feed_authority
feed_founded = blog.feed_founded
feed_subtitle = blog.subtitle

# The link check asks other people's servers: patiently, and not those that are examples (RFC 2606).
linkcheck_timeout = 20  # seconds
linkcheck_retries = 3
linkcheck_ignore = [r"https?://([^/:]+\.)?(example\.(com|net|org)|example|invalid|test)([:/]|$)"]
linkcheck_anchors_ignore_for_url = [r"https://github\.com/"]  # GitHub makes its anchors by script

# A 404 page is served at any depth, so its links begin at the root of the host.
notfound_template = "404.html"
notfound_context = {"title": "Page not found"}
notfound_urls_prefix = urlsplit(html_baseurl).path.rstrip("/") + "/"
