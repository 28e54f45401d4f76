"""The Sphinx extensions and commands of the blog: one module, one job."""

import time

LOADED = time.time_ns()
"""Before any other module of the package was read, in nanoseconds since 1970."""
