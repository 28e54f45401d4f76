"""What the worst posts cost: ``python -m bench.hostile [NAME…]``, from the folder of the site.

Each kind of hostile post is made at 200 kB and checked. Where the checker refuses it, the largest post of its kind that
passes is sought, for that is the one that readers of the build's bill must fear. It is checked and built, in processes of
their own, beside a post of plain prose of the same size. All figures are CPU seconds of those processes; ``check`` is
``read_post`` alone, ``build`` is the whole of ``python -m _ext.build`` on a site with that one post.

Exit status 1 where a check takes CHECK_AT_MOST seconds or a build BUILD_AT_MOST.
"""

import argparse
import contextlib
import io
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate, takewhile
from pathlib import Path

from _ext.commands import check
from _ext.posts import read_post, read_vocabulary
from testing.sites import ROOT, TODAY, lay_out

SIZE = 200_000
CHECK_AT_MOST, BUILD_AT_MOST = 2.0, 10.0
KILLED_AFTER = 60  # CPU seconds
MEMORY = 6 << 30  # bytes
POST = "posts/2025/hostile/index.md"
HEAD = """\
# Title

```{post} 2025-01-01
:tags: Alpha
:author: ada
:description: A post that costs more than it should, to see by how much it does.
```

"""
FILES = {
    "a.png": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
    ),
    "listing.py": b"\ta = 1\n" * 200,
}

Body = Callable[[int], str]
"""Makes the text of a post of about so many bytes."""


def lines(unit: str) -> Body:
    """The same piece over and over, never cut in two."""
    return lambda size: unit * max(size // len(unit.encode()), 1)


def numbered(form: str) -> Body:
    """The same piece with a number in it, ``{0}`` being this one and ``{1}`` the next."""

    def body(size: int) -> str:
        pieces = (form.replace("{0}", str(i)).replace("{1}", str(i + 1)) for i in range(size))
        sizes = accumulate(len(form) + len(str(i)) for i in range(size))
        return "".join(piece for piece, _ in takewhile(lambda pair: pair[1] < size, zip(pieces, sizes, strict=False)))

    return body


def around(before: str, unit: str, after: str = "\n") -> Body:
    """One block that is filled with the same piece."""
    return lambda size: before + unit * (size // len(unit.encode())) + after


def both(first: str, second: str) -> Body:
    """As many of one numbered piece as of another."""
    return lambda size: numbered(first)(size // 2) + "\n\n" + numbered(second)(size // 2)


def paragraphs(unit: str, length: int) -> Body:
    """Paragraphs of *length* characters."""
    return lines(unit * (length // len(unit)) + "\n\n")


def code(language: str, unit: str, length: int, width: int = 400) -> Body:
    """Blocks of *length* characters in lines of *width*."""
    text = unit * (length // len(unit))
    rows = [row[i : i + width] for row in text.split("\n") for i in range(0, max(len(row), 1), width)]
    return lines(f"```{language}\n" + "\n".join(rows)[:length] + "a\n```\n\n")


def nested_directives(depth: int, unit: str) -> Body:
    """Directives in directives, the innermost filled."""
    opening = "".join(f"{'`' * (2 + depth - i)}{{note}}\n" for i in range(depth))
    closing = "".join(f"{'`' * (3 + i)}\n" for i in range(depth))
    return lambda size: opening + lines(unit)(size) + closing


def table(columns: int, row: str | None = None) -> Body:
    header = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    return lambda size: header + lines(row or "|" + "a|" * columns + "\n")(size) + "\n"


def square_table(size: int) -> str:
    return table(int((size / 2) ** 0.5))(size)


PROSE = numbered(
    "The quick server answers request {0} in a few milliseconds and waits for the next one while the queue grows, "
    "which is what a reader would expect of a *sound* design.\n\n"
)
BODIES: dict[str, Body] = {
    # Plain text
    "one line": around("", "lorem ipsum dolor "),
    "one word": around("", "a"),
    "short paragraphs": lines("a\n\n"),
    "one paragraph of short lines": lines("a\n"),
    "different words": numbered("w{0}w "),
    "hard breaks": lines("a  \n"),
    "hard breaks by backslash": lines("a\\\n"),
    "blank lines": lines("\n"),
    "combining marks": around("e", "\u0301\u0323"),
    # Nesting
    "quotations in quotations": around("", ">"),
    "20 quotations, many times": lines(">" * 20 + " a\n\n"),
    "20 quotations, continued lazily": around(">" * 20 + " a\n", "a\n"),
    "quotations in lists, continued lazily": around("- > - > - a\n", "a\n"),
    "lists in lists": around("", "- "),
    "lists in quotations in lists": around("", "> - "),
    "flat list": lines("- a\n"),
    "lists that alternate": lines("- a\n* a\n+ a\n"),
    "directives in directives": lambda size: nested_directives(int(size**0.5), "a\n")(2),
    "4 directives around much": nested_directives(4, "a\n"),
    "9 directives around much": nested_directives(9, "a\n"),
    "19 directives around much": nested_directives(19, "a\n"),
    "9 directives around lazy quotations": lambda size: nested_directives(9, ">" * 20 + " a\n" + "a\n" * 200 + "\n")(
        size
    ),
    "directives never closed": lines("```{note}\n"),
    # Inline
    "emphasis closed": around("", "*a* "),
    "emphasis in short paragraphs": lines("*a* " * 20 + "\n\n"),
    "emphasis never closed": around("", "*a **b "),
    "emphasis in emphasis": lambda size: "*a **b " * (size // 14) + "b** a* " * (size // 14) + "\n",
    "stars and underscores": around("", "*_"),
    "brackets": around("", "["),
    "brackets in brackets": lambda size: "[" * (size // 2) + "]" * (size // 2) + "\n",
    "brackets of pictures": around("", "![[](a"),
    "brackets of pictures in short lines": lines("![[](a" * 10 + "\n"),
    "brackets of footnotes": around("", "[^a"),
    "brackets of footnotes in short lines": lines("[^a" * 100 + "\n"),
    "brackets of emphasis": around("", "[*a"),
    "pictures in pictures": lambda size: "![" * (size // 6) + "a" + "](b)" * (size // 6) + "\n",
    "links in short lines": lines("[a](https://a.b)\n"),
    "links in short paragraphs": lines("[a](https://a.b)\n\n"),
    "links to nowhere": numbered("[a](#x{0})\n"),
    "links to a file": lines("[a](a.png)\n"),
    "links in angles": around("", "<https://a.b> "),
    "angles": around("", "<"),
    "pictures": lines("![alternative](a.png)\n"),
    "pictures that are missing": numbered("![alternative](b{0}.png)\n"),
    "entities": around("", "&amp;"),
    "escapes": around("", "\\*"),
    "code spans": around("", "`a` "),
    "backticks that grow": lambda size: " ".join("`" * i + "a" for i in range(1, int((2 * size) ** 0.5))) + "\n",
    "comments of HTML": around("", "<!-- "),
    # References
    "definitions and uses": both("[a{0}]: https://a.b\n", "[a{0}] "),
    "a long definition used often": around(f"[a]: https://a.b/{'b' * 900}\n\n", "[a] "),
    "definitions never closed": lines('[a]: b "\n'),
    "a title of many lines": around('[a]: b "', "c\n"),
    "labels never closed": lines("[a\n"),
    "footnotes": both("[^a{0}] ", "[^a{0}]: b\n\n"),
    "a footnote used often": lambda size: around("", "[^a] ")(size) + "\n[^a]: b\n",
    "footnotes without use": numbered("[^a{0}]: b\n\n"),
    "footnotes of footnotes": numbered("[^a{0}]: b [^a{1}]\n\n"),
    "targets": numbered("(a{0})=\n\na\n\n"),
    "targets of one place": lambda size: numbered("(a{0})=\n")(size) + "\n## A section\n",
    "roles": lines("{sub}`a` "),
    "references": numbered("{ref}`a{0}` "),
    "keys": lines("{kbd}`a` "),
    "keys in one role": around("{kbd}`", "a -+^", "`\n"),
    "braces in one role": around("{samp}`", "{a}", "`\n"),
    # Blocks
    "sections": numbered("## Section {0}\n\n"),
    "sections of one name": lines("## Section\n\n"),
    "lines": lines("***\n\n"),
    "block breaks": lines("+++ a\n\n"),
    "comments": lines("% a\n\n"),
    "underlines": lines("a\n---\n"),
    "indented code": lines("    a\n\na\n\n"),
    "code in quotations": lines("> ```c\n> a\n> ```\n\n"),
    "admonitions": lines("```{admonition} A\na\n```\n"),
    "named code": numbered("```{code-block} c\n:name: b{0}\n\na\n```\n"),
    "figures": lines("```{figure} a.png\n:alt: alternative\n\na\n```\n"),
    # Tables
    "table of one row": lambda size: table(size // 6)(1),
    "square table": square_table,
    "table of 2 columns": table(2),
    "table of 15 columns": table(15),
    "table of 15 columns with short rows": table(15, "a\n"),
    "table of 100 columns with short rows": table(100, "a\n"),
    "small tables": lines("|a|\n|-|\n|b|\n\n"),
    "list table": around("```{list-table}\n", "* - a\n  - b\n", "```\n"),
    "list table of one row": around("```{list-table}\n* - a\n", "  - b\n", "```\n"),
    # Options
    "tags": around("```{note}\n:class: ", "a, ", "\n\na\n```\n"),
    "an endless name": lambda size: f"```{{nota{'a' * size}}}\na\n```\n",
    "endless names": lines("```{" + "nota" * 20 + "}\na\n```\n"),
    "directives that are none": numbered("```{not{0}}\na\n```\n"),
    "roles that are none": numbered("{ab{0}}`a` "),
    "options": around("```{image} a.png\n", ":alt: a\n", "```\n"),
    "lines to emphasise without end": lambda size: code("{code-block} c\n:emphasize-lines: 1-9999999999\n", "a\n", 99)(
        99
    ),
    "lines to emphasise, many": around("```{code-block} c\n:emphasize-lines: ", "1-9999,", "1\n\na\n```\n"),
    "a listing shown often by its lines": around("```{literalinclude} listing.py\n:lines: ", "1-,", "1\n```\n"),
    "a width of many digits": around("```{image} a.png\n:alt: alternative\n:width: ", "9", "\n```\n"),
    "a line number of 4,000 digits": lambda size: f"```{{code-block}} python\n:lineno-start: {'9' * 4000}\n\na\n```\n",
    "a tab of 99,999 columns": lambda size: (
        "```{literalinclude} listing.py\n:language: python\n:tab-width: 99999\n```\n"
    ),
    # Code
    "code blocks": lines("```c\na\n```\n\n"),
    "a listing shown often": lines("```{literalinclude} listing.py\n:language: python\n```\n"),
    "a line of a listing shown often": lines("```{literalinclude} listing.py\n:language: python\n:lines: 1\n```\n"),
    "names in blocks": code("python", "a ", 7_500),
    "different lexers": lambda size: (
        "".join(f"```{name}\na\n```\n\n" for name in ("c", "go", "java", "rust", "sql")) * (size // 70)
    ),
}
LEXED = {
    # What each lexer is slowest at, found by trying: without a limit most of these grow as the square of the length, or worse.
    "csharp": "a b c d\n",
    "css": '\\"',
    "go": '\\"',
    "hcl": "<<a\n",
    "ini": "1\t",
    "java": "a ",
    "javascript": '\\"',
    "make": '\\"',
    "perl": '\\"',
    "protobuf": "[/*",
    "python": " \n",
    "rego": '"' + "\\" * 2_000,
    "scala": '"' + "\\" * 2_000,
    "typescript": "a.",
}
for language, unit in LEXED.items():
    for length in (9_500, 19_500):
        BODIES[f"{language} in blocks of {length:,}"] = code(language, unit, length)

# All at once: what a post may have of each is no comfort if it may have all of it together.
SHARES = {
    "perl in blocks of 9,500": 19,
    "names in blocks": 29,
    "quotations in lists, continued lazily": 5,
    "brackets of footnotes in short lines": 10,
    "table of 2 columns": 3,
    "flat list": 2.5,
    "short paragraphs": 1,
    "emphasis in short paragraphs": 8,
    "links in short lines": 3.5,
    "a footnote used often": 0.5,
    "sections of one name": 1.1,
    "targets": 1,
    "named code": 3,
    "code blocks": 1,
    "roles": 2,
}


def everything(size: int) -> str:
    whole = sum(SHARES.values())
    return "\n\n".join(BODIES[name](int(size * share / whole)) for name, share in SHARES.items())


BODIES["everything at once"] = everything


def post(body: Body, size: int) -> str:
    return HEAD + body(size - len(HEAD) - 300)


def lay_out_post(site: Path, text: str) -> None:
    """Write a post into *site*, alone in its folder but for the files that it shows."""
    folder = (site / POST).parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (site / POST).write_text(text, encoding="utf-8")
    for name, content in FILES.items():
        if name in text:
            (folder / name).write_bytes(content)


def checked(site: Path, name: str, size: int) -> None:
    """Print, as JSON, the CPU seconds of reading the post *name* of *size*, and what was first found wrong with it."""
    vocabulary, _ = read_vocabulary(site)
    read_post(POST, HEAD.encode(), vocabulary)  # what is loaded once is not the post's cost
    content = post(BODIES[name], size).encode()
    start = time.process_time()
    _, faults = read_post(POST, content, vocabulary)
    print(json.dumps([time.process_time() - start, str(faults[0]) if faults else ""]))


def accepted(site: Path, name: str) -> None:
    """Print, as JSON, the largest size at which the post *name* passes ``python -m _ext.commands.check``, to within 5 %; else 0."""
    os.chdir(site)

    def passes(size: int) -> bool:
        lay_out_post(site, post(BODIES[name], size))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return check.main([]) == 0

    low, high = len(HEAD) + 400, SIZE
    if not passes(low):
        low = 0
    elif passes(high):
        low = high
    while low and high > low * 1.05:
        middle = int((low * high) ** 0.5)
        low, high = (middle, high) if passes(middle) else (low, middle)
    print(json.dumps(low))


def run(command: list[str], site: Path) -> tuple[float, int, str]:
    """Run the module and arguments *command* in *site* and return the CPU seconds, exit status and output."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": TODAY}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        command = [sys.executable, "-m", *command]
        child = subprocess.Popen(command, cwd=site, env=environment, stdout=output, stderr=output)
        resource.prlimit(child.pid, resource.RLIMIT_CPU, (KILLED_AFTER, KILLED_AFTER))
        resource.prlimit(child.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, child.returncode, output.read().strip()


def measure_check(site: Path, name: str, size: int) -> tuple[float, str]:
    """Return the CPU seconds of reading the post *name* and its first fault; no end of them where that is no answer."""
    lay_out_post(site, post(BODIES[name], size))
    _, status, output = run(["bench.hostile", "--checked", str(site), name, str(size)], site)
    if status:
        return math.inf, output.splitlines()[-1] if output else "killed"
    seconds, fault = json.loads(output.splitlines()[-1])
    return seconds, fault


def measure_build(site: Path, name: str, size: int) -> tuple[float, str]:
    """Return the CPU seconds of building the site with the post *name*, and why it was not built."""
    lay_out_post(site, post(BODIES[name], size))
    seconds, status, output = run(["_ext.build"], site)
    return seconds, "" if not status else output.splitlines()[0] if output else "killed"


def report(names: list[str]) -> int:
    """Measure the posts of *names* and return the exit status."""
    BODIES["prose"] = PROSE
    over = 0
    print(
        f"{'kind':45} {'check':>6} {'accepted':>9} {'check':>6} {'ratio':>6} {'build':>6} {'ratio':>6}  what was said"
    )
    print(f"{'':45} {'200 kB':>6} {'kB':>9} {'s':>6} {'':>6} {'s':>6}")
    normal: dict[int, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        site = lay_out(Path(folder, "site"))
        for name in names:
            at_most, fault = measure_check(site, name, SIZE)
            _, status, output = run(["bench.hostile", "--accepted", str(site), name], site)
            size = json.loads(output.splitlines()[-1]) if not status else 0
            row = f"{name:45} {at_most:6.2f} {size / 1000:9.1f}"
            slowest = at_most
            if size:
                like = 5_000 * -(-size // 5_000)
                if like not in normal:
                    normal[like] = measure_check(site, "prose", like)[0], measure_build(site, "prose", like)[0]
                seconds, _ = measure_check(site, name, size)
                built, why = measure_build(site, name, size)
                usual, usually = normal[like]
                row += f" {seconds:6.2f} {seconds / max(usual, 0.001):6.1f} {built:6.2f} {built / usually:6.1f}"
                fault = fault or why
                slowest = max(slowest, seconds)
                over += built >= BUILD_AT_MOST
            else:
                row += " " * 28
            over += slowest >= CHECK_AT_MOST
            print(f"{row}  {fault[:100]}", flush=True)
    print(f"{over} over {CHECK_AT_MOST} s of check or {BUILD_AT_MOST} s of build")
    return 1 if over else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="kinds of post (default: all)")
    parser.add_argument("--checked", action="store_true", help=argparse.SUPPRESS)  # the processes that are measured
    parser.add_argument("--accepted", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    BODIES["prose"] = PROSE
    if given.checked:
        site, name, size = given.names
        checked(Path(site), name, int(size))
        return 0
    if given.accepted:
        site, name = given.names
        accepted(Path(site), name)
        return 0
    for name in given.names:
        if name not in BODIES:
            parser.error(f"NAME must be one of {', '.join(BODIES)}: {name!r}")
    return report(given.names or list(BODIES))


if __name__ == "__main__":
    sys.exit(main())
