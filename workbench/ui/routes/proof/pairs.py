"""Names with values, one under another; a row appears when the one before it is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QWidget

from workbench.ui.routes.proof.requests import shown_value, typed_value
from workbench.ui.support.theme import GRID

MOST = 60


class Pairs(QWidget):
    """typed: values may be numbers, true, false and null, not text alone. Signals: changed (dict of name to value)."""

    changed = Signal(object)

    def __init__(self, name: str, *, typed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._read: Callable[[str], Any] = typed_value if typed else str
        self._write: Callable[[Any], str] = shown_value if typed else str
        self._entries: dict[str, Any] = {}
        self._suggested: tuple[str, ...] = ()
        self.rows: list[tuple[QLineEdit, QLineEdit]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._more()

    def suggest(self, names: Iterable[str]) -> None:
        """Names to complete with."""
        found = tuple(names)
        if found != self._suggested:
            self._suggested = found
            for name, _ in self.rows:
                name.setCompleter(self._completer(name))

    def show_entries(self, entries: Mapping[str, Any]) -> None:
        if repr(dict(entries)) == repr(self._entries):  # 1 is not true
            return
        self._entries = dict(entries)
        listed = list(entries.items())[:MOST]
        while len(self.rows) < len(listed) + 1:
            self._more()
        for place, (name, value) in enumerate(self.rows):
            key, content = listed[place] if place < len(listed) else ("", "")
            with QSignalBlocker(name), QSignalBlocker(value):
                name.setText(key)
                value.setText(self._write(content) if key else "")
        self._show_rows()

    @Slot()
    def _typed(self) -> None:
        self._show_rows()
        found = {
            name.text().strip(): self._read(value.text()) for name, value in self.rows if name.text().strip()
        }
        if repr(found) != repr(self._entries):
            self._entries = found
            self.changed.emit(dict(found))

    def _more(self) -> None:
        row = len(self.rows)
        name, value = QLineEdit(self), QLineEdit(self)
        name.setPlaceholderText(self.tr("name"))
        value.setPlaceholderText(self.tr("value"))
        name.setAccessibleName(self.tr("{0}: name {1}").format(self._name, row + 1))
        value.setAccessibleName(self.tr("{0}: value {1}").format(self._name, row + 1))
        name.setCompleter(self._completer(name))
        for column, field in enumerate((name, value)):
            field.textChanged.connect(self._typed)
            self._grid.addWidget(field, row, column)
        self.rows.append((name, value))

    def _show_rows(self) -> None:
        filled = [bool(name.text() or value.text()) for name, value in self.rows]
        if filled[-1] and len(self.rows) < MOST:
            self._more()
            filled.append(False)
        last = max((place for place, one in enumerate(filled) if one), default=-1)
        for place, fields in enumerate(self.rows):
            for field in fields:
                field.setVisible(place <= last + 1)

    def _completer(self, owner: QLineEdit) -> QCompleter:
        made = QCompleter(list(self._suggested), owner)
        made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        return made
