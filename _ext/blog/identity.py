"""Whose blog it is: what ``blog.toml`` says, for conf.py and for commands that build nothing."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "blog.toml"


@dataclass(frozen=True)
class Identity:
    """The fields of ``blog.toml``, each a text; all of them must be there."""

    name: str
    url: str
    """The base URL of the deployed site, with a slash at its end."""
    language: str
    """An IETF language tag."""
    subtitle: str
    copyright: str
    repository: str
    """The URL of the repository on GitHub."""
    feed_authority: str
    """A host name under which ids are minted (RFC 4151 §2.1)."""
    feed_founded: str
    """The ISO date on which that name was the blog's."""


def read_identity(root: Path) -> Identity:
    """Return what the file in the folder *root* says.

    Raises ValueError, with what must be, where it is no TOML or its fields are others, and OSError where it cannot be read.
    """
    try:
        fields = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{FILE}: file must be TOML in UTF-8: {error}") from error
    texts = sorted(name for name, value in fields.items() if isinstance(value, str))
    if texts != sorted(Identity.__dataclass_fields__):
        raise ValueError(f"{FILE}: fields must be {', '.join(Identity.__dataclass_fields__)}, each a text: {texts}")
    return Identity(**fields)
