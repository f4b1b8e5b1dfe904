from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from workbench.ui.images.mask.painting import MaskPainting, as_png, from_bytes, is_empty, share_of


def white_at(painting: MaskPainting, x: int, y: int) -> bool:
    return painting.image.pixelColor(x, y) == QColor("white")


def stroke(
    painting: MaskPainting, *points: tuple[float, float], width: float = 10, erase: bool = False
) -> None:
    first, *others = (QPointF(*point) for point in points)
    painting.begin(first, width, erase=erase)
    for point in others:
        painting.go_on(point, width, erase=erase)
    painting.end("Stroke")


def test_a_stroke_paints_white_along_its_way(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    stroke(painting, (10, 30), (90, 30))
    assert white_at(painting, 50, 30)
    assert not white_at(painting, 50, 50)


def test_a_single_touch_leaves_a_dot(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    stroke(painting, (50, 30))
    assert white_at(painting, 50, 30)


def test_the_eraser_takes_it_away_again(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    stroke(painting, (10, 30), (90, 30))
    stroke(painting, (50, 30), width=20, erase=True)
    assert not white_at(painting, 50, 30)
    assert white_at(painting, 15, 30)


def test_every_stroke_is_undone_and_done_again(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    states = [painting.image.copy()]
    for y in (10, 30, 50):
        stroke(painting, (0, y), (100, y))
        states.append(painting.image.copy())
    painting.invert("Invert")
    states.append(painting.image.copy())
    for state in reversed(states[:-1]):
        painting.history.undo()
        assert painting.image == state
    for state in states[1:]:
        painting.history.redo()
        assert painting.image == state


def test_a_stroke_given_up_leaves_no_trace(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    painting.begin(QPointF(50, 30), 10, erase=False)
    painting.give_up()
    assert is_empty(painting.image)
    assert not painting.history.canUndo()


def test_inverting_paints_what_stayed(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    stroke(painting, (50, 30))
    painting.invert("Invert")
    assert not white_at(painting, 50, 30)
    assert white_at(painting, 5, 5)


def test_clearing_an_empty_mask_is_no_step(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    painting.fill("Clear", white=False)
    assert not painting.history.canUndo()


def test_strokes_beyond_the_edge_do_no_harm(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(20, 20))
    stroke(painting, (-500, -500), (-400, -400))
    assert is_empty(painting.image)
    stroke(painting, (-50, 10), (70, 10))
    assert white_at(painting, 10, 10)


def test_only_what_changed_is_announced(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(1000, 1000))
    seen: list[QRect] = []
    painting.changed.connect(seen.append)
    stroke(painting, (100, 100), (120, 100))
    assert QRect(80, 80, 60, 40).contains(seen[-1])


def test_a_mask_goes_through_its_file_unharmed(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 60))
    stroke(painting, (10, 30), (90, 30))
    again = MaskPainting(QSize(1, 1))
    again.reset(QSize(100, 60), from_bytes(as_png(painting.image)))
    assert again.image == painting.image


def test_a_mask_of_another_size_is_stretched(qapp: QApplication) -> None:
    mask = QImage(50, 30, QImage.Format.Format_RGB32)
    mask.fill(QColor("white"))
    painting = MaskPainting(QSize(1, 1))
    painting.reset(QSize(100, 60), mask)
    assert painting.size == QSize(100, 60)
    assert white_at(painting, 99, 59)


def test_bytes_that_are_no_picture_give_an_empty_mask(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(1, 1))
    painting.reset(QSize(100, 60), from_bytes(b"nonsense"))
    assert is_empty(painting.image)


def test_the_share_tells_about_how_much_is_painted(qapp: QApplication) -> None:
    painting = MaskPainting(QSize(100, 100))
    assert share_of(painting.image) == 0
    stroke(painting, (0, 50), (100, 50), width=50)
    assert 0.45 < share_of(painting.image) < 0.55
    painting.fill("All", white=True)
    assert share_of(painting.image) == 1
