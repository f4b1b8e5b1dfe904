"""The metadata of a request: up to five names with values."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.domain.chat import MAX_METADATA_ENTRIES, MetadataValue
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import CAPTION, GRID, SEMIBOLD, Theme


class MetadataTable(QWidget):
    """A row appears when the one before it is filled. true, false and numbers are sent as such, all else as text."""

    changed = Signal(object)
    """dict of name to MetadataValue."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, MetadataValue] = {}
        self.rows: list[tuple[QLineEdit, QLineEdit]] = []
        self._help_text = self.tr("Sent with the request and kept in the gateway's log; at most five.")
        self._help = TextLabel(theme, self._help_text, size=CAPTION, role="muted", wrap=True)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        for row in range(MAX_METADATA_ENTRIES):
            name, value = QLineEdit(), QLineEdit()
            name.setPlaceholderText(self.tr("name"))
            value.setPlaceholderText(self.tr("value"))
            name.setAccessibleName(self.tr("Name of metadata entry {0}").format(row + 1))
            value.setAccessibleName(self.tr("Value of metadata entry {0}").format(row + 1))
            for column, field in enumerate((name, value)):
                field.textChanged.connect(self._typed)
                grid.addWidget(field, row, column)
            self.rows.append((name, value))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(TextLabel(theme, self.tr("Metadata"), weight=SEMIBOLD, size=12))
        layout.addLayout(grid)
        layout.addWidget(self._help)
        self._show_rows()

    def show_entries(self, entries: Mapping[str, MetadataValue]) -> None:
        if entries == self._entries:
            return
        self._entries = dict(entries)
        listed = [*entries.items(), *[("", "")] * MAX_METADATA_ENTRIES]
        for (name, value), (key, content) in zip(self.rows, listed, strict=False):
            with QSignalBlocker(name), QSignalBlocker(value):
                name.setText(key)
                value.setText(_written(content))
        self._show_rows()

    def complain(self, problem: str) -> None:
        self._help.setText(problem or self._help_text)
        self._help.set_role("bad" if problem else "muted")

    def _typed(self) -> None:
        self._show_rows()
        self._entries = {
            name.text().strip(): _value(value.text()) for name, value in self.rows if name.text().strip()
        }
        self.changed.emit(dict(self._entries))

    def _show_rows(self) -> None:
        before = True
        for name, value in self.rows:
            filled = bool(name.text() or value.text())
            for field in (name, value):
                field.setVisible(before or filled)
            before = filled


def _value(text: str) -> MetadataValue:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _written(value: MetadataValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
