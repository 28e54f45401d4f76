"""The environment that a post's tests run in: its own where it pins its own packages, over that of the blog.

The command ``python -m lab.environment posts/2024/<slug>/<program>.py`` runs a program of a post in it, until it ends.
"""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from lab import programs

REQUIREMENTS = "requirements.txt"
ENVIRONMENTS = Path(sys.prefix, "posts")
"""Where the environments of posts are made: in the blog's own, so that they go when that does."""
ADD_PACKAGES = "import site; site.addsitedir({folder!r})"
"""The line of a .pth file that makes Python look for packages in *folder* last, and read the .pth files in there."""


def python(folder: Path) -> str:
    """Return the Python that runs the tests of the post in *folder*, whose environment is made anew where its pins have changed.

    Packages that the post does not pin are those of the blog: pytest, what observes, what runs servers. A post whose pins
    include those of another post (``-r ../other/requirements.txt``) finds the modules of that one too, behind its own.
    Raises RuntimeError where it cannot be made.
    """
    requirements = folder / REQUIREMENTS
    if not requirements.is_file():
        return sys.executable
    place = ENVIRONMENTS / folder.name
    files = list(_with_included(requirements.resolve()))
    behind = [*(str(file.parent) for file in files[1:]), ADD_PACKAGES.format(folder=sysconfig.get_path("purelib"))]
    described = [*(file.read_bytes() for file in files), *map(str.encode, behind), sys.version.encode()]
    pins = sha256(b"".join(described)).hexdigest()
    stamp = place / "pins"
    ENVIRONMENTS.mkdir(exist_ok=True)
    with FileLock(ENVIRONMENTS / f"{folder.name}.lock"):
        if not stamp.exists() or stamp.read_text() != pins:
            shutil.rmtree(place, ignore_errors=True)
            _uv("venv", "--quiet", "--python", sys.executable, str(place))
            try:
                _uv("pip", "install", "--quiet", "--python", str(place), "--require-hashes", "-r", str(requirements))
            except RuntimeError as error:
                must = "packages must be pinned as uv pip compile --generate-hashes does"
                raise RuntimeError(f"{os.path.relpath(requirements)}:1:1: {must}:\n{error}") from error
            (_packages(place) / "behind.pth").write_text("\n".join(behind) + "\n")
            stamp.write_text(pins)
    return str(_programs(place) / Path(sys.executable).name)


def _with_included(requirements: Path) -> Iterator[Path]:
    """Yield *requirements* and the files that it includes, such as those of another post."""
    yield requirements
    for number, line in enumerate(requirements.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        option, _, path = line.partition(" ")
        if option == "-r":
            if not (requirements.parent / path.strip()).is_file():
                raise RuntimeError(f"{os.path.relpath(requirements)}:{number}:4: file must be there: {path.strip()!r}")
            yield from _with_included((requirements.parent / path.strip()).resolve())


def _packages(place: Path) -> Path:
    return Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))


def _programs(place: Path) -> Path:
    return Path(sysconfig.get_path("scripts", vars={"base": str(place), "platbase": str(place)}))


def _uv(*arguments: str) -> None:
    programs.run(sys.executable, "-m", "uv", *arguments)


if __name__ == "__main__":
    program = Path(sys.argv[1])
    interpreter = python(program.parent)
    os.execv(interpreter, [interpreter, *sys.argv[1:]])
