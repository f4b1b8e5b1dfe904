"""What a screen reader gets of a view that draws its items itself: a list whose children are the items in view.

PySide6 6.12 lets Python implement QAccessibleInterface but not hand out text or action interfaces (interface_cast crashes
when it returns anything), so what an item says is its name, and actions are reached with the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea

K = TypeVar("K", bound=Hashable)
P = TypeVar("P", bound=QAccessibleInterface)

_makers: dict[type[QAbstractScrollArea], Callable[[Any], QAccessibleInterface]] = {}


def install(kind: type[QAbstractScrollArea], make: Callable[[Any], QAccessibleInterface]) -> None:
    """Let Qt ask make for the interface of a view of this kind, which keeps it in its attribute `interface`."""
    if not _makers:
        QAccessible.installFactory(_factory)
    _makers[kind] = make


def _factory(_key: str, thing: QObject) -> QAccessibleInterface | None:
    make = next((make for kind, make in _makers.items() if isinstance(thing, kind)), None)
    if make is None:
        return None
    view: Any = thing
    if view.interface is None:
        # Kept on the view: Qt holds a bare pointer, and the object must live as long as the widget.
        view.interface = make(view)
    found: QAccessibleInterface = view.interface
    return found


class Piece(QAccessibleInterface):
    """A part of a view, without parts of its own."""

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__()
        self.view = view

    def isValid(self) -> bool:
        return shiboken6.isValid(self.view)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        pass

    def object(self) -> Any:
        return None

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> Any:
        return None

    def childAt(self, x: int, y: int) -> Any:
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def on_screen(self, rect: QRect) -> QRect:
        """rect: in the viewport."""
        return QRect(self.view.viewport().mapToGlobal(rect.topLeft()), rect.size())


class ItemList(Piece, Generic[K, P]):
    """A view as a list. in_view: the items of it, in order. at: the one at a point of the viewport. make: its interface."""

    def __init__(
        self,
        view: QAbstractScrollArea,
        in_view: Callable[[], Sequence[K]],
        at: Callable[[QPoint], K | None],
        make: Callable[[K], P],
    ) -> None:
        super().__init__(view)
        self._in_view = in_view
        self._at = at
        self._make = make
        self._items: dict[K, P] = {}  # kept: Qt may hold a bare pointer to each

    def of(self, item: K) -> P:
        found = self._items.get(item)
        if found is None:
            found = self._items[item] = self._make(item)
        return found

    def object(self) -> Any:
        return self.view

    def parent(self) -> Any:
        above = self.view.parentWidget()
        return QAccessible.queryAccessibleInterface(above) if above is not None else None

    def childCount(self) -> int:
        return len(self._in_view())

    def child(self, index: int) -> Any:
        items = self._in_view()
        return self.of(items[index]) if 0 <= index < len(items) else None

    def childAt(self, x: int, y: int) -> Any:
        item = self._at(self.view.viewport().mapFromGlobal(QPoint(x, y)))
        return self.of(item) if item is not None else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        places = (place for place, item in enumerate(self._in_view()) if self._items.get(item) is child)
        return next(places, -1)

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def rect(self) -> QRect:
        return QRect(self.view.mapToGlobal(QPoint(0, 0)), self.view.size())

    def text(self, kind: QAccessible.Text) -> str:
        return self.view.accessibleName() if kind == QAccessible.Text.Name else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.focused = self.view.hasFocus()
        state.invisible = not self.view.isVisible()
        return state
