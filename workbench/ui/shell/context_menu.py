"""The menu of what has the keyboard, by keys: keyboards of laptops have no key for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QWidget


def open_menu_of(widget: QWidget) -> None:
    """As the menu key would: a widget that answers the key itself goes before one that only knows context menus."""
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Menu.value, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(widget, key)
    if key.isAccepted():
        return
    inner = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    at = _place(widget)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, inner.mapToGlobal(at))
    QCoreApplication.sendEvent(inner, event)


def _place(widget: QWidget) -> QPoint:
    """The current item, else the cursor, else the middle."""
    if isinstance(widget, QAbstractItemView) and widget.currentIndex().isValid():
        return widget.visualRect(widget.currentIndex()).center()
    cursor = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    if widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled) and isinstance(cursor, QRect | QRectF):
        return QRectF(cursor).center().toPoint()
    return widget.rect().center()
