"""F6: the keyboard goes round the regions of the window, and comes back to where it was in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class Regions(QObject):
    """regions: asked each time, in order; hidden ones and those with nothing to focus are passed over."""

    def __init__(self, regions: Callable[[], Sequence[QWidget]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._regions = regions
        self._last: dict[QWidget, QWidget] = {}

    def move(self, forward: bool = True) -> None:
        regions = [region for region in self._regions() if region.isVisible()]
        here = QApplication.focusWidget()
        at = next((i for i, region in enumerate(regions) if here is not None and _within(here, region)), -1)
        if at >= 0 and here is not None:
            self._last[regions[at]] = here
        order = range(1, len(regions) + 1) if forward else range(-1, -len(regions) - 1, -1)
        start = at if at >= 0 or forward else 0
        for step in order:
            if self._enter(regions[(start + step) % len(regions)]):
                return

    def _enter(self, region: QWidget) -> bool:
        last = self._last.get(region)
        candidates = [last] if last is not None and isValid(last) else []
        candidates += [region, *region.findChildren(QWidget)]
        for widget in candidates:
            if _focusable(widget):
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False


def _within(widget: QWidget, region: QWidget) -> bool:
    return widget is region or region.isAncestorOf(widget)


def _focusable(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
