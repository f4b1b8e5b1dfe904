"""The report of a bug: all that is in it, to read, to strike things out of, to copy and to save. It is never sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.services.crash_reports import CrashReport
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.sentences import in_words
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GROUPS, INSIDE, RELATED, SECTION, SEMIBOLD, Theme, follow

_SIZE = QSize(760, 560)


class CrashDialog(QDialog):
    """Not modal: the work goes on beside it. can_mute: whether there is an error that might come again. save: raises WorkbenchError."""

    def __init__(
        self,
        theme: Theme,
        report: CrashReport,
        save: Callable[[Path, str], Awaitable[None]],
        parent: QWidget | None = None,
        *,
        can_mute: bool = True,
    ) -> None:
        super().__init__(parent)
        self._report, self._save_text = report, save
        self._tasks = TaskScope(self)
        self.setWindowTitle(self.tr("Report of an error"))
        self.text = QPlainTextEdit(self)
        self.text.setProperty("kind", "field")
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The report, which you may change"))
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.document().setDefaultTextOption(option)
        self.text.setPlainText(report.text)
        self.said = TextLabel(theme, "", self, role="muted", wrap=True)
        self.said.hide()
        self.mute = QCheckBox(self.tr("Do not tell me about this error again in this run"), self)
        self.mute.setVisible(can_mute)
        self.save = button(self.tr("Save as a file…"), "primary", self)
        self.save.clicked.connect(self._save)
        self.copy = button(self.tr("Copy"), "", self)
        self.copy.clicked.connect(self._copy)
        self.done_button = button(self.tr("Close"), "", self)
        self.done_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.done_button)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        column.setSpacing(RELATED)
        column.addWidget(
            TextLabel(
                theme,
                self.tr("This is all that the report holds"),
                self,
                size=SECTION,
                weight=SEMIBOLD,
                wrap=True,
            )
        )
        column.addWidget(
            TextLabel(
                theme,
                self.tr(
                    "It is not sent to anybody. Read it, strike out what nobody need know, and save or copy it if you want to "
                    "pass it on. Tokens and keys, and your name in paths, are taken out already."
                ),
                self,
                role="muted",
                wrap=True,
            )
        )
        column.addWidget(self.text, 1)
        column.addWidget(self.said)
        column.addWidget(self.mute)
        column.addLayout(row)
        follow(self.text, theme, lambda: self.text.setFont(theme.mono()))
        screen = self.screen().availableSize() * 0.9
        self.resize(QSize(theme.px(_SIZE.width()), theme.px(_SIZE.height())).boundedTo(screen))
        self.text.setFocus()

    @property
    def edited(self) -> bool:
        """Whether something would be lost if it were closed."""
        return self.text.document().isModified()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _say(self, sentence: str, role: str = "muted") -> None:
        self.said.setText(sentence)
        self.said.set_role(role)
        self.said.show()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._say(self.tr("It is on the clipboard."))

    @Slot()
    def _save(self) -> None:
        self._tasks.start("save", self._ask_and_save())

    async def _ask_and_save(self) -> None:
        filters = self.tr("Text files (*.txt)")
        path = await save_file(self, self.tr("Save the report"), self._report.file_name, filters=filters)
        if not path:
            return
        try:
            await self._save_text(Path(path), self.text.toPlainText())
        except WorkbenchError as error:
            self._say(in_words(error), "bad")
        else:
            self._say(self.tr("Saved as {0}").format(f"\u2066{path}\u2069"))
