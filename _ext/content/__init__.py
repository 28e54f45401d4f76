"""How the text of a post is shown: its pictures, diagrams, charts, formulas and tabs, and what is told below a listing of its tests.

It imports `blog`, `posts` and `base`; of all that stands around the text it knows nothing.
"""
