"""What a Python file defines, by the names that a listing can ask for."""

import ast
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache

from _ext.posts.source import limits

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(maxsize=16)  # a post shows several pieces of a file
def definitions(source: str) -> Mapping[str, Definition]:
    """Return the classes and functions that *source* defines, by their dotted names.

    There are none where it is no Python, or longer than limits.PARSED.
    """
    if len(source) > limits.PARSED:
        return {}
    try:
        return dict(_definitions(ast.parse(source), ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def syntax_error(source: str) -> tuple[int, str] | None:
    """Return the line in which *source* is no Python and why, or None where it is, or is larger than limits.PARSED."""
    try:
        ast.parse(source if len(source) <= limits.PARSED else "")
    except SyntaxError as error:
        return error.lineno or 1, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return 1, str(error)
    return None


def _definitions(parent: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, Definition):
            yield f"{prefix}{node.name}", node
            yield from _definitions(node, f"{prefix}{node.name}.")
        else:
            yield from _definitions(node, prefix)


def functions_in(source: str, lines: Container[int]) -> dict[str, int]:
    """Return the functions that *source* defines on *lines*, by name, and the line of the first statement of each.

    One that has nothing to run, such as a method of a protocol, is not among them.
    """
    return {
        name: first.lineno
        for name, node in definitions(source).items()
        if not isinstance(node, ast.ClassDef) and node.lineno in lines and (first := _first_statement(node))
    }


def _first_statement(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt | None:
    return next((found for found in node.body if not _says_nothing(found)), None)


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
