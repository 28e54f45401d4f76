"""How the code of a post is run, measured and recorded: its environment, its real servers, its tests, its figures.

It imports `_ext.posts` and `_ext.base`, and nothing of the site; nothing in `_ext` imports it. Programs and tests of posts import it
as `services`. A test asks for a server by its fixture (lab.pytest_plugin); a program starts one with `with`.
"""
