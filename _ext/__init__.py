"""The Sphinx extensions and commands of the blog: one module, one job."""

from _ext import program as program  # before any other is read
