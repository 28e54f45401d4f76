"""The rules of a post, each broken once: the messages are what contributors read, so they stand here to the letter."""

import datetime as dt
from pathlib import Path

import pytest

from _ext.posts import Author, Tag, Vocabulary, read_post, read_posts
from testing.sites import ROOT, ROOTS, as_if_tested

PATH = "posts/2024/a-post/index.md"
POST = """\
# A title

```{post} 2024-01-02
:tags: Python, API
:author: ada
:description: A description that is long enough to be one, and says nothing at all.
```

Text.
"""
HTML = "HTML must be left out, or put in backticks where it is meant as text"
LINK = "link must begin with https://, http:// or mailto:, or be a path in the site"
DATE = "post's date must be a date such as 2024-10-20, or the word draft"
FENCE = "fence must be closed by a line of as many signs; one around it must be of more"
CONTROL = "file must have no control characters and none that turn the direction of writing"
FORM = "option must be written ':name: value', the whole value in double quotes if it has ' #' or begins with a quote"
LANGUAGE = "code block must name its language, such as ```python or ```none"
PAGE = "link in the site must be the path of a page's file, such as ../slug/index.md"
NESTED = "text must be nested at most 20 levels deep, a list counting two"
LABELS = ("Python", "API", "Backend", "C++", "Redis", "Testing", "Feeds")
VOCABULARY = Vocabulary(
    tags={label: Tag(label.lower(), label, "") for label in LABELS},
    authors={key: Author(key, key.title(), "https://example.org/", "") for key in ("ada", "ben")},
)


def faults(text: str, path: str = PATH) -> list[str]:
    return [str(fault).removeprefix(f"{path}:") for fault in read_post(path, text.encode(), VOCABULARY)[1]]


def test_a_sound_post_has_no_fault() -> None:
    assert faults(POST) == []


def test_a_post_is_its_metadata() -> None:
    post, _ = read_post(PATH, POST.encode(), VOCABULARY)
    assert post is not None
    assert post.title == "A title"
    assert post.date == dt.date(2024, 1, 2)
    assert [tag.label for tag in post.tags] == ["Python", "API"]
    assert [author.key for author in post.authors] == ["ada"]
    assert post.description == "A description that is long enough to be one, and says nothing at all."
    assert (post.docname, post.slug) == ("posts/2024/a-post/index", "a-post")


def test_a_post_may_have_an_image_and_be_evergreen() -> None:
    options = ":image: ./a.png\n:image-alt: A curve.\n:evergreen:\n:author: ada"
    post, found = read_post(PATH, POST.replace(":author: ada", options).encode(), VOCABULARY)
    assert post and not found
    assert (post.image, post.image_alt, post.evergreen) == ("posts/2024/a-post/a.png", "A curve.", True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # title
        ("# A title", "", "1:1: post must have a title, a line such as '# Pooling connections': none [title]"),
        ("# A title", "#", "1:1: title must have text: '' [title]"),
        ("Text.", "# More", "9:3: title must be the only level-1 heading; this one must be '## …': 'More' [title]"),
        (
            "# A title",
            "> Before.\n\n# A title",
            "1:1: title must come first, before anything else: '> Before.' [title]",
        ),
        ("# A title", "# A {ref}`title`", "1:3: title must be text, without roles and pictures: 'A title' [title]"),
        # the directive
        (
            "```{post} 2024-01-02",
            "```{post}2024-01-02",
            "3:1: directive must be written ```{name} argument: '```{post}2024-01-02' [fence]",
        ),
        (
            "Text.",
            "````{note}\n```{post} draft\n```\n````",
            "10:4: {post} must stand by itself, inside no other block: 'post' [post]",
        ),
        (
            "Text.",
            "- x\n\n  ```{update} 2024-02-03\n  y\n  ```",
            "11:6: {update} must stand by itself, inside no other block: 'update' [update]",
        ),
        (
            "all.\n```",
            "all.\n",
            "3:1: fence must be closed by a line of as many signs; one around it must be of more: '```{post} 2024-01-02' [fence]",
        ),
        (
            "2024-01-02\n",
            "2024-01-02\n\n",
            "5:1: {post} directive must have its options ':name: value' on the next lines, none blank, then ```, and no body: ':tags: Python, API' [post]",
        ),
        ("Text.", "```{post} draft\n```", "9:4: {post} directive must be the only one: 'post' [post]"),
        (
            "all.\n```",
            "all.\n\nBody.\n```",
            "8:1: {post} directive must have its options ':name: value' on the next lines, none blank, then ```, and no body: 'Body.' [post]",
        ),
        (
            "# A title",
            "---\ntags: x\n---\n# A title",
            "1:1: post must have no front matter, but the directive ```{post} 2024-10-20 after its title: '---' [front-matter]",
        ),
        # date
        ("2024-01-02", "03/04/2026", f"3:11: {DATE}: '03/04/2026' [date]"),
        ("2024-01-02", "2024-1-2", f"3:11: {DATE} (did you mean '2024-01-02'?): '2024-1-2' [date]"),
        ("2024-01-02", "2 January 2024", f"3:11: {DATE} (did you mean '2024-01-02'?): '2 January 2024' [date]"),
        ("2024-01-02", "2024-02-30", f"3:11: {DATE}: '2024-02-30' [date]"),
        ("{post} 2024-01-02", "{post}", f"3:10: {DATE}: '' [date]"),
        ("2024-01-02", "Draft", f"3:11: {DATE} (did you mean 'draft'?): 'Draft' [date]"),
        # options
        (
            ":author:",
            ":autor:",
            "5:2: option must be one of author, description, evergreen, first-published, image, image-alt, redirect, series, tags (did you mean 'author'?): 'autor' [option]",
        ),
        (
            ":author: ada",
            ":author: ada\n:colour: red",
            "6:2: option must be one of author, description, evergreen, first-published, image, image-alt, redirect, series, tags: 'colour' [option]",
        ),
        (":author: ada", ":author: ada\n:author: ben", "6:2: option must be given once: 'author' [option]"),
        (":author: ada", ":author: ada\n:author ada", f"6:1: {FORM}: ':author ada' [option]"),
        # image
        (
            ":author: ada",
            ":author: ada\n:image: a.svg\n:image-alt: A curve.",
            "6:9: image must be a PNG, JPEG or WebP picture in the post's folder, which cards show: 'a.svg' [image]",
        ),
        (
            ":author: ada",
            ":author: ada\n:image: a.png",
            "6:2: image must have an image-alt, a line that says what it shows: none [image]",
        ),
        (":author: ada", ":author: ada\n:image-alt: A", "6:13: image-alt must be that of an image: 'A' [image]"),
        (":author: ada", ":author: ada\n:evergreen: yes", "6:13: evergreen must be empty: 'yes' [option]"),
        # tags
        (":tags: Python, API\n", "", "3:4: post must have 1 to 6 tags of posts/tags.toml: none [tags]"),
        (":tags: Python, API", ":tags:", "4:2: post must have 1 to 6 tags of posts/tags.toml: none [tags]"),
        ("Python, API", "Pyhton, API", "4:8: tag must be in posts/tags.toml (did you mean 'Python'?): 'Pyhton' [tags]"),
        ("Python, API", "Python, api", "4:16: tag must be in posts/tags.toml (did you mean 'API'?): 'api' [tags]"),
        ("Python, API", "Python, Zebra", "4:16: tag must be in posts/tags.toml: 'Zebra' [tags]"),
        ("Python, API", "Python, Python", "4:16: tag must be given once: 'Python' [tags]"),
        ("Python, API", "Python,, API", "4:15: tag must not be empty: '' [tags]"),
        (
            "Python, API",
            ", ".join(LABELS),
            "4:8: tags must be 1 to 6, not 7: 'Python, API, Backend, C++, Redis, Testing, Feeds' [tags]",
        ),
        # authors
        (":author: ada\n", "", "3:4: post must have an author of posts/authors.toml: none [author]"),
        ("ada", "adda", "5:10: author must be in posts/authors.toml (did you mean 'ada'?): 'adda' [author]"),
        ("ada", "Ada", "5:10: author must be in posts/authors.toml (did you mean 'ada'?): 'Ada' [author]"),
        ("ada", "ben, eve", "5:15: author must be in posts/authors.toml: 'eve' [author]"),
        # description
        (
            "A description that is long enough to be one, and says nothing at all.",
            "Short.",
            "6:15: description must have 50 to 160 characters, not 6: 'Short.' [description]",
        ),
        (
            "A description",
            "A description " * 10,
            "6:15: description must have 50 to 160 characters, not 196: 'A description A description A description A description A d…' [description]",
        ),
        # first publication
        (
            ":author: ada",
            ":author: ada\n:first-published: long ago",
            "6:19: first-published must be the first date and slug, such as '2024-10-20 old-slug': 'long ago' [first-published]",
        ),
        (
            ":author: ada",
            ":author: ada\n:first-published: 2024-01-03 later",
            "6:19: first-published must not be after the post's date, 2024-01-02: '2024-01-03 later' [first-published]",
        ),
        # what a post is made of
        ("Text.", "Te\x1bxt.", f"9:3: {CONTROL}: 'U+001B' [characters]"),
        (
            "A description that is long enough to be one, and says nothing at all.",
            '"A description that is long enough to be one, and more \\x1b"',
            r"6:16: value must have no control characters: 'A description that is long enough to be one, and more \x1b' [option]",
        ),
        ("Text.", ":::{note}\n:::", "9:1: directive must be written ```{name} argument: ':::{note}' [fence]"),
        (
            "Text.",
            "See {reff}`x`.",
            "9:6: role must be one of abbr, doc, file, kbd, lang, math, pep, ref, result, rfc, samp, sub, sup (did you mean 'ref'?): 'reff' [role]",
        ),
        # updates
        (
            "Text.",
            "```{update} June\nMore.\n```",
            "9:13: {update} date must be a date such as 2024-10-20: 'June' [update]",
        ),
        (
            "Text.",
            "```{update} 2024-01-01\nMore.\n```",
            "9:13: {update} date must not be before the post's, 2024-01-02: '2024-01-01' [update]",
        ),
    ],
)
def test_a_broken_rule_is_one_fault(old: str, new: str, fault: str) -> None:
    assert old in POST
    assert faults(POST.replace(old, new, 1)) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a <b>bold</b> word", f"9:3: {HTML}: '<b>' [html]"),
        ("<!-- note -->\nText.", f"9:1: {HTML}: '<!-- note -->' [html]"),
        ("Vec<T> is generic.", f"9:4: {HTML}: '<T>' [html]"),
        ("![A <i>dot</i>](a.png)", f"9:1: {HTML}: '<i>' [html]"),
        ("- <img src=x onerror=alert(1)>", f"9:3: {HTML}: '<img src=x onerror=alert(1)>' [html]"),
        ("It is $\\rho = 1$.", "9:7: formula must be written {math}`…`: '$\\\\rho = 1$' [markup]"),
        ("##Heading", "9:1: heading must have a space after its #: '##Heading' [markup]"),
        ("> [!NOTE]\n> x", "9:3: box must be a directive such as ```{note}: '[!NOTE]' [markup]"),
        (".. note:: x", "9:1: directive must be written ```{name} argument: '.. note::' [markup]"),
        ("See :ref:`there`.", "9:5: role must be written {name}`…`: ':ref:' [markup]"),
        (
            "See [this text][there].",
            "9:5: link must have its label defined in a line such as [label]: https://…: '[this text][there]' [markup]",
        ),
        (
            "| a | b |\n|---|\n| 1 | 2 |",
            "10:1: row below a table's head must have as many cells as the head: '|---|' [markup]",
        ),
        ("See {ref}`it<genindex>`.", "9:11: ref must be a label of a post: 'it<genindex>' [role]"),
        ("```post 2024-01-02\n```", "9:1: directive must be written ```{name} argument: '```post 2024-01-02' [fence]"),
        ("See {{ secret }}.", "9:5: template syntax must be in backticks: '{{ secret }}' [template]"),
        ("{% include 'x' %}", "9:1: template syntax must be in backticks: \"{% include 'x' %}\" [template]"),
        (
            "````{tip}\n```{tip}\nText.\n````",
            "10:1: fence must be closed by a line of as many signs; one around it must be of more: '```{tip}' [fence]",
        ),
        ("```python\nx = 1", f"9:1: {FENCE}: '```python' [fence]"),
        ("```{note}\nx\n```python\ny\n```\nz\n```", f"11:1: {FENCE}: '```python' [fence]"),
        (
            '```{code-block} python\n:caption: "```{include} /etc/passwd"\nx\n```',
            "10:12: fence must be closed by a line of as many signs; one around it must be of more: '```{include} /etc/passwd' [fence]",
        ),
        (
            "```{admonition} The `x`\nText.\n```",
            "9:1: directive must be written ```{name} argument: '```{admonition} The `x`' [fence]",
        ),
        ("```{rubric}\tx\n```", "9:1: line must have no tab: '```{rubric}\\tx' [fence]"),
        (
            "```{figure} a.png\\\n:alt: A dot\n```",
            "9:1: line must not end in a backslash: '```{figure} a.png\\\\' [fence]",
        ),
        ("```\nx\n```", f"9:1: {LANGUAGE}: none [code-language]"),
        (
            "```pyton\nx\n```",
            "9:4: language must be one that Pygments knows and highlights fast, or none (did you mean 'python'?): 'pyton' [code-language]",
        ),
        (
            "    indented",
            "9:5: code must be fenced, with its language: ```python; other text must not be indented: 'indented' [code-language]",
        ),
        ("```{code-block}\nx\n```", f"9:16: {LANGUAGE}: none [code-language]"),
        (
            "```{code-block} python\n:emphasize-lines: 1-9999999999\nx\n```",
            "10:19: emphasize-lines must be line numbers such as 1,3-5: '1-9999999999' [directive-option]",
        ),
        (
            "```{figure} a.png\n:target: javascript:alert(1)\n:alt: A dot\n```",
            "10:2: option must be one of align, alt: 'target' [directive-option]",
        ),
        ("```{figure} a.png\n---\nalt: A dot\n---\n```", f"10:1: {FORM}: '---' [directive-option]"),
        ("```{note}\n:class: evil\nText.\n```", "10:1: {note} must have no options: ':class: evil' [directive-option]"),
        ("```{image} a.png\n:alt: A dot\n\nBody.\n```", "12:1: {image} must have no body: 'Body.' [directive]"),
        ("```{rubric}\n```", "9:4: {rubric} must have a title after its name: none [directive]"),
        ("## A\n\n#### B", "11:6: heading must be of level 3 at most, '### …': 'B' [heading]"),
        ("[evil](javascript:alert(1))", f"9:8: {LINK}: 'javascript:alert(1)' [link]"),
        ("[evil](&#106;avascript:alert(1))", f"9:8: {LINK}: 'javascript:alert(1)' [link]"),
        ("<javascript:alert(1)>", f"9:2: {LINK}: 'javascript:alert(1)' [link]"),
        ("[evil][r]\n\n[r]: javascript:alert(1)", f"11:6: {LINK}: 'javascript:alert(1)' [link]"),
        ("[evil](//evil.example)", f"9:8: {LINK}: '//evil.example' [link]"),
        (
            "[evil](https://user:pw@evil.example/)",
            "9:8: link must have no name or password before its host: 'https://user:pw@evil.example/' [link]",
        ),
        ("[evil](https:evil.example)", "9:8: link must be a URL of a host: 'https:evil.example' [link]"),
        ("[evil](https://[evil)", "9:8: link must be a URL of a host: 'https://%5Bevil' [link]"),
        ("[write us](mailto:nobody)", "9:12: mail address must be mailto:name@host: 'mailto:nobody' [link]"),
        ("[passwords](/etc/passwd)", f"9:13: {PAGE}: '/etc/passwd' [link]"),
        ("[settings](../../../conf.py)", f"9:12: {PAGE}: '../../../conf.py' [link]"),
        ("[the other](../other/)", f"9:13: {PAGE} (did you mean '../other/index.md'?): '../other/' [link]"),
        (
            "[mine](http://localhost:8000/)",
            "9:8: link must lead to a host that every reader can reach: 'http://localhost:8000/' [local-link]",
        ),
        (
            "[mine](http://127.1/)",
            "9:8: link must lead to a host that every reader can reach: 'http://127.1/' [local-link]",
        ),
        (
            "[mine](http://[::1]/)",
            "9:8: link must lead to a host that every reader can reach: 'http://[::1]/' [local-link]",
        ),
        (
            "[mine](http://10.0.0.1/)",
            "9:8: link must lead to a host that every reader can reach: 'http://10.0.0.1/' [local-link]",
        ),
        (
            "[mine](https://blog--12.org.readthedocs.build/)",
            "9:8: link must lead to a host that every reader can reach: 'https://blog--12.org.readthedocs.build/' [local-link]",
        ),
        (
            "[mine](http://intranet/)",
            "9:8: link must lead to a host that every reader can reach: 'http://intranet/' [local-link]",
        ),
        (
            "[Click here!](https://example.org/)",
            "9:15: link text must say where the link leads: 'Click here!' [link-text]",
        ),
        ("[](https://example.org/)", "9:4: link text must say where the link leads: '' [link-text]"),
        (
            "See https://example.org/x, and more.",
            "9:5: URL must be a link such as [what it is](URL), or in backticks: 'https://example.org/x' [bare-url]",
        ),
        ("(genindex)=\n\nText.", "9:2: label must not be one of the site's own: 'genindex' [label]"),
        (
            "(BAD name)=\n\nText.",
            "9:2: label must be lower-case words joined by hyphens, such as pool-sizes: 'BAD name' [label]",
        ),
        (
            "```{code-block} python\n:name: search\nx\n```",
            "10:8: label must not be one of the site's own: 'search' [label]",
        ),
        ("![](a.png)", "9:3: picture must have a text that says what it shows: none [picture-alt]"),
        ("![image](a.png)", "9:3: picture's text must say what it shows: 'image' [picture-alt]"),
        ("![a.png](a.png)", "9:3: picture's text must say what it shows: 'a.png' [picture-alt]"),
        ("```{figure} a.png\n```", "9:13: picture must have a text that says what it shows: none [picture-alt]"),
        ("- a\n\t- b", "10:1: line must be indented with spaces: '- b' [tab]"),
        (
            "> > > > > > > > > > > > > > > > > > > > > deep",
            f"9:1: {NESTED}: '> > > > > > > > > > > > > > > > > > > > > deep' [nesting]",
        ),
        ("Te\u202ext", f"9:3: {CONTROL}: 'U+202E' [characters]"),
        ("Café", "9:4: text must be in normal form C (did you mean 'é'?): 'é' [normal-form]"),
    ],
)
def test_what_a_post_is_not_made_of_is_one_fault(text: str, fault: str) -> None:
    assert faults(POST.replace("Text.", text)) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("".join("*a **b " * 11) + "".join("b** a*" * 11), f"9:1: {NESTED}: "),
        ("[x](https://example.org/) " * 501, "9:1: post must have at most 500 links; the first too many: "),
        ("x" * 1001, "9:1: word must have at most 1,000 letters: "),
        ("[" * 10_001, "1:1: file must have at most 10,000 of the sign [: "),
        ("\n" * 10_000, "10001:1: file must have at most 10,000 lines: "),
        ("x " * 100_000, "1:1: file must have at most 200,000 bytes: "),
    ],
)
def test_what_is_too_much_is_told(text: str, fault: str) -> None:
    assert faults(POST.replace("Text.", text))[0].startswith(fault)


@pytest.mark.parametrize(
    "text",
    [
        "a < b, x<y, `<b>`, \\<b>, &lt;b&gt;",
        "`{{ x }}` and {kbd}`{{ x }}`",
        "[the other post](../other/index.md), [a section](/posts/2024/other/index.md#x), [about us](/about.md), [up](#a)",
        "<https://example.org/>, `http://localhost`, [this text](https://example.org/a_(b)?c=d#e)",
        "[write to us](mailto:a@b.example), <a@b.example>",
        '```{code-block} md\n:caption: "An inner ``` fence"\n[x](javascript:y)\n```',
        "```python\t\n\tif x:\n```",
        "$5 and $10, $HOME and $PATH, a[0][1], [a text][b], ~/.bashrc, #1 of all\n\n[b]: https://example.org/",
        "- [ ] To do, ~~not~~ done.",
        "{doc}`us</about>`, {pep}`8`, {pep}`the style <8#imports>`",
        "% a comment\n\n+++\n\n(good-label)=\n## A\n\n### B\n\n## C",
    ],
)
def test_what_only_looks_wrong_is_no_fault(text: str) -> None:
    assert faults(POST.replace("Text.", text)) == []


def test_a_title_may_hold_what_looks_like_a_template() -> None:
    assert faults(POST.replace("# A title", "# What {{ x }} is")) == []


@pytest.mark.parametrize("name", ["raw", "include", "eval-rst", "postlist", "csv-table", "role"])
def test_a_directive_that_is_not_for_posts_is_refused(name: str) -> None:
    (fault,) = faults(POST.replace("Text.", f"````{{tip}}\n```{{{name}}} x\n```\n````"))
    assert fault.startswith("10:4: directive must be one of admonition, attention, ")
    assert fault.endswith(f": {name!r} [directive]")


def test_a_post_without_its_directive_is_told_so() -> None:
    assert faults("# A title\n\nText.\n") == [
        "1:3: post must have the directive ```{post} 2024-10-20 after its title: none [post]"
    ]


def test_an_empty_file_has_neither_title_nor_directive() -> None:
    assert faults("") == [
        "1:1: post must have a title, a line such as '# Pooling connections': none [title]",
        "1:1: post must have the directive ```{post} 2024-10-20 after its title: none [post]",
    ]


def test_a_directive_in_a_code_block_is_code() -> None:
    assert faults(POST + "\n````{code-block} md\n```{post} soon\n```\n````\n\n````md\n```{raw} html\n```\n````\n") == []


def test_an_option_with_a_comment_is_told_to_quote_it() -> None:
    assert faults(POST.replace("at all.", "at all #1.")) == [
        (f"6:1: {FORM}: ':description: A description that is long enough to be one, …' [option]")
    ]


def test_a_byte_order_mark_is_told() -> None:
    assert faults("\ufeff" + POST) == ["1:1: file must not begin with a byte order mark: 'U+FEFF' [encoding]"]


def test_a_title_in_two_lines_is_one_line() -> None:
    post, _ = read_post(PATH, POST.replace("# A title", "A\ntitle\n=====").encode(), VOCABULARY)
    assert post is not None
    assert post.title == "A title"


def test_an_author_may_be_meant_by_name() -> None:
    vocabulary = Vocabulary(VOCABULARY.tags, {"al": Author("al", "Ada Lovelace", "", "")})
    _, found = read_post(PATH, POST.replace(": ada", ": Ada Lovelace").encode(), vocabulary)
    assert [fault.message for fault in found] == [
        "author must be in posts/authors.toml (did you mean 'al'?): 'Ada Lovelace'"
    ]


def test_a_post_without_description_is_told_so() -> None:
    text = "\n".join(line for line in POST.split("\n") if ":description:" not in line)
    assert faults(text) == ["3:4: post must have a description of 50 to 160 characters: none [description]"]


@pytest.mark.parametrize(
    ("slug", "near"), [("Upper-Case", "upper-case"), ("under_score", "under-score"), ("two--hyphens", "two-hyphens")]
)
def test_a_slug_is_lower_case_words_joined_by_hyphens(slug: str, near: str) -> None:
    assert faults(POST, f"posts/2024/{slug}/index.md") == [
        f"1:1: folder must be named in lower-case letters, digits and single hyphens (did you mean {near!r}?): {slug!r} [slug]"
    ]


@pytest.mark.parametrize(
    "path", ["posts/stray.md", "posts/2024/stray.md", "posts/2024/a/b/index.md", "posts/24/a/index.md"]
)
def test_a_post_has_its_place(path: str) -> None:
    assert faults(POST, path) == [
        f"1:1: post must be at posts/<year>/<slug>/index.md, in a plain folder: {path!r} [place]"
    ]


def test_a_post_is_utf_8() -> None:
    _, found = read_post(PATH, b"# A title\n\nCaf\xe9\n", VOCABULARY)
    assert list(map(str, found)) == [f"{PATH}:3:4: file must be UTF-8: 'byte 0xe9' [encoding]"]


def test_lines_that_end_as_on_windows_are_counted_alike() -> None:
    assert faults(POST.replace("Python", "Pyton").replace("\n", "\r\n")) == [
        "1:10: line must end in LF: 'CRLF' [line-ends]",
        "4:8: tag must be in posts/tags.toml (did you mean 'Python'?): 'Pyton' [tags]",
    ]


def test_a_quoted_value_may_hold_any_sign() -> None:
    description = "C# and C++: a description that is long enough to be one #1."
    post, found = read_post(PATH, POST.replace("A description that", f'"{description}"\n:x: y', 1).encode(), VOCABULARY)
    assert post is not None
    assert post.description == description
    assert len(found) == 1  # the option x, that is


def test_updated_is_the_latest_update() -> None:
    update = "\n```{update} 2024-03-04\nMore.\n```\n"
    post, _ = read_post(PATH, (POST + update + update.replace("03-04", "02-03")).encode(), VOCABULARY)
    assert post is not None
    assert post.updated == dt.date(2024, 3, 4)


@pytest.mark.parametrize(
    ("date", "published"), [("2024-06-01", True), ("2024-06-02", False), ("draft", False), ("2023-01-01", True)]
)
def test_a_post_is_published_from_its_date_on(date: str, published: bool) -> None:
    post, _ = read_post(PATH, POST.replace("2024-01-02", date).encode(), VOCABULARY)
    assert post is not None
    assert post.is_published(dt.date(2024, 6, 1)) is published


def make(root: Path, path: str, text: str = POST) -> None:
    file = root / "posts" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("tags", "authors"):
        make(tmp_path, f"{name}.toml", (ROOTS / f"base/posts/{name}.toml").read_text(encoding="utf-8"))
    return tmp_path


SOUND = POST.replace("Python, API", "Alpha")


def test_a_slug_is_unique_over_the_whole_blog(root: Path) -> None:
    make(root, "2024/same/index.md", SOUND)
    make(root, "2025/same/index.md", SOUND)
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/same/index.md:1:1: slug must be unique in the blog, posts/2025/same/index.md has it too: 'same' [unique]",
        "posts/2025/same/index.md:1:1: slug must be unique in the blog, posts/2024/same/index.md has it too: 'same' [unique]",
    ]


def test_a_label_is_no_other_posts_slug(root: Path) -> None:
    make(root, "2024/one/index.md", f"{SOUND}\n(two)=\n## Two\n")
    make(root, "2025/two/index.md", SOUND)
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/one/index.md:11:2: label must be unique in the blog, posts/2025/two/index.md has it too: 'two' [unique]",
        "posts/2025/two/index.md:1:1: slug must be unique in the blog, posts/2024/one/index.md has it too: 'two' [unique]",
    ]


def test_an_identity_is_unique_over_the_whole_blog(root: Path) -> None:
    make(root, "2024/old/index.md", SOUND)
    make(root, "2025/new/index.md", SOUND.replace(":author:", ":first-published: 2024-01-02 old\n:author:"))
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/old/index.md:1:1: first-published must be unique in the blog, posts/2025/new/index.md has it too: 'old' [unique]",
        "posts/2025/new/index.md:1:1: first-published must be unique in the blog, posts/2024/old/index.md has it too: 'old' [unique]",
    ]


def test_a_post_in_a_folder_of_an_odd_name_is_not_a_sound_one(root: Path) -> None:
    make(root, "2024/a\u200bb/index.md", SOUND)
    assert read_posts(root).posts == ()


@pytest.mark.parametrize("year", ["1989", "2100"])
def test_a_date_is_in_the_years_of_the_web(year: str) -> None:
    assert faults(POST.replace("2024-01-02", f"{year}-01-02")) == [
        f"3:11: post's date must be in the years 1990 to 2099: '{year}-01-02' [date]"
    ]


def test_what_is_wrong_with_a_listing_is_told_once(root: Path) -> None:
    shown = "```{literalinclude} a.py\n:language: python\n```\n\n"
    make(root, "2024/a/index.md", SOUND + "\n" + shown + shown.replace("a.py", "./a.py"))
    make(root, "2024/a/a.py", "a = 1  # \u202e\n")
    as_if_tested(root / "posts/2024/a")
    assert [fault.location for fault in read_posts(root).faults] == ["posts/2024/a/a.py:1:10"]


def test_a_change_to_come_is_none(root: Path) -> None:
    make(root, "2024/a/index.md", SOUND + "\n```{update} 2024-03-04\nMore.\n```\n")
    assert read_posts(root, dt.date(2024, 3, 4)).faults == ()
    assert list(map(str, read_posts(root, dt.date(2024, 3, 3)).faults)) == [
        "posts/2024/a/index.md:11:13: {update} date must not be after today, 2024-03-03: '2024-03-04' [update]"
    ]


def test_a_folder_without_a_post_is_told(root: Path) -> None:
    make(root, "2024/a/index.markdown", SOUND)
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/a/index.md:1:1: folder must have the post, index.md: 'index.markdown' [place]"
    ]


def test_a_post_is_a_plain_file(root: Path) -> None:
    make(root, "2024/a/index.md/notes.txt")
    (root / "posts/2024/b").mkdir()
    (root / "posts/2024/b/index.md").symlink_to(root / "posts/tags.toml")
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/a/index.md:1:1: post must be a plain file: 'posts/2024/a/index.md' [place]",
        "posts/2024/b/index.md:1:1: post must be a plain file: 'posts/2024/b/index.md' [place]",
    ]


def test_a_post_is_in_a_plain_folder(root: Path) -> None:
    make(root, "2024/a/index.md", SOUND)
    (root / "posts/2024/b").symlink_to(root / "posts/2024/a")
    assert list(map(str, read_posts(root).faults)) == [
        "posts/2024/b:1:1: post must be at posts/<year>/<slug>/index.md, in a plain folder: 'posts/2024/b' [place]"
    ]


def test_what_an_editor_hides_while_it_runs_is_not_looked_at(root: Path) -> None:
    make(root, "2024/a/index.md", SOUND)
    make(root, "2024/a/.index.md.swp")
    (root / "posts/2024/a/.#index.md").symlink_to("nowhere")
    assert read_posts(root).faults == ()


def test_a_faulty_post_is_not_among_the_sound_ones(root: Path) -> None:
    make(root, "2024/a/index.md", SOUND.replace("ada", "eve"))
    assert read_posts(root).posts == ()


def test_the_template_is_not_a_post(root: Path) -> None:
    make(root, "template/index.md", "Not a post.")
    assert read_posts(root).faults == ()


def test_the_template_becomes_a_sound_post_by_its_date() -> None:
    text = (ROOT / "posts/template/index.md").read_bytes().replace(b"{post} draft", b"{post} 2024-01-02")
    assert read_post(PATH, text, read_posts(ROOT).vocabulary)[1] == []


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        (
            "[a\nb = 1",
            "1:3: file must be TOML: Expected ']' at the end of a table declaration (at line 1, column 3) [vocabulary]",
        ),
        (
            "[Upper]\nlabel = 'U'\ndescription = 'D'",
            "1:1: table name must be lower-case letters, digits and single hyphens: 'Upper' [vocabulary]",
        ),
        ("\n[a]\nlabel = 'A'", "2:1: table [a] must have a line of text description: none [vocabulary]"),
        (
            "[a]\nlabel = 'A'\ndescription = 'D'\nurl = ''",
            "1:1: field must be one of label, description: 'url' [vocabulary]",
        ),
        ("[a]\nlabel = 'A, B'\ndescription = 'D'", "1:1: label must have no comma: 'A, B' [vocabulary]"),
        (
            "[a]\nlabel = 'A'\ndescription = 'D'\n[b]\nlabel = 'a'\ndescription = 'D'",
            "4:1: name must be unique: 'a' [vocabulary]",
        ),
        (
            "[a]\nlabel = ' A'\ndescription = 'D'",
            "1:1: label must be one line of text, without space around it: ' A' [vocabulary]",
        ),
        ("a = 1", "1:1: entry must be a table with label, description: 'a' [vocabulary]"),
    ],
)
def test_the_vocabulary_has_rules_too(root: Path, toml: str, fault: str) -> None:
    make(root, "tags.toml", toml)
    assert list(map(str, read_posts(root).faults)) == [f"posts/tags.toml:{fault}"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "not a url", "http://example.org/", "https://"])
def test_an_authors_address_is_a_safe_one(root: Path, url: str) -> None:
    make(root, "authors.toml", f"[a]\nname = 'A'\nurl = '{url}'\nline = 'L'")
    assert list(map(str, read_posts(root).faults)) == [
        f"posts/authors.toml:1:1: url must begin with https:// and a host that every reader can reach: {url!r} [vocabulary]"
    ]


def test_a_missing_vocabulary_is_told(root: Path) -> None:
    (root / "posts/tags.toml").unlink()
    assert list(map(str, read_posts(root).faults)) == [
        "posts/tags.toml:1:1: file must exist: 'No such file or directory' [vocabulary]"
    ]
