"""Files and links that macOS hands to the running program as events, from before its window stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl
from PySide6.QtGui import QFileOpenEvent


class FileOpenEvents(QObject):
    """Every event passes through here, so it is made on macOS only."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._waiting: list[str] = []
        self._take: Callable[[list[str]], object] | None = None
        application.installEventFilter(self)

    def hand_to(self, take: Callable[[list[str]], object]) -> None:
        """What has come already, and what comes from now on: absolute paths and links."""
        self._take = take
        if self._waiting:
            take(self._waiting)
            self._waiting = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return False
        url = event.url()
        thing = event.file() or url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if thing and self._take is not None:
            self._take([thing])
        elif thing:
            self._waiting.append(thing)
        return True
