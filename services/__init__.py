"""The name by which the programs of posts import the modules of `lab`.

The posts' ``results.json`` hold hashes of those programs, so that it goes when all of them are measured anew.
"""

from lab import __path__ as __path__
