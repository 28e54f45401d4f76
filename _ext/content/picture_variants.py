"""Smaller copies of a picture, as WebP in the widths that readers' screens ask for.

What a copy is made of decides its bytes: the picture, the width, the settings here and the encoder's version.
"""

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import PIL
from PIL import Image, ImageOps, features

from _ext.base.cache import kept

WIDTHS = (480, 768, 1152, 1536)
"""In pixels: a phone, the column of 48rem, and both on a screen of higher density."""
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")
"""The decoders that a stranger's file may reach; the others of Pillow stay out of it."""
MODES = {"1": "RGB", "L": "RGB", "P": "RGB", "RGB": "RGB", "CMYK": "RGB", "YCbCr": "RGB"}
MODES |= {"LA": "RGBA", "PA": "RGBA", "RGBA": "RGBA"}
"""What is encoded, and as what; a picture of another mode, such as 16 bits of grey, is shown as it is."""
PHOTOGRAPH = {"quality": 80, "method": 4}
DRAWING = ({"lossless": True, "quality": 80, "method": 4}, {"quality": 92, "method": 4})
"""A screenshot or a chart: exact, or so near to it that nobody sees it, whichever is smaller."""
SETTINGS = repr((PHOTOGRAPH, DRAWING, PIL.__version__, features.version("webp")))


@dataclass(frozen=True)
class Variant:
    """A WebP file."""

    width: int
    """In pixels."""
    content: bytes

    @property
    def name(self) -> str:
        """The file's name, which no other content has, so that a browser may keep it for good."""
        return f"{sha256(self.content).hexdigest()[:20]}-{self.width}.webp"


def widths(original: int) -> list[int]:
    """Return the widths of the copies of a picture *original* pixels wide, from the least; the last one is for all above."""
    return [*(width for width in WIDTHS if width < original), *([original] if original <= WIDTHS[-1] else [])]


def worthwhile(variants: list[Variant], original: int) -> list[Variant]:
    """Return those of *variants*, from the least width, that are smaller than each wider one and the *original* (bytes).

    None where the widest is not: a browser never goes on to the original, so on a large screen it would be blurred.
    """
    kept: list[Variant] = []
    for variant in reversed(variants):
        if len(variant.content) < (len(kept[0].content) if kept else original):
            kept.insert(0, variant)
        elif not kept:
            return []
    return kept


def variants(content: bytes, cache: Path) -> list[Variant]:
    """Return the copies of the picture in *content* that are worth their while, from the least width.

    What was made before is taken from the folder *cache*. An animation has none. Raises ValueError where the
    picture cannot be decoded to its end.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.format != "MPO" and getattr(picture, "is_animated", False):
                return []
            lossless = picture.format == "PNG" or (picture.format == "WEBP" and b"VP8L" in content[:64])
            # Decoded in any case: what is stored of it says nothing of an encoder that is newer, and broken is broken.
            upright = ImageOps.exif_transpose(picture)
            if upright.mode not in MODES:
                return []
            made = []
            for width in widths(upright.width):
                made_of, make = content + f"{width} {SETTINGS}".encode(), partial(encode, upright, width, lossless)
                made.append(Variant(width, kept(cache, made_of, make)))
    except Exception as error:  # a decoder raises what its format makes it think of
        raise ValueError(str(error) or type(error).__name__) from error
    return worthwhile(made, len(content))


def encode(picture: Image.Image, width: int, lossless: bool) -> bytes:
    """Return *picture* as WebP, *width* pixels wide, without the notes that it carries, such as where it was taken."""
    mode = "RGBA" if picture.has_transparency_data else MODES[picture.mode]
    height = max(1, round(picture.height * width / picture.width))
    copy = picture.convert(mode)
    if copy.size != (width, height):
        copy = copy.resize((width, height), Image.Resampling.LANCZOS)
    # The colour profile says what the numbers mean, as long as they are the same numbers.
    profile = picture.info.get("icc_profile") if picture.mode in {"RGB", "RGBA"} else None
    return min((_webp(copy, profile, settings) for settings in (DRAWING if lossless else (PHOTOGRAPH,))), key=len)


def _webp(picture: Image.Image, profile: bytes | None, settings: dict[str, int]) -> bytes:
    written = BytesIO()
    picture.save(written, "WEBP", icc_profile=profile or b"", exif=b"", xmp=b"", **settings)
    return written.getvalue()
