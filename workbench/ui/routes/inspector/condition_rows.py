"""The rows of a condition: one test, one odd part kept as JSON, and groups of these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QRectF, QSignalBlocker, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.services.route_suggestions import condition_problem, field_problem
from workbench.ui.routes.inspector.condition_tree import (
    Group,
    Join,
    Node,
    Path,
    Raw,
    Test,
    from_query,
    to_query,
)
from workbench.ui.routes.inspector.fields import FittingCombo, GrowingText, NarrowCombo, SuggestCombo, mark
from workbench.ui.routes.inspector.numbers import read_number
from workbench.ui.routes.inspector.properties import Suggestions
from workbench.ui.routes.inspector.values import (
    NoValue,
    ValueKind,
    kinds_for,
    read,
    shown_as,
    turned,
    written,
)
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.forms import Segments
from workbench.ui.support.icons import set_icon
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RADIUS, Theme, follow

translate = QCoreApplication.translate

_ORDER = ("$gt", "$gte", "$lt", "$lte")
_LTR = "\N{LEFT-TO-RIGHT MARK}"
"""On both sides of a sign that is alone: in a right-to-left window “≥” would be drawn as “≤”."""
_LONG = ("$in", "$nin", "$regex")
"""Operators whose values are long, and have a line of their own."""
_THERE, _MISSING = "$exists true", "$exists false"
_ICONS = {
    ValueKind.TEXT: "type",
    ValueKind.NUMBER: "hash",
    ValueKind.CLAIM: "check",
    ValueKind.NOTHING: "circle-slash",
    ValueKind.LIST: "list",
    ValueKind.JSON: "braces",
}
_KINDS: Mapping[type, ValueKind] = {str: ValueKind.TEXT, float: ValueKind.NUMBER, bool: ValueKind.CLAIM}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
"""Of icons beside a field: without it the row would be no higher than they are, whatever the size of the text."""
_DEEP = 3
"""Groups around a row from which on there is little room in it."""
_INSETS = (INSIDE, INSIDE, GRID, GRID, 0)
"""Of groups in groups; further inside there must be room for the fields."""


class Act(StrEnum):
    """What can be done with a row or a group."""

    UP = "up"
    DOWN = "down"
    AFTER = "after"
    WRAP = "wrap"
    UNWRAP = "unwrap"
    REMOVE = "remove"


KEYS = {
    Act.UP: "Ctrl+Shift+Up",
    Act.DOWN: "Ctrl+Shift+Down",
    Act.AFTER: "Ctrl+Shift+Return",
    Act.WRAP: "Ctrl+Shift+G",
    Act.REMOVE: "Ctrl+Shift+Backspace",
}


class Builder(Protocol):
    """The form that the rows are in."""

    @property
    def suggestions(self) -> Suggestions: ...
    def put(self, path: Path, node: Node) -> None: ...
    def settle(self) -> None: ...
    def act(self, path: Path, act: Act) -> None: ...
    def add(self, path: Path, node: Node) -> None: ...
    def join(self, path: Path, join: Join) -> None: ...


class Row(QWidget):
    """One part of a condition, in a quiet box. problem: why it is no part yet."""

    def __init__(self, theme: Theme, builder: Builder, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._builder = builder
        self.path = path
        self.problem = ""
        self.menu_button = small(IconButton(theme, "ellipsis-vertical", self.tr("Move, wrap, remove"), self))
        self.remove_button = small(IconButton(theme, "x", self.tr("Remove this condition"), self))
        self.remove_button.set_text(
            self.remove_button.accessibleName(),
            f"{self.remove_button.accessibleName()} ({shown(Act.REMOVE)})",
        )
        self._says = TextLabel(theme, "", self, size=CAPTION + 1, role="bad", wrap=True)
        self._says.hide()
        self.menu_button.clicked.connect(self._open_menu)
        self.remove_button.clicked.connect(self._remove)

    def focus_first(self) -> None:
        self.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def say(self, problem: str) -> None:
        self.problem = problem
        self._says.setText(problem)
        self._says.setVisible(bool(problem))

    @Slot()
    def _remove(self) -> None:
        self._builder.act(self.path, Act.REMOVE)

    @Slot()
    def _open_menu(self) -> None:
        open_menu(self, self._builder, self.path, self.menu_button)


class TestRow(Row):
    """field, operator, value."""

    __test__ = False  # no test of ours

    def __init__(
        self, theme: Theme, builder: Builder, path: Path, test: Test, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, builder, path, parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # it is code
        self.test = test
        self._given = test.value
        self._kind = shown_as(test.operator, test.value)
        suggestions = builder.suggestions
        self.field = SuggestCombo(self.tr("Field"), suggestions.fields, self)
        self.field.line.setPlaceholderText("metadata.plan")
        self.operator = FittingCombo(self)
        self.operator.setAccessibleName(self.tr("How it is compared"))
        for key, words in self._operators():
            self.operator.addItem(f"{_LTR}{words}{_LTR}" if len(words) == 1 else words, key)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(self.tr("Value"))
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.claim = Segments(self.tr("Value"), [("true", self.tr("Yes")), ("false", self.tr("No"))], self)
        self.kind = small(IconButton(theme, "type", self.tr("Kind of the value"), self))
        self.any_case = QToolButton(self)
        self.any_case.setText("Aa")
        self.any_case.setCheckable(True)
        self.any_case.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.any_case.setToolTip(self.tr("Capital and small letters are the same"))
        self.any_case.setAccessibleName(self.any_case.toolTip())
        self._short, self._wide = QHBoxLayout(), QHBoxLayout()
        self._build()
        self._show()
        self.field.editTextChanged.connect(self._field_typed)
        self.operator.activated.connect(self._operator_chosen)
        self.line.textEdited.connect(self._value_typed)
        self.claim.chosen.connect(self._claim_chosen)
        self.kind.clicked.connect(self._open_kinds)
        self.any_case.clicked.connect(self._case_chosen)
        self._check()

    def focus_first(self) -> None:
        if self.test.field:
            self.line.setFocus() if not self.line.isHidden() else self.operator.setFocus()
            self.line.selectAll()
        else:
            self.field.setFocus()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.field, 1)
        top.addWidget(self.remove_button, 0, _MIDDLE)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.operator)
        below.addLayout(self._short, 1)
        below.addWidget(self.any_case, 0, _MIDDLE)
        below.addWidget(self.kind, 0, _MIDDLE)
        below.addStretch(0)
        below.addWidget(self.menu_button, 0, _MIDDLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(below)
        column.addLayout(self._wide)
        column.addWidget(self._says)
        self.line.setMinimumWidth(40)
        follow(self.field, self._theme, lambda: self.field.setFont(self._theme.mono()))
        follow(self.line, self._theme, lambda: self.line.setFont(self._theme.mono()))

    def _operators(self) -> list[tuple[str, str]]:
        return [
            ("$eq", "="),
            ("$ne", "≠"),
            ("$gt", ">"),
            ("$gte", "≥"),
            ("$lt", "<"),
            ("$lte", "≤"),
            ("$in", self.tr("is one of")),
            ("$nin", self.tr("is none of")),
            ("$regex", self.tr("matches")),
            (_THERE, self.tr("is there")),
            (_MISSING, self.tr("is missing")),
        ]

    def _show(self) -> None:
        """The fields, from the test."""
        test = self.test
        key = f"{test.operator} {str(test.value).lower()}" if test.operator == "$exists" else test.operator
        with QSignalBlocker(self.operator):
            self.operator.setCurrentIndex(max(0, self.operator.findData(key)))
        self.operator.updateGeometry()
        self.field.show_text(test.field)
        self._show_value()

    def _show_value(self) -> None:
        test, kind = self.test, self._kind
        exists = test.operator == "$exists"
        claim = kind is ValueKind.CLAIM
        certain = claim and test.field.startswith("request.")  # nothing else is ever there
        self.line.setVisible(not exists and kind not in (ValueKind.CLAIM, ValueKind.NOTHING))
        self.claim.setVisible(not exists and claim)
        self._place(self.line, wide=test.operator in _LONG)
        self._place(self.claim, wide=len(self.path) > _DEEP)
        self.kind.setVisible(not exists and not certain and len(kinds_for(test.operator)) > 1)
        self.any_case.setVisible(test.operator == "$regex" and isinstance(test.options, str | None))
        self.any_case.setChecked("i" in str(test.options or ""))
        if claim:
            self.claim.set_value("true" if test.value else "false")
        text = written(kind, test.value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self.line.setPlaceholderText(
            self.tr("DE, FR") if kind is ValueKind.LIST else "^…$" if test.operator == "$regex" else ""
        )
        words = self._kind_words()[kind]
        self.kind.set_icon(_ICONS[kind])
        self.kind.set_text(self.tr("Kind of the value: {0}").format(words))
        self._complete()

    def _place(self, editor: QWidget, *, wide: bool) -> None:
        """Beside the operator, or in a line of its own."""
        (self._short if wide else self._wide).removeWidget(editor)
        (self._wide if wide else self._short).addWidget(editor)

    def _complete(self) -> None:
        values = self._builder.suggestions.values(self.test.field)
        fits = self._kind in (ValueKind.TEXT, ValueKind.NUMBER) and self.test.operator != "$regex"
        old = self.line.completer()
        if old is not None:
            old.deleteLater()
        if not values or not fits:
            self.line.setCompleter(None)  # type: ignore[arg-type]  # Qt takes none, its stubs do not
            return
        completer = QCompleter(list(values), self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._value_typed)
        self.line.setCompleter(completer)

    def _check(self) -> None:
        """Say what is wrong with the row as it is."""
        test, problem = self.test, ""
        if not test.field:
            problem = self.tr("Choose a field.")
        self.field.setToolTip(test.field)
        mark(self.field, problem or field_problem(test.field))
        problem = problem or field_problem(test.field)
        value_problem = self._value_problem()
        mark(self.line, value_problem)
        self.line.setAccessibleDescription(value_problem)
        self.say(problem or value_problem or condition_problem(to_query(test)))

    def _value_problem(self) -> str:
        if self.line.isHidden():
            return ""
        try:
            value = read(self._kind, self.line.text())
        except NoValue:
            return self._kind_problems()[self._kind]
        if self._kind is ValueKind.LIST and not value:
            return self.tr("Write at least one value, with commas between them.")
        if self.test.operator == "$regex":
            return (
                self.tr("Write a pattern.")
                if not value
                else condition_problem({"metadata.x": {"$regex": value}})
            )
        return ""

    def _kind_words(self) -> Mapping[ValueKind, str]:
        return {
            ValueKind.TEXT: self.tr("text"),
            ValueKind.NUMBER: self.tr("number"),
            ValueKind.CLAIM: self.tr("yes or no"),
            ValueKind.NOTHING: self.tr("nothing (null)"),
            ValueKind.LIST: self.tr("list"),
            ValueKind.JSON: self.tr("any JSON"),
        }

    def _kind_problems(self) -> Mapping[ValueKind, str]:
        return {
            ValueKind.NUMBER: self.tr("A number goes here."),
            ValueKind.LIST: self.tr("A quote, or a bracket, is not closed."),
            ValueKind.JSON: self.tr("This is no JSON: texts need quotes."),
        }

    def _become(self, test: Test) -> None:
        self.test, self._given = test, test.value
        self._put()

    def _put(self) -> None:
        self._check()
        self._builder.put(self.path, self.test)

    @Slot(str)
    def _field_typed(self, text: str) -> None:
        field = text.strip()
        if field != self.test.field:
            value = self._fitting(field)
            self._kind = shown_as(self.test.operator, value)
            self.test = replace(self.test, field=field, value=value)
        self._show_value()
        self._put()

    def _fitting(self, field: str) -> Any:
        """The value as it was given, or what it is for a field whose values are of another kind: what is typed is kept, except where
        it could never be equal to what the gateway reckons itself.
        """
        kind, operator = self._builder.suggestions.kind(field), self.test.operator
        known = _KINDS[kind] if kind is not None else None
        if known is None or known not in kinds_for(operator):
            return self._given
        number = isinstance(self._given, str) and read_number(self._given) is not None
        if not (field.startswith("request.") or self._given == "" or (known is ValueKind.NUMBER and number)):
            return self._given
        if known is ValueKind.CLAIM and not isinstance(self._given, bool):
            return True
        return turned(self._given, operator, known)

    @Slot(int)
    def _operator_chosen(self, row: int) -> None:
        key: str = self.operator.itemData(row)
        operator, _, there = key.partition(" ")
        value: Any
        if there:
            value = there == "true"
        elif self.test.operator == "$exists":
            value = turned("", operator)
        else:
            value = turned(self.test.value, operator, self._wish(operator))
        self.test = Test(self.test.field, operator, value, bare=self.test.bare and operator == "$eq")
        self._kind = shown_as(operator, value)
        self.operator.updateGeometry()
        self._show_value()
        self._become(self.test)

    def _wish(self, operator: str) -> ValueKind | None:
        """What is to be more or less than a text that is a number, is meant as a number."""
        value = self.test.value
        began = operator in _ORDER and self.test.operator not in _ORDER
        if began and isinstance(value, str) and (not value or read_number(value) is not None):
            return ValueKind.NUMBER
        return None

    @Slot()
    def _value_typed(self) -> None:
        try:
            value = read(self._kind, self.line.text())
        except NoValue:
            self._check()
            self._builder.settle()
            return
        self._become(replace(self.test, value=value))

    @Slot(str)
    def _claim_chosen(self, value: str) -> None:
        self._become(replace(self.test, value=value == "true"))

    @Slot(bool)
    def _case_chosen(self, on: bool) -> None:
        others = str(self.test.options or "").replace("i", "")
        options = f"i{others}" if on else others
        self._become(replace(self.test, options=options or None))

    @Slot()
    def _open_kinds(self) -> None:
        menu = QMenu(self)
        for kind in kinds_for(self.test.operator):
            action = menu.addAction(self._kind_words()[kind])
            action.setCheckable(True)
            action.setChecked(kind is self._kind)
            action.triggered.connect(lambda _=False, kind=kind: self.turn(kind))
        popped(menu, self.kind)

    def turn(self, kind: ValueKind) -> None:
        """Take the value as one of another kind."""
        value = turned(self.test.value, self.test.operator, kind)
        self._kind = kind
        self.test = replace(self.test, value=value)
        self._show_value()
        self._become(self.test)


class RawRow(Row):
    """A part that has no form here: its JSON."""

    def __init__(
        self, theme: Theme, builder: Builder, path: Path, raw: Raw, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, builder, path, parent)
        self.text = GrowingText(self.tr("JSON of this part"), 1, 12, self)
        self.text.setPlainText(json.dumps(raw.query, ensure_ascii=False, default=str))
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.text, 1)
        top.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self._says)
        follow(self.text, theme, lambda: self.text.setFont(theme.mono()))
        self.text.textChanged.connect(self._typed)
        self._check(raw.query)

    def focus_first(self) -> None:
        self.text.setFocus()

    @Slot()
    def _typed(self) -> None:
        try:
            found = read(ValueKind.JSON, self.text.toPlainText())
        except NoValue:
            found = None
        if not isinstance(found, dict) or not found:
            self.say(self.tr("This is no JSON object of a field and its tests."))
            self._builder.settle()
            return
        self._check(found)
        node: Node = Raw(found) if len(found) == 1 else from_query(found)
        self._builder.put(self.path, node)

    def _check(self, query: Mapping[str, Any]) -> None:
        self.say(condition_problem(query))


class GroupBox(QWidget):
    """A group with its rows; the outermost one too."""

    def __init__(
        self, theme: Theme, builder: Builder, path: Path, group: Group, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._builder = builder
        self.path = path
        self.group = group
        self.rows: list[Row] = []
        self.groups: list[GroupBox] = []
        self.joint = NarrowCombo(self)
        self.joint.setAccessibleName(self.tr("How these hold together"))
        for join, words in self._joins():
            self.joint.addItem(words, join.value)
        with QSignalBlocker(self.joint):
            self.joint.setCurrentIndex(
                self.joint.findData(group.join.value if group.join != Join.AND else "")
            )
        self.menu_button = small(
            IconButton(theme, "ellipsis-vertical", self.tr("Move, dissolve, remove"), self)
        )
        self.menu_button.setVisible(bool(path))
        # One test alone is all of them: nothing to choose.
        self.joint.setVisible(bool(path) or len(group.parts) > 1 or group.join not in (Join.EVERY, Join.AND))
        self.add_test = button(self.tr("Condition"), "quiet", self)
        self.add_test.setAccessibleName(self.tr("Add a condition"))
        self.add_test.setToolTip(f"{self.tr('Add a condition')} ({shown(Act.AFTER)})")
        self.add_group = button(self.tr("Group"), "quiet", self)
        self.add_group.setAccessibleName(self.tr("Add a group"))
        self.add_group.setToolTip(self.tr("Conditions of which any one is enough"))
        for made in (self.add_test, self.add_group):
            set_icon(made, theme, "plus", "text")
        self._build()
        self.joint.activated.connect(self._join_chosen)
        self.menu_button.clicked.connect(self._open_menu)
        self.add_test.clicked.connect(self._add_test)
        self.add_group.clicked.connect(self._add_group)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.path:
            return
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            QColor(self._theme.tokens.colour("accent" if self.group.join is not Join.NOR else "warn"))
        )
        painter.setOpacity(0.45)
        left = self.width() - 2 if rtl else 0
        painter.drawRoundedRect(QRectF(left, 0, 2, self.height()), 1, 1)

    def _build(self) -> None:
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        if self.path:
            whole.addSpacing(_INSETS[min(len(self.path), len(_INSETS)) - 1])
        column = QVBoxLayout()
        column.setSpacing(INSIDE)
        whole.addLayout(column, 1)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.joint, 1)
        top.addWidget(self.menu_button, 0, _MIDDLE)
        column.addLayout(top)
        for place, part in enumerate(self.group.parts):
            column.addWidget(self._made((*self.path, place), part))
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.add_test)
        below.addWidget(self.add_group)
        below.addStretch(1)
        column.addLayout(below)

    def _made(self, path: Path, part: Node) -> QWidget:
        if isinstance(part, Group):
            inner = GroupBox(self._theme, self._builder, path, part, self)
            self.groups.append(inner)
            return inner
        made: Row
        if isinstance(part, Test):
            made = TestRow(self._theme, self._builder, path, part, self)
        else:
            made = RawRow(self._theme, self._builder, path, part, self)
        self.rows.append(made)
        return made

    def _joins(self) -> list[tuple[Join, str]]:
        return [
            (Join.EVERY, self.tr("All of these")),
            (Join.OR, self.tr("Any of these")),
            (Join.NOR, self.tr("None of these")),
            (Join.NOT, self.tr("Not all of these")),
        ]

    @Slot(int)
    def _join_chosen(self, row: int) -> None:
        self._builder.join(self.path, Join(self.joint.itemData(row)))

    @Slot()
    def _add_test(self) -> None:
        self._builder.add(self.path, Test("", "$eq", ""))

    @Slot()
    def _add_group(self) -> None:
        self._builder.add(self.path, Group(Join.OR, (Test("", "$eq", ""),)))

    @Slot()
    def _open_menu(self) -> None:
        open_menu(self, self._builder, self.path, self.menu_button, group=True)


def shown(act: Act) -> str:
    """Its keys as people here write them; "" without any."""
    if act not in KEYS:
        return ""
    return spelled(KEYS[act])


def open_menu(owner: QWidget, builder: Builder, path: Path, at: IconButton, *, group: bool = False) -> None:
    """What can be done with the part at path."""
    words = {
        Act.UP: translate("Routes", "Move up"),
        Act.DOWN: translate("Routes", "Move down"),
        Act.AFTER: translate("Routes", "Add a condition after it"),
        Act.WRAP: translate("Routes", "Put it into a group"),
        Act.UNWRAP: translate("Routes", "Dissolve the group"),
        Act.REMOVE: translate("Routes", "Remove the group") if group else translate("Routes", "Remove it"),
    }
    menu = QMenu(owner)
    for act in Act:
        if act is Act.UNWRAP and not group:
            continue
        action = QAction(words[act], menu)
        if act in KEYS and not group:  # the keys are about the row that has the keyboard
            action.setShortcut(QKeySequence(KEYS[act]))
        action.triggered.connect(lambda _=False, act=act: builder.act(path, act))
        menu.addAction(action)
    popped(menu, at)


def popped(menu: QMenu, at: QWidget) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at.mapToGlobal(at.rect().bottomLeft()))
