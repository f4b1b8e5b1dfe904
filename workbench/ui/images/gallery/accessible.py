"""What a screen reader gets of the thumbnails: a list whose children are the pictures in view."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface

from workbench.ui.images.facts import spoken

if TYPE_CHECKING:
    from workbench.ui.images.gallery.view import ThumbnailView


@cache
def install() -> None:
    """Let Qt ask here for the interface of a thumbnail view. Once for the process."""
    QAccessible.installFactory(_factory)


def _factory(_key: str, thing: QObject) -> QAccessibleInterface | None:
    from workbench.ui.images.gallery.view import ThumbnailView

    if not isinstance(thing, ThumbnailView):
        return None
    if thing.interface is None:
        # Kept on the view: Qt holds a bare pointer, and the object must live as long as the widget.
        thing.interface = ListInterface(thing)
    return thing.interface


def focused(view: ThumbnailView, id: str) -> None:
    """The keyboard went to this picture."""
    if not QAccessible.isActive():
        return
    interface = QAccessible.queryAccessibleInterface(view)
    if isinstance(interface, ListInterface) and id:
        event = QAccessibleEvent(interface.of(id), QAccessible.Event.Focus)
        QAccessible.updateAccessibility(event)


class _Piece(QAccessibleInterface):
    """The parts of an interface that are alike for both."""

    def __init__(self, view: ThumbnailView) -> None:
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


class PictureInterface(_Piece):
    def __init__(self, parent: ListInterface, id: str) -> None:
        super().__init__(parent.view)
        self._parent = parent
        self.id = id

    def parent(self) -> Any:
        return self._parent

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        place = self.view.model.place_of(self.id)
        if place < 0:
            return QRect()
        rect = self.view.rect_of(place)
        return QRect(self.view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def text(self, kind: QAccessible.Text) -> str:
        image = self.view.model.entry(self.id)
        return spoken(image) if image is not None and kind == QAccessible.Text.Name else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.selectable = state.multiSelectable = True
        state.selected = self.view.model.is_selected(self.id)
        state.focused = self.view.hasFocus() and self.view.model.current == self.id
        return state


class ListInterface(_Piece):
    def __init__(self, view: ThumbnailView) -> None:
        super().__init__(view)
        self._pictures: dict[str, PictureInterface] = {}  # kept: Qt may hold a bare pointer to each

    def of(self, id: str) -> PictureInterface:
        found = self._pictures.get(id)
        if found is None:
            found = self._pictures[id] = PictureInterface(self, id)
        return found

    def _children(self) -> list[str]:
        return [self.view.model.ids[index] for index in self.view.visible()]

    def object(self) -> Any:
        return self.view

    def parent(self) -> Any:
        above = self.view.parentWidget()
        return QAccessible.queryAccessibleInterface(above) if above is not None else None

    def childCount(self) -> int:
        return len(self.view.visible())

    def child(self, index: int) -> Any:
        ids = self._children()
        return self.of(ids[index]) if 0 <= index < len(ids) else None

    def childAt(self, x: int, y: int) -> Any:
        id = self.view.id_at(self.view.viewport().mapFromGlobal(QPoint(x, y)))
        return self.of(id) if id else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        ids = self._children()
        return ids.index(child.id) if isinstance(child, PictureInterface) and child.id in ids else -1

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
