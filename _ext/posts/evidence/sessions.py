"""Sessions as a post shows them: commands behind their prompts, and below each what came of it."""

import re
from dataclasses import dataclass

PROMPTS = {
    "console": (re.compile(r"\$ "), re.compile(r"> "), "'$ '"),
    "psql": (re.compile(r"\w*=[>#] "), re.compile(r"\w*-[>#] "), "'=> '"),
    "pycon": (re.compile(r">>> "), re.compile(r"\.\.\. "), "'>>> '"),
}
"""By language: what a command begins with, what its further lines begin with, and the first as a message has it."""


@dataclass(frozen=True)
class Step:
    """A command and its output."""

    line: int
    """That of the command in the block, from 1."""
    command: str
    output: str
    output_line: int
    """That of the output's first line."""


def steps(language: str, content: str) -> list[Step]:
    """Return the steps of a session in order; lines before the first prompt belong to none."""
    begins, goes_on, _ = PROMPTS[language]
    found: list[tuple[int, list[str], list[str]]] = []
    for number, line in enumerate(content.splitlines(), 1):
        if prompt := begins.match(line):
            found.append((number, [line[prompt.end() :]], []))
        elif found and not found[-1][2] and (prompt := goes_on.match(line)):
            found[-1][1].append(line[prompt.end() :])
        elif found:
            found[-1][2].append(line)
    return [Step(line, "\n".join(command), "\n".join(output), line + len(command)) for line, command, output in found]


def before_the_first_prompt(language: str, content: str) -> tuple[int, str] | None:
    """Return the number and text of the first line that is not blank, or None where that line is a command."""
    begins, _, _ = PROMPTS[language]
    lines = enumerate(content.splitlines(), 1)
    number, line = next(((number, line) for number, line in lines if line.strip()), (1, ""))
    return None if begins.match(line) else (number, line)
