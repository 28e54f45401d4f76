"""What tests, audit and bench share: posts and tiny sites, a browser, a server of files, Debian's packages.

It imports any room of `_ext`; the program imports none of it.
"""
