"""An imported file, before anything of it is stored: what was understood, and what was not."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, GRID, GROUPS, INSIDE, PADDING, SEMIBOLD, TITLE, Theme, follow
from workbench.ui.targets.model import ConnectionsModel, Review


class Findings(QFrame):
    """A card of rows: an icon, a name in code type, a sentence."""

    def __init__(self, theme: Theme, title: str, icon: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._role = role
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        column.setSpacing(INSIDE)
        column.addWidget(TextLabel(theme, title, self, size=BODY, weight=SEMIBOLD))
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(INSIDE)
        self._rows.setVerticalSpacing(GRID + 2)
        self._rows.setColumnStretch(2, 1)
        column.addLayout(self._rows)

    def set_rows(self, rows: list[tuple[str, str]]) -> None:
        """(name, sentence) each; the card hides when there are none."""
        while item := self._rows.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for number, (name, sentence) in enumerate(rows):
            picture = QLabel(self)
            follow(picture, self._theme, lambda picture=picture: self._dress(picture))  # type: ignore[misc]  # bound now
            self._rows.addWidget(picture, number, 0, Qt.AlignmentFlag.AlignTop)
            words = TextLabel(self._theme, _breakable(sentence), self, wrap=True)
            if name:
                label = QLabel(name, self)
                label.setTextFormat(Qt.TextFormat.PlainText)
                follow(label, self._theme, lambda label=label: label.setFont(self._theme.mono()))  # type: ignore[misc]
                self._rows.addWidget(label, number, 1, Qt.AlignmentFlag.AlignTop)
                self._rows.addWidget(words, number, 2)
            else:
                self._rows.addWidget(words, number, 1, 1, 2)
        self.setVisible(bool(rows))

    def _dress(self, picture: QLabel) -> None:
        picture.setPixmap(pixmap(self._theme, self._icon, self._role))


class ImportReview(QWidget):
    """Shows the model's review; nothing is stored until the user says so."""

    def __init__(self, theme: Theme, model: ConnectionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._title = TextLabel(theme, "", self, size=TITLE, weight=SEMIBOLD, wrap=True)
        self._lead = TextLabel(theme, "", self, role="muted", wrap=True)
        self.understood = Findings(theme, self.tr("Understood"), "check", "good", self)
        self.problems = Findings(theme, self.tr("Not read, or to check"), "triangle-alert", "warn", self)
        self._ignored = TextLabel(theme, "", self, role="muted", wrap=True)
        self.accept = button(self.tr("Save connection"), "primary", self)
        self.edit = button(self.tr("Edit first"), "", self)
        self.discard = button(self.tr("Discard"), "quiet", self)
        self.accept.clicked.connect(self._accept)
        self.edit.clicked.connect(self._edit)
        self.discard.clicked.connect(model.discard_review)
        buttons = QHBoxLayout()
        buttons.setSpacing(INSIDE)
        for one in (self.accept, self.edit, self.discard):
            buttons.addWidget(one)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, PADDING)
        column.setSpacing(PADDING)
        for widget in (self._title, self._lead, self.understood, self.problems, self._ignored):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        model.review_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        review = self._model.review
        if review is None:
            return
        found = review.found
        usable = found.draft is not None
        self._title.setText(self.tr("Import from {0}").format(review.origin))
        self._lead.setText(self._words(review))
        self.understood.set_rows([(name, words[:1].upper() + words[1:]) for name, words in found.understood])
        self.problems.set_rows([("", problem) for problem in found.problems])
        self._ignored.setText(self.tr("Not needed here: {0}.").format(", ".join(found.ignored)))
        self._ignored.setVisible(bool(found.ignored))
        self.accept.setVisible(usable)
        self.edit.setVisible(usable)
        self.discard.setText(self.tr("Discard") if usable else self.tr("Close"))

    def _words(self, review: Review) -> str:
        if review.found.draft is None:
            return self.tr("There is no connection in this file. Nothing was changed.")
        name = review.found.draft.name
        if self._model.note:
            return self.tr("This becomes the connection “{0}”. {1}").format(name, self._model.note)
        return self.tr(
            "This becomes the connection “{0}”. Its tokens go to the keychain, nowhere else."
        ).format(name)

    @Slot()
    def _accept(self) -> None:
        self._model.accept_review()

    @Slot()
    def _edit(self) -> None:
        self._model.accept_review(edit_first=True)


def _breakable(text: str) -> str:
    """The text with places in its longest words where a narrow line may break (account ids, addresses)."""
    return re.sub(r"\S{12}(?=\S{4})", lambda found: f"{found[0]}\u200b", text)
