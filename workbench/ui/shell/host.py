"""The place where pages are shown: each is built when it is first opened, and until then says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.theme import (
    CARD_RADIUS,
    GROUPS,
    INSIDE,
    PADDING,
    RADIUS,
    ROW,
    Theme,
)

if TYPE_CHECKING:
    from workbench.ui.support.pages import Page

_SAY_AFTER_MS = 500


class Skeleton(QWidget):
    """The outline of a page to come. Nothing moves; after half a second it says what it waits for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._say)
        self._timer.start(_SAY_AFTER_MS)

    def _say(self) -> None:
        self._words = self.tr("Opening your conversations…")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens, painter = self._theme, self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = min(260, self.width() // 3)
        left = self.width() - side if rtl else 0
        painter.fillRect(left, 0, side, self.height(), QColor(tokens.surface))
        painter.fillRect(left if rtl else side - 1, 0, 1, self.height(), QColor(tokens.line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover("surface")))
        for row, share in enumerate((0.8, 0.55, 0.7, 0.6, 0.75)):
            width = round((side - 2 * PADDING) * share)
            at = self.width() - PADDING - width if rtl else PADDING
            painter.drawRoundedRect(at, 64 + row * (ROW + INSIDE), width, 12, RADIUS, RADIUS)
        inner = self.width() - side
        width = min(inner - 2 * GROUPS, theme.px(760))
        at = (0 if rtl else side) + (inner - width) // 2
        painter.setPen(QColor(tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(at, self.height() - 96, width, 72, CARD_RADIUS, CARD_RADIUS)
        if self._words:
            painter.setPen(QColor(tokens.muted))
            painter.drawText(at, 0, width, self.height() - 120, Qt.AlignmentFlag.AlignCenter, self._words)


class PageHost(QStackedWidget):
    """Pages by id. Signals: built (id), failed (Exception that is no WorkbenchError)."""

    built = Signal(str)
    failed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._builders: dict[str, Callable[[], Page]] = {}
        self._pages: dict[str, Page] = {}
        self._problem: tuple[WorkbenchError, Callable[[], None] | None] | None = None
        self._open = ""
        self._stand_in: QWidget = Skeleton(theme, self)
        self.addWidget(self._stand_in)

    @property
    def pages(self) -> dict[str, Page]:
        """What has been built so far."""
        return dict(self._pages)

    @property
    def current(self) -> Page | None:
        return self._pages.get(self._open)

    def set_builder(self, page_id: str, build: Callable[[], Page]) -> None:
        """How a page is made; an open one that waited for it is made at once."""
        self._builders[page_id] = build
        if page_id == self._open:
            self.open(page_id)

    def set_problem(
        self,
        error: Exception,
        retry: Callable[[], None] | None,
        mend: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Pages that cannot be shown show this from now on. A bug is told without its innards. mend: a button's label, and what it does."""
        from workbench.ui.shell.problem import Problem

        if not isinstance(error, WorkbenchError):
            error = WorkbenchError(
                self.tr("This could not be opened."),
                why=self.tr("Something went wrong inside the workbench ({0}).").format(type(error).__name__),
                fix=self.tr("Your work is kept. Try again; the log has the details."),
            )
        self._show_stand_in(Problem(self._theme, error, retry, mend))

    def clear_problem(self) -> None:
        self._show_stand_in(Skeleton(self._theme))

    def open(self, page_id: str) -> Page | None:
        """Show a page, building it first if need be; None while it cannot be built yet."""
        self._open = page_id
        page = self._pages.get(page_id)
        if page is None and page_id in self._builders:
            page = self._build(page_id)
        self.setCurrentWidget(page.widget if page is not None else self._stand_in)
        return page

    def _build(self, page_id: str) -> Page | None:
        try:
            page = self._builders[page_id]()
        except Exception as error:  # noqa: BLE001  the edge: one page must not take the others with it
            if not isinstance(error, WorkbenchError):
                self.failed.emit(error)
            self.set_problem(error, lambda: self._again(page_id))
            return None
        self._pages[page_id] = page
        self.addWidget(page.widget)
        self.built.emit(page_id)
        return page

    def _again(self, page_id: str) -> None:
        self.open(page_id)

    def _show_stand_in(self, widget: QWidget) -> None:
        old, self._stand_in = self._stand_in, widget
        self.addWidget(widget)
        if self.currentWidget() is old:
            self.setCurrentWidget(widget)
        self.removeWidget(old)
        old.deleteLater()
