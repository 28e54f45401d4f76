"""Passages in another language."""

from pathlib import Path

from testing.sites import Build, write_post


def test_a_passage_has_its_language(build: Build) -> None:
    def edit(folder: Path) -> None:
        write_post(folder, "foreign", "2024-01-02", "Others say {lang}`Schadenfreude <de>`.")

    (passage,) = build(edit=edit).page("posts/2024/foreign").cssselect(".post-text [lang]")
    assert (passage.get("lang"), passage.text) == ("de", "Schadenfreude")
