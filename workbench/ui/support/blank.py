"""A page, or a part of one, without contents: what it is about, why it is empty, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.sentences import Told, reason
from workbench.ui.support.theme import GROUPS, INSIDE, RELATED, SEMIBOLD, TITLE, Theme, follow


class Blank(QWidget):
    """A page without contents: an icon, what it is about, why, and what can be done. add: widgets under the words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = ("router", "muted")
        self._mark = QLabel(self)
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.what = TextLabel(theme, "", self, size=TITLE, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, role="muted", wrap=True)
        for label in (self.what, self.why):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(INSIDE)
        inner = QWidget(self)
        self.column = QVBoxLayout(inner)
        self.column.setSpacing(RELATED)
        self.column.addWidget(self._mark)
        self.column.addWidget(self.what)
        self.column.addWidget(self.why)
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addLayout(self.buttons)
        centred.addStretch(1)
        self.column.addLayout(centred)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        whole.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 20)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(3)
        follow(inner, theme, lambda: inner.setMaximumWidth(theme.px(560)))
        follow(self, theme, self._dress)

    def say(self, icon: str, role: str, what: str, why: str = "") -> None:
        self._icon = (icon, role)
        self.what.setText(what)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.setAccessibleName(what)
        self.setAccessibleDescription(why)
        self._dress()

    def say_trouble(self, trouble: Told) -> None:
        """What should be here failed."""
        self.say("circle-alert", "bad", trouble.what, reason(trouble))

    def offer(self, text: str, run: Callable[[], object], kind: str = "") -> QPushButton:
        made = button(text, kind, self)
        made.clicked.connect(lambda: run())
        self.buttons.addWidget(made)
        return made

    def _dress(self) -> None:
        name, role = self._icon
        self._mark.setPixmap(pixmap(self._theme, name, role, 32))


class BlankPage(QScrollArea):
    """A Blank that scrolls where there is no room for all of it; the keyboard goes through it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blank = Blank(theme, self)
        self.setWidget(self.blank)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
