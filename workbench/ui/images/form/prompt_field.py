"""Where a picture is described: several lines in any direction, a count against the limit, and what `{a|b}` stands for."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.images.dragging import digests_in, files_in, takes
from workbench.ui.images.form.frame import FieldFrame
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.words import ltr
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, Theme, follow

_SHOWN = 8


class GrowingText(PlainText):
    """As tall as its text, between two numbers of lines. A picture is not dropped into it.

    Signals: older_wanted, newer_wanted (Alt+Up, Alt+Down); picture_pasted (QMimeData).
    """

    older_wanted = Signal()
    newer_wanted = Signal()
    picture_pasted = Signal(object)

    def __init__(self, theme: Theme, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._least, self._most = theme, least, most
        self.setAccessibleName(name)
        self.setProperty("kind", "field")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(GRID)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        follow(self, theme, self._dress)

    def show_text(self, text: str) -> None:
        if self.toPlainText() != text:
            with QSignalBlocker(self):
                self.setPlainText(text)
            self.moveCursor(QTextCursor.MoveOperation.End)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files and pictures go on to whoever is behind, when they are dropped."""
        return source.hasText() and not _is_picture(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if _is_picture(source):
            self.picture_pasted.emit(source)
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
        ):
            older = event.key() == Qt.Key.Key_Up
            (self.older_wanted if older else self.newer_wanted).emit()
            return
        super().keyPressEvent(event)

    def _dress(self) -> None:
        self.setFont(self._theme.font())
        self._fit()

    def _fit(self) -> None:
        height = self._wanted()
        if height != self.height():
            self.setFixedHeight(height)
            self.updateGeometry()

    def _wanted(self) -> int:
        line = QFontMetricsF(self.font()).lineSpacing()
        frame = 2 * self.document().documentMargin() + 2 * GRID + 2
        wanted = self.document().size().height() + 2 * GRID + 2
        return round(max(self._least * line + frame, min(self._most * line + frame, wanted)))


def _is_picture(mime: QMimeData) -> bool:
    """Text that brings a picture along, as some programs' does, is text."""
    ours = bool(digests_in(mime) or files_in(mime))
    return ours or (takes(mime) and not mime.hasText())


class PromptField(FieldFrame):
    """Signals: picture_pasted (QMimeData)."""

    picture_pasted = Signal(object)

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        self.edit = GrowingText(theme, self.tr("Prompt"), 4, 12)
        self.counter = TextLabel(theme, "", size=CAPTION, role="muted")
        self.earlier = small(IconButton(theme, "history", self.tr("The prompt before this one (Alt+Up)")))
        super().__init__(theme, self.tr("Prompt"), self.edit, parent, beside=(self.counter, self.earlier))
        self._theme = theme
        self._model = model
        self.edit.setPlaceholderText(self.tr("What the picture shows"))  # Qt draws one line of it only
        self.edit.setToolTip(
            self.tr("{red|blue} makes a picture of each.\nEarlier prompts: Alt+Up, Alt+Down")
        )
        self._list = QWidget()
        lines = QVBoxLayout(self._list)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        self._lines = [
            ElidedLabel(theme, "", self._list, size=CAPTION + 1, role="muted") for _ in range(_SHOWN)
        ]
        for line in self._lines:
            lines.addWidget(line)
        self._more = TextLabel(theme, "", self._list, size=CAPTION, role="muted")
        lines.addWidget(self._more)
        self.preview = Section(theme, "", self._list)
        self.column.addWidget(self.preview)
        self.earlier.clicked.connect(model.older_prompt)
        self.edit.textChanged.connect(self._typed)
        self.edit.picture_pasted.connect(self.picture_pasted)
        self.edit.older_wanted.connect(model.older_prompt)
        self.edit.newer_wanted.connect(model.newer_prompt)

    def show_value(self) -> None:
        model = self._model
        prompt, limit = model.settings.prompt, model.offer.prompt_limit
        self.edit.show_text(prompt)
        longest = max((len(one) for one in model.outlook.prompts), default=len(prompt))
        count = figures.count(longest)
        self.counter.setText(ltr(f"{count} / {figures.count(limit)}") if limit else count)
        self.counter.setVisible(bool(prompt) or limit is not None)
        self.counter.setToolTip(self.tr("Characters"))
        self.counter.set_role("bad" if limit is not None and longest > limit else "muted")
        problem = model.problems.get("prompt", "")
        if problem and prompt.strip() and model.outlook.field == "prompt" and model.outlook.advice:
            problem = f"{problem} {model.outlook.advice}"
        self.say(problem if prompt.strip() else "")
        self._show_prompts(model.outlook.prompts)

    def _show_prompts(self, prompts: tuple[str, ...]) -> None:
        self.preview.setVisible(len(prompts) > 1)
        if len(prompts) < 2:
            return
        self.preview.set_title(self.tr("{0} prompts").format(figures.count(len(prompts))))
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(prompts))
            if place < len(prompts):
                line.setText(" ".join(prompts[place].split()))
        over = len(prompts) - _SHOWN
        self._more.setVisible(over > 0)
        self._more.setText(self.tr("and {0} more").format(figures.count(over)))

    def _typed(self) -> None:
        self._model.change(prompt=self.edit.toPlainText())


class NegativeField(FieldFrame):
    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        self.edit = GrowingText(theme, self.tr("Negative prompt"), 2, 6)
        super().__init__(theme, self.tr("Negative prompt"), self.edit, parent)
        self._model = model
        self.edit.setPlaceholderText(self.tr("What must not be in it"))
        self.edit.textChanged.connect(self._typed)

    def show_value(self) -> None:
        self.edit.show_text(self._model.settings.negative_prompt)
        self.say("", self._model.remark("negative_prompt"))

    def _typed(self) -> None:
        self._model.change(negative_prompt=self.edit.toPlainText())
