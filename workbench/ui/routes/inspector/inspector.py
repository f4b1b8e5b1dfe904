"""The form of what is selected on the canvas: an element, a note, a frame, a wire, several things, or the route itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.domain.routes.canvas import frames
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.inspector.drawn_forms import FrameForm, NoteForm, RouteForm, SeveralForm, WireForm
from workbench.ui.routes.inspector.element_form import ElementForm
from workbench.ui.routes.inspector.form import Form
from workbench.ui.routes.inspector.properties import Suggestions
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.theme import Theme
from workbench.ui.support.timers import once

F = TypeVar("F", bound=Form)

LATER_MS = 120
"""After the last edit, until what the linter says is shown."""


class Inspector(Ground):
    """Signals: left (Esc: back to the canvas); problems_wanted (the list of all problems)."""

    left = Signal()
    problems_wanted = Signal()

    def __init__(
        self, theme: Theme, document: RouteDocument, suggestions: Suggestions, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "left", parent=parent)
        self._theme = theme
        self._document = document
        self._suggestions = suggestions
        self._shown: object = None
        self._forms: dict[object, Form] = {}
        of_route = RouteForm(theme, document)
        of_route.problems_wanted.connect(self.problems_wanted)
        self.form: Form = of_route
        self._forms["route"] = of_route
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.form)
        self.setAccessibleName(self.tr("Inspector"))
        self._scroll = scrolled(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(self._scroll)
        self._later = once(self, LATER_MS, self._show_findings)
        document.edited.connect(self._edited)
        document.selection_changed.connect(self._select)
        document.findings_changed.connect(self._findings_changed)

    def focus_first(self) -> None:
        """Put the keyboard on what is most often edited of what is selected."""
        self._select()
        self.form.focus_first()

    async def aclose(self) -> None:
        self._later.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown = None  # nothing was kept up to date meanwhile
        self._later.start()
        self._select()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _select(self) -> None:
        """What is selected already keeps its form, and whatever is being typed there."""
        if not self.isVisible():
            return
        wanted = self._selected()
        if wanted == self._shown:
            return
        focused = self.isAncestorOf(self.window().focusWidget() or self)
        self._shown = wanted
        old, self.form = self.form, self._begun()
        if self._later.isActive():  # whoever selects does not wait for the linter
            self.form.show_findings((), known=False)
        else:
            self._show_findings()
        if self.form is not old:
            self.form.show()
            if focused:
                self.form.focus_first()
            old.hide()
        self._scroll.verticalScrollBar().setValue(0)

    def _selected(self) -> tuple[object, ...]:
        document = self._document
        if document.selected_wire is not None:
            return ("wire", document.selected_wire)
        if len(document.selected) == 1:
            (id,) = document.selected
            element = document.route.find(id)
            if element is not None:
                return ("element", id, element.kind)
            return ("frame" if id in frames(document.route) else "note", id)
        return ("several", document.selected) if document.selected else ("route",)

    def _begun(self) -> Form:
        """The form for what is selected. Of each sort there is one, made when it is first wanted."""
        document, theme = self._document, self._theme
        wire, selected = document.selected_wire, document.selected
        if wire is not None:
            form = self._kept("wire", lambda: WireForm(theme, document))
            form.begin(wire)
            return form
        if len(selected) > 1:
            several = self._kept("several", lambda: SeveralForm(theme, document))
            several.begin(selected)
            return several
        for id in selected:
            return self._begun_with(id)
        form_of_route = self._kept("route", lambda: RouteForm(theme, document))
        form_of_route.begin()
        return form_of_route

    def _begun_with(self, id: str) -> Form:
        document, theme = self._document, self._theme
        element = document.route.find(id)
        if element is not None:
            form = self._kept(element.kind, lambda: ElementForm(theme, document, self._suggestions, element))
            form.begin(id)
            return form
        if id in frames(document.route):
            frame = self._kept("frame", lambda: FrameForm(theme, document))
            frame.begin(id)
            return frame
        note = self._kept("note", lambda: NoteForm(theme, document))
        note.begin(id)
        return note

    def _kept(self, sort: object, make: Callable[[], F]) -> F:
        found = self._forms.get(sort)
        if found is None:
            found = self._forms[sort] = make()
            found.hide()
            self._column.addWidget(found)
        return cast(F, found)

    @Slot(object)
    def _edited(self, step: Edited) -> None:
        """What is selected may be of another kind now, or gone, which the selection will tell."""
        if not self.isVisible():
            return
        if self._selected() == self._shown:
            self.form.refresh()
        elif not self._gone():
            self._select()

    def _gone(self) -> bool:
        wire, selected = self._document.selected_wire, self._document.selected
        if wire is not None:
            return not self._document.has_wire(wire)
        return any(self._document.route.find(id) is None for id in selected)

    @Slot()
    def _findings_changed(self) -> None:
        if self.isVisible():
            self._later.start()

    @Slot()
    def _show_findings(self) -> None:
        self.form.show_findings(self._document.findings)
