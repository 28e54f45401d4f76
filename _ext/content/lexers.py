"""Highlights Java and C# in bounded time: Pygments looks for the head of a method in quadratic time.

From each word of a run of words its pattern tries every length of the run (pygments.lexers.jvm.JavaLexer,
pygments.lexers.dotnet.CSharpLexer). Eight words are enough for any head. Goes when Pygments bounds them.
"""

from typing import Any, ClassVar

from pygments.lexers.dotnet import CSharpLexer
from pygments.lexers.jvm import JavaLexer

WORDS = r"\s+)+?)"
"""How the pattern ends its run of words."""
LEVELS: dict[str, dict[str, list[Any]]] = CSharpLexer.tokens  # type: ignore[assignment]  # one set of rules for each level of Unicode
EIGHT_WORDS = r"\s+){1,8}?)"


def bounded(rules: list[Any]) -> list[Any]:
    """Return the rules of a lexer's state with no more than eight words in the head of a method."""
    return [
        (rule[0].replace(WORDS, EIGHT_WORDS), *rule[1:])
        if isinstance(rule, tuple) and isinstance(rule[0], str)
        else rule
        for rule in rules
    ]


class BoundedJavaLexer(JavaLexer):
    tokens = JavaLexer.tokens | {"root": bounded(JavaLexer.tokens["root"])}


class BoundedCSharpLexer(CSharpLexer):
    tokens: ClassVar[Any] = {
        level: {state: bounded(rules) for state, rules in states.items()} for level, states in LEVELS.items()
    }
