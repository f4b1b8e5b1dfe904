"""What macOS hands to the running program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from workbench.ui.shell.file_open import FileOpenEvents

LINK = "ai-workbench:route?url=https%3A%2F%2Fexample.org%2Fr.json"


def test_files_and_links_wait_for_the_window_and_then_go_to_it(qapp: QApplication) -> None:
    events, taken = FileOpenEvents(qapp), list[list[str]]()
    try:
        qapp.sendEvent(qapp, QFileOpenEvent("/files/my route.json"))
        qapp.sendEvent(qapp, QFileOpenEvent(QUrl(LINK)))
        events.hand_to(taken.append)
        qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile("/files/b.json")))
        assert taken == [["/files/my route.json", LINK], ["/files/b.json"]]
        assert not events.eventFilter(qapp, QEvent(QEvent.Type.User))
    finally:
        qapp.removeEventFilter(events)
        events.deleteLater()
