"""The form of one element: what it is, what is wrong with it, what it does, where it leads, what was written about it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QWidget

from workbench.domain.routes.edits import id_problem, renamed_element
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    Kind,
    ModelCall,
    Percentage,
    Rate,
    Unknown,
)
from workbench.domain.routes.findings import Finding, Severity
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.condition_form import ConditionProperties
from workbench.ui.routes.inspector.fields import TextField
from workbench.ui.routes.inspector.finding_list import FindingList
from workbench.ui.routes.inspector.form import Form, Head, Line, order_tabs
from workbench.ui.routes.inspector.notes import NoteField
from workbench.ui.routes.inspector.ports import PortList
from workbench.ui.routes.inspector.properties import (
    LimitProperties,
    ModelProperties,
    PlainProperties,
    Properties,
    Suggestions,
    UnknownProperties,
)
from workbench.ui.routes.inspector.split import SplitProperties
from workbench.ui.routes.words import detail_of, icon_of, kind_name, role_of, title_of
from workbench.ui.support.theme import Theme

translate = QCoreApplication.translate


class ElementForm(Form):
    """Of one element at a time, all of the same kind."""

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        suggestions: Suggestions,
        like: AnyElement,
        parent: QWidget | None = None,
    ) -> None:
        """like: an element of the kind."""
        super().__init__(theme, document, parent)
        self.id = ""
        self._shown: AnyElement | None = None
        self.head = Head(theme, self)
        self.name = TextField(
            theme, self.tr("Id"), "", lambda text: self._id_problem(text), code=True, lazily=True
        )
        self.findings = FindingList(theme, document, self)
        self.hints = FindingList(theme, document, self)
        self.properties = properties_for(theme, document, suggestions, like)
        self.ports = PortList(theme, document, self)
        self.note = NoteField(
            theme,
            document,
            self.tr("Note"),
            self.tr("Why it is like this; shown on the canvas, and not deployed"),
            parent=self,
        )
        for widget in (
            self.head,
            self.findings,
            self.name,
            self.properties,
            Line(theme, self),
            self.ports,
            self.note,
            self.hints,
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.name.edited.connect(self._rename)
        for part in (self.findings, self.properties, self.ports, self.hints):
            part.rebuilt.connect(self._order)
        self._order()

    def begin(self, id: str) -> None:
        """From now on it is about this element."""
        self.id = id
        self._shown = None
        self.name.forget()
        self.properties.begin(id)
        self.refresh()

    def refresh(self) -> None:
        element = self.document.route.find(self.id)
        if element is None:
            return
        if element is not self._shown:
            self._shown = element
            self.head.say(icon_of(element), role_of(element), kind_name(element), _in_words(element))
            self.name.show_value(element.id)
            self.properties.show_element(element)
        self.ports.show_element(element)
        self.note.show_note(self.id)

    def show_findings(self, findings: tuple[Finding, ...], *, known: bool = True) -> None:
        """What hinders stands before what one edits, what is good to know after it."""
        own = [one for one in findings if one.element == self.id]
        self.findings.show_findings([one for one in own if one.severity is not Severity.INFO])
        self.hints.show_findings([one for one in own if one.severity is Severity.INFO])

    def focus_first(self) -> None:
        self.properties.focus_first()

    @Slot()
    def _order(self) -> None:
        order_tabs(self)

    def _id_problem(self, text: str) -> str:
        return id_problem(self.document.route, self.id, text.strip())

    @Slot(object)
    def _rename(self, text: str) -> None:
        """Another id is another selection, unless something else was selected meanwhile."""
        new = text.strip()
        if new == self.id:
            return
        old, self.id = self.id, new
        selected = self.document.selected == {old}
        route = renamed_element(self.document.route, old, new)
        self.document.edit(self.tr("Rename “{0}” to “{1}”").format(old, new), route)
        if selected:
            self.document.select([new])


def properties_for(
    theme: Theme, document: RouteDocument, suggestions: Suggestions, element: AnyElement
) -> Properties:
    match element:
        case ModelCall():
            return ModelProperties(theme, document, suggestions)
        case Rate():
            return LimitProperties(theme, document, suggestions)
        case Percentage():
            return SplitProperties(theme, document, suggestions)
        case Conditional():
            return ConditionProperties(theme, document, suggestions)
        case Unknown():
            return UnknownProperties(theme, document, suggestions)
    words = (
        translate("Routes", "Every request enters here. A route has one start.")
        if element.kind is Kind.START
        else translate("Routes", "What was answered goes back to the caller. A route may have several ends.")
    )
    return PlainProperties(theme, document, suggestions, words)


def _in_words(element: AnyElement) -> str:
    """A condition has its own sentence, where it is edited."""
    if isinstance(element, Conditional):
        return ""
    detail = "" if isinstance(element, Unknown) else detail_of(element)
    return " · ".join(part for part in (title_of(element), detail) if part)
