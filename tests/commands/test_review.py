"""What the reviewer of a pull request is told, in a real repository."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from _ext.commands.changes import Kind, kind_of
from _ext.commands.review import POSTS_SHOWN, picture_line
from testing.sites import ROOTS, lay_out, run

PREVIEW = "https://under-load--7.org.readthedocs.build/"
AUTHOR = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
HOSTILE = "@octocat `<img src=x> ![p](https://evil.example/p.png) [l](//evil.example) | ::error::x ##[error]y`"
POST = f"""\
# {HOSTILE}

```{{post}} 2025-05-01
:tags: Beta, Alpha
:author: ada, ben
:description: "{HOSTILE} and so on, long enough"
:redirect: posts/2023/third/
```

{HOSTILE} has [a link](https://example.org/x) and a picture:

![A dot](dot.png)

```python
a = 1
```
"""


class Repository:
    """A tiny site under git, with a branch ``main`` and a change on top of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = lay_out(folder, "order")
        (folder / ".gitignore").write_text("_build\n")
        (folder / "urls.txt").write_text("about/\nblog/\nposts/2024/first/\n")
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit()
        self.git("checkout", "--quiet", "-b", "change")

    def git(self, *arguments: str) -> None:
        environment = os.environ | AUTHOR | {"GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.folder, env=environment, check=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A change")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def summary(self, *arguments: str) -> list[str]:
        """Commit all that changed and return the lines of the summary."""
        self.commit()
        done = run("_ext.commands.review", self.folder, "--base", "main", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "site")


@pytest.fixture
def hostile(repository: Repository) -> Repository:
    """Return a repository with a new post whose words are meant for GitHub."""
    repository.write("posts/2025/third/index.md", POST)
    (repository.folder / "posts/2025/third/dot.png").write_bytes(
        (ROOTS / "test-feed/posts/2024/linked/dot.png").read_bytes()
    )
    return repository


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("posts/2024/first/index.md", Kind.POST),
        ("posts/2024/first/figures/dot.png", Kind.POST),
        ("urls.txt", Kind.POST),
        ("posts/2024/first/test_it.py", Kind.POST_CODE),
        ("posts/2024/first/schema.sql", Kind.POST_CODE),
        ("posts/2024/first/no-suffix", Kind.POST_CODE),
        ("posts/2024/first/evil.md\n.py", Kind.POST_CODE),
        ("posts/tags.toml", Kind.VOCABULARY),
        ("posts/template/index.md", Kind.CODE),
        ("posts/2024/index.md", Kind.CODE),
        ("posts/conftest.py", Kind.CODE),
        ("conf.py", Kind.CODE),
        ("_templates/page.html", Kind.CODE),
        (".github/workflows/ci.yml", Kind.CODE),
        ("sub/posts/2024/first/index.md", Kind.CODE),
        ("about.md", Kind.CODE),
    ],
)
def test_what_a_change_of_a_file_can_do(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


@pytest.mark.parametrize("suffix", ["md", "txt", "csv", "json", "png", "jpg", "jpeg", "webp", "avif", "svg"])
def test_what_nothing_runs_is_of_the_post(suffix: str) -> None:
    assert kind_of(f"posts/2024/first/a.{suffix}") is Kind.POST
    assert kind_of(f"posts/2024/first/{suffix}") is Kind.POST_CODE


@pytest.mark.parametrize("mode", ["100755", "120000", "160000"])
def test_an_executable_file_or_link_in_a_post_is_code(mode: str) -> None:
    assert kind_of("posts/2024/first/dot.png", mode) is Kind.CODE


def test_the_first_line_says_that_only_posts_change(repository: Repository) -> None:
    repository.write("posts/2024/first/note.txt", "A note.\n")
    assert repository.summary()[0] == "Only posts change."


def test_the_first_line_names_code_vocabulary_and_code_in_posts(repository: Repository) -> None:
    repository.write("conf.py", (repository.folder / "conf.py").read_text() + "\n")
    repository.write("_templates/new.html", "")
    repository.write("posts/2024/first/test_it.py", "")
    repository.write("posts/tags.toml", (repository.folder / "posts/tags.toml").read_text() + "\n")
    assert repository.summary()[0] == (
        "**This pull request changes code**: `_templates/new.html`, `conf.py`. "
        "**Code in posts, which CI runs**: `posts/2024/first/test_it.py`. **Vocabulary**: `posts/tags.toml`."
    )


def test_a_link_in_a_post_is_told_as_code(repository: Repository) -> None:
    (repository.folder / "posts/2024/first/secret.png").symlink_to("/etc/passwd")
    assert repository.summary()[0] == "**This pull request changes code**: `posts/2024/first/secret.png`."


def test_what_main_has_gained_since_is_not_of_the_change(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write("conf.py", "project = 'other'\n")
    repository.commit()
    repository.git("checkout", "--quiet", "change")
    assert repository.summary()[0] == "Only posts change."


def test_a_new_post_is_told_whole(hostile: Repository) -> None:
    lines = hostile.summary("--preview", PREVIEW)
    assert f"`posts/2025/third/index.md`, [preview]({PREVIEW}posts/2025/third/)" in lines
    facts = lines[lines.index("- Date: 2025-05-01") : lines.index("In a feed reader:")]
    assert facts == [
        "- Date: 2025-05-01",
        "- Tags: `Beta`, `Alpha`",
        "- Authors: `Ada`, `Ben`",
        "- Reading time: 1 min (words: 13, lines of code: 1)",
        "- Pictures: 1",
        "  - `posts/2025/third/dot.png`: 1 × 1 pixels, 0.1 kB",
        "- External links: 1",
        "  - `https://example.org/x`",
        "- Redirects: 1",
        "  - `posts/2023/third/`",
        "",
    ]
    assert "> id: `tag:under-load.readthedocs.io,2025-05-01:third`" in lines
    assert "> `https://under-load.readthedocs.io/posts/2025/third/`  " in lines


def test_the_words_of_a_post_are_text_to_github(hostile: Repository) -> None:
    """Parsed as Markdown, the summary has no HTML and no picture, and no link but those meant."""
    hostile.write("posts/2025/@octocat <b>`x/index.md", POST.replace(":redirect: posts/2023/third/\n", ""))
    lines = hostile.summary("--preview", PREVIEW)
    tokens = list(flat("\n".join(lines)))
    assert {token.type for token in tokens} & {"html_block", "html_inline", "image", "fence", "code_block"} == set()
    assert {token.attrs["href"] for token in tokens if token.type == "link_open"} == {f"{PREVIEW}posts/2025/third/"}
    prose = " ".join(token.content for token in tokens if token.type == "text")
    assert not any(sign in prose for sign in ("@", "#", "http", "www.", "<", "evil"))


def test_no_line_is_a_command_to_the_runner(hostile: Repository) -> None:
    lines = hostile.summary()
    assert [line for line in lines if line.lstrip().startswith("::") or "##[" in line] == []


def flat(markdown: str) -> Iterator[object]:
    """Yield every token of *markdown*, those within a paragraph too."""
    for token in MarkdownIt("commonmark", {"html": True}).parse(markdown):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (b"<svg width='8' height='4'/>", "8 × 4 pixels, 0.0 kB"),
        (b"<svg viewBox='0 0 8 4'/>" + b" " * 1500, "an unknown number of pixels, 1.5 kB"),
        (b"", "an unknown number of pixels, 0.0 kB"),
        (b"<svg width='8foo' height='4'/>", "an unknown number of pixels, 0.0 kB"),
        (None, "not there"),
    ],
)
def test_a_picture_is_told_with_its_size(picture: bytes | None, told: str, tmp_path: Path) -> None:
    if picture is not None:
        (tmp_path / "dot.svg").write_bytes(picture)
    assert picture_line(tmp_path, "dot.svg") == f"`dot.svg`: {told}"


def test_a_draft_is_told_as_one(repository: Repository) -> None:
    text = (repository.folder / "posts/2024/first/index.md").read_text()
    repository.write("posts/2024/first/index.md", text.replace("2024-01-02", "draft"))
    lines = repository.summary()
    assert lines[2] == "## Changed: `First`"
    assert "- Date: draft" in lines
    assert "> id: minted on the day of publication" in lines


def test_a_faulty_post_is_named_with_its_faults(repository: Repository) -> None:
    repository.write("posts/2025/bad/index.md", "# Bad `<b>`\n")
    lines = repository.summary()
    assert "## To mend" in lines
    assert any("posts/2025/bad/index.md:1:3: post must have the directive" in line for line in lines)
    assert "## New: `posts/2025/bad`" in lines


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\x00" * 100, b"```{post}\n" * 500])
def test_a_post_that_cannot_be_read_is_no_traceback(repository: Repository, content: bytes) -> None:
    repository.write("posts/2025/bad/index.md", "")
    (repository.folder / "posts/2025/bad/index.md").write_bytes(content)
    assert "## New: `posts/2025/bad`" in repository.summary()


def test_a_removed_post_is_told_with_where_its_address_leads(repository: Repository) -> None:
    repository.git("rm", "-r", "--quiet", "posts/2024/first")
    lines = repository.summary()
    assert lines[2:5] == ["## Removed: `posts/2024/first`", "", "**No post redirects from its address.**"]
    second = repository.folder / "posts/2024/second/index.md"
    second.write_text(second.read_text().replace(":tags:", ":redirect: posts/2024/first/\n:tags:"))
    assert "Its address leads to `posts/2024/second/index.md`." in repository.summary()


def test_addresses_are_compared_with_the_record_of_the_base(repository: Repository) -> None:
    repository.write("urls.txt", "about/\n")
    repository.write("_build/html/posts/2025/new/index.html", "")
    repository.write("_build/html/about/index.html", "")
    repository.write("_build/html/blog/index.html", "")
    lines = repository.summary()
    assert lines[lines.index("## Addresses") :] == [
        "## Addresses",
        "",
        "- Added: 1",
        "  - `posts/2025/new/`",
        "- **Lost**: 1",
        "  - `posts/2024/first/`",
        "- **No longer in urls.txt**: 1",
        "  - `blog/`",
    ]


def test_without_a_site_it_says_so(repository: Repository) -> None:
    assert "The site was not built" in repository.summary()[-1]


def test_a_flood_of_posts_is_cut(repository: Repository) -> None:
    text = (repository.folder / "posts/2024/first/index.md").read_text()
    for number in range(POSTS_SHOWN + 2):
        repository.write(f"posts/2025/flood-{number}/index.md", text)
    lines = repository.summary()
    assert "## And 2 more posts" in lines
    assert len([line for line in lines if line.startswith("## New: ")]) == POSTS_SHOWN


def test_two_summaries_are_the_same(hostile: Repository) -> None:
    assert hostile.summary() == hostile.summary()


@pytest.mark.parametrize("base", ["nope", "--output=x", ""])
def test_a_base_that_is_no_commit_is_a_bad_call(repository: Repository, base: str) -> None:
    done = run("_ext.commands.review", repository.folder, f"--base={base}")
    assert done.returncode == 2
    assert "--base must be a commit" in done.stderr
    assert "Traceback" not in done.stderr
