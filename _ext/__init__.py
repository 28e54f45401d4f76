"""The Sphinx extensions and commands of the blog: one module, one job."""
