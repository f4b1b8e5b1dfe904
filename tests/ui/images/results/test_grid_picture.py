"""The picture that a batch is exported as."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from tests.ui.images.fakes import FakeGallery
from tests.ui.images.results.fakes import batch_of, done, draft_of, failed, grid_draft, half_done
from tests.ui.pictures import picture
from workbench.domain.errors import WorkbenchError
from workbench.domain.images.settings import Axis, AxisField
from workbench.ui.images.results.grid_picture import MOST_SIDE, SheetPainter, Tile, sheet_of
from workbench.ui.support.theme import Theme


def painted(theme: Theme, painter: SheetPainter) -> QImage:
    painter.begin()
    return QImage.fromData(painter.finish())


def place(painter: SheetPainter, block: int, column: int, row: int) -> QRect:
    return painter._place(painter._tops[block], Tile("", column, row))


def test_every_picture_lies_under_its_header(theme: Theme) -> None:
    batch, jobs = batch_of(grid_draft(3, 2, 2))
    painter = SheetPainter(sheet_of(batch, jobs), theme.font())
    painter.begin()
    painter.put(1, Tile(jobs[-1].id, 2, 1), picture(1024, 768, "#3060c0"))
    image = QImage.fromData(painter.finish())
    assert image.pixelColor(place(painter, 1, 2, 1).center()) == QColor("#3060c0")
    assert image.pixelColor(place(painter, 0, 2, 1).center()) != QColor("#3060c0")
    assert [block.title for block in painter.sheet.blocks] == ["Guidance: 3", "Guidance: 5.5"]
    assert image.text("Title") == batch.draft.settings.prompt


def test_words_stand_where_no_picture_is(theme: Theme) -> None:
    batch, jobs = batch_of(draft_of(count=2))
    sheet = sheet_of(batch, [failed(jobs[0]), jobs[1]])
    assert [tile.word for tile in sheet.blocks[0].tiles] == ["The model refused the prompt.", "Not made yet"]
    assert sheet.blocks[0].tiles[0].caption.startswith("flux-1-schnell · seed ")
    assert not painted(theme, SheetPainter(sheet, theme.font())).isNull()


def test_a_seed_is_told_only_where_it_was_sent(theme: Theme) -> None:
    batch, jobs = batch_of(draft_of(count=2))
    over, images = done(jobs[0], 1)
    unseeded = replace(images[0], settings=replace(images[0].settings, seed=None))
    sheet = sheet_of(batch, [over, jobs[1]], {unseeded.id: unseeded})
    captions = [tile.caption for tile in sheet.blocks[0].tiles]
    assert captions[0] == "flux-1-schnell"
    assert captions[1].startswith("flux-1-schnell · seed ")


def test_a_damaged_picture_leaves_its_place_empty(theme: Theme) -> None:
    batch, jobs = batch_of(grid_draft(2, 1))
    painter = SheetPainter(sheet_of(batch, jobs), theme.font())
    painter.begin()
    painter.put(0, Tile("", 0, 0), b"no picture")
    assert not QImage.fromData(painter.finish()).isNull()


@pytest.mark.parametrize("shape", [(1, 1, 0), (1, 1000, 0), (10, 10, 10), (30, 33, 0)])
def test_the_picture_stays_within_bounds(theme: Theme, shape: tuple[int, int, int]) -> None:
    batch, jobs = batch_of(grid_draft(*shape))
    image = painted(theme, SheetPainter(sheet_of(batch, jobs), theme.font(), most_pixels=14_000_000))
    assert image.width() * image.height() <= 14_000_000
    assert max(image.width(), image.height()) <= MOST_SIDE
    assert image.width() >= 480


def test_what_cannot_be_painted_readably_is_refused(theme: Theme) -> None:
    batch, jobs = batch_of(grid_draft(1000, 1))
    with pytest.raises(WorkbenchError, match="too large"):
        SheetPainter(sheet_of(batch, jobs), theme.font(), most_pixels=500_000)


def test_markup_mnemonics_and_control_characters_are_plain_text(theme: Theme) -> None:
    words = ("<b>bold</b>", "salt & pepper", "a\tb\nc", "منارة عند الغروب", "x" * 300)
    draft = draft_of("a <i>cat</i>\x00 & dog", axes=(Axis(AxisField.PROMPT, words, part="cat"),))
    batch, jobs = batch_of(draft)
    sheet = sheet_of(batch, jobs)
    assert sheet.title == "a <i>cat</i> & dog"
    assert not painted(theme, SheetPainter(sheet, theme.font())).isNull()


def test_from_the_right_the_first_column_is_the_last(theme: Theme) -> None:
    batch, jobs = half_done(grid_draft(3, 2), FakeGallery())
    sheet = sheet_of(batch, jobs)
    left = SheetPainter(sheet, theme.font())
    right = SheetPainter(replace(sheet, from_right=True), theme.font())
    painted(theme, right)
    assert place(left, 0, 0, 0).left() < place(left, 0, 2, 0).left()
    assert place(right, 0, 0, 0).left() > place(right, 0, 2, 0).left()
