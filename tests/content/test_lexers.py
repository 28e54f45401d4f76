"""Java and C# are highlighted as Pygments does it, in bounded time."""

import re

import pytest
from pygments.lexer import RegexLexer
from pygments.lexers.dotnet import CSharpLexer
from pygments.lexers.jvm import JavaLexer

from _ext.content.lexers import EIGHT_WORDS, BoundedCSharpLexer, BoundedJavaLexer

JAVA = "public final class A {\n  public static synchronized int f(int a) throws E { return a; }\n}\n"


@pytest.mark.parametrize("lexer", [BoundedJavaLexer, BoundedCSharpLexer])
def test_the_pattern_is_still_there_and_bounded(lexer: type[RegexLexer]) -> None:
    assert EIGHT_WORDS in repr(lexer.tokens).replace("\\\\", "\\")


@pytest.mark.parametrize(("ours", "theirs"), [(BoundedJavaLexer, JavaLexer), (BoundedCSharpLexer, CSharpLexer)])
def test_code_is_highlighted_alike(ours: type[RegexLexer], theirs: type[RegexLexer]) -> None:
    assert list(ours().get_tokens(JAVA)) == list(theirs().get_tokens(JAVA))


def test_a_long_run_of_words_stays_text() -> None:
    assert "".join(text for _, text in BoundedJavaLexer().get_tokens("a " * 500)).split() == re.findall("a", "a " * 500)
