"""The notice bar: says things in place, steals no focus; and the bell with what was said before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.support.buttons import IconButton
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import INSIDE, PADDING, Theme

if TYPE_CHECKING:
    from PySide6.QtCore import QDateTime

    from workbench.ui.shell.notice_history import HistoryPopover
    from workbench.ui.shell.notice_row import NoticeRow

_VISIBLE = 3
_KEPT = 100
_TOAST = 480


class Said(NamedTuple):
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
        from PySide6.QtCore import QDateTime

        self._said.insert(0, Said(notice, QDateTime.currentDateTime()))
        del self._said[_KEPT:]
        self.unread += 1
        self.changed.emit()


class NoticeBar(QWidget):
    """At most three notices, the newest on top; a newer one with the same key replaces the older, and what is said again stands once.

    takes: which of the notices are shown here.
    """

    floats = False

    def __init__(
        self,
        theme: Theme,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        takes: Callable[[Notice], bool] = lambda notice: True,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._takes = takes
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
        from PySide6.QtGui import QAccessible, QAccessibleEvent

        from workbench.ui.shell.notice_row import NoticeRow

        if notice.key:
            self.withdraw(notice.key)
        if not self._takes(notice):
            return
        for again in [row for row in self._rows if row.notice == notice]:
            self._drop(again)
        row = NoticeRow(self._theme, notice, self, floats=self.floats)
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
        for row in self._rows:
            if row is self.sender():
                self._drop(row)
                return

    def _drop(self, row: NoticeRow) -> None:
        if row in self._rows:
            self._rows.remove(row)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
            self.setVisible(bool(self._rows))


class Toasts(NoticeBar):
    """What passes by itself: it floats at the head of its parent, so that nothing moves under the pointer.

    Not at the foot: there is what one presses next.
    """

    floats = True

    def __init__(self, theme: Theme, notifier: Notifier, parent: QWidget) -> None:
        super().__init__(theme, notifier, parent, takes=lambda notice: not notice.lasting)
        self._ground = parent
        self._layout.setSpacing(INSIDE)
        parent.installEventFilter(self)

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        super().show_notice(notice)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A page that opens now is put on top of its siblings.
        if self._rows and event.type() in (
            QEvent.Type.Resize,
            QEvent.Type.LayoutRequest,
            QEvent.Type.ChildAdded,
        ):
            self._place()
        return False

    def _drop(self, row: NoticeRow) -> None:
        super()._drop(row)
        self._place()

    def _place(self) -> None:
        room = self._ground.rect()
        width = max(1, min(self._theme.px(_TOAST), room.width() - 2 * PADDING))
        heights = [max(row.heightForWidth(width), row.minimumSizeHint().height()) for row in self._rows]
        height = sum(heights) + self._layout.spacing() * max(0, len(heights) - 1)
        self.setGeometry((room.width() - width) // 2, INSIDE, width, height)
        self.raise_()


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
            from workbench.ui.shell.notice_history import HistoryPopover

            self._popover = HistoryPopover(self._theme, self, self._log)
        self._popover.toggle()
        self._log.read()

    @Slot()
    def _refresh(self) -> None:
        count = self._log.unread
        self.set_text(self.tr("Notices, %n new", "", count) if count else self.tr("Notices"))
        self.update()
