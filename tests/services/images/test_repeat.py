from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.fakes.pixels import FakePixels
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.generation import Generated
from workbench.services.images.repeat import Repeats, Verdict

FIRST = GalleryImage("i1", 1.0, "first", "image/png", 9, 8, received="r1", model="m")


def hatched(flipped: int) -> bytes:
    """9×8 pixels, falling to the right but for so many places, each of which flips one bit of the hash."""
    rows = [bytearray(range(90, 0, -10)) for _ in range(8)]
    for number in range(flipped):
        rows[number % 8][0 if number < 8 else 8] = 0 if number < 8 else 255
    return b"".join(rows)


class Pixels(FakePixels):
    """Takes bytes for pixels."""

    async def grey(self, data: bytes, width: int, height: int) -> bytes:
        return data

    async def same(self, one: bytes, other: bytes) -> bool:
        return one == other


class Desk:
    """made: the pixels of each picture that comes."""

    def __init__(self, *made: bytes, first: GalleryImage | None = FIRST) -> None:
        self.files = {"first": hatched(0)} | {f"d{n}": data for n, data in enumerate(made)}
        self.made = tuple(
            replace(FIRST, id=f"new{n}", digest=f"d{n}", received="r2") for n in range(len(made))
        )
        self.first = first
        self.asked = 0
        self.repeats = Repeats(self, self, Pixels())

    async def get(self, image_id: str) -> GalleryImage | None:
        return self.first

    async def data(self, digest: str) -> bytes:
        if digest not in self.files:
            raise StorageFailed("Gone.")
        return self.files[digest]

    async def again(self, image: GalleryImage) -> Generated:
        self.asked += 1
        return Generated(self.made)


@pytest.mark.parametrize(
    ("flipped", "verdict"),
    [(0, Verdict.SAME), (1, Verdict.SIMILAR), (10, Verdict.SIMILAR), (11, Verdict.DIFFERENT)],
)
def test_the_verdict_follows_the_pixels(run_async: Run, flipped: int, verdict: Verdict) -> None:
    repeat = run_async(Desk(hatched(flipped)).repeats.again("i1"))
    assert (repeat.verdict, repeat.distance, repeat.image.id) == (verdict, flipped, "new0")


def test_the_same_bytes_are_the_same_picture_without_a_look(run_async: Run) -> None:
    desk = Desk(b"")
    desk.made = (replace(FIRST, id="new0", digest="nowhere"),)
    assert run_async(desk.repeats.again("i1")).verdict is Verdict.SAME


def test_of_several_pictures_the_closest_counts(run_async: Run) -> None:
    repeat = run_async(Desk(hatched(12), hatched(2), hatched(5)).repeats.again("i1"))
    assert (repeat.image.id, repeat.verdict, repeat.distance) == ("new1", Verdict.SIMILAR, 2)


@pytest.mark.parametrize("first", [None, replace(FIRST, model="")])
def test_what_cannot_be_asked_again_is_not_asked(run_async: Run, first: GalleryImage | None) -> None:
    desk = Desk(hatched(0), first=first)
    with pytest.raises(InvalidInput):
        run_async(desk.repeats.again("i1"))
    assert desk.asked == 0


def test_a_picture_that_is_gone_is_not_paid_for_again(run_async: Run) -> None:
    desk = Desk(hatched(0))
    del desk.files["first"]
    with pytest.raises(StorageFailed):
        run_async(desk.repeats.again("i1"))
    assert desk.asked == 0
