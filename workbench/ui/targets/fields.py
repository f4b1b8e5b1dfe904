"""The parts of the connection form: fields with their words around them."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow


class Message(QWidget):
    """A sentence under a field: help in muted type, or a problem with an icon."""

    def __init__(self, theme: Theme, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = help
        self._icon = QLabel(self)
        self._text = TextLabel(theme, help, self, size=CAPTION + 1, role="muted", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        follow(self, theme, lambda: self._icon.setPixmap(pixmap(theme, "circle-alert", "bad", 14)))
        self._icon.hide()
        self.setVisible(bool(help))

    @property
    def text(self) -> str:
        return self._text.text()

    def set_help(self, help: str) -> None:
        self._help = help
        if self._icon.isHidden():
            self.set_problem("")

    def set_problem(self, problem: str) -> None:
        """A sentence to show in place of the help; "" brings the help back."""
        self._text.setText(problem or self._help)
        self._text.set_role("bad" if problem else "muted")
        self._icon.setVisible(bool(problem))
        self.setVisible(bool(problem or self._help))


class Field(QWidget):
    """A label above, a line to type in, help or a problem below. Signals: edited (text, by the user)."""

    edited = Signal(str)

    def __init__(self, theme: Theme, label: str, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = TextLabel(theme, label, self, weight=SEMIBOLD)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(label)
        self.line.textEdited.connect(self.edited)
        self.label.setBuddy(self.line)
        self.message = Message(theme, help, self)
        self.row = QHBoxLayout()
        self.row.setSpacing(INSIDE)
        self.row.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.label)
        column.addLayout(self.row)
        column.addWidget(self.message)
        self.column = column
        self._describe()

    def set_text(self, text: str) -> None:
        """What the model has; does not come back as `edited`, and leaves the cursor where it is when nothing changed."""
        if self.line.text() != text:
            self.line.setText(text)

    def set_problem(self, problem: str) -> None:
        self.message.set_problem(problem)
        if self.line.property("invalid") != bool(problem):
            self.line.setProperty("invalid", bool(problem))
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)
        self._describe()

    def _describe(self) -> None:
        self.line.setAccessibleDescription(self.message.text)


class SecretField(Field):
    """A field that takes a secret and never gives it back. Signals: removal_wanted (bool)."""

    removal_wanted = Signal(bool)

    def __init__(self, theme: Theme, label: str, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, label, help, parent)
        self._theme = theme
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = QAction(self.tr("Show what is typed"), self.line)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show_typed)
        self.line.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._remove = button(self.tr("Remove"), "quiet", self)
        self._remove.clicked.connect(self._toggle_removal)
        self.row.addWidget(self._remove)
        self._removed = False
        self._show_typed(False)

    def show_state(self, *, stored: bool, removed: bool, typed: str, where: str) -> None:
        """where: how a stored secret is kept, as a sentence."""
        self._removed = removed and stored
        self.set_text(typed)
        if self._removed:
            self.line.setPlaceholderText(self.tr("Will be removed when you save"))
        elif stored:
            self.line.setPlaceholderText(where + " " + self.tr("Type to replace it."))
        else:
            self.line.setPlaceholderText(self.tr("Paste it here"))
        self._remove.setVisible(stored)
        self._remove.setText(self.tr("Keep") if self._removed else self.tr("Remove"))
        self._remove.setAccessibleName(f"{self._remove.text()}: {self.label.text()}")
        self._eye.setVisible(bool(typed))

    @Slot(bool)
    def _show_typed(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        set_icon(self._eye, self._theme, "eye-off" if shown else "eye", "muted")
        self._eye.setText(self.tr("Hide what is typed") if shown else self.tr("Show what is typed"))

    @Slot()
    def _toggle_removal(self) -> None:
        self.removal_wanted.emit(not self._removed)


class CodeLine(QWidget):
    """A value to read and copy: an address, an id."""

    def __init__(self, theme: Theme, label: str, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = TextLabel(theme, label, self, weight=SEMIBOLD)
        self.line = QLineEdit(self)
        self.line.setReadOnly(True)
        self.line.setAccessibleName(label)
        self.label.setBuddy(self.line)
        follow(self.line, theme, lambda: self.line.setFont(theme.mono()))
        self._copy = IconButton(theme, "copy", self.tr("Copy {0}").format(label), self)
        self._copy.clicked.connect(self._put_on_clipboard)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.line, 1)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.label)
        column.addLayout(row)
        column.addWidget(Message(theme, help, self))

    def set_text(self, text: str) -> None:
        if self.line.text() != text:
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self._copy.setEnabled(bool(text))

    @Slot()
    def _put_on_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self.line.text())


class Link(QPushButton):
    """Opens a page in the browser."""

    def __init__(self, theme: Theme, text: str, address: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.address = address
        self.setProperty("kind", "quiet")
        self.setAutoDefault(False)
        self.setToolTip(address)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        set_icon(self, theme, "external-link", "muted", 14)
        self.clicked.connect(self._open)

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.address))
