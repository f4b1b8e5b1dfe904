"""How rows are drawn: where their pieces lie, and what they look like."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem

from workbench.ui.support.entry_rows import EntryDelegate, RowPainter
from workbench.ui.support.theme import Theme

ROW = QRect(0, 0, 200, 46)
LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


def option(way: Qt.LayoutDirection = LTR) -> QStyleOptionViewItem:
    made = QStyleOptionViewItem()
    made.rect, made.direction = ROW, way
    return made


def drawn(
    theme: Theme, draw: Callable[[RowPainter], object], option: QStyleOptionViewItem, width: int = ROW.width()
) -> QImage:
    picture = QImage(width, ROW.height(), QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    with RowPainter(theme, painter, option) as row:
        draw(row)
    painter.end()
    return picture


def entry(row: RowPainter, *, is_open: bool = False) -> None:
    row.entry(("file-text", "muted"), "A name", "Something about it", is_open=is_open)


def test_pieces_are_counted_from_where_reading_begins(theme: Theme) -> None:
    found: list[QRect] = []
    for way in (LTR, RTL):
        drawn(theme, lambda row: found.append(row.part(10, 30)), option(way))
    assert found == [QRect(10, 0, 30, 46), QRect(160, 0, 30, 46)]


def test_a_piece_without_room_is_empty(theme: Theme) -> None:
    found: list[QRect] = []
    drawn(theme, lambda row: found.append(row.part(10, -5)), option())
    assert found[0].width() == 0


def test_a_row_that_is_selected_or_has_the_keyboard_shows_it(theme: Theme) -> None:
    grounds = []
    for state in (
        QStyle.StateFlag.State_None,
        QStyle.StateFlag.State_MouseOver,
        QStyle.StateFlag.State_Selected,
        QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus,
    ):
        shown = option()
        shown.state = state
        grounds.append(drawn(theme, RowPainter.ground, shown))
    assert all(grounds[at] != grounds[at - 1] for at in range(4))


def test_the_entry_that_is_open_stands_out(theme: Theme) -> None:
    assert drawn(theme, entry, option()) != drawn(theme, lambda row: entry(row, is_open=True), option())


def test_what_has_no_room_is_cut(theme: Theme) -> None:
    wider = drawn(theme, lambda row: row.write(row.part(0, 100), "word " * 50), option(), 300)
    assert wider.copy(101, 0, 199, 46) == drawn(theme, lambda row: None, option(), 199)


def test_a_name_is_edited_in_the_middle_of_its_row(theme: Theme) -> None:
    editor = QLineEdit()
    EntryDelegate(theme, editor).updateEditorGeometry(editor, option(), QModelIndex())
    assert editor.width() == ROW.width()
    assert abs(editor.geometry().center().y() - ROW.center().y()) <= 1
    editor.deleteLater()
