"""The figures of an audit, as one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what it must be, what it is, and whether that holds."""

    measure: str
    bound: str
    figure: str
    holds: bool
    findings: list[str] = field(default_factory=list)
    """What to mend, one a line."""


def as_table(rows: Sequence[Row]) -> str:
    """Return *rows* as a Markdown table, and below it the findings of those that do not hold."""
    cells = [("Measure", "Bound", "Figure", "")]
    cells += [(row.measure, row.bound, row.figure, "holds" if row.holds else "does not hold") for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, " | ".join("-" * width for width in widths))
    findings = [
        f"\n{row.measure}:\n" + "\n".join(f"  {text}" for text in row.findings) for row in rows if not row.holds
    ]
    return "\n".join([*(f"| {line} |" for line in lines), *findings])
