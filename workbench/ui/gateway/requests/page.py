"""The page of requests: filters over the log, what is looked into beside it, and what stands there while there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.services.gateway_usage import WAYS, Place
from workbench.ui.gateway.requests.detail import DetailPanel
from workbench.ui.gateway.requests.filters import FilterBar
from workbench.ui.gateway.requests.model import Phase, RequestsModel
from workbench.ui.gateway.requests.table import RequestTable
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.dialogs import ask, save_file
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, PADDING, Theme, follow

_DETAIL = 392


class RequestsPage(QWidget):
    """Shows a RequestsModel. address: of the gateway, for the line that sends a first request."""

    def __init__(
        self, theme: Theme, model: RequestsModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.filters = FilterBar(theme, model, self)
        self.table = RequestTable(theme, model.rows, self)
        self.detail = DetailPanel(theme, model, self)
        self.foot = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self._stack = QStackedWidget(self)
        self._log = QSplitter(Qt.Orientation.Horizontal, self)
        self._build()
        self._connect()
        self.detail.hide()
        self.refresh()

    def set_address(self, address: str) -> None:
        """Where the gateway listens; the lines to try it follow."""
        curl = next(way for way in WAYS if way.id == "curl")
        self.first.set_text(curl.write(Place(address)))

    @Slot()
    def refresh(self) -> None:
        model = self.model
        self.filters.setVisible(not model.empty and model.phase in (Phase.READY, Phase.LOADING))
        # Not disabled meanwhile: the focus would go to whatever comes next.
        self.try_it.setText(self.tr("Sending…") if model.busy else self.tr("Send one now"))
        rows = model.rows.rowCount()
        asked = self.try_it.hasFocus()
        if model.phase is Phase.FAILED and model.problem is not None:
            self._trouble.say_trouble(model.problem)
            self._stack.setCurrentWidget(self._trouble)
        elif model.empty:
            self._stack.setCurrentWidget(self._empty)
        elif model.phase is Phase.READY and not rows:
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self._log)
            if asked:
                self.table.setFocus()
        self._count()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _build(self) -> None:
        self._log.addWidget(self.table)
        self._log.addWidget(self.detail)
        self._log.setStretchFactor(0, 1)
        self._log.setStretchFactor(1, 0)
        self._log.setChildrenCollapsible(False)
        self._log.setHandleWidth(1)
        follow(self.detail, self._theme, lambda: self.detail.setMinimumWidth(self._theme.px(300)))
        self.table.setMinimumSize(QSize(240, 120))
        self._empty = self._make_empty()
        self._nothing = Blank(self._theme, self)
        self._nothing.say("search", "muted", self.tr("No request fits the filter."))
        self._nothing.offer(self.tr("Clear the filter"), self.filters.clear.click)
        self._trouble = Blank(self._theme, self)
        self._trouble.offer(self.tr("Try again"), self.model.reload, "primary")
        for widget in (self._log, self._empty, self._nothing, self._trouble):
            self._stack.addWidget(widget)
        self.foot.setContentsMargins(PADDING, GRID, PADDING, GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self._stack, 1)
        column.addWidget(self.foot)

    def _make_empty(self) -> Blank:
        blank = Blank(self._theme, self)
        blank.say(
            "router",
            "accent",
            self.tr("Requests appear here as they come."),
            self.tr(
                "Chat uses this gateway already; so can your own programs. Each request shows who answered, "
                "which way it took, how long that took and what it cost."
            ),
        )
        self.first = CodeBlock(self._theme, self.tr("A first request"), blank)
        self.first.copied.connect(self._notifier.copied)
        blank.column.insertWidget(3, self.first)
        self.try_it = blank.offer(self.tr("Send one now"), self.model.ask_first, "primary")
        set_icon(self.try_it, self._theme, "play", "on_accent")
        return blank

    def _connect(self) -> None:
        model = self.model
        self.table.chosen.connect(model.select)
        self.detail.closed.connect(self._close_detail)
        self.detail.copied.connect(self._notifier.copied)
        self.filters.export_wanted.connect(self._export)
        self.filters.delete_wanted.connect(self._delete)
        model.changed.connect(self.refresh)
        model.selected_changed.connect(self._show_detail)
        model.rows.rowsInserted.connect(self._count)
        model.rows.modelReset.connect(self._count)
        for keys, run in (("Ctrl+F", self._focus_search), ("Ctrl+R", model.reload), ("Esc", self._escape)):
            on_keys(keys, self, run)
        on_keys("Ctrl+E", self, lambda: self._export(False))

    @Slot()
    def _count(self) -> None:
        model, parts = self.model, list[str]()
        if self._stack.currentWidget() is self._log:
            parts.append(self.tr("Requests: {0}").format(figures.count(model.rows.rowCount())))
            if model.query.narrowed:
                parts.append(self.tr("filtered"))
            if model.missed:
                parts.append(
                    self.tr("{0} came too fast to be shown at once").format(figures.count(model.missed))
                )
        self.foot.setText(" · ".join(parts))
        self.foot.setVisible(bool(parts))

    @Slot()
    def _show_detail(self) -> None:
        shown = self.model.selected is not None
        if shown and self.detail.isHidden():
            whole = self._log.width()
            wanted = min(self._theme.px(_DETAIL), max(300, whole // 2))
            self.detail.show()
            self._log.setSizes([max(1, whole - wanted), wanted])
        self.detail.setVisible(shown)

    @Slot()
    def _close_detail(self) -> None:
        self.table.clear_choice()
        self.table.setFocus()

    @Slot()
    def _escape(self) -> None:
        if self.model.selected is not None:
            self._close_detail()

    @Slot()
    def _focus_search(self) -> None:
        if self.filters.isVisible():
            self.filters.search.setFocus()
            self.filters.search.selectAll()

    @Slot(bool)
    def _export(self, as_table: bool) -> None:
        self._tasks.start("export", self._choose_file(as_table))

    @Slot()
    def _delete(self) -> None:
        self._tasks.start("delete", self._ask_to_delete())

    async def _choose_file(self, as_table: bool) -> None:
        suffix = "csv" if as_table else "json"
        filters = self.tr("Tables (*.csv)") if as_table else self.tr("JSON (*.json)")
        path = await save_file(self, self.tr("Export requests"), f"requests.{suffix}", filters=filters)
        if path:
            self.model.export(Path(path), as_table=as_table)

    async def _ask_to_delete(self) -> None:
        count = figures.count(self.model.rows.rowCount())
        narrowed = self.model.query.narrowed
        what = (
            self.tr("Delete the {0} requests that fit the filter?")
            if narrowed
            else self.tr("Delete all {0} requests?")
        )
        why = self.tr(
            "They leave the journal of the gateway “{0}” with their bodies, and cannot be brought back."
        )
        if await ask(
            self,
            what.format(count),
            why.format(self.model.query.gateway),
            accept=self.tr("Delete"),
            dangerous=True,
        ):
            self.model.delete()
