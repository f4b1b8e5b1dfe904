"""The page of the doctor."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.services.doctor import Check
from workbench.ui.doctor.model import DoctorModel, Fix, Stage
from workbench.ui.doctor.row import CheckRow
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.pages import Page
from workbench.ui.support.theme import (
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    TITLE,
    Theme,
    follow,
)

_WIDTH = 720


def set_kind(target: QPushButton, kind: str) -> None:
    """Change a button's kind (see support.stylesheet)."""
    if (target.property("kind") or "") != kind:
        target.setProperty("kind", kind)
        target.style().unpolish(target)
        target.style().polish(target)


class Summary(QFrame):
    """What the run comes to: all is well, or the first step that fails, why, and the button that mends it."""

    def __init__(self, theme: Theme, model: DoctorModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._icon = ("stethoscope", "accent")
        self._fix: Fix | None = None
        self.setProperty("kind", "card")
        self._mark = QLabel(self)
        self.what = TextLabel(theme, "", self, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, wrap=True)
        self.todo = TextLabel(theme, "", self, role="muted", wrap=True)
        for label in (self.what, self.why, self.todo):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fix = button("", "primary", self)
        self.fix.clicked.connect(self._apply)
        words = QVBoxLayout()
        words.setSpacing(GRID + 2)
        for widget in (self.what, self.why, self.todo):
            words.addWidget(widget)
        words.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeading)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        row.setSpacing(RELATED)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        follow(self, theme, self._dress)

    def refresh(self) -> None:
        model, failed = self._model, self._model.failed
        self._fix = None
        if failed is not None:
            self._fix = model.fix_for(failed)
            self._say(
                ("circle-x", "bad"),
                self.tr("First failing step: {0}").format(failed.label),
                " ".join(part for part in (failed.what, failed.why) if part),
                failed.fix,
            )
        elif model.stage is Stage.BROKEN and model.error is not None:
            self._say(("circle-alert", "bad"), model.error.what, model.error.why, model.error.fix)
        elif model.stage is Stage.RUNNING:
            done = self.tr("Steps done: {0}").format(len(model.checks))
            self._say(
                ("loader-circle", "accent"), self.tr("Checking {0}…").format(model.target.name), done, ""
            )
        elif model.stage is Stage.STOPPED:
            words = self.tr("Nothing was wrong so far.") if model.checks else ""
            self._say(("circle-slash", "muted"), self.tr("Stopped before the end."), words, "")
        elif model.stage is Stage.DONE and model.warnings:
            words = self.tr("Warnings, named below: {0}").format(model.warnings)
            self._say(("triangle-alert", "warn"), self.tr("It works."), words, "")
        elif model.stage is Stage.DONE:
            words = self.tr("All steps together took {0} ms.").format(f"{model.total_ms:.0f}")
            self._say(("circle-check", "good"), self.tr("Everything works."), words, "")
        else:
            self._say(
                ("stethoscope", "accent"),
                self.tr("Find out why a connection does not answer."),
                self.tr(
                    "The doctor walks from this machine to an answer: name, port, encryption, token, account, "
                    "permission, gateway, model, and a tiny request. It names the first step that fails."
                ),
                "",
            )

    def _say(self, icon: tuple[str, str], what: str, why: str, todo: str) -> None:
        self._icon = icon
        self.what.setText(what)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.todo.setText(todo)
        self.todo.setVisible(bool(todo))
        self.fix.setVisible(self._fix is not None)
        self.fix.setText(self._fix.label if self._fix is not None else "")
        self.setAccessibleName(what)
        self.setAccessibleDescription(" ".join(part for part in (why, todo) if part))
        self._dress()

    def _dress(self) -> None:
        name, role = self._icon
        self._mark.setPixmap(pixmap(self._theme, name, role, 20))

    @Slot()
    def _apply(self) -> None:
        if self._fix is not None:
            self._model.apply(self._fix)


class Checks(QFrame):
    """The rows, with hairlines between them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[CheckRow] = []
        self.setProperty("kind", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, GRID, 0, GRID)
        self._column.setSpacing(0)

    def show_checks(self, checks: tuple[Check, ...]) -> None:
        """Rows that are there already stay; a new run begins with an empty card."""
        if [row.check for row in self.rows] != list(checks[: len(self.rows)]):
            for row in self.rows:
                self._column.removeWidget(row)
                row.deleteLater()
            self.rows = []
        for check in checks[len(self.rows) :]:
            row = CheckRow(self._theme, check, self)
            self.rows.append(row)
            self._column.addWidget(row)
        self.setVisible(bool(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for row in self.rows[1:]:
            painter.fillRect(PADDING, row.y(), self.width() - 2 * PADDING, 1, QColor(self._theme.tokens.line))


class DoctorPage(QWidget):
    """Shows a DoctorModel."""

    def __init__(self, theme: Theme, model: DoctorModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.target = QComboBox(self)
        self.target.setAccessibleName(self.tr("Connection to check"))
        self.target.activated.connect(self._chosen)
        self.run = button(self.tr("Run"), "primary", self)
        self.run.clicked.connect(model.run)
        self.cancel = button(self.tr("Cancel"), "", self)
        self.cancel.clicked.connect(model.cancel)
        self.copy = button(self.tr("Copy report"), "quiet", self)
        set_icon(self.copy, theme, "copy", "muted")
        self.copy.clicked.connect(self._copy)
        self.summary = Summary(theme, model, self)
        self.checks = Checks(theme, self)
        self._build()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(model.run)
        model.changed.connect(self.refresh)
        self.refresh()

    def page(self) -> Page:
        """What the window needs of it; closing it closes the model too."""
        return Page(self, focus=self.run.setFocus, aclose=self._model.aclose)

    @Slot()
    def refresh(self) -> None:
        model = self._model
        running = model.stage is Stage.RUNNING
        with QSignalBlocker(self.target):
            self.target.clear()
            for one in model.targets:
                self.target.addItem(one.name, one.id)
            self.target.setCurrentIndex(max(0, self.target.findData(model.target.id)))
        self.target.setEnabled(not running)
        self.run.setVisible(not running)
        self.run.setText(self.tr("Run again") if model.checks else self.tr("Run"))
        mends = model.failed is not None and model.fix_for(model.failed) is not None
        set_kind(self.run, "" if mends else "primary")  # one primary action at a time
        self.cancel.setVisible(running)
        self.copy.setVisible(bool(model.checks) and not running)
        self.summary.refresh()
        self.checks.show_checks(model.checks)

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        column.setSpacing(PADDING)
        column.addWidget(TextLabel(self._theme, self.tr("Doctor"), inner, size=TITLE, weight=SEMIBOLD))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.target)
        row.addWidget(self.run)
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self.copy)
        column.addLayout(row)
        column.addWidget(self.summary)
        column.addWidget(self.checks)
        column.addStretch(1)
        outer = QWidget()
        centre = QHBoxLayout(outer)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addWidget(inner, 1)
        centre.addStretch(0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(outer)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        follow(inner, self._theme, lambda: inner.setMaximumWidth(self._theme.px(_WIDTH)))
        follow(self.target, self._theme, lambda: self.target.setMinimumWidth(self._theme.px(220)))

    @Slot(int)
    def _chosen(self, row: int) -> None:
        self._model.choose(self.target.itemData(row))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.report())
