"""The Sphinx extensions and commands of the blog: one module, one job."""

from _ext.build import own_source as own_source  # before any other is read
