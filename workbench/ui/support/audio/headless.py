"""The decoder for a command that has no window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.ui.support.audio.decoder import QtDecoder


class HeadlessDecoder(QtDecoder):
    """Brings the application object that decoding needs, where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._application = QCoreApplication.instance() or QCoreApplication(["workbench"])
