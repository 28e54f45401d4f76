"""A Sphinx extension: English search words are stemmed once a build, not once a page."""

import functools

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish


class MemoEnglish(SearchEnglish):
    """English, with a memory that outlives the page: word in, stem out."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stem = functools.cache(super().stem)


def setup(app: Sphinx) -> dict[str, bool]:
    """Put MemoEnglish in the place of Sphinx's own class for "en"."""
    app.add_search_language(MemoEnglish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
