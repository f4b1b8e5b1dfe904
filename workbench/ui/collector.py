"""Python's garbage collector, kept to the main thread."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

PAUSE_MS = 500


class Collector(QObject):
    """Collects on the main thread, when as much is due as Python would have waited for.

    By itself Python collects in whichever thread happens to allocate; when that is one of the database's, the cycles it
    frees may hold Qt objects, which may be destroyed on the main thread only: the process then crashes. Begins at once,
    with what is there now left out of all collections to come.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(PAUSE_MS)

    @Slot()
    def _collect(self) -> None:
        due = [
            generation
            for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most
        ]
        if due:
            gc.collect(due[-1])
