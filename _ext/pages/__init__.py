"""What stands around the text of a page: head and foot of a post, lists of posts, cards, styles, the policy of what may run.

It imports `content`, `blog`, `posts` and `base`.
"""
