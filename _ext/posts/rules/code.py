"""Rules of the code that a post shows: a language that is highlighted fast, the size of a listing that a reader follows."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import repeat

from pygments.lexers import get_all_lexers

from _ext.posts.rules.post_source import PostSource
from _ext.posts.source import limits
from _ext.posts.source.faults import Findings, Located, Of, all_must, must, must_have, nearest, rule
from _ext.posts.source.grammar import LANGUAGES, SLOW_LANGUAGES

BLANK_LINES = re.compile(rf"(?:[^\S\n]*\n){{{limits.BLANK_LINES + 2}}}")
LANGUAGES_OF_SPHINX = ("default", "none")


@cache
def _languages(names: frozenset[str]) -> frozenset[str]:
    """Return all names of the languages that are named *names*."""
    known = (aliases for _, aliases, _, _ in get_all_lexers() if names.intersection(aliases))
    return frozenset(alias for aliases in known for alias in aliases)


@rule(Of.POST)
def code_language(post: PostSource) -> Findings:
    """A block of code is fenced and names its language and nothing else: one that Pygments highlights fast, or none."""
    languages = _languages(LANGUAGES | SLOW_LANGUAGES) | {*LANGUAGES_OF_SPHINX}
    blocks = post.outline.code
    indented = [block.language for block in blocks if block.indented]
    yield from all_must("code must be fenced, with its language: ```python; other text must not be indented", indented)
    shown = [block.language for block in blocks if not block.indented]
    shown += [found.argument for found in post.named("code-block")]
    shown += [language for found in post.named("literalinclude") if (language := found.option("language"))]
    for language in shown:
        if not language.text.strip("`~"):
            yield must_have("code block must name its language, such as ```python or ```none", language)
        elif language.text not in languages:
            near = nearest(language.text, languages)
            yield must("language must be one that Pygments knows and highlights fast, or none", language, near=near)
    more = [block.more for block in blocks if block.more]
    yield from all_must("code block must have its language after the fence and nothing else", more)


@rule(Of.POST)
def code_size(post: PostSource) -> Findings:
    """Code that is shown has the size of a listing that a reader follows.

    The more so as Pygments takes quadratic time for some texts in some languages.
    """
    slow = _languages(SLOW_LANGUAGES)
    total = total_slow = 0
    for at, language, text in _shown(post):
        lines = text.removesuffix("\n").split("\n")
        most = limits.SLOW_CODE_BLOCK if language in slow else limits.CODE_BLOCK
        total += len(text)
        total_slow += len(text) if language in slow else 0
        here = at.saying(text)
        if len(text) > most or len(lines) > limits.CODE_LINES:
            yield must(f"code block must have at most {most:,} characters and {limits.CODE_LINES} lines", here)
        elif max(map(len, lines)) > limits.CODE_LINE:
            yield must(f"line of code must have at most {limits.CODE_LINE} characters", here)
        elif BLANK_LINES.search(text):
            yield must(f"code must have at most {limits.BLANK_LINES} blank lines in a row", here)
        elif total > limits.CODE >= total - len(text) or total_slow > limits.SLOW_CODE >= total_slow - len(text):
            most = limits.CODE if total > limits.CODE else limits.SLOW_CODE
            told = f"code blocks of a post must have at most {most:,} characters together; the first too many"
            yield must(told, here)
            return


def _shown(post: PostSource) -> Iterator[tuple[Located, str, str]]:
    """Yield the code that a post shows, with its language; a file counts whole each time, once for each range of lines."""
    for block in post.outline.code:
        yield block.language, block.language.text, block.content
    for found in post.named("code-block", "literalinclude"):
        if found.name.text == "code-block":
            yield found.argument, found.argument.text, found.content
        elif (file := post.folder.get(found.argument.text)) and file.size <= limits.FILE:
            language, ranges = found.option("language"), found.option("lines")
            shown = (found.argument, language.text if language else "python", post.folder.text(file.path))
            yield from repeat(shown, ranges.text.count(",") + 1 if ranges else 1)
