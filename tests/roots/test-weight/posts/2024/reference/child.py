"""Build a Sphinx project in this process with a chosen stemmer; print as JSON which one it was.

python sphinxcost_child.py ARM SOURCE OUTPUT
"""

import hashlib
import json
import sys
from pathlib import Path

ARMS = ("python", "memo", "c")


def choose_stemmer(arm: str) -> None:
    """Settle what snowballstemmer will find, before anything imports it.

    "c": PyStemmer. "python" and "memo": as if PyStemmer were not installed.
    """
    if arm not in ARMS:
        raise ValueError(f"no such arm: {arm}")
    if "snowballstemmer" in sys.modules:
        raise RuntimeError("too late: snowballstemmer is imported and has chosen")
    if arm == "c":
        import Stemmer  # noqa: F401 (without PyStemmer stop here, rather than measure something else)
    else:
        # Where the import system finds None it raises ModuleNotFoundError, as for a package that is absent.
        sys.modules["Stemmer"] = None  # type: ignore[assignment]


def build(arm: str, source: Path, output: Path) -> dict[str, object]:
    """Build `source` into the new directory `output`, in one process.

    Returns the class of the stemmer that the build used, the SHA-256 of the search index and, for "memo",
    how often a stem was asked for and how many different words that were.
    """
    choose_stemmer(arm)
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    output.mkdir(parents=True)
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(source, source, output, output / ".doctrees", "html", status=None, warning=sys.stderr)
        if arm == "memo":
            app.setup_extension("sphinxcost_memo")
        app.build(force_all=True)
    language = app.builder.indexer.lang
    stemmer = type(language.stemmer)
    report: dict[str, object] = {
        "stemmer": f"{stemmer.__module__}.{stemmer.__qualname__}",
        "index": hashlib.sha256((output / "searchindex.js").read_bytes()).hexdigest(),
    }
    if arm == "memo":
        memory = language.stem.cache_info()
        report |= {"asked": memory.hits + memory.misses, "distinct": memory.misses}
    return report


if __name__ == "__main__":
    print(json.dumps(build(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
