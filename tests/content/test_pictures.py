"""Pictures: their size, their copies, their dark variants, and what becomes of a broken one."""

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import Image, ImageOps

from _ext.content.picture_variants import Variant, variants, widths, worthwhile
from _ext.content.pictures import loading, sizes
from _ext.posts.drawings.picture_size import dark_variant, picture_size
from testing.sites import Build, Site
from tests.feeds.test_feed import read

POST = "posts/2024/shown/"
GPS = 0x8825  # Exif 2.32, table 4
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><rect width="9" height="9"/></svg>'


def picture(width: int, height: int, mode: str = "RGB", kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture with something in it: a gradient with edges, or, as JPEG, something like a photograph."""
    seed = ImageOps.colorize(Image.linear_gradient("L"), "#102040", "#f0e0c0").rotate(30)
    if kind == "JPEG":
        noise = Image.frombytes("L", (64, 64), random.Random(1).randbytes(64 * 64))
        seed = Image.blend(seed, noise.resize(seed.size).convert("RGB"), 0.3)
    written = BytesIO()
    seed.resize((width, height)).convert(mode).save(written, kind, **options)
    return written.getvalue()


def with_files(**files: bytes | str) -> Callable[[Path], None]:
    """Return an edit that puts *files* beside the post; ``one__png`` stands for ``one.png``."""

    def edit(folder: Path) -> None:
        for name in ("one__png", "two__png", *files):
            content = files.get(name, b"") or picture(64, 32)
            path = folder / POST / name.replace("__", ".")
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    return edit


def with_svg(**files: str) -> Callable[[Path], None]:
    """Return an edit that shows ``one.svg`` in place of ``one.png``."""

    def edit(folder: Path) -> None:
        with_files(**files)(folder)
        index = folder / POST / "index.md"
        index.write_text(index.read_text().replace("one.png", "one.svg"))
        (folder / POST / "one.png").unlink()

    return edit


def pictures(site: Site) -> list[lxml.html.HtmlElement]:
    return site.page(POST).cssselect("[data-post-text] img")


def copies(site: Site) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((site.folder / "_images").glob("*-*.webp"))}


# Pure rules


@pytest.mark.parametrize(
    ("first", "paired", "when"), [(True, False, "eager"), (False, False, "lazy"), (True, True, "lazy")]
)
def test_the_first_picture_is_loaded_at_once_unless_one_of_a_pair(first: bool, paired: bool, when: str) -> None:
    assert loading(first=first, paired=paired) == when


@pytest.mark.parametrize(
    ("original", "made"),
    [
        (300, [300]),
        (768, [480, 768]),
        (1000, [480, 768, 1000]),
        (1536, [480, 768, 1152, 1536]),
        (1537, [480, 768, 1152, 1536]),
    ],
)
def test_no_copy_is_wider_than_the_picture(original: int, made: list[int]) -> None:
    assert widths(original) == made


@pytest.mark.parametrize(
    ("lengths", "kept"),
    [((10, 20, 30), [0, 1, 2]), ((25, 20, 30), [1, 2]), ((10, 20, 40), []), ((35, 36, 30), [2])],
)
def test_a_copy_is_smaller_than_what_is_wider(lengths: tuple[int, ...], kept: list[int]) -> None:
    made = [Variant(at, b"x" * length) for at, length in enumerate(lengths)]
    assert [variant.width for variant in worthwhile(made, 40)] == kept


def test_a_picture_is_shown_no_wider_than_itself_the_column_or_the_screen() -> None:
    assert sizes(400) == "(max-width: 432px) calc(100vw - 32px), 400px"
    assert sizes(4000) == "(max-width: 800px) calc(100vw - 32px), 768px"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="20"', (40, 20)),
        ('width="40px" height="20px" viewBox="0 0 1 1"', (40, 20)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 40 20"', (40, 20)),
        ('viewBox="-5,-5,40.4,20"', (40, 20)),
        ('width="100%" height="100%" viewBox="0 0 40 20"', (40, 20)),
        ('width="80" viewBox="0 0 40 20"', (80, 40)),
        ('height="10" viewBox="0 0 40 20"', (20, 10)),
        ('width="5em" height="2em"', (300, 150)),
        ('viewBox="0 0 99999999 1"', (10_000, 1)),
        ("", (300, 150)),
    ],
)
def test_the_size_of_an_svg_is_that_which_browsers_give_it(attributes: str, size: tuple[int, int]) -> None:
    assert picture_size(SVG.format(attributes).encode(), ".svg") == size


def test_a_dark_variant_is_named_after_its_picture() -> None:
    assert dark_variant("posts/2024/shown/chart.v2.svg") == "posts/2024/shown/chart.v2.dark.svg"


# Copies


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGB")],
)
def test_pictures_of_every_mode_have_copies_that_look_alike(kind: str, mode: str, tmp_path: Path) -> None:
    content = picture(900, 450, mode, kind, quality=95) if kind != "PNG" else picture(900, 450, mode)
    original = Image.open(BytesIO(content)).convert("RGBA").resize((1, 1), Image.Resampling.BOX)
    for variant in variants(content, tmp_path):
        copy = Image.open(BytesIO(variant.content)).convert("RGBA").resize((1, 1), Image.Resampling.BOX)
        assert all(
            abs(one - other) <= 6 for one, other in zip(original.getpixel((0, 0)), copy.getpixel((0, 0)), strict=True)
        )


def test_a_screenshot_keeps_its_colours_exactly(tmp_path: Path) -> None:
    content = picture(400, 300, "P")
    (copy,) = variants(content, tmp_path)
    copied, own = (Image.open(BytesIO(data)).convert("RGB").tobytes() for data in (copy.content, content))
    assert copied == own


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    written = BytesIO()
    Image.effect_mandelbrot((600, 600), (-2, -1.5, 1, 1.5), 50).convert("LA").save(written, "PNG")
    clear = Image.open(BytesIO(written.getvalue())).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    clear.save(written := BytesIO(), "PNG")
    assert [Image.open(BytesIO(copy.content)).mode for copy in variants(written.getvalue(), tmp_path)] == ["RGBA"] * 2


def turned(tmp_path: Path) -> bytes:
    """Return a photograph that a camera held upright has taken, and where."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn it by 90 degrees
    exif.get_ifd(GPS)[1] = "N"
    return picture(800, 400, kind="JPEG", quality=98, exif=exif)


def test_a_photograph_stands_upright(tmp_path: Path) -> None:
    assert picture_size(turned(tmp_path), ".jpg") == (400, 800)
    assert [Image.open(BytesIO(copy.content)).size for copy in variants(turned(tmp_path), tmp_path)] == [(400, 800)]


def test_where_a_photograph_was_taken_is_not_in_its_copies(tmp_path: Path) -> None:
    assert b"Exif" in turned(tmp_path)
    assert not [copy for copy in variants(turned(tmp_path), tmp_path) if b"exif" in copy.content.lower()]


def test_an_animation_is_left_as_it_is(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (900, 900), colour) for colour in ("red", "blue")]
    frames[0].save(written := BytesIO(), "PNG", save_all=True, append_images=frames[1:])
    assert variants(written.getvalue(), tmp_path) == []


def test_a_picture_that_is_cut_short_has_no_copies(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="truncated"):
        variants(picture(900, 450)[:-900], tmp_path)


def test_a_copy_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = variants(picture(900, 450), tmp_path)
    monkeypatch.setattr("_ext.content.picture_variants.encode", lambda *_: pytest.fail("encoded again"))
    assert variants(picture(900, 450), tmp_path) == made


def test_a_corrupt_entry_of_the_store_is_made_again(tmp_path: Path) -> None:
    made = variants(picture(900, 450), tmp_path)
    for entry in tmp_path.iterdir():
        entry.write_bytes(entry.read_bytes()[:-1])
    assert variants(picture(900, 450), tmp_path) == made
    assert variants(picture(900, 450), tmp_path) == made


# The site


@pytest.mark.parametrize(
    ("edit", "size"),
    [
        (with_files(one__png=picture(90, 30)), ("90", "30")),
        (with_svg(one__svg=SVG.format('viewBox="0 0 40 20"')), ("40", "20")),
    ],
)
def test_every_picture_has_its_size(build: Build, edit: Callable[[Path], None], size: tuple[str, str]) -> None:
    site = build("pictures", edit=edit)
    assert [(img.get("width"), img.get("height")) for img in pictures(site)] == [size, ("64", "32")]
    assert site.warnings == ""


def test_pictures_below_the_first_are_lazy(build: Build) -> None:
    site = build("pictures", edit=with_files())
    found = [(img.get("loading"), img.get("decoding")) for img in pictures(site)]
    assert found == [("eager", "async"), ("lazy", "async")]


def test_a_large_picture_comes_in_several_widths(build: Build) -> None:
    site = build("pictures", edit=with_files(one__png=picture(2000, 1000)))
    source, _ = site.page(POST).cssselect("picture > source")
    offered = [part.split() for part in source.get("srcset").split(", ")]
    assert [width for _, width in offered] == ["480w", "768w", "1152w", "1536w"]
    assert [Image.open(site.folder / POST / path).width for path, _ in offered] == [480, 768, 1152, 1536]
    assert source.get("type") == "image/webp"


def test_the_original_is_kept(build: Build) -> None:
    original = picture(2000, 1000)
    site = build("pictures", edit=with_files(one__png=original))
    assert (site.folder / POST / pictures(site)[0].get("src")).read_bytes() == original


def test_the_same_pictures_are_the_same_bytes(build: Build) -> None:
    edit = with_files(one__png=picture(900, 450), two__png=picture(900, 300))
    serial, parallel = build("pictures", edit=edit), build("pictures", edit=edit, jobs=2)
    assert len(copies(serial)) == 6
    assert copies(serial) == copies(parallel)
    assert (serial.folder / POST / "index.html").read_bytes() == (parallel.folder / POST / "index.html").read_bytes()


def test_a_broken_picture_is_told_with_its_line(build: Build) -> None:
    site = build("pictures", edit=with_files(one__png=picture(900, 450)[:-900]))
    must = "picture must be whole: one.png: image file is truncated"
    assert f"posts/2024/shown/index.md:9: WARNING: {must}" in site.warnings


def test_a_dark_variant_stands_beside_its_picture(build: Build) -> None:
    light, dark = (SVG.format(f'viewBox="0 0 40 20" fill="{fill}"') for fill in ("#000", "#fff"))
    site = build("pictures", edit=with_svg(one__svg=light, one__dark__svg=dark), jobs=2)
    pair = site.page(POST).cssselect("picture[class]")
    assert [element.get("class") for element in pair] == ["only-light", "only-dark"]
    assert [(site.folder / POST / img.get("src")).read_text() for img in pictures(site)[:2]] == [light, dark]
    assert [img.get("loading") for img in pictures(site)[:2]] == ["lazy", "lazy"]
    assert site.warnings == ""


def test_a_dark_variant_of_other_proportions_is_refused(build: Build) -> None:
    site = build("pictures", edit=with_files(one__png=picture(60, 30), one__dark__png=picture(60, 40)))
    message = "dark variant must have the proportions of one.png, 60 × 30, not 60 × 40: 'one.dark.png' [dark-picture]"
    assert f"posts/2024/shown/index.md:9:24: WARNING: {message}" in site.warnings


def test_a_dark_variant_of_nothing_is_stray(build: Build) -> None:
    site = build("pictures", edit=with_files(three__dark__png=picture(60, 30)))
    must = "picture must be shown by the post: 'three.dark.png' [stray-file]"
    assert f"three.dark.png:1:1: WARNING: {must}" in site.warnings


def test_a_dark_variant_keeps_the_rules_of_pictures(build: Build) -> None:
    site = build("pictures", edit=with_files(one__dark__png="<html>"))
    assert "dark variant: picture must be what its name says, .png: 'one.dark.png' [picture-file]" in site.warnings


def test_a_picture_of_too_many_pixels_is_refused(build: Build) -> None:
    Image.new("1", (5000, 4001)).save(written := BytesIO(), "PNG")
    site = build("pictures", edit=with_files(one__png=written.getvalue()))
    message = "picture must have at most 20 million pixels, not 5000 × 4001: 'one.png' [picture-file]"
    assert f"posts/2024/shown/index.md:9:24: WARNING: {message}" in site.warnings


def test_a_subscriber_gets_one_file_of_a_picture_with_its_address(build: Build) -> None:
    dark = picture(900, 450, "L")
    site = build(
        "pictures", edit=with_files(one__png=picture(900, 450), one__dark__png=dark, two__png=picture(900, 300))
    )
    text = lxml.html.fromstring(next(entry.content[0].value for entry in read(site).entries if entry.title == "Shown"))
    names = ["one.png", "two.png"]
    assert [img.get("src") for img in text.iter("img")] == [
        f"https://under-load.readthedocs.io/_images/shown/{n}" for n in names
    ]
    assert [*text.iter("picture", "source")] == [] and "srcset" not in lxml.html.tostring(text, encoding="unicode")
