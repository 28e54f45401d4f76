"""What the room does for Sphinx: gives it the builder that leaves out what would be the same."""

from sphinx.application import Sphinx

from _ext.build.builder import BlogBuilder, keep_templates, read_later


def setup(app: Sphinx) -> None:
    app.add_builder(BlogBuilder, override=True)
    app.add_config_value("template_cache", "_build/.templates", "", str)  # below the sources; safe to delete
    app.connect("builder-inited", keep_templates)
    app.connect("env-before-read-docs", read_later)
