"""Sandbox pictures: real ones, the same for the same request, and plainly not a model's."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images import pngs
from workbench.gateway.sandbox.media import font
from workbench.gateway.sandbox.media.picture import png


def painted(rgb: tuple[int, int, int], width: int = 32, height: int = 32) -> bytes:
    """A one-coloured RGB picture, written without the code under test."""
    raw = (b"\0" + bytes(rgb) * width) * height
    return written(width, height, 8, 2, raw)


def written(
    width: int, height: int, depth: int, colour: int, raw: bytes, *more: tuple[bytes, bytes]
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return pngs.SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def test_equal_requests_give_equal_pictures() -> None:
    assert png("a fox", 7, 200, 100) == png("a fox", 7, 200, 100)


@pytest.mark.parametrize("other", [("a fox", 8), ("a cat", 7)])
def test_another_prompt_or_seed_gives_another_picture(other: tuple[str, int]) -> None:
    one, two = pngs.decode(png("a fox", 7, 120, 120)), pngs.decode(png(*other, 120, 120))
    changed = sum(a != b for a, b in zip(one.rows, two.rows, strict=True))
    assert changed > 60


def test_more_steps_add_details_to_the_same_scene() -> None:
    none, few, many = (pngs.decode(png("a fox", 7, 240, 240, steps=steps)) for steps in (0, 4, 20))
    base, some, most = (b"".join(made.rows) for made in (none, few, many))

    def changed(one: bytes, other: bytes) -> float:
        return sum(a != b for a, b in zip(one, other, strict=True)) / len(one)

    assert 0 < changed(base, some) < changed(base, most) < 0.2


def test_guidance_makes_colours_stronger() -> None:
    def strength(guidance: float) -> float:
        pixels = b"".join(pngs.decode(png("a red hill", 7, 60, 60, guidance=guidance)).rows)
        colours = [pixels[at : at + 3] for at in range(0, len(pixels), 3)]
        return sum(max(colour) - min(colour) for colour in colours) / len(colours)

    assert strength(0) < strength(3) < strength(7.5) < strength(15)


@given(st.text(max_size=40), st.integers(), st.integers(1, 70), st.integers(1, 70))
def test_every_prompt_seed_and_size_gives_a_picture_of_that_size(
    prompt: str, seed: int, width: int, height: int
) -> None:
    made = pngs.decode(png(prompt, seed, width, height))
    assert (made.width, made.height) == (width, height)
    assert [len(row) for row in made.rows] == [3 * width] * height


def test_a_colour_in_the_prompt_is_met() -> None:
    made = pngs.decode(png("a red pattern", 1, 64, 64))
    red, green = (sum(sum(row[channel::3]) for row in made.rows) for channel in (0, 1))
    assert red > green


def test_a_source_shows_through() -> None:
    dark = pngs.decode(png("x", 1, 64, 64, source=painted((0, 0, 0)), strength=0))
    light = pngs.decode(png("x", 1, 64, 64, source=painted((255, 255, 255)), strength=0))
    assert sum(map(sum, light.rows)) > 3 * sum(map(sum, dark.rows))


def test_where_the_mask_is_black_the_source_stays() -> None:
    white = painted((255, 255, 255), 64, 64)
    half = written(64, 64, 8, 0, b"".join(b"\0" + bytes(32) + b"\xff" * 32 for _ in range(64)))
    made = pngs.decode(png("night", 1, 64, 64, source=white, mask=half))
    row = made.rows[30]
    assert row[: 3 * 32] == b"\xff" * 96
    assert row[3 * 32 :] != b"\xff" * 96


def test_references_are_shown_even_where_they_cannot_be_decoded() -> None:
    plain = png("x", 1, 200, 200)
    assert png("x", 1, 200, 200, references=[b"\xff\xd8\xff one"]) != plain
    assert png("x", 1, 200, 200, references=[b"\xff\xd8\xff one"]) != png(
        "x", 1, 200, 200, references=[b"\xff\xd8\xff two"]
    )


def test_a_long_caption_ends_in_points() -> None:
    lines = font.wrapped("one two three four five six", 9, 2)
    assert lines == ["one two", "three..."] or lines[-1].endswith("...")
    assert all(len(line) <= 9 for line in lines)


def test_a_source_keeps_its_proportions_and_fills_the_picture() -> None:
    white, black = b"\xff" * 3, bytes(3)
    row = (
        black * 40 + white * 20 + black * 40
    )  # a white stripe across the middle of something twice as wide as high
    source = written(100, 50, 8, 2, (b"\0" + row) * 50)
    made = pngs.decode(png("x", 1, 256, 256, source=source, strength=0.0))
    middle = made.rows[100]
    lit = [at for at in range(256) if middle[3 * at + 1] > 128]
    assert 0.35 * 256 < len(lit) < 0.45 * 256
    assert lit == list(range(lit[0], lit[-1] + 1))


def test_colours_between_those_of_the_palette_are_mixed_of_them() -> None:
    made = pngs.decode(png("x", 1, 256, 256, source=painted((128, 100, 60), 256, 256), strength=0.0))
    plain = pngs.decode(png("x", 1, 256, 256, source=painted((0, 0, 0), 256, 256), strength=0.0))
    rows = range(60, 160)
    for channel, value in enumerate((128, 100, 60)):
        mean, black = (
            sum(sum(seen.rows[y][channel::3]) for y in rows) / (256 * len(rows)) for seen in (made, plain)
        )
        assert abs(mean - black - 0.9 * value) < 4
