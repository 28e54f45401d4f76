"""The blog itself: whose it is, which posts it has today, in which lists, at which addresses, and what it has ever published.

A `Blog` is made once for a run and never changes. The gates that a build must pass are here, and so is all that touches ABlog.
It imports `posts` and `base`; `content`, `pages`, `build` and what stands above them import it.
"""
