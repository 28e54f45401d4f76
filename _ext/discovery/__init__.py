"""What machines read of the site: link previews, structured data, sitemap, search index, copies in Markdown.

It imports `feeds`, `pages` and the rooms below them. No other room but `commands` imports it.
"""
