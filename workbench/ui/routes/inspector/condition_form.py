"""The condition builder: a sentence that says what the whole means, and under it the rows it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import AnyElement, Conditional
from workbench.services.route_suggestions import condition_problem
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.condition_rows import KEYS, Act, GroupBox, Row
from workbench.ui.routes.inspector.condition_tree import (
    Group,
    Join,
    Node,
    Path,
    Test,
    added,
    from_query,
    joined_by,
    leaves_of,
    moved,
    removed,
    replaced,
    to_query,
    unwrapped,
    wrapped,
)
from workbench.ui.routes.inspector.properties import Properties, Suggestions
from workbench.ui.routes.words import condition_words
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import INSIDE, RADIUS, SEMIBOLD, Theme

MOST_ROWS = 60
"""A condition with more tests is shown as JSON: nobody edits that row by row."""
_LONGEST = 600


class Sentence(QWidget):
    """What the condition means, on a tinted ground."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.label = TextLabel(theme, "", self, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE + 2, INSIDE, INSIDE + 2, INSIDE)
        column.addWidget(self.label)

    def say(self, words: str) -> None:
        self.label.setText(words)
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint("accent", "surface")))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)


class ConditionProperties(Properties):
    """Keeps the tree as it is being edited. While any part of it is wrong or unfinished the route stays as it is, and that is
    said. A condition that changes elsewhere (undo, JSON) is read anew.
    """

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__(theme, document, suggestions)
        self.tree = Group()
        self.box: GroupBox | None = None
        self._query: Mapping[str, Any] | None = None
        self.sentence = Sentence(theme, self)
        self._rows = column_of(QWidget(self), spacing=INSIDE)
        holder = self._rows.parentWidget()
        assert holder is not None
        self.code = CodeBlock(theme, self.tr("Condition"), self)
        self.code.hide()
        self.pending = TextLabel(theme, "", self, role="warn", wrap=True)
        self.pending.hide()
        self.column.setSpacing(INSIDE)
        for widget in (
            TextLabel(theme, self.tr("Holds when"), self, weight=SEMIBOLD),
            self.sentence,
            holder,
            self.code,
            self.pending,
        ):
            self.column.addWidget(widget)
        for act, keys in KEYS.items():
            on_keys(keys, self, partial(self._act_here, act))

    @property
    def suggestions(self) -> Suggestions:
        return self._suggestions

    def begin(self, id: str) -> None:
        super().begin(id)
        self._query = None

    def show_element(self, element: AnyElement) -> None:
        assert isinstance(element, Conditional)
        if self._query is not None and repr(element.conditions) == repr(self._query):
            return
        self._query = element.conditions
        self._say(element.conditions)
        self._show_tree(from_query(element.conditions))
        self._show_pending("")

    def focus_first(self) -> None:
        row = next(self.rows(), None)
        if row is not None:
            row.focus_first()
        elif self.box is not None:
            self.box.add_test.setFocus()

    def rows(self) -> Iterator[Row]:
        """All that is in the condition, whatever group it is in."""
        waiting = [self.box] if self.box is not None else []
        while waiting:
            box = waiting.pop()
            yield from box.rows
            waiting += box.groups

    # What the rows ask for

    def put(self, path: Path, node: Node) -> None:
        """A row is another now; its widgets stay."""
        self.tree = replaced(self.tree, path, node)
        self._store(self.tr("Change the condition"), f"{self._id}/condition/{path}")

    def settle(self) -> None:
        """A row is wrong now, so that nothing can be stored."""
        self._show_pending(self._unfinished())

    def add(self, path: Path, node: Node) -> None:
        tree, there = added(self.tree, path, node)
        self._restructure(tree, (*there, 0) if isinstance(node, Group) else there)

    def join(self, path: Path, join: Join) -> None:
        self._restructure(joined_by(self.tree, path, join), None)

    def act(self, path: Path, act: Act) -> None:
        """Do that with the part at path; the keyboard stays with it, or goes to what takes its place."""
        there: Path | None = path
        match act:
            case Act.UP:
                tree, there = moved(self.tree, path, -1)
            case Act.DOWN:
                tree, there = moved(self.tree, path, 1)
            case Act.AFTER:
                tree, there = added(self.tree, path[:-1], Test("", "$eq", ""), path[-1] + 1)
            case Act.WRAP:
                tree, there = wrapped(self.tree, path, Join.OR)
            case Act.UNWRAP:
                tree = unwrapped(self.tree, path)
            case Act.REMOVE:
                tree = removed(self.tree, path)
        self._restructure(tree, there)

    def _act_here(self, act: Act) -> None:
        focused = self.window().focusWidget()
        row = next((row for row in self.rows() if focused is not None and row.isAncestorOf(focused)), None)
        if row is not None:
            self.act(row.path, act)
        elif act is Act.AFTER:
            self.add((), Test("", "$eq", ""))

    def _restructure(self, tree: Group, focus: Path | None) -> None:
        self._show_tree(tree)
        self._store(self.tr("Change the condition"), "")
        if focus is not None:
            self._focus_row(focus)

    def _focus_row(self, path: Path) -> None:
        """The row there, or the one before it, or the first in the group that is there."""
        rows = sorted(self.rows(), key=lambda row: row.path)
        here = [row for row in rows if row.path[: len(path)] == path]
        before = [row for row in rows if row.path < path]
        if wanted := here[:1] or before[-1:] or rows[:1]:
            wanted[0].focus_first()
        elif self.box is not None:
            self.box.add_test.setFocus()

    def _show_tree(self, tree: Group) -> None:
        self.tree = tree
        many = sum(1 for _ in leaves_of(tree)) > MOST_ROWS
        old, self.box = self.box, None
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.code.setVisible(many)
        if many:
            self.code.set_text(json.dumps(to_query(tree), ensure_ascii=False, indent=2, default=str))
            return
        self.box = GroupBox(self._theme, self, (), tree, self)
        self._rows.addWidget(self.box)
        self.box.show()  # at once, for the keyboard may go there
        self.rebuilt.emit()

    def _store(self, name: str, merge: str) -> None:
        """Put the tree into the route, unless something of it is wrong."""
        if problem := self._unfinished():
            self._show_pending(problem)
            return
        query = to_query(self.tree)
        if problem := condition_problem(query):
            self._show_pending(problem)
            return
        self._show_pending("")
        if repr(query) == repr(self._query):
            return
        self._query = query
        self._say(query)
        self._document.edit(name, changed(self._document.route, self._id, conditions=query), merge=merge)

    def _unfinished(self) -> str:
        if any(row.problem for row in self.rows()):
            return self.tr("Not taken over yet: a condition is not finished.")
        return ""

    def _show_pending(self, words: str) -> None:
        self.pending.setText(words)
        self.pending.setVisible(bool(words))

    def _say(self, query: Mapping[str, Any]) -> None:
        self.sentence.say(condition_words(query, _LONGEST))
