"""The rules of a post, one function a rule: its name is the rule's code, its docstring the rule, what it yields are the findings.

`text`: the file as bytes and characters. `metadata`: what the {post} directive and its neighbours declare. `content`: what
the post is made of. `folder`: the files beside it. `svg`: pictures that are documents.
"""
