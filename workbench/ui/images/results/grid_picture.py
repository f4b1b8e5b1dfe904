"""A batch as one labelled picture: titles, headers and cells on white, whatever the window looks like."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import short_name
from workbench.ui.images.results import words
from workbench.ui.images.results.layout import layout_of
from workbench.ui.images.results.lines import wrapped
from workbench.ui.images.results.result import Result
from workbench.ui.support.picture_bytes import encoded, reading
from workbench.ui.support.theme import LIGHT

MOST_PIXELS = 40_000_000
MOST_SIDE = 30_000
_CELLS = (512, 384, 256, 192, 128, 96, 64, 48, 32, 24)
_LEAST_TEXT, _MOST_TEXT = 12, 26
_TITLE_LINES, _HEADER_LINES, _CAPTION_LINES = 4, 3, 2
_LEAST_WIDTH = 480
_NONE: Mapping[str, GalleryImage] = MappingProxyType({})
_PAPER = QColor(Qt.GlobalColor.white)


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture's place. word: what stands there without a picture. caption: below it."""

    job_id: str
    column: int
    row: int
    word: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A table of pictures. columns, rows: their headers, "" for none."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is painted, in words. across, down: names of the axes. ratio: of the cells, width to height."""

    title: str
    facts: str
    across: str
    down: str
    blocks: tuple[Block, ...]
    ratio: float = 1.0
    from_right: bool = False


def sheet_of(
    batch: ImageBatch,
    jobs: Sequence[ImageJob],
    images: Mapping[str, GalleryImage] = _NONE,
    *,
    from_right: bool = False,
) -> Sheet:
    """What the picture of a batch says: a grid as it lies, anything else in rows with model and seed below each.

    images: what has come, by id.
    """
    results = [Result(job, images.get(next(iter(job.images), ""))) for job in jobs]
    layout = layout_of(batch.draft, jobs)
    by_id = {job.id: job for job in jobs}
    across = down = ""
    if layout is not None:
        across = words.axis_name(layout.x)
        down = words.axis_name(layout.y) if layout.y else ""
        columns = tuple(words.value(layout.x.field, one) for one in layout.columns)
        rows = tuple(words.value(layout.y.field, one) for one in layout.rows) if layout.y else ("",)
        blocks = tuple(
            Block(
                page.name,
                columns,
                rows,
                tuple(
                    Tile(job_id, column, row, _word(by_id[job_id]))
                    for (column, row), job_id in page.cells.items()
                ),
            )
            for page in layout.pages
        )
    else:
        wide = math.ceil(math.sqrt(len(jobs))) if jobs else 1
        tiles = tuple(
            Tile(one.job.id, at % wide, at // wide, _word(one.job), _caption(one))
            for at, one in enumerate(results)
        )
        high = math.ceil(len(jobs) / wide)
        blocks = (Block("", ("",) * wide, ("",) * high, tiles),)
    ratios = {round(one.ratio, 3) for one in results}
    ratio = min(2.0, max(0.5, ratios.pop())) if len(ratios) == 1 else 1.0
    return Sheet(
        _plain(batch.draft.settings.prompt), _facts(batch, results), across, down, blocks, ratio, from_right
    )


class SheetPainter:
    """Every method may run in any thread, one at a time. font: the family to write in; sizes are the sheet's own."""

    def __init__(self, sheet: Sheet, font: QFont, *, most_pixels: int = MOST_PIXELS) -> None:
        self.sheet = sheet
        self._font = QFont(font)
        for cell in _CELLS:
            self._measure(cell)
            if (
                self._size.width() * self._size.height() <= most_pixels
                and max(self._size.width(), self._size.height()) <= MOST_SIDE
            ):
                break
        else:
            raise WorkbenchError(
                QCoreApplication.translate("ImageResults", "The batch is too large for one picture."),
                fix=QCoreApplication.translate("ImageResults", "Export it as a web page."),
            )

    @property
    def cell(self) -> QSize:
        """How large each picture is painted at most."""
        return self._cell

    def begin(self) -> None:
        """Paper, titles, headers, captions, and the words that stand where no picture is."""
        self._image = QImage(self._size, QImage.Format.Format_RGB32)
        if self._image.isNull():
            raise WorkbenchError(
                QCoreApplication.translate("ImageResults", "There is not enough memory for the picture.")
            )
        self._image.fill(_PAPER)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.sheet.from_right:
            painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._write(painter, self._title, self._title_box, self._bold(1.25), LIGHT.text)
        self._write(painter, self._facts, self._facts_box, self._plain(0.85), LIGHT.muted)
        for block, top in zip(self.sheet.blocks, self._tops, strict=True):
            self._paint_block(painter, block, top)
        painter.end()

    def put(self, block: int, tile: Tile, data: bytes) -> None:
        """Paint a picture in its place; one that cannot be decoded leaves it empty."""
        with reading(data) as reader:
            reader.setAutoTransform(True)
            size = reader.size()
            if size.isValid() and (size.width() > self._cell.width() or size.height() > self._cell.height()):
                reader.setScaledSize(size.scaled(self._cell, Qt.AspectRatioMode.KeepAspectRatio))
            picture = reader.read()
        if picture.isNull():
            return
        place = self._place(self._tops[block], tile)
        box = QRect(QPoint(0, 0), picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio))
        box.moveCenter(place.center())
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, QColor(LIGHT.surface))
        painter.drawImage(box, picture)
        painter.end()

    def finish(self) -> bytes:
        """The whole as PNG; the sheet's prompt is in its text."""
        self._image.setText("Title", self.sheet.title)
        self._image.setText("Software", "AI Workbench")
        whole, self._image = self._image, QImage()
        return encoded(whole)

    # measures

    def _measure(self, cell: int) -> None:
        """All sizes, for cells of this width."""
        sheet = self.sheet
        self._cell = QSize(cell, max(1, round(cell / sheet.ratio)))
        self._text = min(_MOST_TEXT, max(_LEAST_TEXT, cell // 16))
        self._pad = self._text
        self._gap = max(2, cell // 48)
        header = QFontMetrics(self._bold())
        rows = {row for block in sheet.blocks for row in block.rows}
        columns = {column for block in sheet.blocks for column in block.columns}
        corner = [f"{sheet.across} →" if sheet.across else "", f"{sheet.down} ↓" if sheet.down else ""]
        widest = max((header.horizontalAdvance(text) for text in (*rows, *corner)), default=0)
        self._beside = (
            min(widest, max(cell, self._text * 8)) + self._gap * 2 if any(rows) or any(corner) else 0
        )
        self._above = 0
        if any(columns):
            most = max(len(wrapped(text, header, cell, _HEADER_LINES)) for text in columns)
            self._above = max(most, 2 if sheet.down else 1) * header.height() + self._gap * 2
        caption = QFontMetrics(self._plain(0.85))
        captioned = any(tile.caption for block in sheet.blocks for tile in block.tiles)
        self._below = caption.height() * _CAPTION_LINES + self._gap if captioned else 0
        most_columns = max((len(block.columns) for block in sheet.blocks), default=1)
        inner = max(self._beside + most_columns * (cell + self._gap), _LEAST_WIDTH)
        title, facts = QFontMetrics(self._bold(1.25)), QFontMetrics(self._plain(0.85))
        self._title = wrapped(sheet.title, title, inner, _TITLE_LINES)
        self._facts = wrapped(sheet.facts, facts, inner, _TITLE_LINES)
        y = self._pad
        self._title_box = QRect(self._pad, y, inner, title.height() * len(self._title))
        y = self._title_box.bottom() + self._gap
        self._facts_box = QRect(self._pad, y, inner, facts.height() * len(self._facts))
        y = self._facts_box.bottom() + self._pad
        self._tops = []
        for block in sheet.blocks:
            y += header.height() + self._gap if block.title else 0
            self._tops.append(y)
            y += self._above + len(block.rows) * (self._cell.height() + self._below + self._gap) + self._pad
        self._inner = inner
        self._size = QSize(inner + 2 * self._pad, y)

    def _place(self, top: int, tile: Tile) -> QRect:
        x = self._pad + self._beside + tile.column * (self._cell.width() + self._gap)
        y = top + self._above + tile.row * (self._cell.height() + self._below + self._gap)
        return self._mirrored(QRect(QPoint(x, y), self._cell))

    def _mirrored(self, box: QRect) -> QRect:
        if self.sheet.from_right:
            box.moveLeft(self._size.width() - box.right() - 1)
        return box

    # painting

    def _paint_block(self, painter: QPainter, block: Block, top: int) -> None:
        header = QFontMetrics(self._bold())
        if block.title:
            box = QRect(self._pad, top - header.height() - self._gap, self._inner, header.height())
            lines = wrapped(block.title, header, box.width(), 1)
            self._write(painter, lines, self._mirrored(box), self._bold(), LIGHT.accent)
        for column, text in enumerate(block.columns):
            box = self._place(top, Tile("", column, 0))
            box.setTop(top)
            box.setHeight(self._above - self._gap)
            lines = wrapped(text, header, box.width(), _HEADER_LINES)
            at = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            self._write(painter, lines, box, self._bold(), LIGHT.text, at)
        for row, text in enumerate(block.rows):
            cell = self._place(top, Tile("", 0, row))
            box = self._mirrored(
                QRect(self._pad, cell.top(), self._beside - self._gap * 2, self._cell.height())
            )
            room = max(1, self._cell.height() // header.height())
            lines = wrapped(text, header, box.width(), min(_HEADER_LINES, room))
            at = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            self._write(painter, lines, box, self._bold(), LIGHT.text, at)
        self._paint_corner(painter, top)
        for tile in block.tiles:
            self._paint_tile(painter, top, tile)

    def _paint_corner(self, painter: QPainter, top: int) -> None:
        """The names of both axes, where the headers meet."""
        sheet, small = self.sheet, self._plain(0.85)
        box = self._mirrored(QRect(self._pad, top, self._beside - self._gap * 2, self._above - self._gap))
        arrow = "←" if sheet.from_right else "→"
        for text, side, level in (
            (
                f"{sheet.across} {arrow}" if sheet.across else "",
                Qt.AlignmentFlag.AlignTrailing,
                Qt.AlignmentFlag.AlignTop,
            ),
            (
                f"{sheet.down} ↓" if sheet.down else "",
                Qt.AlignmentFlag.AlignLeading,
                Qt.AlignmentFlag.AlignBottom,
            ),
        ):
            if text and box.width() > 0:
                lines = wrapped(text, QFontMetrics(small), box.width(), 1)
                self._write(painter, lines, box, small, LIGHT.muted, side | level)

    def _paint_tile(self, painter: QPainter, top: int, tile: Tile) -> None:
        place = self._place(top, tile)
        painter.fillRect(place, QColor(LIGHT.surface))
        painter.setPen(QPen(QColor(LIGHT.line), 1))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        small = self._plain(0.85)
        if tile.word:
            lines = wrapped(tile.word, QFontMetrics(small), place.width() - self._gap * 2, 3)
            self._write(painter, lines, place, small, LIGHT.muted, Qt.AlignmentFlag.AlignCenter)
        if tile.caption:
            below = QRect(place.left(), place.bottom() + 1 + self._gap // 2, place.width(), self._below)
            lines = wrapped(tile.caption, QFontMetrics(small), below.width(), _CAPTION_LINES)
            self._write(painter, lines, below, small, LIGHT.muted)

    def _write(
        self,
        painter: QPainter,
        lines: Sequence[str],
        box: QRect,
        font: QFont,
        colour: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop,
    ) -> None:
        """Plain text, never taken for markup or mnemonics, each line in the direction of its first letter."""
        painter.setFont(font)
        painter.setPen(QColor(colour))
        metrics = QFontMetrics(font)
        height = metrics.height() * len(lines)
        y = box.top()
        if align & Qt.AlignmentFlag.AlignVCenter:
            y = box.center().y() - height // 2
        elif align & Qt.AlignmentFlag.AlignBottom:
            y = box.bottom() - height
        side = align & Qt.AlignmentFlag.AlignHorizontal_Mask
        if side & Qt.AlignmentFlag.AlignLeading or side & Qt.AlignmentFlag.AlignTrailing:
            at_right = bool(side & Qt.AlignmentFlag.AlignTrailing) != self.sheet.from_right
            side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
            side |= Qt.AlignmentFlag.AlignAbsolute
        for line in lines:
            painter.drawText(QRect(box.left(), y, box.width(), metrics.height()), int(side), line)
            y += metrics.height()

    def _plain(self, factor: float = 1.0) -> QFont:
        font = QFont(self._font)
        font.setPixelSize(max(9, round(self._text * factor)))
        font.setWeight(QFont.Weight.Normal)
        return font

    def _bold(self, factor: float = 1.0) -> QFont:
        font = self._plain(factor)
        font.setWeight(QFont.Weight.DemiBold)
        return font


def _plain(text: str) -> str:
    """Without line ends and control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _word(job: ImageJob) -> str:
    """What stands where no picture is: why."""
    if job.state is JobState.FAILED and job.trouble is not None:
        return _plain(job.trouble.what)
    tr = QCoreApplication.translate
    return {
        JobState.DONE: "",
        JobState.FAILED: tr("ImageResults", "Failed"),
        JobState.CANCELLED: tr("ImageResults", "Cancelled"),
    }.get(job.state, tr("ImageResults", "Not made yet"))


def _caption(result: Result) -> str:
    seed = words.seed(result)
    seed = QCoreApplication.translate("ImageResults", "seed {0}").format(seed) if seed else ""
    return " · ".join(part for part in (short_name(result.job.model), seed) if part)


def _sent(result: Result) -> ImageSettings:
    return result.job.settings if result.image is None else result.image.settings


def _facts(batch: ImageBatch, results: Sequence[Result]) -> str:
    """What all pictures have in common, and when they were asked for."""
    tr = QCoreApplication.translate
    settings = batch.draft.settings
    models = list(dict.fromkeys(short_name(one.job.model) for one in results))
    parts = [words.moment(batch.created_at), ", ".join(models[:6]) + (" …" if len(models) > 6 else "")]
    if settings.negative_prompt:
        parts.append(tr("ImageResults", "not: {0}").format(_plain(settings.negative_prompt)))
    seeds = {words.seed(one) for one in results}
    if len(seeds) == 1 and (seed := seeds.pop()):
        parts.append(tr("ImageResults", "seed {0}").format(seed))
    if settings.steps is not None and {_sent(one).steps for one in results} == {settings.steps}:
        parts.append(tr("ImageResults", "{0} steps").format(settings.steps))
    return " · ".join(part for part in parts if part)
