"""A replay: which log, what came of it through the draft and through what is deployed, and the requests that would change."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import (
    QDateTime,
    QLocale,
    QObject,
    Qt,
    Signal,
    Slot,
)

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.models import short_name
from workbench.domain.routes.elements import Kind, Route
from workbench.domain.routes.errors import RouteError
from workbench.services.route_replay import Change, Replay
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import NOTHING, Overlay, way_of
from workbench.ui.routes.proof.rows import ROW_ROLE, Row
from workbench.ui.support.figures import count, percent
from workbench.ui.support.listing import Index, Listing
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.work import RunningWork

LOCAL_ID = "local"
COUNTS = (100, 500, 2000)
"""How many of the last requests can be chosen."""


class Replayer(Protocol):
    """services.route_replay.RouteReplay."""

    async def of_journal(
        self,
        draft: Route,
        deployed: Route | None,
        *,
        count: int = ...,
        gateway: str = ...,
        route: str = ...,
        progress: Callable[[float], None] | None = ...,
    ) -> Replay: ...
    async def of_file(
        self,
        draft: Route,
        deployed: Route | None,
        path: Path,
        *,
        progress: Callable[[float], None] | None = ...,
    ) -> Replay: ...


class Deployer(Protocol):
    """services.deployments.Deployments."""

    async def live(self, target_id: str, name: str, gateway: str = "") -> Route: ...


class Phase(Enum):
    """READY: see result, and stale. FAILED: see problem."""

    IDLE = auto()
    RUNNING = auto()
    READY = auto()
    FAILED = auto()


class ReplayModel(QObject):
    """Signals: changed (phase, source, result or problem); progressed; overlay_changed."""

    changed = Signal()
    progressed = Signal(float)
    overlay_changed = Signal()

    def __init__(
        self,
        document: RouteDocument,
        replay: Replayer,
        deployments: Deployer,
        notifier: Notifier,
        running: RunningWork,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._replay = replay
        self._deployments = deployments
        self._running = running
        self.count = COUNTS[1]
        self.only_this_route = False
        """Of the journal, only requests to dynamic/{name}."""
        self.path: Path | None = None
        """A log that was exported, instead of the journal."""
        self.phase = Phase.IDLE
        self.result: Replay | None = None
        self.stale = False
        """The route was edited since."""
        self.problem: WorkbenchError | None = None
        self.alone = ""
        """Why there is nothing deployed to compare with; "" where there is."""
        self._run_number = 0
        self.changes = Changes(self)
        self.chosen: Change | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        document.edited.connect(self._edited)

    @property
    def overlay(self) -> Overlay:
        """The chosen request's way, else how many went where."""
        if self.chosen is not None and not self.stale:
            return way_of(self.chosen.visits_after)
        found = self.result
        if found is None or self.stale or not found.rows:
            return NOTHING
        side, total = found.draft, found.rows
        wires = {wire: many for wire, many in side.wires.items() if self.document.has_wire(wire)}
        return Overlay(
            figures={
                one.id: f"{count(many)} · {percent(many / total)}"
                for one in self.document.route.elements
                if one.kind is not Kind.START and (many := side.elements.get(one.id, 0))
            },
            flow={wire: many / total for wire, many in wires.items()},
            labels={wire: count(many) for wire, many in wires.items()},
        )

    def set_count(self, count: int) -> None:
        """The last so many requests of the local gateway."""
        self.count, self.path = count, None
        self.changed.emit()

    def set_path(self, path: Path) -> None:
        """A log in a file; it is replayed at once."""
        self.path = path
        self.run()

    def set_only_this_route(self, only: bool) -> None:
        self.only_this_route = only
        self.changed.emit()

    @Slot()
    def run(self) -> None:
        self._run_number += 1
        self._tasks.start("replay", self._run(self._run_number))

    @Slot()
    def stop(self) -> None:
        self._tasks.cancel("replay")

    def choose(self, row: int) -> None:
        """Light the way of that request; -1 for none."""
        listed = self.changes.rows
        chosen = listed[row] if 0 <= row < len(listed) else None
        if chosen is not self.chosen:
            self.chosen = chosen
            self.overlay_changed.emit()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _run(self, number: int) -> None:
        self.phase, self.problem, self.alone = Phase.RUNNING, None, ""
        self._say()
        work = self._running.add(self.tr("Replaying requests"), self.stop)

        def progress(part: float) -> None:
            if number == self._run_number and self.phase is Phase.RUNNING:
                work.set_progress(part)
                self.progressed.emit(part)

        try:
            draft = self.document.route
            found = await self._replayed(draft, await self._deployed(draft), progress)
            self._became(found, stale=self.document.route.elements is not draft.elements)
        except WorkbenchError as error:
            self.result, self.problem, self.phase = None, error, Phase.FAILED
            self._list(())
        finally:
            work.done()
            if number == self._run_number:
                if self.phase is Phase.RUNNING:  # stopped, or worse
                    self.phase = Phase.IDLE if self.result is None else Phase.READY
                self._say()

    async def _replayed(
        self, draft: Route, deployed: Route | None, progress: Callable[[float], None]
    ) -> Replay:
        if self.path is not None:
            return await self._replay.of_file(draft, deployed, self.path, progress=progress)
        only = draft.name if self.only_this_route else ""
        return await self._replay.of_journal(draft, deployed, count=self.count, route=only, progress=progress)

    async def _deployed(self, draft: Route) -> Route | None:
        """As it runs in the local gateway; None, and the reason in `alone`, where none does."""
        if not draft.name:
            self.alone = self.tr("The route has no name yet, so none of that name is deployed.")
            return None
        try:
            return await self._deployments.live(LOCAL_ID, draft.name)
        except RouteError as error:
            self.alone = self.tr("What is deployed cannot be read: {0}").format(error.what)
        except InvalidInput:
            self.alone = self.tr(
                "Nothing is deployed as “{0}” in the local gateway, so there is nothing to compare with."
            ).format(draft.name)
        except WorkbenchError as error:
            self.alone = self.tr("What is deployed could not be asked for: {0}").format(error.what)
        return None

    def _became(self, found: Replay, *, stale: bool) -> None:
        self.result, self.stale, self.phase = found, stale, Phase.READY
        self._list(found.changes)

    def _list(self, changes: tuple[Change, ...]) -> None:
        self.chosen = None
        self.changes.show(changes)

    def _say(self) -> None:
        self.changed.emit()
        self.overlay_changed.emit()

    @Slot(object)
    def _edited(self, edited: Edited) -> None:
        if edited.before.elements is not edited.after.elements and self.result is not None:
            self.stale = True
            self._say()


class Changes(Listing[Change]):
    """Requests that another model would answer."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        change = self.at(index)
        if change is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(change)
            case Qt.ItemDataRole.ToolTipRole:
                return self._both(change)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._title(change)}. {self._both(change)}"
        return self._row(change) if role == ROW_ROLE else None

    def _row(self, change: Change) -> Row:
        says = ", ".join(f"{key} {value}" for key, value in change.metadata.items())
        detail = " · ".join(part for part in (change.why_after, says, _moment(change.at)) if part)
        icon, role = ("arrow-right-left", "accent")
        if not change.after:
            icon, role = "circle-x", "bad"
        elif not change.before:
            icon, role = "circle-check", "good"
        return Row(self._title(change), detail, (icon, role))

    def _title(self, change: Change) -> str:
        return f"{self._short(change.before)} → {self._short(change.after)}"

    def _both(self, change: Change) -> str:
        now = self.tr("Now: {0}: {1}").format(change.before or self.tr("nobody"), change.why_before)
        then = self.tr("Then: {0}: {1}").format(change.after or self.tr("nobody"), change.why_after)
        return "\n".join((now, then, change.id))

    def _short(self, model: str) -> str:
        return short_name(model) or self.tr("nobody")


def _moment(at: float) -> str:
    if not at:
        return ""
    moment = QDateTime.fromMSecsSinceEpoch(round(at * 1000))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
