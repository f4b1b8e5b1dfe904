"""What is running now: the header shows it and can stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Work(QObject):
    """One running thing. progress: 0–1, or None when it cannot be told."""

    changed = Signal()

    def __init__(self, title: str, cancel: Callable[[], None] | None, parent: RunningWork) -> None:
        super().__init__(parent)
        self.title = title
        self.progress: float | None = None
        self._cancel = cancel
        self._list = parent

    @property
    def cancellable(self) -> bool:
        return self._cancel is not None

    def cancel(self) -> None:
        if self._cancel is not None:
            self._cancel()

    def set_progress(self, share: float | None) -> None:
        if share != self.progress:
            self.progress = share
            self.changed.emit()

    def done(self) -> None:
        """It has ended, however it ended. More than once does no harm."""
        self._list._remove(self)


class RunningWork(QObject):
    """The list of running things; `changed` when one starts or ends."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Work] = []

    @property
    def items(self) -> tuple[Work, ...]:
        return tuple(self._items)

    def add(self, title: str, cancel: Callable[[], None] | None = None) -> Work:
        """Show title as running until `done()` is called on what comes back; cancel asks it to stop."""
        work = Work(title, cancel, self)
        self._items.append(work)
        self.changed.emit()
        return work

    def _remove(self, work: Work) -> None:
        if work in self._items:
            self._items.remove(work)
            self.changed.emit()
            work.deleteLater()
