"""Pictures are decoded with Qt: upright, in bounded memory, and what is broken is refused."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from tests.conftest import Run
from tests.ui.pictures import chunk, decoded, encoded, gif, image, picture, png_claiming, turned
from workbench.domain.errors import InvalidInput
from workbench.domain.images.formats import BMP, GIF, JPEG, PNG, WEBP, picture_type
from workbench.services.images.pixels import Look, Pixels
from workbench.ui.support.pixels import QtPixels, fitted

KINDS = {PNG: "png", JPEG: "jpeg", WEBP: "webp", BMP: "bmp"}


def test_it_is_what_the_services_ask_for(pixels: QtPixels) -> None:
    asked: Pixels = pixels
    assert asked is pixels


@pytest.mark.parametrize("media_type", KINDS)
def test_the_header_tells_size_and_kind(pixels: QtPixels, run_async: Run, media_type: str) -> None:
    data = picture(64, 48, kind=KINDS[media_type])
    assert run_async(pixels.look(data)) == Look(64, 48, media_type)
    assert run_async(pixels.check(data)) == Look(64, 48, media_type)


def test_a_gif_is_read(pixels: QtPixels, run_async: Run) -> None:
    assert run_async(pixels.check(gif())) == Look(2, 1, GIF)
    assert picture_type(run_async(pixels.scaled(gif(), 2, 1))) == PNG


@pytest.mark.parametrize("media_type", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.98])
def test_a_truncated_picture_is_refused(
    pixels: QtPixels, run_async: Run, media_type: str, share: float
) -> None:
    data = picture(200, 160, kind=KINDS[media_type])
    with pytest.raises(InvalidInput) as caught:
        run_async(pixels.check(data[: int(len(data) * share)]))
    assert caught.value.why
    assert caught.value.fix


def test_a_damaged_picture_is_refused_though_it_has_its_end(pixels: QtPixels, run_async: Run) -> None:
    data = bytearray(picture(200, 160))
    at = data.index(b"IDAT") + 4
    data[at : at + 40] = bytes(40)
    with pytest.raises(InvalidInput):
        run_async(pixels.check(bytes(data)))


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_refused(pixels: QtPixels, run_async: Run, data: bytes) -> None:
    for ask in (pixels.look, pixels.check):
        with pytest.raises(InvalidInput):
            run_async(ask(data))


@pytest.mark.parametrize(
    "bomb",
    [
        png_claiming(41_000, 10),
        png_claiming(39_000, 39_000),
        png_claiming(20_000, 20_000),
        png_claiming(10_000, 10_000, depth=16),
        png_claiming(2**31 - 1, 2**31 - 1),
    ],
)
def test_a_bomb_is_refused_before_a_pixel_is_decoded(pixels: QtPixels, run_async: Run, bomb: bytes) -> None:
    for work in (pixels.check(bomb), pixels.thumbnail(bomb, 256), pixels.grey(bomb, 9, 8)):
        with pytest.raises(InvalidInput) as caught:
            run_async(work)
        assert "too large" in caught.value.what


def test_texts_inside_a_png_are_never_unpacked(pixels: QtPixels, run_async: Run) -> None:
    plain = picture(32, 32)
    at = plain.index(b"IDAT") - 4
    wordy = plain[:at] + chunk(b"zTXt", b"k\0\0not compressed at all") + plain[at:]
    assert run_async(pixels.same(plain, wordy))


def test_a_photo_is_turned_upright(pixels: QtPixels, run_async: Run) -> None:
    data = turned(picture(80, 40, kind="jpeg"), 6)
    assert run_async(pixels.look(data)) == Look(40, 80, JPEG, turned=True)
    upright = decoded(run_async(pixels.scaled(data, 40, 80)))
    assert (upright.width(), upright.height()) == (40, 80)
    # The white corner, at the upper left of what is stored, is seen at the upper right.
    assert upright.pixelColor(37, 3).lightness() > 220
    assert upright.pixelColor(3, 3).lightness() < 200


def test_a_mirrored_photo_keeps_its_sides(pixels: QtPixels, run_async: Run) -> None:
    assert run_async(pixels.look(turned(picture(80, 40, kind="jpeg"), 2))) == Look(80, 40, JPEG, turned=True)


def test_a_thumbnail_fits_and_is_never_enlarged(pixels: QtPixels, run_async: Run) -> None:
    wide = decoded(run_async(pixels.thumbnail(picture(900, 300), 256)))
    assert (wide.width(), wide.height()) == (256, 85)
    little = decoded(run_async(pixels.thumbnail(picture(20, 10), 256)))
    assert (little.width(), little.height()) == (20, 10)


def test_a_thumbnail_keeps_what_is_transparent(pixels: QtPixels, run_async: Run) -> None:
    thumbnail = run_async(pixels.thumbnail(picture(600, 600, alpha=True), 100))
    assert picture_type(thumbnail) == PNG
    assert decoded(thumbnail).pixelColor(90, 90).alpha() == 0
    assert picture_type(run_async(pixels.thumbnail(picture(600, 600), 100))) == JPEG


def test_an_extreme_strip_is_still_a_pixel_high(pixels: QtPixels, run_async: Run) -> None:
    strip = decoded(run_async(pixels.thumbnail(picture(4000, 2), 256)))
    assert (strip.width(), strip.height()) == (256, 1)


@pytest.mark.parametrize("media_type", KINDS)
def test_scaling_writes_the_kind_that_is_asked_for(pixels: QtPixels, run_async: Run, media_type: str) -> None:
    made = run_async(pixels.scaled(picture(400, 200), 100, 100, media_type))
    assert picture_type(made) == media_type
    assert run_async(pixels.look(made)) == Look(100, 50, media_type)


def test_what_is_transparent_turns_white_where_a_kind_knows_no_transparency(
    pixels: QtPixels, run_async: Run
) -> None:
    made = decoded(run_async(pixels.scaled(picture(40, 40, alpha=True), 40, 40, JPEG)))
    assert made.pixelColor(35, 35).lightness() > 250


def test_grey_is_one_byte_a_pixel_stretched_to_what_is_asked(pixels: QtPixels, run_async: Run) -> None:
    grey = run_async(pixels.grey(picture(64, 64, "#000000"), 9, 8))
    assert len(grey) == 72
    assert grey[0] > 200
    assert grey[-1] < 20
    assert set(run_async(pixels.grey(picture(40, 40, alpha=True), 9, 8))) == {255}
    assert len(run_async(pixels.grey(picture(3, 2), 9, 8))) == 72


def test_equal_pixels_are_the_same_whatever_they_are_encoded_as(pixels: QtPixels, run_async: Run) -> None:
    png, bmp = picture(64, 48), picture(64, 48, kind="bmp")
    assert run_async(pixels.same(png, bmp))
    assert run_async(pixels.same(png, png))
    assert not run_async(pixels.same(png, picture(64, 48, "#3060c1")))
    assert not run_async(pixels.same(png, picture(48, 64)))


def test_a_decoded_image_is_ready_to_paint(pixels: QtPixels, run_async: Run) -> None:
    small = run_async(pixels.image(picture(400, 200, kind="jpeg"), QSize(100, 100)))
    assert small.size() == QSize(100, 50)
    whole = run_async(pixels.image(picture(400, 200, "#102030")))
    assert whole.size() == QSize(400, 200)
    assert whole.pixelColor(399, 199) == QColor("#102030")


def test_several_at_once_come_out_right(pixels: QtPixels, run_async: Run) -> None:
    async def many() -> list[bytes]:
        return await asyncio.gather(*(pixels.thumbnail(picture(40 + n, 40), 30) for n in range(20)))

    assert len(run_async(many())) == 20


def test_a_progressive_photo_is_read(pixels: QtPixels, run_async: Run) -> None:
    data = encoded(image(300, 200), "jpeg", progressive=True)
    assert run_async(pixels.check(data)) == Look(300, 200, JPEG)


def test_fitting_keeps_proportions() -> None:
    assert fitted(QSize(400, 100), QSize(200, 200)) == QSize(200, 50)
    assert fitted(QSize(10, 10), QSize(200, 200)) == QSize(10, 10)
