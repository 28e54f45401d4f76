"""What can be typed: one module a command, ``python -m _ext.commands.<name>``; ``make`` names them.

It imports every room; none imports it.
"""
