"""A small dialog that asks for a name or a few words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import finished
from workbench.ui.support.theme import GROUPS, INSIDE, RELATED, SECTION, SEMIBOLD, Theme


class NameDialog(QDialog):
    """Title, one line, what it is for. known: words that are offered while one types."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        title: str,
        *,
        accept: str,
        help_text: str = "",
        text: str = "",
        known: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.line = QLineEdit(text, self)
        self.line.setAccessibleName(title)
        self.line.setAccessibleDescription(help_text)
        self.line.setMaxLength(200)
        self.line.setMinimumWidth(theme.px(320))
        self.line.selectAll()
        if known:
            completer = QCompleter(list(known), self.line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.line.setCompleter(completer)
        self.yes = button(accept, "primary", self)
        self.yes.setDefault(True)
        no = button(self.tr("Cancel"), "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        column.setSpacing(RELATED)
        column.addWidget(TextLabel(theme, title, self, size=SECTION, weight=SEMIBOLD))
        column.addWidget(self.line)
        if help_text:
            column.addWidget(TextLabel(theme, help_text, self, role="muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addStretch(1)
        row.addWidget(no)
        row.addWidget(self.yes)
        column.addLayout(row)
        self.line.textChanged.connect(self._judge)
        self.yes.clicked.connect(self.accept)
        no.clicked.connect(self.reject)
        self._judge()

    @property
    def text(self) -> str:
        return " ".join(self.line.text().split())

    def _judge(self) -> None:
        self.yes.setEnabled(bool(self.text))
        self.yes.setToolTip("" if self.text else self.tr("Type something first"))


async def ask_name(
    theme: Theme,
    parent: QWidget,
    title: str,
    *,
    accept: str,
    help_text: str = "",
    text: str = "",
    known: Sequence[str] = (),
) -> str:
    """What the user typed, tidied; "" when they changed their mind."""
    dialog = NameDialog(theme, parent, title, accept=accept, help_text=help_text, text=text, known=known)
    dialog.line.setFocus()
    chosen = await finished(dialog)
    return dialog.text if chosen == QDialog.DialogCode.Accepted else ""
