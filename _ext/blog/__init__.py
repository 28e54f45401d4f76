"""The blog itself: which posts it has today, in which lists, at which addresses, and what it has ever published.

All of it is told for one day and never changes within a run. ABlog is touched here and nowhere else. It imports `posts` and `base`;
`content`, `pages`, `build` and what stands above them import it.
"""
