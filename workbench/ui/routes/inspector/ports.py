"""Where an element's outputs lead, each with a way to go there, to lead it elsewhere, and to cut it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.routes.edits import link_problem, linkable, ports_of, with_output, without_output
from workbench.domain.routes.elements import AnyElement, End, Route, Start
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.fields import NarrowCombo
from workbench.ui.routes.words import kind_name, port_words, title_of
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.surfaces import Pill, column_of, emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme

_PORT_ROLES = {"true": "good", "false": "muted", "success": "good", "fallback": "warn", "next": "accent"}

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
"""Of icons beside a field: without it the row would be no higher than they are, whatever the size of the text."""


def told(route: Route, id: str) -> str:
    """An element in a line, with its id, which is what the wire is written to."""
    element = route.find(id)
    if element is None:
        return id
    words = kind_name(element) if isinstance(element, Start | End) else title_of(element)
    return f"{id} · {words}"


def role_of_port(port: str) -> str:
    """The role of its colour."""
    return _PORT_ROLES.get(port, "accent")


class TargetCombo(NarrowCombo):
    """Every element that the port may lead to; found out when somebody wants to see them. Signals: wanted (id, "" for none)."""

    wanted = Signal(str)

    def __init__(self, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._id = self._port = ""
        self._listed: tuple[AnyElement, ...] | None = None
        self.activated.connect(self._chosen)

    def show_target(self, id: str, port: str) -> None:
        self._id, self._port = id, port
        self.setAccessibleName(self.tr("“{0}” leads to").format(port))
        route = self._document.route
        element = route.find(self._id)
        target = element.outputs.get(self._port, "") if element is not None else ""
        ids = [target] if target else [""]
        self._listed = None
        self._fill(route, ids, target)
        problem = link_problem(route, self._id, self._port, target) if target else ""
        self.setToolTip(problem or (told(route, target) if target else self.tr("Leads nowhere yet")))

    def showPopup(self) -> None:
        self.list_targets()
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is too long ends in “…”."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        control = QStyle.ComplexControl.CC_ComboBox
        painter.drawComplexControl(control, option)
        room = self.style().subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width() - 4
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.list_targets()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.list_targets()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.wanted.emit("")
            return
        super().keyPressEvent(event)

    def list_targets(self) -> None:
        route = self._document.route
        if self._listed is route.elements:
            return
        element = route.find(self._id)
        if element is None:
            return
        here = element.outputs.get(self._port, "")
        allowed = linkable(route, self._id, self._port)
        ids = ["", *dict.fromkeys(one.id for one in route.elements if one.id in allowed or one.id == here)]
        if here and here not in ids:
            ids.append(here)
        self._fill(route, ids, here)
        self._listed = route.elements

    def _fill(self, route: Route, ids: list[str], target: str) -> None:
        with QSignalBlocker(self):
            self.clear()
            for id in ids:
                self.addItem(told(route, id) if id else self.tr("— nowhere —"), id)
            self.setCurrentIndex(max(0, self.findData(target)))

    @Slot(int)
    def _chosen(self, row: int) -> None:
        self.wanted.emit(self.itemData(row))


class PortRow(QWidget):
    def __init__(
        self, theme: Theme, document: RouteDocument, role: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._id = self.port = ""
        self.role = role
        self.pill = Pill(theme, "", role, self)
        self._words = ElidedLabel(theme, "", self, role="muted", size=CAPTION + 1)
        self.target = TargetCombo(document, self)
        self.go = small(IconButton(theme, "arrow-right", self.tr("Show where it leads"), self))
        self.cut = small(IconButton(theme, "x", self.tr("Cut the wire"), self))
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(self.pill)
        top.addWidget(self._words, 1)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.target, 1)
        below.addWidget(self.go, 0, _MIDDLE)
        below.addWidget(self.cut, 0, _MIDDLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(below)
        self.target.wanted.connect(self._lead)
        self.go.clicked.connect(self._reveal)
        self.cut.clicked.connect(self._cut_wire)

    def show_port(self, element: AnyElement, port: str) -> None:
        leads = bool(element.outputs.get(port))
        self._id, self.port = element.id, port
        self.pill.setText(port)
        self._words.setText(port_words(element, self.port))
        self.target.show_target(element.id, port)
        self.go.setEnabled(leads and self._document.route.find(element.outputs[self.port]) is not None)
        self.cut.setEnabled(leads)

    @property
    def _leads_to(self) -> str:
        element = self._document.route.find(self._id)
        return element.outputs.get(self.port, "") if element is not None else ""

    @Slot(str)
    def _lead(self, target: str) -> None:
        name = self.tr("Lead “{0}” elsewhere").format(self.port) if target else self.tr("Cut a wire")
        self._document.edit(name, with_output(self._document.route, self._id, self.port, target))

    @Slot()
    def _reveal(self) -> None:
        if target := self._leads_to:
            self._document.reveal(target)

    @Slot()
    def _cut_wire(self) -> None:
        self.target.setFocus()  # its own button will not take the keyboard any more
        self._document.edit(self.tr("Cut a wire"), without_output(self._document.route, self._id, self.port))


class PortList(QWidget):
    """All outputs of an element, linked or not. Signals: rebuilt (there are other rows now)."""

    rebuilt = Signal()

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document = document
        self.rows: list[PortRow] = []
        self._shown: tuple[str, tuple[AnyElement, ...]] | None = None
        column = column_of(self, spacing=INSIDE)
        column.addWidget(TextLabel(theme, self.tr("Leads to"), self, weight=SEMIBOLD))
        self._column = column_of(QWidget(self), spacing=RELATED)
        holder = self._column.parentWidget()
        assert holder is not None
        column.addWidget(holder)

    def show_element(self, element: AnyElement) -> None:
        elements = self._document.route.elements
        if self._shown is not None and self._shown[0] == element.id and self._shown[1] is elements:
            return
        self._shown = (element.id, elements)
        ports = ports_of(element)
        roles = [role_of_port(port) for port in ports]
        if [row.role for row in self.rows] != roles:
            emptied(self._column)
            self.rows = [PortRow(self._theme, self._document, role) for role in roles]
            for row in self.rows:
                self._column.addWidget(row)
            self.rebuilt.emit()
        for row, port in zip(self.rows, ports, strict=True):  # a share has another name when it is another
            row.show_port(element, port)
        self.setVisible(bool(ports))
