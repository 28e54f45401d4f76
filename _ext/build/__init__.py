"""How the site is made and put in place: exactly what a build from nothing gives, at the cost of what has changed.

It imports every room below; only `commands` imports it. Without it the same pages are made by Sphinx's own ``dirhtml``.
"""
