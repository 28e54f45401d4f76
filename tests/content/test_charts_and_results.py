"""What a post has measured, as its page tells it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml.html import fromstring

from _ext.posts import read_posts
from _ext.posts.drawings.chart import HEIGHT, chart_of, chart_svg
from _ext.posts.drawings.safe_svg import unsafe_parts
from _ext.posts.evidence.measurements import NotThere, told, value_at
from lab.results import save
from testing.sites import Build, texts, write_post

ROWS = [{"size": 1, "pooled": 110, "name": "one"}, {"size": 8, "pooled": 12345.5, "name": "eight"}]
RESULTS: dict[str, Any] = {"pool": {"ratio": 5.1, "sizes": [1, 8]}, "rows": ROWS}
CHART = "```{chart} rows\n:alt: More connections, more requests\n:kind: lines\n:x: size\n:y: pooled\n```"


@pytest.fixture
def page(build: Build) -> Callable[[str], Any]:
    """Return a function that builds a post of a text, beside results, and returns its page."""

    def page(text: str) -> Any:
        def lay(root: Path) -> None:
            write_post(root, "pools", "2024-01-02", text)
            (root / "posts/2024/pools/results.json").write_text(json.dumps(RESULTS))

        return build(edit=lay).page("posts/2024/pools")

    return page


def test_a_number_stands_in_the_text(page: Callable[[str], Any]) -> None:
    assert "It is 5.1 times as fast." in texts(page("It is {result}`pool.ratio` times as fast."), "p")


def test_a_table_has_the_rows_that_were_measured(page: Callable[[str], Any]) -> None:
    shown = page("```{results} rows\n:columns: name, pooled\n:header: Pool | Requests per second\n```")
    assert texts(shown, "th, td") == ["Pool", "Requests per second", "one", "110", "eight", "12,345.5"]


def test_a_chart_is_there_for_light_and_dark(page: Callable[[str], Any]) -> None:
    pictures = page(CHART).cssselect(".diagram picture img")
    assert [picture.get("alt") for picture in pictures] == ["More connections, more requests"] * 2
    assert len({picture.get("src") for picture in pictures}) == 2


@pytest.mark.parametrize("kind", ["bars", "lines"])
@pytest.mark.parametrize("scale", ["", "log"])
def test_a_chart_draws_and_nothing_else(kind: str, scale: str) -> None:
    chart = chart_of(RESULTS, "rows", {"kind": kind, "x": "size", "y": "pooled", "scale": scale})
    assert list(unsafe_parts(chart_svg(chart))) == []


def test_a_chart_is_the_same_at_each_build() -> None:
    chart = chart_of(RESULTS, "rows", {"x": "size", "y": "pooled"})
    assert chart_svg(chart) == chart_svg(chart)
    assert not re.search(rb"20\d\d-\d\d-\d\d", chart_svg(chart))  # the day of the build


def test_a_value_of_a_list_is_told_by_its_number() -> None:
    assert told(value_at(RESULTS, "pool.sizes.1")) == "8"


def test_a_name_that_is_not_there_has_a_suggestion() -> None:
    with pytest.raises(NotThere) as refused:
        value_at(RESULTS, "pool.raito")
    assert (str(refused.value), refused.value.near) == ("name must be of a value in results.json", "pool.ratio")


@pytest.mark.parametrize(("label", "rows"), [("short", 1), ("of more letters than a third of a chart", 3)])
def test_a_legend_has_room_for_its_labels(label: str, rows: int) -> None:
    results = {"rows": [{"size": 1, "a": 1, "b": 2, "c": 3}]}
    drawn = chart_svg(chart_of(results, "rows", {"x": "size", "y": "a,b,c", "labels": "|".join([label] * 3)}))
    assert len({text.get("y") for text in fromstring(drawn).cssselect(".legend text")}) == rows


def test_a_label_is_not_as_long_as_a_chart() -> None:
    with pytest.raises(ValueError, match=r"^label must have at most 40 characters, not 41$"):
        chart_of(RESULTS, "rows", {"x": "size", "y": "pooled", "labels": "a" * 41})


def test_a_fault_stands_where_the_option_has_it(tmp_path: Path) -> None:
    write_post(tmp_path, "pools", "2024-01-02", CHART.replace(":y: pooled", ":y: size, pooledd"))
    (tmp_path / "posts/2024/pools/results.json").write_text(json.dumps(RESULTS))
    must = "column must be in each object of rows in results.json (did you mean 'pooled'?): 'pooledd' [result]"
    assert f"posts/2024/pools/index.md:13:11: {must}" in map(str, read_posts(tmp_path).faults)


def test_results_that_are_not_there_are_told_once(tmp_path: Path) -> None:
    write_post(tmp_path, "pools", "2024-01-02", "{result}`a` and {result}`b`")
    told = [str(fault) for fault in read_posts(tmp_path).faults if fault.code == "result"]
    assert told == ["posts/2024/pools/index.md:9:10: results.json must be there, which measure.py writes: 'a' [result]"]


def test_results_that_were_changed_by_hand_are_told(tmp_path: Path) -> None:
    write_post(tmp_path, "pools", "2024-01-02", "It is {result}`n`.")
    folder = tmp_path / "posts/2024/pools"
    (folder / "measure.py").write_text("")
    save(str(folder / "measure.py"), {"n": 5, "unit": "µs"})
    assert not [fault for fault in read_posts(tmp_path).faults if fault.code == "measured"]
    (folder / "results.json").write_text((folder / "results.json").read_text().replace('"n": 5', '"n": 9'))
    must = "results must be as their program has written them (make refresh POST=posts/2024/pools)"
    assert must in str([fault.message for fault in read_posts(tmp_path).faults if fault.code == "measured"])


@pytest.mark.parametrize("value", [{1}, float("nan")])
def test_what_is_no_json_is_not_written(tmp_path: Path, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        save(str(tmp_path / "posts/2024/pools/measure.py"), {"n": value})


def test_names_that_are_too_wide_for_their_bars_are_turned() -> None:
    rows = [{"name": f"a rather long name {n}", "a": 1} for n in range(6)]
    drawn = chart_svg(chart_of({"rows": rows}, "rows", {"x": "name", "y": "a"}))
    assert b"rotate(30" in drawn


@pytest.mark.parametrize("count", range(2, 7))
def test_no_label_of_a_legend_is_outside_of_the_chart(count: int) -> None:
    names = list("abcdef"[:count])
    row = dict.fromkeys(names, 1) | {"size": 1}
    drawn = fromstring(chart_svg(chart_of({"rows": [row]}, "rows", {"x": "size", "y": ",".join(names)})))
    (legends,) = drawn.cssselect(".legends")
    top = float(re.findall(r"[\d.]+", legends.get("transform"))[1])
    assert (
        max(top + float(text.get("y")) for text in legends.cssselect("text")) <= HEIGHT - 4
    )  # room for what hangs below the line


def test_the_least_bar_of_a_logarithmic_chart_can_be_seen() -> None:
    rows = [{"name": "a", "n": 20}, {"name": "b", "n": 205}]
    drawn = fromstring(chart_svg(chart_of({"rows": rows}, "rows", {"x": "name", "y": "n", "scale": "log"})))
    heights = [float(bar.get("height")) for bar in drawn.cssselect(".bar rect")]
    assert heights[0] > 30
    assert heights[1] > 3 * heights[0]
