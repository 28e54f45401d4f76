project = "Blog"
extensions = ["myst_parser"]
html_theme = "furo"
html_copy_source = False
suppress_warnings = ["toc.not_included"]


def setup(app):
    app.connect("builder-inited", leave_out_search)


def leave_out_search(app):
    app.builder.search = False
