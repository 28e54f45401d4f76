"""What subscribers get: which feeds there are, what they say, and how they are written as Atom, JSON and OPML.

It imports `pages`, `blog`, `posts` and `base`.
"""
