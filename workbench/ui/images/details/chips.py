"""Words in rounded grounds that can be taken away and added: tags, boards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.images.actions import tags_in
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.surfaces import emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

_LONGEST, _MOST = 28, 40


class Chip(QFrame):
    """Signals: removed."""

    removed = Signal(str)

    def __init__(self, theme: Theme, word: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = word
        shown = word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"
        text = TextLabel(theme, f"{shown} {note}".strip(), self, size=CAPTION + 1)
        self.remove = small(IconButton(theme, "x", self.tr("Remove {0}").format(word), self, size=12))
        self.remove.setFixedSize(18, 18)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, 1, 1, 1)
        row.setSpacing(2)
        row.addWidget(text)
        row.addWidget(self.remove)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if shown != word:
            self.setToolTip(word)
        self.remove.clicked.connect(self._remove)

        def dress() -> None:
            tokens = theme.tokens
            self.setStyleSheet(
                f"Chip {{ background: {theme.hover('surface')}; border: 1px solid {tokens.line}; border-radius: 6px; }}"
            )

        follow(self, theme, dress)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.word)


class ChipField(QWidget):
    """Chips and a line to add more. Signals: added (words), removed (word)."""

    added = Signal(object)
    removed = Signal(str)

    def __init__(self, theme: Theme, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips, spacing=GRID)
        self._shown: list[tuple[str, str]] = []
        self.line = _Line(self)
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(name)
        self.line.setMaxLength(200)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.line.setCompleter(completer)
        # Queued: the completer writes its word into the line after it has told of it.
        completer.activated.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.line.returnPressed.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._chips)
        column.addWidget(self.line)

    def show_words(self, words: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
        """words: each with a note behind it, "" for none. known: what is offered while one types."""
        mine = {word.casefold() for word, note in words if not note}
        self._known.setStringList([word for word in known if word.casefold() not in mine])
        if list(words) == self._shown:
            return
        self._shown = list(words)
        emptied(self._flow)
        for word, note in words[:_MOST]:
            chip = Chip(self._theme, word, note, self._chips)
            chip.removed.connect(self.removed)
            self._flow.addWidget(chip)
            chip.show()
        if (more := len(words) - _MOST) > 0:
            rest = TextLabel(self._theme, self.tr("and {0} more").format(more), self._chips, role="muted")
            self._flow.addWidget(rest)
            rest.show()
        self._chips.setVisible(bool(words))

    @Slot()
    def _take(self) -> None:
        words = tags_in(self.line.text())
        with QSignalBlocker(self.line):
            self.line.clear()
        if words:
            self.added.emit(words)


class _Line(QLineEdit):
    """Escape empties it, so that what was begun is not added later."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
