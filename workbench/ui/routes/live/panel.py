"""The live panel: the route at work in the local gateway, request by request."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from workbench.domain.journal import LogRow
from workbench.services.route_watch import Passed
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.live.model import LiveModel, Phase
from workbench.ui.routes.panel import Panel
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, button
from workbench.ui.support.icons import icon, set_icon
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, Theme
from workbench.ui.support.timers import once

_AT_ONCE_MS = 50
"""Rows that come within this are shown together."""
_PASSED = Qt.ItemDataRole.UserRole


class LivePanel(Panel):
    """Shows a LiveModel. Signals: wires_passed (frozenset of wires that a request has just taken)."""

    wires_passed = Signal(object)

    def __init__(
        self, theme: Theme, document: RouteDocument, model: LiveModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = model
        self.state = ElidedLabel(theme, "", self, role="muted")
        self.watch = button(self.tr("Watch"), "", self)
        self.send = button(self.tr("Send one"), "", self)
        self.send.setToolTip(self.tr("Sends the dry run’s request to the local gateway"))
        self.clear = IconButton(theme, "rotate-ccw", self.tr("Count from zero"), self)
        self.rows = QTreeWidget(self)
        self.blank = Blank(theme, self)
        self._send_from_blank = self.blank.offer(self.tr("Send one"), self._send_one, "primary")
        self._again = self.blank.offer(self.tr("Try again"), model.start)
        self._stack = QStackedWidget(self)
        self._late = once(self, _AT_ONCE_MS, self._show)
        self._shown: list[Passed] = []
        self._build()
        model.changed.connect(self._changed)
        model.added.connect(self._added)
        model.sent_changed.connect(self._changed)
        model.overlay_changed.connect(self._show_overlay)

    def opened(self) -> None:
        super().opened()
        self.model.start()
        self._show()
        self._show_overlay()

    def left(self) -> None:
        """It goes on counting, so that what passes meanwhile is there afterwards."""
        self._late.stop()
        super().left()

    def focus_first(self) -> None:
        (self.rows if self.model.passed else self._send_from_blank).setFocus()

    async def aclose(self) -> None:
        self._late.stop()
        await self.model.aclose()

    def _build(self) -> None:
        set_icon(self.send, self._theme, "send")
        row = QHBoxLayout()
        row.setContentsMargins(PADDING, INSIDE, PADDING, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self.state, 1)
        for widget in (self.clear, self.send, self.watch):
            row.addWidget(widget)
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setAccessibleName(self.tr("Requests that passed, newest first"))
        self.rows.setHeaderLabels(
            [
                self.tr("Time"),
                self.tr("Answered by"),
                self.tr("Way"),
                self.tr("Status"),
                self.tr("Took"),
                self.tr("Cost"),
            ]
        )
        self._stack.addWidget(self.rows)
        self._stack.addWidget(self.blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        beside = QHBoxLayout()
        beside.setContentsMargins(RELATED, 0, 0, 0)
        beside.addWidget(self._stack)
        column.addLayout(beside, 1)
        self.watch.clicked.connect(self._toggle)
        self.send.clicked.connect(self._send_one)
        self.clear.clicked.connect(self._clear)
        self.rows.itemSelectionChanged.connect(self._choose)
        on_keys("Esc", self.rows, self.rows.clearSelection, HERE)

    @Slot()
    def _changed(self) -> None:
        if self.in_front and not self._late.isActive():
            self._late.start()

    @Slot(object)
    def _added(self, passed: Passed) -> None:
        if self.in_front and passed.trace is not None:
            visits = passed.trace.visits
            self.wires_passed.emit(frozenset((visit.element, visit.port) for visit in visits if visit.port))

    @Slot()
    def _show(self) -> None:
        model = self.model
        idle = model.phase is Phase.IDLE
        self.watch.setText(self.tr("Watch") if idle else self.tr("Stop"))
        self.send.setEnabled(not model.sending)
        self.state.setText(self._state_words())
        self._show_rows()
        if not model.passed:
            self._say_blank()
        self._stack.setCurrentWidget(self.rows if model.passed else self.blank)

    def _state_words(self) -> str:
        model = self.model
        if model.problem is not None:
            return model.problem.what
        words = self.tr("Requests through dynamic/{0}: %n", "", model.total).format(model.route_name)
        if model.total > model.traced:
            words += " · " + self.tr("%n without a trace", "", model.total - model.traced)
        if model.missed:
            words += " · " + self.tr("%n came too fast to be listed", "", model.missed)
        return words

    def _say_blank(self) -> None:
        model = self.model
        self._again.setVisible(model.problem is not None)
        self._send_from_blank.setVisible(model.problem is None)
        if model.problem is not None:
            self.blank.say_trouble(model.problem)
        elif model.phase is Phase.STARTING:
            self.blank.say("loader-circle", "accent", self.tr("Looking what has passed…"))
        else:
            self.blank.say(
                "activity",
                "muted",
                self.tr("Nothing has passed dynamic/{0} yet.").format(model.route_name),
                self.tr(
                    "Deploy it to the local gateway, then call it from your program, or send one from here."
                ),
            )

    def _show_rows(self) -> None:
        wanted = list(reversed(self.model.passed))
        if wanted == self._shown:
            return
        kept = self.model.chosen
        self.rows.blockSignals(True)
        self.rows.clear()
        for passed in wanted:
            item = self._row(passed)
            self.rows.addTopLevelItem(item)
            if passed is kept:
                self.rows.setCurrentItem(item)
        self.rows.blockSignals(False)
        self._shown = wanted
        for column in range(self.rows.columnCount()):
            self.rows.resizeColumnToContents(column)

    def _row(self, passed: Passed) -> QTreeWidgetItem:
        row, trace = passed.row, passed.trace
        ports = " → ".join(visit.port for visit in trace.visits if visit.port) if trace is not None else "—"
        who = f"{row.provider}/{row.model}" if row.success else row.error or self.tr("nobody")
        item = QTreeWidgetItem(
            [
                _time(row),
                who,
                ports,
                str(row.status_code),
                self.tr("{0} ms").format(QLocale().toString(round(row.duration_ms))),
                "" if row.cost is None else f"${row.cost:.6f}".rstrip("0").rstrip("."),
            ]
        )
        item.setIcon(1, icon(self._theme, "check" if row.success else "x", "good" if row.success else "bad"))
        item.setData(0, _PASSED, passed)
        return item

    @Slot()
    def _show_overlay(self) -> None:
        if self.in_front:
            self.document.show_overlay(self.model.overlay)

    @Slot()
    def _choose(self) -> None:
        chosen = self.rows.selectedItems()  # what has the keyboard alone is not chosen
        passed = chosen[0].data(0, _PASSED) if chosen else None
        self.model.choose(passed if isinstance(passed, Passed) else None)

    @Slot()
    def _clear(self) -> None:
        self.model.clear()
        self._show()

    @Slot()
    def _toggle(self) -> None:
        if self.model.phase is Phase.IDLE:
            self.model.start()
        else:
            self.model.stop()
        self._show()

    @Slot()
    def _send_one(self) -> None:
        self.model.send(1)


def _time(row: LogRow) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(round(row.created_at * 1000))
    return moment.toString("HH:mm:ss.zzz")
