"""Timers that ring once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


def once(owner: QObject, after_ms: int, run: Callable[[], object] | SignalInstance) -> QTimer:
    """A timer that runs this so long after it was last started; it does not start by itself, and ends with its owner."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(run)
    return timer
