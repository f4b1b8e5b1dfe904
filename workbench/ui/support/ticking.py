"""What is shown again and again while time passes in it, as long as somebody sees it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget


class Ticking(QObject):
    """Runs something every so often while the widget is shown and wanted() holds; `look` when that may have changed."""

    def __init__(
        self, widget: QWidget, every_ms: int, wanted: Callable[[], bool], run: Callable[[], object]
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._wanted = wanted
        self._run = run
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.tick)
        widget.installEventFilter(self)

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def look(self) -> None:
        if not (self._widget.isVisible() and self._wanted()):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show:
            self.look()
        elif event.type() is QEvent.Type.Hide:
            self.stop()
        return False

    @Slot()
    def tick(self) -> None:
        """Run it now, and rest where it is not wanted any more."""
        self._run()
        self.look()
