"""What the rules of a post look at: its text and its folder, and what is read from them, each once."""

import datetime as dt
from codecs import BOM_UTF8
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname, splitext

from _ext.posts.drawings.picture_size import dark_variant
from _ext.posts.source.faults import Located, nearest
from _ext.posts.source.folder import Folder
from _ext.posts.source.grammar import DIRECTIVES, FILE_PATH, IMAGE_TYPES, PICTURE_TYPES
from _ext.posts.source.outline import Directive, Option, Outline
from _ext.posts.source.parse import outline
from _ext.posts.source.vocabulary import Vocabulary

NOTHING = Folder((), lambda path: b"")


@dataclass(frozen=True, eq=False)
class TextFile:
    """A file that is text: a post's own, or a listing that it shows."""

    content: bytes

    @cached_property
    def text(self) -> str:
        """Without a byte order mark. Raises UnicodeDecodeError where the content is no UTF-8."""
        return self.content.removeprefix(BOM_UTF8).decode("utf-8")

    @cached_property
    def lines(self) -> list[str]:
        """Whatever they end in: that is told once and counts no line twice."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @property
    def references(self) -> Sequence[Located]:
        """The characters that it has by a reference such as ``&#x202e;``; in code that is what it looks like."""
        return ()


@dataclass(frozen=True, eq=False)
class PostSource(TextFile):
    """A post as its author has written it, and what it may refer to."""

    path: str
    """Relative to the site's root, with forward slashes: ``posts/2024/<slug>/index.md``."""
    vocabulary: Vocabulary
    beside: Folder | None = None
    """The folder that the post is in; None where only its text is looked at."""
    pages: Container[str] | None = None
    """The paths of the files of all posts; None where they are not known."""
    today: dt.date | None = None
    """The day (UTC) after which no change has happened; None where that does not matter."""

    @cached_property
    def place(self) -> str:
        """The path of the folder: ``posts/2024/<slug>``."""
        return dirname(self.path)

    @property
    def slug(self) -> str:
        return basename(self.place)

    @cached_property
    def outline(self) -> Outline:
        return outline("\n".join(self.lines))

    @property
    def references(self) -> Sequence[Located]:
        return self.outline.references

    @property
    def folder(self) -> Folder:
        """What is in the post's folder; nothing where that is not looked at, since it is not known or would take long."""
        return NOTHING if self.beside is None or self.outline.too_many else self.beside

    def named(self, *names: str) -> list[Directive]:
        """Return the directives that have one of these *names*."""
        return self.outline.named(*names)

    @cached_property
    def declaration(self) -> Directive | None:
        """The first {post} directive that stands by itself."""
        return next((found for found in self.named("post") if not found.inside), None)

    @cached_property
    def options(self) -> dict[str, Option]:
        """The first option of each name in the {post} directive.

        A misspelt one counts for the name that it is near to, so that it is one fault and not two.
        """
        names = DIRECTIVES["post"].options
        options: dict[str, Option] = {}
        for option in self.declaration.options if self.declaration else ():
            options.setdefault(option.name.text, option)
        for name, option in list(options.items()):
            if name not in names and (near := nearest(name, names)):
                options.setdefault(near, option)
        return options

    def value(self, name: str) -> Located:
        """Return the value of an option of the {post} directive; an empty one where it is not given."""
        return self.options[name].value if name in self.options else Located("")

    @cached_property
    def pictures(self) -> list[Located]:
        """The pictures that the post shows, and the one that stands for it, where it has one of a kind that can."""
        image = self.value("image")
        stands = splitext(image.text)[1].lower() in IMAGE_TYPES
        return [picture.source for picture in self.outline.pictures] + [image] * stands

    def nearest_picture(self, path: str) -> str | None:
        """Return the picture in the folder that *path* most likely means, or None."""
        pictures = [file.path for file in self.folder.files if file.suffix in PICTURE_TYPES]
        return nearest(path.removeprefix("./"), pictures)

    @cached_property
    def used_pictures(self) -> set[str]:
        """The paths in the folder of the pictures that readers may see, in either mode.

        A picture that is shown by a wrong name is among them: that is one fault and not two.
        """
        used = {picture.text.removeprefix("./") for picture in self.pictures}
        used |= {near for name in used if not self.folder.get(name) and (near := self.nearest_picture(name))}
        return used | {dark_variant(name) for name in used if FILE_PATH.fullmatch(name)}
