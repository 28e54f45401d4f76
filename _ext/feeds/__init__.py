"""What subscribers get: which feeds there are, what they say, and how they are written.

It imports `pages`, `blog`, `posts` and `base`.
"""
