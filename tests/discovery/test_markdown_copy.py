"""The copies of posts in Markdown: they say what the page says, and nothing in them is a directive."""

import re
import shutil
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from _ext.discovery.markdown_copy import escaped, fence_around, markdown
from testing.sites import ROOTS, Build, as_if_tested

URL = "https://example.org/en"

POST = """\
Of [another](../second/index.md), of [a host](https://example.org/a_(b)), *em*, `co``de`, H{sub}`2`O and {kbd}`Ctrl`.
The {abbr}`CSP (Content Security Policy)` costs {math}`x_1^2`, see {rfc}`9110`.[^note]

[^note]: A note.

## A section

```{literalinclude} pool.py
:language: python
:pyobject: connect
:linenos:
```

```{note}
Mind the *gap*.
```

```{figure} dot.png
:alt: A [dot]

The caption.
```

```{math}
a < b
```

| A | B |
| --- | --- |
| `x|y` | 2 |

1. One

   ```console
   $ ls
   ```

2. Two

   - Nested

```{update} 2024-02-03
Corrected.
```

\\# No heading, \\<b> no tag, 2 \\* 3 and snake_case.
"""


def with_all(folder: Path) -> None:
    """Let the first post hold one of each."""
    post = folder / "posts/2024/first"
    shutil.copy(ROOTS / "test-feed/posts/2024/linked/dot.png", post)
    (post / "pool.py").write_text('import os\n\n\ndef connect():\n    return """```"""\n\n\ndef other():\n    pass\n')
    text = (post / "index.md").read_text().replace("The text of the first.\n", POST.replace("x|y", r"x\|y"))
    (post / "index.md").write_text(text)
    as_if_tested(post)


@pytest.fixture
def copy(build: Build) -> str:
    """Return the copy of that post."""
    site = build("order", edit=with_all, html_baseurl=URL)
    assert site.warnings == ""
    return (site.folder / "posts/2024/first/index.md").read_text(encoding="utf-8")


def test_a_copy_says_what_the_post_is(copy: str) -> None:
    assert copy.split("\n\nOf ")[0] == (
        "# First\n\n> A description that is long enough to be one, and says nothing at all.\n\n"
        f"- URL: <{URL}/posts/2024/first/>\n- Published: 2024-01-02\n- Updated: 2024-02-03\n- By: Ben, Ada\n"
        "- Tags: Beta, Alpha\n- Licence: text [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), code MIT"
    )


@pytest.mark.parametrize("jobs", [0, 2])
def test_a_copy_says_what_the_page_says(build: Build, jobs: int) -> None:
    site = build("order", edit=with_all, html_baseurl=URL, jobs=jobs)
    copy = (site.folder / "posts/2024/first/index.md").read_text(encoding="utf-8").partition("code MIT\n\n")[2]
    for part in (
        f"Of [another]({URL}/posts/2024/second/), of [a host](https://example.org/a_%28b%29), *em*, ``` co``de ```",
        "H<sub>2</sub>O and `Ctrl`",
        "CSP (Content Security Policy) costs $x_1^2$, see ",
        "[^1]: A note.",
        "\n## A section\n",
        '\n````python\ndef connect():\n    return """```"""\n````\n\nTested with Python 3.13.0, PostgreSQL 18.1 on May 30, 2025\n',
        "\n> **Note**\n>\n> Mind the *gap*.\n",
        f"\n![A \\[dot\\]]({URL}/_images/first/dot.png)\n\nThe caption.\n",
        "\n$$\na < b\n$$\n",
        "\n| A | B |\n| --- | --- |\n| `x\\|y` | 2 |\n",
        "\n1. One\n\n   ```console\n   $ ls\n   ```\n\n   Tested with PostgreSQL 18.1 on May 30, 2025\n2. Two\n\n   - Nested\n",
        "Corrected.\n",
        "\\# No heading, \\<b> no tag, 2 \\* 3 and snake_case.",
    ):
        assert part in copy
    assert not re.search(r"\{[a-z]+\}|^:[a-z]+:|headerlink", copy, re.MULTILINE)


def test_unpublished_posts_have_no_copy(build: Build) -> None:
    site = build("unpublished", preview=True)
    assert site.page("posts/2024/draft").cssselect("link[type='text/markdown']") == []
    assert not site.exists("posts/2024/draft/index.md")


@given(st.text(st.sampled_from("a 1.)#>+-=*_[]()<b>`~!&amp;\\\n:|"), min_size=1))
def test_escaped_text_is_text(text: str) -> None:
    text = " ".join(text.split())
    rendered = lxml.html.fragment_fromstring(MarkdownIt().render(escaped(text)), create_parent="div")
    assert " ".join(rendered.text_content().split()) == text
    assert {element.tag for element in rendered.iter()} <= {"div", "p"}


@given(st.text("`~a\n ", min_size=1))
def test_no_code_ends_its_fence(code: str) -> None:
    fence = fence_around(code)
    tokens = MarkdownIt().parse(f"{fence}\n{code}\n{fence}\n")
    assert [token.type for token in tokens] == ["fence"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a\n  b</p>\n<p>c</p>", "a\nb\n\nc"),
        ("<p>a<br>\nb</p>", "a  \nb"),
        ("<p>a<em> b </em>c <s>d</s> <em></em></p>", "a *b* c ~~d~~"),
        ("<h3>A <code>b</code></h3><hr><p>c</p>", "### A `b`\n\n---\n\nc"),
        ("<p><a href='https://a.example/b_c'>https://a.example/b_c</a></p>", "<https://a.example/b_c>"),
        ("<p><code>a`b</code> <code><span>a</span> <em>_b_</em></code></p>", "`` a`b `` `a _b_`"),
        ("<p><abbr>A</abbr> <abbr title='B*'>A</abbr></p>", "A A (B\\*)"),
        ("<ul><li><p>a</p>\n<ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>", "- a\n\n  - b\n- c"),
        ("<ol start='9'><li><p>a</p></li><li><p>b</p><p>c</p></li></ol>", "9. a\n10. b\n\n    c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<p class='rubric'>A *</p>", "**A \\***"),
        ("<table><tbody><tr><td><p>a</p><p>b|</p></td></tr></tbody></table>", "|  |\n| --- |\n| a b\\| |"),
        (
            "<table><caption>T</caption><thead><tr><th>A</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
            "T\n\n| A |\n| --- |\n| b |",
        ),
        ("<div class='highlight-python x'><pre><span class='linenos'>1</span>a</pre></div>", "```python\na\n```"),
        ("<div class='highlight-default x'><pre>a ```\n\n</pre></div>", "````\na ```\n````"),
        (
            "<aside role='doc-footnote'><span class='label'>[<a href='#'>1</a>]</span><p>a</p><p>b</p></aside>",
            "[^1]: a\n    \n    b",
        ),
        ("<figure><p>a</p></figure>", "a"),
    ],
)
def test_an_element_has_its_form(html: str, text: str) -> None:
    assert markdown(lxml.html.fragment_fromstring(html, create_parent="div")) == f"{text}\n"


def test_tabs_follow_each_other() -> None:
    html = '<div class="tab-set docutils"><label>A</label><div class="tab-content"><p>First.</p></div></div>'
    assert markdown(lxml.html.fragment_fromstring(html, create_parent="div")) == "**A**\n\nFirst.\n"
