"""Replay: a log through the draft and through what is deployed, side by side, and the requests that would change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.models import short_name
from workbench.services.route_replay import Replay, Side
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.odds.results import Figures, Warnings
from workbench.ui.routes.panel import Panel
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.proof.rows import RowList
from workbench.ui.routes.replay.mix import Mix, Part
from workbench.ui.routes.replay.model import COUNTS, Deployer, Phase, Replayer, ReplayModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.figures import count, percent, seconds, usd
from workbench.ui.support.forms import Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.sentences import reason
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.work import RunningWork

_LEAST, _WIDE = 320, 560
"""From _WIDE on the figures stand beside the bars."""
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".txt", ".log")


class ReplayPanel(Panel):
    """Shows a ReplayModel. A log can be dropped on it."""

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        replay: Replayer,
        deployments: Deployer,
        notifier: Notifier,
        running: RunningWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = ReplayModel(document, replay, deployments, notifier, running, self)
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.source = CalmCombo(self)
        self.only = Switch(theme, self.tr("Only requests to this route"), self)
        self._only_words = TextLabel(theme, self.tr("only to this route"), self)
        self.file = button(self.tr("A log file…"), "", self)
        self.run = button(self.tr("Replay"), "primary", self)
        self.stop = button(self.tr("Cancel"), "", self)
        self.bar = QProgressBar(self)
        self.state = ElidedLabel(theme, "", self, role="muted")
        self.figures = FiguresSide(theme, self)
        self.changes = ChangesSide(theme, self.model, self)
        self.blank = Blank(theme, self)
        self._stack = QStackedWidget(self)
        self._build()
        self.setAcceptDrops(True)
        self.model.changed.connect(self._show)
        self.model.progressed.connect(self._progress)
        self.model.overlay_changed.connect(self._show_overlay)
        self._show()

    def opened(self) -> None:
        super().opened()
        self._show()
        self._show_overlay()

    def focus_first(self) -> None:
        (self.changes.list if self.model.changes.rows else self.run).setFocus()

    async def aclose(self) -> None:
        await self._tasks.aclose()
        await self.model.aclose()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _log_in(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (path := _log_in(event)) is not None:
            event.acceptProposedAction()
            self.model.set_path(path)

    def _build(self) -> None:
        self.source.setAccessibleName(self.tr("Requests to replay"))
        for many in COUNTS:
            self.source.addItem(self.tr("The last {0} requests").format(count(many)), many)
        self._only_words.setBuddy(self.only)
        self.only.setToolTip(self.tr("Leave out requests that were meant for a model or another route"))
        set_icon(self.file, self._theme, "file-up", "muted")
        self.file.setToolTip(
            self.tr("A log that was exported, from Cloudflare or from here: JSON, JSON Lines or CSV")
        )
        self.run.setToolTip(
            self.tr("Send them through the draft and what is deployed; no model is called (Ctrl+Enter)")
        )
        self.run.setShortcut("Ctrl+Return")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the replay is"))
        row = QHBoxLayout()
        row.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        row.setSpacing(INSIDE)
        for widget in (self.source, self.only, self._only_words, self.file):
            row.addWidget(widget)
        row.addWidget(self.state, 1)
        row.addWidget(self.bar)
        row.addWidget(self.stop)
        row.addWidget(self.run)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.figures)
        split.addWidget(self.changes)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([700, 480])
        self._full = split
        self._stack.addWidget(split)
        self._stack.addWidget(self.blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.source.activated.connect(self._take_count)
        self.only.clicked.connect(self.model.set_only_this_route)
        self.file.clicked.connect(self._ask_file)
        self.run.clicked.connect(self.model.run)
        self.stop.clicked.connect(self.model.stop)

        def dress() -> None:
            self.bar.setFixedWidth(self._theme.px(140))

        follow(self, self._theme, dress)

    @Slot()
    def _show(self) -> None:
        model = self.model
        running = model.phase is Phase.RUNNING
        had_focus = self.run.hasFocus() or self.stop.hasFocus()
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.run.setVisible(not running)
        if had_focus:
            (self.stop if running else self.run).setFocus()
        self.run.setText(
            self.tr("Replay again") if model.result is not None or model.problem else self.tr("Replay")
        )
        for widget in (self.source, self.only, self.file):
            widget.setEnabled(not running)
        if not running:
            self.bar.setValue(0)
        self.source.setCurrentIndex(-1 if model.path is not None else self.source.findData(model.count))
        self.source.setPlaceholderText(model.path.name if model.path is not None else "")
        self.only.setChecked(model.only_this_route)
        for part in (self.only, self._only_words):
            part.setVisible(model.path is None)
        self.state.setText(self._state_words())
        self.state.set_role("warn" if model.stale else "muted")
        found = model.result
        if found is not None and found.rows:
            self.figures.show_replay(found)
            self.changes.show_replay(found, model.alone)
            self._stack.setCurrentWidget(self._full)
        else:
            self._say_blank()
            self._stack.setCurrentWidget(self.blank)

    def _state_words(self) -> str:
        model = self.model
        found = model.result
        if model.phase is Phase.RUNNING:
            return self.tr("Sending them through, with no model asked…")
        if found is None or not found.rows:
            return ""
        if model.stale:
            return self.tr("The route was edited since; replay again to see what that changes.")
        return self.tr("Requests replayed: %n", "", found.rows)

    def _say_blank(self) -> None:
        model = self.model
        found, problem = model.result, model.problem
        if model.phase is Phase.RUNNING:
            self.blank.say("loader-circle", "accent", self.tr("Reading the log…"))
        elif problem is not None:
            self.blank.say("circle-alert", "bad", problem.what, reason(problem))
        elif found is not None:
            unused = _unused(found)
            why = unused or self.tr("Send some requests through the local gateway, or take an exported log.")
            self.blank.say("history", "muted", self.tr("There is no request to replay."), why)
        else:
            self.blank.say(
                "history",
                "muted",
                self.tr("See what would have happened."),
                self.tr(
                    "Requests that came before go through this draft and through what is deployed. No model is called, "
                    "so it costs nothing. Take the local gateway’s log, or drop one exported from Cloudflare here."
                ),
            )

    @Slot(float)
    def _progress(self, part: float) -> None:
        self.bar.setValue(round(part * 1000))

    @Slot()
    def _show_overlay(self) -> None:
        if self.in_front:
            self.document.show_overlay(self.model.overlay)

    @Slot(int)
    def _take_count(self, row: int) -> None:
        self.model.set_count(int(self.source.itemData(row)))

    @Slot()
    def _ask_file(self) -> None:
        self._tasks.start("file", self._choose_file())

    async def _choose_file(self) -> None:
        filters = self.tr("Logs (*.json *.jsonl *.ndjson *.csv);;All files (*)")
        for path in await open_files(self, self.tr("Replay a log"), filters=filters):
            self.model.set_path(Path(path))


class FiguresSide(QScrollArea):
    """Cost, errors, time and who answers, of both; what could not be used, and what to know of the rest."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("QScrollArea, QWidget#inner { background: transparent; }")
        self.table = Figures(theme, ["", self.tr("deployed"), self.tr("draft"), self.tr("change")], self)
        self.alone = Figures(theme, ["", self.tr("draft")], self)
        for table in (self.table, self.alone):
            table.setToolTip(
                self.tr(
                    "Tokens, times and failures are those of the log. Failures to expect: by how often the first model that "
                    "is asked failed in it."
                )
            )
        self.mix = Mix(theme, self.tr("Who answers"), self)
        self.notes = Warnings(theme, self)
        inner = QWidget(self)
        inner.setObjectName("inner")
        left = QVBoxLayout()
        left.setSpacing(RELATED)
        left.addWidget(self.table)
        left.addWidget(self.alone)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(INSIDE)
        title = TextLabel(theme, self.tr("Who answers"), inner, size=CAPTION + 1, weight=SEMIBOLD)
        right.addWidget(title)
        right.addWidget(self.mix)
        right.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(PADDING)
        self._sides.addLayout(left, 1)
        self._sides.addLayout(right, 1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, GRID, PADDING, RELATED)
        column.setSpacing(RELATED)
        column.addLayout(self._sides)
        column.addWidget(self.notes)
        column.addStretch(1)
        self.setWidget(inner)

        def dress() -> None:
            self.setMinimumWidth(theme.px(_LEAST))
            self._arrange()

        follow(self, theme, dress)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(_LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.viewport().width() >= self._theme.px(_WIDE)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._sides.setDirection(way)

    def show_replay(self, found: Replay) -> None:
        now, then = found.deployed, found.draft
        self.table.setVisible(now is not None)
        self.alone.setVisible(now is None)
        names = (
            self.tr("Cost"),
            self.tr("Nobody answers"),
            self.tr("Meet a model that failed"),
            self.tr("Failures to expect"),
            self.tr("Time on average"),
        )
        if now is None:
            self.alone.fill(list(zip(names, _cells(then), strict=True)))
        else:
            rows = zip(names, _cells(now), _cells(then), _changes(now, then), strict=True)
            self.table.fill(list(rows))
        self._show_mix(found)
        unused = _unused(found)
        unpriced = (
            self.tr(
                "The cost is without the requests to models of which no price is known: %n.",
                "",
                then.unpriced,
            )
            if then.unpriced
            else ""
        )
        self.notes.say([words for words in (unpriced, unused, *found.caveats) if words])

    def _show_mix(self, found: Replay) -> None:
        now, then = found.deployed, found.draft
        names = dict.fromkeys([*then.answers, *(now.answers if now is not None else ())])
        parts = [
            Part(
                short_name(name),
                then.answers.get(name, 0),
                None if now is None else now.answers.get(name, 0),
            )
            for name in names
        ]
        parts.sort(key=lambda part: -max(part.after, part.before or 0))
        if then.errors or (now is not None and now.errors):
            parts.append(Part(self.tr("nobody"), then.errors, None if now is None else now.errors, "bad"))
        self.mix.show_parts(parts, found.rows)


class ChangesSide(QWidget):
    """The requests that another model would answer; the one that is chosen lights its way."""

    def __init__(self, theme: Theme, model: ReplayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.title = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.all = button(self.tr("Show all ways"), "quiet", self)
        self.all.setToolTip(self.tr("How many requests go where, instead of this one’s way"))
        self.list = RowList(theme, self.tr("Requests that would change"), self)
        self.list.setModel(model.changes)
        self.nothing = TextLabel(theme, "", self, role="muted", wrap=True)
        self.nothing.setContentsMargins(RELATED, 0, RELATED, 0)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QHBoxLayout()
        top.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        top.addWidget(self.title, 1)
        top.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing, 1)
        self.list.selectionModel().currentChanged.connect(self._current)
        self.list.chosen.connect(model.choose)
        self.all.clicked.connect(self._show_all)
        model.overlay_changed.connect(self._show_chosen)
        self._show_chosen()
        follow(self, theme, lambda: self.setMinimumWidth(theme.px(_LEAST)))

    def show_replay(self, found: Replay, alone: str) -> None:
        """alone: why nothing is deployed to compare with."""
        listed = len(found.changes)
        self.list.setVisible(listed > 0)
        self.nothing.setVisible(not listed)
        if listed:
            words = self.tr("Answered by another model: %n", "", found.changed)
            if listed < found.changed:
                words = self.tr("{0}, the first {1} of them").format(words, count(listed))
            self.title.setText(words)
        else:
            self.title.setText(self.tr("Nothing would change") if not alone else self.tr("No comparison"))
            self.nothing.setText(alone or self.tr("Every request is answered by the same model as now."))

    @Slot(QModelIndex, QModelIndex)
    def _current(self, index: QModelIndex, _: QModelIndex) -> None:
        self._model.choose(index.row())

    @Slot()
    def _show_all(self) -> None:
        self.list.clearSelection()
        self._model.choose(-1)

    @Slot()
    def _show_chosen(self) -> None:
        self.all.setVisible(self._model.chosen is not None)


def _cells(side: Side) -> tuple[str, str, str, str, str]:
    return (
        usd(side.cost_usd),
        _share(side.errors, side.requests),
        _share(side.exposed, side.requests),
        _share(round(side.expected_failures), side.requests),
        "—" if side.mean_ms is None else seconds(side.mean_ms),
    )


def _changes(now: Side, then: Side) -> tuple[str, str, str, str, str]:
    return (
        _relative(now.cost_usd, then.cost_usd),
        _signed(then.errors - now.errors),
        _signed(then.exposed - now.exposed),
        _signed(round(then.expected_failures) - round(now.expected_failures)),
        "—" if now.mean_ms is None or then.mean_ms is None else _relative(now.mean_ms, then.mean_ms),
    )


def _share(many: int, of: int) -> str:
    return f"{count(many)} · {percent(many / of)}" if many and of else count(many)


def _signed(difference: int) -> str:
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return f"{sign}{count(abs(difference))}"


def _relative(before: float, after: float) -> str:
    if before == after:
        return "±0 %"
    if not before:
        return "—"
    part = (after - before) / before
    return f"{'+' if part > 0 else '−'}{percent(abs(part))}"


def _unused(found: Replay) -> str:
    if not found.unused:
        return ""
    rows = sum(one.count for one in found.unused)
    why = ", ".join(f"{one.why} ({count(one.count)})" for one in found.unused)
    words = QCoreApplication.translate("ReplayPanel", "Rows that could not be used: %n. {0}.", "", rows)
    return words.format(why)


def _log_in(event: QDropEvent) -> Path | None:
    """The one file that is dragged, where it looks like a log."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() in _ENDINGS else None
