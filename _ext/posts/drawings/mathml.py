"""Formulas: LaTeX in, MathML out, which browsers show without a script or a font from elsewhere."""

import re
from html import escape

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml

from _ext.posts.source import limits

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}]", re.DOTALL)
INDENTATION = re.compile(r">[ \n]+<")
PAIRS = ((r"\begin", r"\end"), (r"\left", r"\right"), ("{", "}"))
REFUSED = frozenset({r"\hspace", r"\mspace", r"\thickapprox", r"\thicksim"})
"""Commands that docutils turns into a width of any size, or into a style attribute, which the site's policy refuses."""


def mathml(latex: str, *, block: bool = False) -> str:
    """Return the formula *latex* as a ``<math>`` element, for a line of its own if *block*, that keeps its source (``alttext``).

    The library knows no command that links, loads or runs anything, and escapes text. Raises ValueError, with the rule
    that the formula breaks, where it cannot be shown. Commands: https://docutils.sourceforge.io/docs/ref/rst/mathematics.html
    """
    if not latex.strip():
        raise ValueError("formula must not be empty")
    if len(latex) > limits.FORMULA:
        raise ValueError(f"formula must have at most {limits.FORMULA} characters, not {len(latex)}")
    tokens = TOKEN.findall(latex)
    if refused := next((token for token in tokens if token in REFUSED), None):
        raise ValueError(f"formula must do without {refused}")
    for opening, closing in PAIRS:
        if tokens.count(opening) != tokens.count(closing):
            raise ValueError(f"formula must have one {closing} for each {opening}")
    try:
        indented = tex2mathml(latex, as_block=block)
    except MathError as error:
        raise ValueError(f"formula must be LaTeX that docutils knows ({str(error).rstrip('.!')})") from error
    except RecursionError as error:
        raise ValueError("formula must be less deeply nested") from error
    except (AttributeError, IndexError, TypeError, UnboundLocalError) as error:
        # docutils' parser ends so where something stands in a place that LaTeX has not for it.
        places = r"a base before each ^ and _, & and \\ only in an environment such as aligned"
        raise ValueError(f"formula must be complete LaTeX: {places}") from error
    # An entity that XML and readers of HTML 4, such as lxml, do not know.
    shown = INDENTATION.sub("><", indented).replace("&ApplyFunction;", "\N{FUNCTION APPLICATION}")
    return shown.replace("<math", f'<math alttext="{escape(latex)}"', 1)
