"""A mask as it is painted: white is painted anew, black stays. Every stroke can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QByteArray,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QUndoCommand, QUndoStack

from workbench.ui.support.picture_bytes import encoded

BLACK, WHITE = QColor(0, 0, 0), QColor(255, 255, 255)
_FORMAT = QImage.Format.Format_Grayscale8
_MOST_STEPS = 100
_LOOK = 100  # a multiple of four, so that rows lie without gaps


class MaskPainting(QObject):
    """One mask in the size of its picture, with its history. Signals: changed (QRect, what looks different now)."""

    changed = Signal(QRect)

    def __init__(self, size: QSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
        self.history.setUndoLimit(_MOST_STEPS)
        self._image = _black(size)
        self._before: QImage | None = None
        self._touched = QRect()
        self._last = QPointF()

    @property
    def image(self) -> QImage:
        """In one byte a pixel; a copy costs nothing until it is painted in."""
        return self._image

    @property
    def size(self) -> QSize:
        return self._image.size()

    @property
    def painting(self) -> bool:
        """A stroke has begun and not ended."""
        return self._before is not None

    def reset(self, size: QSize, mask: QImage | None = None) -> None:
        """Begin anew, with a mask of an earlier time where there is one; one of another size is stretched."""
        self.history.clear()
        self._before = None
        self._image = _black(size)
        if mask is not None and not mask.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self._image = mask.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).convertToFormat(
                _FORMAT
            )
        self.changed.emit(self._image.rect())

    def begin(self, at: QPointF, width: float, *, erase: bool) -> None:
        """Set the brush down. at, width: in pixels of the picture."""
        self._before = self._image.copy()
        self._touched = QRect()
        self._last = at
        self.go_on(at, width, erase=erase)

    def go_on(self, to: QPointF, width: float, *, erase: bool) -> None:
        """Draw on to there."""
        if self._before is None:
            return
        painter = QPainter(self._image)
        colour = (
            BLACK if erase else WHITE
        )  # hard edges, so that the eraser takes away all that the brush left
        painter.setPen(
            QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        if to == self._last:
            painter.drawPoint(to)
        else:
            painter.drawLine(self._last, to)
        painter.end()
        reach = width / 2 + 2
        box = QRectF(self._last, to).normalized().adjusted(-reach, -reach, reach, reach)
        self._last = to
        touched = box.toAlignedRect() & self._image.rect()
        self._touched |= touched
        self.changed.emit(touched)

    def end(self, name: str) -> None:
        """Lift the brush: the stroke becomes one step of the history, called name."""
        before, self._before = self._before, None
        if before is None or self._touched.isEmpty():
            return
        self.history.push(
            _Step(name, self._touched, before.copy(self._touched), self._image.copy(self._touched), self._put)
        )

    def give_up(self) -> None:
        """Take back the stroke that has begun."""
        before, self._before = self._before, None
        if before is not None:
            self._image = before
            self.changed.emit(self._image.rect())

    def invert(self, name: str) -> None:
        after = self._image.copy()
        after.invertPixels()
        self._replace(name, after)

    def fill(self, name: str, *, white: bool) -> None:
        after = self._image.copy()
        after.fill(WHITE if white else BLACK)
        self._replace(name, after)

    def _replace(self, name: str, after: QImage) -> None:
        if self.painting or after == self._image:
            return
        self.history.push(_Step(name, self._image.rect(), self._image.copy(), after, self._put))

    def _put(self, place: QPoint, piece: QImage) -> None:
        painter = QPainter(self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(place, piece)
        painter.end()
        self.changed.emit(QRect(place, piece.size()))


class _Step(QUndoCommand):
    """Keeps the part that changed, as it was and as it became."""

    def __init__(
        self, name: str, where: QRect, before: QImage, after: QImage, put: Callable[[QPoint, QImage], None]
    ) -> None:
        super().__init__(name)
        self._at = where.topLeft()
        self._before, self._after = before, after
        self._put = put

    def redo(self) -> None:
        self._put(self._at, self._after)

    def undo(self) -> None:
        self._put(self._at, self._before)


def share_of(mask: QImage) -> float:
    """How much of it is white, 0–1, to a hundredth or so: it is looked at in small."""
    if mask.isNull():
        return 0.0
    side = QSize(_LOOK, _LOOK)
    small = mask.scaled(
        side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(_FORMAT)
    return sum(memoryview(small.constBits())) / (255 * _LOOK * _LOOK)


def is_empty(mask: QImage) -> bool:
    """Nothing at all is to be painted. Exact: one white pixel counts."""
    return mask == _black(mask.size())


def as_png(mask: QImage) -> bytes:
    """The mask as models take it: a grey PNG."""
    return encoded(mask)


def from_bytes(data: bytes) -> QImage:
    """A mask that was kept; a null image where the bytes are none."""
    return QImage.fromData(QByteArray(data))


def _black(size: QSize) -> QImage:
    image = QImage(size, _FORMAT)
    image.fill(BLACK)
    return image
