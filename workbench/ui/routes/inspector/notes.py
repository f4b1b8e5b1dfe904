"""What somebody wrote about the route: notes about elements, notes that stand by themselves, titles of frames."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from workbench.domain.routes.canvas import frames, notes, with_frame, with_note
from workbench.domain.routes.elements import Route
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.fields import GrowingText
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import GRID, SEMIBOLD, Theme, follow

_DESCRIPTION = "description"
"""Its key in the sidecar."""


class NoteField(QWidget):
    """A note, of an element or free."""

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        label: str,
        placeholder: str,
        least_lines: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._id = ""
        name = TextLabel(theme, label, self, weight=SEMIBOLD)
        self.text = GrowingText(label, least_lines, 10, self)
        self.text.setPlaceholderText(placeholder)
        name.setBuddy(self.text)
        column = column_of(self, spacing=GRID)
        column.addWidget(name)
        column.addWidget(self.text)
        self.text.textChanged.connect(self._typed)
        follow(self.text, theme, self.text.fit)

    def show_note(self, id: str) -> None:
        """That which is under this id."""
        self._id = id
        stored = notes(self._document.route).get(self._id, "")
        if stored != self.text.toPlainText():
            with QSignalBlocker(self.text):
                self.text.setPlainText(stored)

    @Slot()
    def _typed(self) -> None:
        self._document.edit(
            self.tr("Write a note"),
            with_note(self._document.route, self._id, self.text.toPlainText()),
            merge=f"{self._id}/note",
        )


class DescriptionField(NoteField):
    """What the route is for. It stays in the file, and is not deployed."""

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            document,
            QCoreApplication.translate("Routes", "Description"),
            QCoreApplication.translate("Routes", "What the route is for; kept in its file, and not deployed"),
            parent=parent,
        )

    def refresh(self) -> None:
        stored = description(self._document.route)
        if stored != self.text.toPlainText():
            with QSignalBlocker(self.text):
                self.text.setPlainText(stored)

    @Slot()
    def _typed(self) -> None:
        route = described(self._document.route, self.text.toPlainText())
        self._document.edit(self.tr("Describe the route"), route, merge="route/description")


def description(route: Route) -> str:
    found = route.sidecar.get(_DESCRIPTION)
    return found if isinstance(found, str) else ""


def described(route: Route, text: str) -> Route:
    """With this text about the whole route; without any where it is empty."""
    rest = {name: value for name, value in route.sidecar.items() if name != _DESCRIPTION}
    return replace(route, sidecar={**rest, _DESCRIPTION: text} if text else rest)


def retitled(document: RouteDocument, id: str, title: str, name: str) -> None:
    """Give the frame another title. name: of the step."""
    frame = frames(document.route).get(id)
    if frame is not None:
        route = with_frame(document.route, id, replace(frame, title=title))
        document.edit(name, route, merge=f"{id}/title")
