"""What the post says about Sphinx, its stemmers and our instruments, run on corpora of a few posts."""

import cProfile
import gc
import hashlib
import json
import os
import pstats
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sphinxcost_child
import sphinxcost_corpus
import sphinxcost_measure
import sphinxcost_profile
import sphinxcost_tables

HERE = Path(__file__).parent
RESULTS = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
TEXT = (HERE / "index.md").read_text(encoding="utf-8")
PURE = "snowballstemmer.english_stemmer.EnglishStemmer"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sphinxcost_corpus.write(6, tmp_path_factory.mktemp("sphinxcost") / "corpus")


def contents(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.iterdir()}


def test_a_corpus_has_the_same_bytes_every_time_and_others_with_another_seed(tmp_path: Path, corpus: Path) -> None:
    assert contents(sphinxcost_corpus.write(6, tmp_path / "again")) == contents(corpus)
    assert contents(sphinxcost_corpus.write(6, tmp_path / "other", seed=2)) != contents(corpus)


def test_given_a_text_a_corpus_uses_its_words_in_their_order() -> None:
    prose = sphinxcost_corpus.Prose(1, "One two,\nthree")
    assert prose.take(5) == ["one", "two", "three", "one", "two"]


def test_each_arm_builds_with_its_stemmer_and_all_write_the_same_index(tmp_path: Path, corpus: Path) -> None:
    jobs = {arm: (arm, corpus) for arm in sphinxcost_child.ARMS}
    found = sphinxcost_measure.alternately(jobs, 1, tmp_path / "output")
    stemmers = {arm: report["stemmer"] for arm, report in found.items()}
    assert stemmers == {"python": PURE, "memo": PURE, "c": "Stemmer.Stemmer"}
    assert len({report["index"] for report in found.values()}) == 1
    assert 0 < found["memo"]["distinct"] < 0.8 * found["memo"]["asked"]


def test_an_arm_cannot_be_chosen_once_snowballstemmer_has_chosen() -> None:
    import snowballstemmer  # noqa: F401

    with pytest.raises(RuntimeError, match="too late"):
        sphinxcost_child.choose_stemmer("python")


def test_both_instruments_share_out_the_whole_and_see_the_stemmer_only_where_it_is_python(
    tmp_path: Path, corpus: Path
) -> None:
    shares = {}
    for how, arm in (("cprofile", "python"), ("sample", "python"), ("cprofile", "c"), ("sample", "c")):
        report = sphinxcost_measure.child(["sphinxcost_profile.py", how], arm, corpus, tmp_path / "output")
        assert sum(report["packages"].values()) == pytest.approx(1, abs=1e-3)
        shares[how, arm] = report["packages"].get("snowballstemmer", 0)
    assert shares["cprofile", "python"] > 0.02 < shares["sample", "python"]
    assert shares["cprofile", "c"] < 0.01 > shares["sample", "c"]
    assert 0 < report["tasks"]["Jinja templates"] < 1


def test_each_source_file_costs_two_option_parsers_each_block_a_formatter_and_ablog_five_excerpts_a_post(
    tmp_path: Path,
) -> None:
    found = sphinxcost_measure.calls(3, tmp_path, tmp_path / "output")
    pages, blocks = 3 + 1, 3 * 2
    assert found["plain"]["option parsers"] == 2 * pages + 2  # and two for the builder
    assert found["plain"]["formatters"] == blocks + 1  # and one for the style sheet
    assert found["ablog"]["excerpts"] == 3 * 5
    assert found["ablog"]["option parsers"] == found["plain"]["option parsers"] + 3 * 5


@pytest.mark.parametrize(
    ("filename", "package"),
    [
        ("/v/lib/python3.11/site-packages/sphinx/search/__init__.py", "sphinx.search"),
        ("/v/lib/python3.11/site-packages/sphinx/builders/html/__init__.py", "sphinx"),
        ("/v/lib/python3.11/site-packages/mdit_py_plugins/wordcount/__init__.py", "markdown_it"),
        ("/v/lib/python3.11/site-packages/furo/theme/furo/page.html", "jinja2"),
        (json.__file__, "standard library"),
        ("<frozen posixpath>", "standard library"),
        ("<frozen importlib._bootstrap>", "import system"),
        ("/home/somebody/conf.py", "other"),
    ],
)
def test_a_file_belongs_to_the_package_it_was_installed_with(filename: str, package: str) -> None:
    assert sphinxcost_profile.owner(filename) == package


def test_the_time_of_a_built_in_belongs_to_its_caller() -> None:
    profile = cProfile.Profile()
    profile.runcall(lambda: hashlib.pbkdf2_hmac("sha256", b"", b"", 200_000))
    seconds = sphinxcost_profile.by_package(pstats.Stats(profile))
    assert seconds["other"] > 0.95 * seconds.total()  # this file is in no package


def test_the_sampler_weighs_a_long_c_call_and_keeps_garbage_collection_apart() -> None:
    # In a process of its own, as in this one the threads and objects of other tests cost CPU time too.
    code = "import test_sphinxcost; test_sphinxcost.weigh()"
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def weigh() -> None:
    hashing = collecting = looping = 0.0

    def work() -> None:
        nonlocal hashing, collecting, looping
        start = time.process_time()
        hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000)  # one call, in which Python can run no handler
        hashing = time.process_time() - start
        while collecting < 0.1:
            gc.collect()
            collecting = time.process_time() - start - hashing
        while looping < 0.05:
            looping = time.process_time() - start - hashing - collecting

    found = sphinxcost_profile.with_sampler(work)
    assert found["seconds"] * found["packages"]["garbage collector"] == pytest.approx(collecting, rel=0.2)
    assert found["seconds"] * found["packages"]["other"] == pytest.approx(hashing + looping, rel=0.2)
    assert sum(found["packages"].values()) == pytest.approx(1, abs=1e-3)


def test_with_jobs_the_pages_are_written_by_many_processes_but_indexed_by_one(tmp_path: Path) -> None:
    project = sphinxcost_corpus.write(12, tmp_path / "corpus")
    with (project / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(
            "import os\n"
            "from sphinx.search.en import SearchEnglish\n"
            "stem = SearchEnglish.stem\n"
            "def note(name):\n"
            f"    open(os.path.join({os.fspath(tmp_path)!r}, f'{{name}}-{{os.getpid()}}'), 'w').close()\n"
            "def noting(self, word):\n"
            "    note('stem')\n"
            "    return stem(self, word)\n"
            "SearchEnglish.stem = noting\n"
            "def setup(app):\n"
            "    app.connect('html-page-context', lambda *_: note('page'))\n"
        )
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-j3", "-b", "html", project, tmp_path / "output"], check=True
    )
    assert len(list(tmp_path.glob("stem-*"))) == 1
    assert len(list(tmp_path.glob("page-*"))) > 1


def test_the_text_shows_the_tables_of_results_json() -> None:
    for make in sphinxcost_tables.TABLES:
        assert make(RESULTS) in TEXT, f"python sphinxcost_tables.py prints another table: {make.__name__}"


def test_the_sentences_quote_results_json() -> None:
    running = " ".join(TEXT.replace("`", "").split())
    missing = [phrase for phrase in sphinxcost_tables.sentences(RESULTS) if phrase not in running]
    assert not missing


def test_every_median_is_that_of_its_rounds_and_every_profile_adds_up() -> None:
    runs = [*RESULTS["toctree"].values(), *RESULTS["ablog"].values()]
    runs += [run for arms in RESULTS["stemmers"].values() for run in arms.values()]
    for run in runs:
        assert sorted(run["rounds"])[len(run["rounds"]) // 2] == pytest.approx(run["median"])
    for name in ("cprofile python", "sample python", "sample c"):
        assert sum(RESULTS["profile"][name]["packages"].values()) == pytest.approx(1, abs=1e-3)
