"""The notice bar: says things in place, steals no focus; and the history behind the bell."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QEvent, QLocale, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QEnterEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.shell.popover import Popover
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow

_VISIBLE = 3
_KEPT = 100
_BRIEF_MS, _ACTION_MS = 6_000, 12_000
_LOOKS = {
    Level.INFO: ("info", "accent"),
    Level.GOOD: ("circle-check", "good"),
    Level.WARN: ("triangle-alert", "warn"),
    Level.BAD: ("circle-alert", "bad"),
}


@dataclass(frozen=True)
class Said:
    """A notice, and when it was said."""

    notice: Notice
    at: QDateTime


class NoticeLog(QObject):
    """Everything that was said, newest first; `changed` when it grows or has been read."""

    changed = Signal()

    def __init__(self, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said: list[Said] = []
        self.unread = 0
        notifier.posted.connect(self._take)

    @property
    def said(self) -> tuple[Said, ...]:
        return tuple(self._said)

    def read(self) -> None:
        self.unread = 0
        self.changed.emit()

    @Slot(object)
    def _take(self, notice: Notice) -> None:
        self._said.insert(0, Said(notice, QDateTime.currentDateTime()))
        del self._said[_KEPT:]
        self.unread += 1
        self.changed.emit()


class NoticeRow(QWidget):
    """One notice: icon, what, why and what to do, a button, a cross. Signals: closed."""

    closed = Signal()

    def __init__(self, theme: Theme, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self._theme = theme
        icon, self._role = _LOOKS[notice.level]
        self.setAccessibleName(notice.text)
        self.setAccessibleDescription(notice.detail)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        mark = QLabel(self)
        follow(mark, theme, lambda: _dress_mark(mark, theme, icon, self._role))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(TextLabel(theme, notice.text, self, weight=SEMIBOLD, wrap=True))
        if notice.detail:
            words.addWidget(TextLabel(theme, notice.detail, self, wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE + GRID)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if notice.action is not None:
            act = button(notice.action_label, parent=self)
            act.clicked.connect(self._act)
            row.addWidget(act, 0, Qt.AlignmentFlag.AlignVCenter)
        close = IconButton(theme, "x", self.tr("Dismiss"), self)
        close.clicked.connect(self.closed)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ACTION_MS if notice.action is not None else _BRIEF_MS)
        self._timer.timeout.connect(self.closed)
        self._rest()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tint(self._role)))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _rest(self) -> None:
        if not self.notice.lasting:
            self._timer.start()

    @Slot()
    def _act(self) -> None:
        self.closed.emit()
        if self.notice.action is not None:
            self.notice.action()


def _dress_mark(mark: QLabel, theme: Theme, icon: str, role: str) -> None:
    """The icon, centred on the first line of the words beside it."""
    mark.setPixmap(pixmap(theme, icon, role))
    mark.setFixedHeight(QFontMetrics(theme.font(BODY, SEMIBOLD)).height())


class NoticeBar(QWidget):
    """At most three notices, the newest on top; a newer one with the same key replaces the older."""

    def __init__(self, theme: Theme, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[NoticeRow] = []
        self.setAccessibleName(self.tr("Notices"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        notifier.posted.connect(self.show_notice)
        notifier.withdrawn.connect(self.withdraw)
        self.hide()

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(row.notice for row in self._rows)

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        if notice.key:
            self.withdraw(notice.key)
        row = NoticeRow(self._theme, notice, self)
        row.closed.connect(self._closed)
        self._rows.insert(0, row)
        self._layout.insertWidget(0, row)
        for old in self._too_many():
            self._drop(old)
        self.show()
        # A screen reader says it where it is; the keyboard stays where the user has it.
        QAccessible.updateAccessibility(QAccessibleEvent(row, QAccessible.Event.Alert))

    @Slot(str)
    def withdraw(self, key: str) -> None:
        for row in [row for row in self._rows if row.notice.key == key]:
            self._drop(row)

    def dismiss_newest(self) -> bool:
        """True if there was one."""
        if self._rows:
            self._drop(self._rows[0])
            return True
        return False

    def _too_many(self) -> list[NoticeRow]:
        """What has to give way: passing ones first, the oldest of them first."""
        over = max(0, len(self._rows) - _VISIBLE)
        by_worth = sorted(reversed(self._rows[1:]), key=lambda row: row.notice.lasting)
        return by_worth[:over]

    @Slot()
    def _closed(self) -> None:
        row = self.sender()
        if isinstance(row, NoticeRow):
            self._drop(row)

    def _drop(self, row: NoticeRow) -> None:
        if row in self._rows:
            self._rows.remove(row)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
            self.setVisible(bool(self._rows))


class HistoryPopover(Popover):
    """What was said, newest first."""

    def __init__(self, theme: Theme, anchor: QWidget, log: NoticeLog) -> None:
        super().__init__(theme, anchor, width=400)
        self._log = log
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, INSIDE, 0)
        self._rows.setSpacing(INSIDE + GRID)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._list)
        self.body.addWidget(TextLabel(theme, self.tr("Notices"), self, weight=SEMIBOLD))
        self.body.addWidget(self._area)

    def open(self) -> None:
        self._fill()
        super().open()

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for said in self._log.said:
            self._rows.addWidget(self._row(said))
        if not self._log.said:
            nothing = self.tr("Nothing has been said yet. Failures and undo offers are kept here.")
            self._rows.addWidget(TextLabel(self.theme, nothing, self, role="muted", wrap=True))
        self._rows.addStretch(1)
        inner = self.theme.px(400) - 3 * PADDING
        height = self._rows.heightForWidth(inner) if self._rows.hasHeightForWidth() else 0
        self._area.setFixedHeight(min(max(height, self.theme.px(40)) + GRID, self.theme.px(380)))

    def _row(self, said: Said) -> QWidget:
        row = QWidget(self._list)
        icon, role = _LOOKS[said.notice.level]
        mark = QLabel(row)
        _dress_mark(mark, self.theme, icon, role)
        text = " ".join(part for part in (said.notice.text, said.notice.detail) if part)
        time = QLocale().toString(said.at.time(), QLocale.FormatType.ShortFormat)
        words = TextLabel(self.theme, text, row, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(INSIDE)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)
        when = TextLabel(self.theme, time, row, size=CAPTION, role="muted")
        layout.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        return row


class NoticesButton(IconButton):
    """The bell; a dot says that something new was said."""

    def __init__(self, theme: Theme, log: NoticeLog, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bell", "", parent)
        self._theme = theme
        self._log = log
        self._popover: HistoryPopover | None = None
        self.clicked.connect(self._open)
        log.changed.connect(self._refresh)
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._log.unread:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.tokens.canvas))
            painter.setBrush(QColor(self._theme.tokens.accent))
            middle = self.rect().center()
            painter.drawEllipse(middle.x() + 1, middle.y() - 8, 8, 8)

    @Slot()
    def _open(self) -> None:
        if self._popover is None:
            self._popover = HistoryPopover(self._theme, self, self._log)
        self._popover.toggle()
        self._log.read()

    @Slot()
    def _refresh(self) -> None:
        count = self._log.unread
        self.set_text(self.tr("Notices, %n new", "", count) if count else self.tr("Notices"))
        self.update()
