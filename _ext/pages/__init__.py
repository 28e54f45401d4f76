"""What stands around the text of a page: head and foot of a post, lists of posts, cards, styles, and what a browser may load.

It imports `content`, `blog`, `posts` and `base`.
"""
