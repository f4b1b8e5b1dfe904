"""How large the pictures of a view are: as they fit, until the user wants otherwise."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal, Slot

_STEP = 1.15


class Zoom(QObject):
    """width: of a picture, in pixels; 0 while the view chooses. Signals: changed (also of what the view chose)."""

    changed = Signal()

    def __init__(self, least: int, most: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.least = least
        self.most = most
        self.width = 0
        self._shown = least

    @property
    def shown(self) -> int:
        """The width in use, whoever chose it."""
        return self.width or self._shown

    @property
    def share(self) -> float:
        """Where the width stands between least and most, 0–1, as the eye judges sizes."""
        return math.log(self.shown / self.least) / math.log(self.most / self.least)

    def chose(self, width: int) -> None:
        """The view shows them this wide, as nobody wished otherwise."""
        if width != self._shown:
            self._shown = max(self.least, width)
            self.changed.emit()

    def set_share(self, share: float) -> None:
        self._set(round(self.least * (self.most / self.least) ** share))

    def by(self, steps: float) -> None:
        """Larger, or with negative steps smaller."""
        self._set(round(self.shown * _STEP**steps))

    @Slot()
    def fit(self) -> None:
        """Let the view choose again."""
        self._set(0)

    def _set(self, width: int) -> None:
        width = min(self.most, max(self.least, width)) if width else 0
        if width != self.width:
            self.width = width
            self.changed.emit()
