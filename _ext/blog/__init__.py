"""Which posts the blog has, in which lists, at which address, on which day.

It imports `posts` and `base`; `pages` and what stands above them import it.
"""
