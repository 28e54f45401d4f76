"""A rebuild writes what an edit changes, and nothing else."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from _ext.build.run import How
from testing.sites import append, lay_out, tree, write_post
from tests.build.builds import built, times
from tests.build.test_exactness import CLEAN, HTML


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """Return the folder of a blog of four posts that is built."""
    lay_out(tmp_path)
    write_post(tmp_path, "old", "2024-01-01", "(a-label)=\n## A heading\n\nText.", tags="Alpha")
    write_post(tmp_path, "linking", "2024-01-02", "See [](#a-label).", tags="Alpha, C++")
    write_post(tmp_path, "between", "2024-01-03", tags="Beta")
    write_post(tmp_path, "new", "2024-01-04", "See [it](../between/index.md).", tags="Beta")
    assert built(tmp_path, HTML) == 0
    return tmp_path


@pytest.fixture
def rebuilt(blog: Path) -> Iterator[Callable[[str, str, str], set[str]]]:
    """Return a function that replaces a text in a post, builds again and returns the files that were written or went."""

    def rebuilt(slug: str, text: str, other: str) -> set[str]:
        path = blog / f"posts/2024/{slug}/index.md"
        path.write_text(path.read_text(encoding="utf-8").replace(text, other), encoding="utf-8")
        before = times(blog / HTML)
        assert built(blog, HTML) == 0
        after = times(blog / HTML)
        return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}

    yield rebuilt


def pages(files: set[str]) -> set[str]:
    return {path.removesuffix("index.html") for path in files if path.endswith("index.html")}


def test_another_text_changes_its_page(rebuilt: Callable[..., set[str]]) -> None:
    assert pages(rebuilt("between", "Text.", "Another text.")) == {"posts/2024/between/"}


def test_a_rebuild_leaves_no_empty_folder(blog: Path, rebuilt: Callable[..., set[str]]) -> None:
    rebuilt("between", "Text.", "Another text.")
    assert [folder for folder in (blog / HTML).rglob("*") if folder.is_dir() and not any(folder.iterdir())] == []


def test_another_text_draws_no_card_anew(rebuilt: Callable[..., set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_ext.pages.cards.draw", lambda card, mark: b"drawn")
    assert "_cards/between.png" not in rebuilt("between", "Text.", "Another text.")
    assert "_cards/between.png" not in rebuilt("between", "Another text.", "Yet another text.")
    assert "_cards/between.png" in rebuilt("between", "# Between", "# Amid")


def test_another_text_changes_the_feeds_that_have_it(rebuilt: Callable[..., set[str]]) -> None:
    changed = rebuilt("between", "Text.", "Another text.")
    assert {path for path in changed if path.endswith(".xml")} == {
        "blog/atom.xml",
        "blog/author/ada/atom.xml",
        "blog/tag/beta/atom.xml",
    }


def test_another_heading_changes_the_page_that_names_it(rebuilt: Callable[..., set[str]]) -> None:
    assert pages(rebuilt("old", "A heading", "Another heading")) == {"posts/2024/old/", "posts/2024/linking/"}


def test_a_feed_follows_what_a_link_in_it_shows(blog: Path, rebuilt: Callable[..., set[str]]) -> None:
    rebuilt("old", "A heading", "Another heading")
    assert "Another heading" in (blog / HTML / "blog/tag/c-plus-plus/atom.xml").read_text(encoding="utf-8")


def test_a_line_more_above_a_heading_changes_no_other_page(rebuilt: Callable[..., set[str]]) -> None:
    assert pages(rebuilt("old", "(a-label)=", "Text.\n\n(a-label)=")) == {"posts/2024/old/"}


def test_another_description_changes_the_archives_of_its_post(rebuilt: Callable[..., set[str]]) -> None:
    assert pages(rebuilt("between", "is long enough", "is quite long enough")) == {
        "",
        "blog/",
        "blog/2024/",
        "blog/author/ada/",
        "blog/tag/beta/",
        "posts/2024/between/",
    }


def test_another_title_changes_the_pages_that_name_its_post(rebuilt: Callable[..., set[str]]) -> None:
    changed = pages(rebuilt("old", "# Old", "# Older"))
    assert changed >= {"", "blog/", "blog/tag/alpha/", "posts/2024/old/", "posts/2024/linking/"}


def test_nothing_changes_nothing(blog: Path) -> None:
    before = times(blog / HTML)
    assert built(blog, HTML) == 0
    assert times(blog / HTML) == before


def test_a_file_that_was_only_touched_changes_nothing(blog: Path) -> None:
    before = times(blog / HTML)
    (blog / "posts/2024/old/index.md").touch()
    (blog / "conf.py").touch()
    assert built(blog, HTML) == 0
    assert times(blog / HTML) == before


def test_what_a_build_left_can_be_taken_to_another_place(blog: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    there = tmp_path_factory.mktemp("another") / "machine"
    shutil.copytree(blog, there)
    for path in (there / "posts").rglob("*.md"):
        path.touch()  # as a fresh clone does
    before = times(there / HTML)
    assert built(there, HTML) == 0
    assert times(there / HTML) == before


@pytest.mark.parametrize("becomes", ["draft", "2025-07-01"])
def test_a_link_to_what_is_no_longer_published_fails(
    blog: Path, capfd: pytest.CaptureFixture[str], becomes: str
) -> None:
    path = blog / "posts/2024/between/index.md"
    path.write_text(path.read_text(encoding="utf-8").replace("{post} 2024-01-03", f"{{post}} {becomes}"))
    (blog / "urls.txt").unlink()
    assert built(blog, HTML) == 1
    assert "Unknown source document 'posts/2024/between/index'" in capfd.readouterr().err


def test_a_link_to_a_label_that_is_gone_fails(blog: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = blog / "posts/2024/old/index.md"
    path.write_text(path.read_text(encoding="utf-8").replace("(a-label)=\n", ""))
    assert built(blog, HTML) == 1
    assert "'myst' cross-reference target not found: 'a-label'" in capfd.readouterr().err


def test_a_link_to_a_label_in_a_page_that_is_no_post_shows_its_heading(blog: Path) -> None:
    about = blog / "about.md"
    append(about, "(about-us)=\n## As it was")
    post = blog / "posts/2024/between/index.md"
    append(post, "See [](#about-us).")
    assert built(blog, HTML) == 0
    append(post, "More text.")
    assert built(blog, HTML) == 0
    about.write_text(about.read_text(encoding="utf-8").replace("As it was", "As it is"), encoding="utf-8")
    assert built(blog, HTML) == 0
    assert "As it is" in (blog / HTML / "posts/2024/between/index.html").read_text(encoding="utf-8")


def test_a_picture_from_anywhere_in_a_page_that_is_no_post_is_followed(blog: Path) -> None:
    picture = blog / "elsewhere.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    about = blog / "about.md"
    append(about, "![A picture](elsewhere.svg)")
    assert built(blog, HTML) == 0
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='5'/>")
    assert built(blog, HTML) == 0
    (copy,) = (blog / HTML / "_images").rglob("elsewhere.svg")
    assert copy.read_bytes() == picture.read_bytes()


@pytest.mark.parametrize("link", ["[](../../2024/between/index.md)", "{ref}`a-label`", "{ref}`between`"])
def test_in_a_preview_a_link_comes_back_with_what_it_leads_to(blog: Path, link: str) -> None:
    post = blog / "posts/2024/new/index.md"
    append(post, f"See {link}.")
    gone = [blog / "posts/2024/between/index.md", blog / "posts/2024/old/index.md"]
    sound = [path.read_text(encoding="utf-8") for path in gone]
    for path, text in zip(gone, sound, strict=True):
        path.write_text(text.replace("{post} 2024", "{post} in 2024"), encoding="utf-8")
    assert built(blog, HTML, How(strict=False)) == 0
    for path, text in zip(gone, sound, strict=True):
        path.write_text(text, encoding="utf-8")
    assert built(blog, HTML, How(strict=False)) == 0
    assert built(blog, CLEAN, How(strict=False), fresh=True) == 0
    assert tree(blog / HTML) == tree(blog / CLEAN)


def test_an_index_that_is_left_for_later_is_made_by_the_next_build(blog: Path) -> None:
    post = blog / "posts/2024/between/index.md"
    append(post, "More text.")
    index = tree(blog / HTML / "_pagefind")
    assert built(blog, HTML, How(search_later=True)) == 0
    assert "More text." in (blog / HTML / "posts/2024/between/index.html").read_text(encoding="utf-8")
    assert tree(blog / HTML / "_pagefind") == index
    assert built(blog, HTML) == 0
    assert built(blog, CLEAN, fresh=True) == 0
    assert tree(blog / HTML) == tree(blog / CLEAN)


def test_a_fault_that_was_found_where_nothing_is_told_is_told_by_the_next_build(
    blog: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    post = blog / "posts/2024/new/index.md"
    post.write_text(post.read_text(encoding="utf-8").replace("2024-01-04", "soon"), encoding="utf-8")
    assert built(blog, HTML, How(strict=False, tell=False)) == 0
    assert "soon" not in capfd.readouterr().out
    assert built(blog, HTML, How(strict=False)) == 0
    assert "posts/2024/new/index.md:3:11: post's date must be" in capfd.readouterr().out


def test_a_label_of_a_page_that_a_post_has_too_fails(blog: Path, capfd: pytest.CaptureFixture[str]) -> None:
    about = blog / "about.md"
    append(about, "(between)=\n## Between")
    assert built(blog, HTML) == 1
    assert "label must be unique, posts/2024/between/index has it too: 'between'" in capfd.readouterr().err


def test_in_a_preview_a_page_finds_a_post_that_was_not_there(blog: Path) -> None:
    about = blog / "about.md"
    append(about, "See [it](posts/2024/late/index.md) and [](#A-Late-Label).")
    assert built(blog, HTML, How(strict=False)) == 0
    write_post(blog, "late", "2024-01-05", "(a-late-label)=\n## Late\n\nText.")
    assert built(blog, HTML, How(strict=False)) == 0
    assert built(blog, CLEAN, How(strict=False), fresh=True) == 0
    assert tree(blog / HTML) == tree(blog / CLEAN)


def test_a_record_that_lacks_what_is_published_is_completed(blog: Path) -> None:
    record = (blog / "urls.txt").read_text(encoding="utf-8")
    (blog / "urls.txt").unlink()
    assert built(blog, HTML) == 0
    assert (blog / "urls.txt").read_text(encoding="utf-8") == record


def test_a_record_that_cannot_be_written_is_told(blog: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (blog / "urls.txt").unlink()
    (blog / "urls.txt").symlink_to("nowhere/urls.txt")
    assert built(blog, HTML) == 0
    assert "urls.txt lacks addresses of the site, and cannot be written: " in capfd.readouterr().err


def test_settings_of_docutils_from_elsewhere_are_not_read(blog: Path) -> None:
    (blog / "docutils.conf").write_text("[general]\ninitial_header_level: 3\nfootnote_references: superscript\n")
    before = tree(blog / HTML)
    assert built(blog, HTML, fresh=True) == 0
    assert tree(blog / HTML) == before
    when = times(blog / HTML)
    assert built(blog, HTML) == 0
    assert times(blog / HTML) == when


def test_a_fault_is_told_each_time_and_the_next_build_without_it_is_right(
    blog: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = blog / "posts/2024/old/index.md"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("2024-01-01", "soon"), encoding="utf-8")
    for _ in range(2):
        assert built(blog, HTML) == 1
        assert (
            "post's date must be a date such as 2024-10-20, or the word draft: 'soon' [date]" in capfd.readouterr().out
        )
    path.write_text(sound, encoding="utf-8")
    before = times(blog / HTML)
    assert built(blog, HTML) == 0
    assert times(blog / HTML) == before


def test_a_day_later_a_post_goes_live(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_post(blog, "later", "2025-06-02")
    assert built(blog, HTML) == 0
    assert not (blog / HTML / "posts/2025/later").exists()
    monkeypatch.setattr("tests.build.builds.TODAY", "1748822400")  # 2025-06-02T00:00:00Z
    assert built(blog, HTML) == 0
    assert (blog / HTML / "posts/2025/later/index.html").exists()


def test_the_map_follows_a_page_that_is_no_post(blog: Path) -> None:
    loosely = How(strict=False)  # the sidebar leads to the page
    assert built(blog, HTML, loosely) == 0
    (blog / "about.md").unlink()
    assert built(blog, HTML, loosely) == 0
    assert "/about/" not in (blog / HTML / "sitemap.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["assets", "icons"])
def test_an_old_address_takes_the_place_of_no_other_part(blog: Path, name: str) -> None:
    path = blog / "posts/2024/old/index.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace(":author:", f":redirect: {name}/\n:author:"), encoding="utf-8"
    )
    assert built(blog, HTML) == 0
    assert (blog / HTML / name / "index.html").exists()
    assert (blog / HTML / "_static/search.js").exists()
    assert (blog / HTML / "favicon.ico").exists()
