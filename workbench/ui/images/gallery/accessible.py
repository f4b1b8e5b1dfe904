"""What a screen reader gets of the thumbnails: a list whose children are the pictures in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent

from workbench.ui.images.facts import spoken
from workbench.ui.support.accessible import ItemList, Piece

if TYPE_CHECKING:
    from workbench.ui.images.gallery.view import ThumbnailView


def focused(view: ThumbnailView, id: str) -> None:
    """The keyboard went to this picture."""
    if not QAccessible.isActive():
        return
    interface = QAccessible.queryAccessibleInterface(view)
    if isinstance(interface, ListInterface) and id:
        event = QAccessibleEvent(interface.of(id), QAccessible.Event.Focus)
        QAccessible.updateAccessibility(event)


class PictureInterface(Piece):
    view: ThumbnailView

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
        return self.on_screen(self.view.rect_of(place)) if place >= 0 else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        image = self.view.model.entry(self.id)
        return spoken(image) if image is not None and kind == QAccessible.Text.Name else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.selectable = state.multiSelectable = True
        state.selected = self.view.model.is_selected(self.id)
        state.focused = self.view.hasFocus() and self.view.model.current == self.id
        return state


class ListInterface(ItemList[str, PictureInterface]):
    view: ThumbnailView

    def __init__(self, view: ThumbnailView) -> None:
        super().__init__(view, self._ids, self._id_at, lambda id: PictureInterface(self, id))

    def _ids(self) -> list[str]:
        return [self.view.model.ids[index] for index in self.view.visible()]

    def _id_at(self, point: QPoint) -> str | None:
        return self.view.id_at(point) or None
