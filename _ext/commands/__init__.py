"""What can be typed: ``python -m _ext.commands.<name>``, one module a command; ``make`` names them.

The command that builds is `_ext.build`; `changes` and `github_markdown` are parts of `review`. It may import every room, and no other
room imports it.
"""
