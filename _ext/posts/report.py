"""How faults are told: to people and editors, to programs, to GitHub."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from _ext.posts.source.faults import Fault


def as_text(faults: Sequence[Fault]) -> str:
    """Return a line for each fault, as editors and people read them."""
    return "".join(f"{fault}\n" for fault in faults)


def as_json(faults: Sequence[Fault]) -> str:
    """Return the faults as a JSON list of objects with path, line, column, message and code."""
    return json.dumps([asdict(fault) for fault in faults], indent=2) + "\n"


def as_github(faults: Sequence[Fault]) -> str:
    """Return the faults as workflow commands, which GitHub shows beside the lines of a pull request.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, and how they are escaped:
    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    return "".join(
        f"::error file={_property(fault.path)},line={fault.line},col={fault.column},title={_property(fault.code)}"
        f"::{_data(str(fault))}\n"
        for fault in faults
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Fault]], str]] = {"text": as_text, "github": as_github, "json": as_json}


def tell(faults: Sequence[Fault], form: str = "text") -> int:
    """Print the *faults* in a *form* of FORMATS, and return the exit status."""
    sys.stdout.write(FORMATS[form](faults))
    if faults:
        print(f"{len(faults)} to mend; docs/codes.md says more on each [code]", file=sys.stderr)
    return 1 if faults else 0
