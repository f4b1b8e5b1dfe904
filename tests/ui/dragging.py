"""Dragging files and text over a page, and dropping them, as the window passes it on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_COPY, _LEFT, _NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(page: QWidget, data: QMimeData) -> bool:
    """Whether the page would take it."""
    event = QDragEnterEvent(QPointF(5, 5), _COPY, data, _LEFT, _NONE)
    QCoreApplication.sendEvent(_target(page), event)
    return event.isAccepted()


def leave(page: QWidget) -> None:
    QCoreApplication.sendEvent(_target(page), QDragLeaveEvent())


def drop(page: QWidget, data: QMimeData) -> None:
    """Where the page would take it."""
    if enter(page, data):
        QCoreApplication.sendEvent(_target(page), QDropEvent(QPointF(5, 5), _COPY, data, _LEFT, _NONE))


def _target(page: QWidget) -> QWidget:
    return page.viewport() if isinstance(page, QAbstractScrollArea) else page
