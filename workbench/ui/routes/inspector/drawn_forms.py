"""The forms of what is no element: a note, a frame, a wire, several things, and the route itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from workbench.domain.routes.arranging import rearranged
from workbench.domain.routes.canvas import Direction, direction, frames, notes
from workbench.domain.routes.edits import plain_name, renamed, without_elements, without_output
from workbench.domain.routes.elements import AnyElement, Route
from workbench.domain.routes.findings import Finding, Severity
from workbench.ui.routes.canvas.geometry import size_of
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.fields import ChoiceField, TextField
from workbench.ui.routes.inspector.finding_list import FindingList
from workbench.ui.routes.inspector.form import Form, Head, Line
from workbench.ui.routes.inspector.notes import DescriptionField, NoteField, retitled
from workbench.ui.routes.inspector.ports import PortRow, told
from workbench.ui.routes.overlay import Wire
from workbench.ui.routes.words import icon_of, kind_name, port_words
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import column_of, emptied
from workbench.ui.support.theme import GRID, INSIDE, SEMIBOLD, Theme

_LISTED = 30


class NoteForm(Form):
    """Of a note that stands by itself."""

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(theme, document, parent)
        self.id = ""
        head = Head(theme, self)
        head.say("message-square", "warn", self.tr("Note"), self.tr("On the canvas only, and not deployed"))
        self.note = NoteField(theme, document, self.tr("Text"), self.tr("What others should know"), 6, self)
        self.column.addWidget(head)
        self.column.addWidget(self.note)
        self.column.addStretch(1)

    def begin(self, id: str) -> None:
        self.id = id
        self.refresh()

    def refresh(self) -> None:
        self.note.show_note(self.id)

    def focus_first(self) -> None:
        self.note.text.setFocus()


class FrameForm(Form):
    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(theme, document, parent)
        self.id = ""
        head = Head(theme, self)
        head.say(
            "square",
            "accent",
            self.tr("Frame"),
            self.tr("Holds together what belongs together; it means nothing to the route"),
        )
        self.title = TextField(theme, self.tr("Title"))
        self.column.addWidget(head)
        self.column.addWidget(self.title)
        self.column.addStretch(1)
        self.title.edited.connect(self._retitle)

    def begin(self, id: str) -> None:
        self.id = id
        self.title.forget()
        self.refresh()

    def refresh(self) -> None:
        frame = frames(self.document.route).get(self.id)
        if frame is not None:
            self.title.show_value(frame.title)

    def focus_first(self) -> None:
        self.title.line.setFocus()
        self.title.line.selectAll()

    @Slot(object)
    def _retitle(self, title: str) -> None:
        retitled(self.document, self.id, title, self.tr("Change a frame’s title"))


class WireForm(Form):
    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(theme, document, parent)
        self.wire: Wire = ("", "")
        self.head = Head(theme, self)
        self.source = ThingButton(theme, self)
        self.port = PortRow(theme, document, "accent", self)
        self.findings = FindingList(theme, document, self)
        self.cut = button(self.tr("Cut the wire"), "danger", self)
        set_icon(self.cut, theme, "unplug", "bad")
        self.port.cut.hide()  # the same, said in words below
        for widget in (
            self.head,
            self.findings,
            TextLabel(theme, self.tr("From"), self, weight=SEMIBOLD),
            self.source,
            TextLabel(theme, self.tr("By"), self, weight=SEMIBOLD),
            self.port,
            Line(theme, self),
        ):
            self.column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.cut)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.source.clicked.connect(self._reveal_source)
        self.cut.clicked.connect(self._cut)

    def begin(self, wire: Wire) -> None:
        self.wire = wire
        self.refresh()

    def refresh(self) -> None:
        id, port = self.wire
        route = self.document.route
        element = route.find(id)
        if element is None:
            return
        target = element.outputs.get(port, "")
        self.head.say("waypoints", "accent", self.tr("Wire"), port_words(element, port))
        self.source.show_thing(icon_of(element), told(route, id))
        self.port.show_port(element, port)
        self.cut.setEnabled(bool(target))

    def show_findings(self, findings: tuple[Finding, ...], *, known: bool = True) -> None:
        id, port = self.wire
        self.findings.show_findings([one for one in findings if (one.element, one.port) == (id, port)])

    def focus_first(self) -> None:
        self.port.target.setFocus()

    @Slot()
    def _reveal_source(self) -> None:
        self.document.reveal(self.wire[0])

    @Slot()
    def _cut(self) -> None:
        self.document.edit(self.tr("Cut a wire"), without_output(self.document.route, *self.wire))


class SeveralForm(Form):
    """Of all that is selected, to choose one of it."""

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(theme, document, parent)
        self.ids: frozenset[str] = frozenset()
        self._shown: Route | None = None
        self.head = Head(theme, self)
        self._holder = QWidget(self)
        self._list = column_of(self._holder, spacing=0)
        self._more = TextLabel(theme, "", self, role="muted")
        self.delete = button(self.tr("Delete all of these"), "danger", self)
        set_icon(self.delete, theme, "trash-2", "bad")
        for widget in (self.head, self._holder, self._more, Line(theme, self)):
            self.column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.delete)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.delete.clicked.connect(self._delete)
        self.things: list[ThingButton] = []

    def begin(self, ids: frozenset[str]) -> None:
        self.ids = ids
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        route = self.document.route
        if self._shown is not None and (
            route.elements is self._shown.elements and notes(route) == notes(self._shown)
        ):
            return
        self._shown = route
        elements = [one for one in route.elements if one.id in self.ids]
        others = [
            *(id for id in notes(route) if id in self.ids),
            *(id for id in frames(route) if id in self.ids),
        ]
        counts = Counter(kind_name(one) for one in elements)
        parts = [f"{count} × {kind}" for kind, count in counts.most_common()]
        drawn = len([id for id in others if route.find(id) is None])
        if drawn:
            parts.append(self.tr("notes and frames: {0}").format(drawn))
        title = self.tr("%n things are selected", "", len(self.ids))
        self.head.say("boxes", "accent", title, ", ".join(parts))
        self._list_things(route, elements)

    def focus_first(self) -> None:
        if self.things:
            self.things[0].setFocus()

    def _list_things(self, route: Route, elements: Sequence[AnyElement]) -> None:
        emptied(self._list)
        self.things = []
        for element in elements[:_LISTED]:
            thing = ThingButton(self.theme, self._holder)
            thing.show_thing(icon_of(element), told(route, element.id))
            thing.clicked.connect(lambda _=False, id=element.id: self.document.reveal(id))
            self._list.addWidget(thing)
            self.things.append(thing)
        over = len(elements) - _LISTED
        self._more.setText(self.tr("and %n more", "", over) if over > 0 else "")
        self._more.setVisible(over > 0)

    @Slot()
    def _delete(self) -> None:
        name = self.tr("Delete %n things", "", len(self.ids))
        self.document.edit(name, without_elements(self.document.route, self.ids))


class RouteForm(Form):
    """Of the route itself, while nothing in it is selected. Signals: problems_wanted."""

    problems_wanted = Signal()

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(theme, document, parent)
        self._findings: tuple[Finding, ...] = ()
        self._known = False
        self.head = Head(theme, self)
        self.name = TextField(theme, self.tr("Name"), "", self._name_problem, code=True)
        self.called = TextLabel(theme, "", self, role="muted", wrap=True)
        self.called.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        ways = [
            (Direction.RIGHT.value, self.tr("From left to right")),
            (Direction.DOWN.value, self.tr("Downwards")),
        ]
        self.way = ChoiceField(theme, self.tr("Runs"), self.tr("Which way the arrangement goes."), ways)
        self.findings = FindingList(theme, document, self)
        self.problems = button(self.tr("Show the problems"), "quiet", self)
        set_icon(self.problems, theme, "circle-alert", "muted")
        self.problems.clicked.connect(self.problems_wanted)
        self.problems.hide()
        self.description = DescriptionField(theme, document, self)
        hint = TextLabel(
            theme,
            self.tr("Select an element, a wire, a note or a frame to see what it is and to change it."),
            self,
            role="muted",
            wrap=True,
        )
        named = column_of(QWidget(self), spacing=GRID)
        holder = named.parentWidget()
        assert holder is not None
        named.addWidget(self.name)
        named.addWidget(self.called)
        shown = QHBoxLayout()
        shown.addWidget(self.problems)
        shown.addStretch(1)
        self.column.addWidget(self.head)
        self.column.addLayout(shown)
        for widget in (self.findings, holder, self.description, self.way, Line(theme, self), hint):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.name.edited.connect(self._rename)
        self.way.edited.connect(self._direct)

    def begin(self) -> None:
        self.name.forget()
        self.refresh()

    def refresh(self) -> None:
        route = self.document.route
        self.name.show_value(route.name)
        self.called.setText(self.tr("called as {0}").format(f"dynamic/{route.name}"))
        self.way.show_value(direction(route).value)
        self.description.refresh()
        self._count()

    def show_findings(self, findings: tuple[Finding, ...], *, known: bool = True) -> None:
        self._findings, self._known = findings, known
        self.findings.show_findings([one for one in findings if not one.element])
        self._count()

    def focus_first(self) -> None:
        self.name.line.setFocus()
        self.name.line.selectAll()

    def _count(self) -> None:
        errors = sum(one.severity is Severity.ERROR for one in self._findings)
        warnings = sum(one.severity is Severity.WARNING for one in self._findings)
        parts = [self.tr("Elements: {0}").format(len(self.document.route.elements))]
        if errors:
            parts.append(self.tr("errors: {0}").format(errors))
        if warnings:
            parts.append(self.tr("warnings: {0}").format(warnings))
        if self._known and not errors and not warnings:
            parts.append(self.tr("no problems"))
        self.problems.setVisible(bool(errors or warnings))
        role = "bad" if errors else "warn" if warnings else "accent"
        self.head.say("route", role, self.tr("Route"), " · ".join(parts))

    def _name_problem(self, text: str) -> str:
        if not text:
            return self.tr("A route needs a name.")
        if plain_name(text) != text:
            return self.tr("Letters, digits, hyphens and underscores only, for it is part of an address.")
        return ""

    @Slot(object)
    def _rename(self, name: str) -> None:
        self.document.edit(
            self.tr("Rename the route"), renamed(self.document.route, name), merge="route/name"
        )

    @Slot(object)
    def _direct(self, value: str) -> None:
        way = Direction(value)
        if way is not direction(self.document.route):
            after = rearranged(self.document.route, partial(size_of, way=way), way)
            self.document.edit(self.tr("Change the direction"), after)


class ThingButton(QPushButton):
    """A line that leads to an element. Signals: clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        self.setProperty("kind", "quiet")
        self.setAutoDefault(False)
        self.setStyleSheet("text-align: left;" if not self.isRightToLeft() else "text-align: right;")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_thing(self, icon: str, words: str) -> None:
        self._words = words
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(self.tr("Show {0}").format(words))
        set_icon(self, self._theme, icon, "muted")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self.iconSize().width() - 2 * INSIDE - GRID
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))
