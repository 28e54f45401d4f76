"""How the text of a post is shown: pictures, charts, formulas, tabs, what is told of a listing's tests.

It imports `posts` and `base`.
"""
