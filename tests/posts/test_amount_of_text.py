"""How much text a post has."""

from pathlib import Path

import pytest

from _ext.blog.reading_time import code_lines
from _ext.posts import Post, read_posts
from testing.sites import lay_out

HEAD = """\
# A title of five words

```{post} 2024-01-02
:tags: Alpha
:author: ada
:description: A description that is long enough to be one, and says nothing at all.
```

"""


def post_of(folder: Path, body: str) -> Post:
    """Return the post whose text is *body*, of a tiny site at *folder*."""
    path = lay_out(folder) / "posts/2024/a-post/index.md"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + body)
    (path.parent / "two.py").write_text("def f():\n    return 1\n\n\ndef g():\n\n    return 2\n")
    (post,) = read_posts(folder).posts
    return post


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("Three words *he*re.", 3),
        ("## Two words\n\n- and\n- a list – with a dash", 8),
        ("`code` counts, {abbr}`a role` too.", 5),
        ("```python\nnot_prose = 1\n```", 0),
        ("```{note}\nFour words stand here.\n```", 4),
    ],
)
def test_words_are_those_of_the_prose(tmp_path: Path, body: str, words: int) -> None:
    assert post_of(tmp_path, body).text.words == words


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("```python\na = 1\n\nb = 2\n```", 2),
        ("```{code-block} python\n:linenos:\n\na = 1\n```", 1),
        ("```{literalinclude} two.py\n```", 4),
        ("```{literalinclude} two.py\n:pyobject: f\n```", 2),
        ("```{note}\n~~~python\na = 1\n~~~\n```", 1),
    ],
)
def test_lines_of_code_are_those_that_show_something(tmp_path: Path, body: str, lines: int) -> None:
    assert code_lines(tmp_path, post_of(tmp_path, body)) == lines


def test_the_opening_is_the_first_forty_words(tmp_path: Path) -> None:
    assert post_of(tmp_path, " ".join(f"w{number}" for number in range(50))).text.opening.split()[-1] == "w39"
