"""Bringing the route to a gateway: what would change there, who deployed what, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.routes.elements import Route
from workbench.domain.targets import Target
from workbench.services.deployment_plan import Plan, Step
from workbench.services.deployments import Deployed, Version
from workbench.services.route_watch import Smoke
from workbench.ui.routes.deploy.differences import marks_of
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import NOTHING, Overlay
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

LOCAL_ID = "local"
_COMPARE_AFTER_MS = 600


class Deployer(Protocol):
    """services.deployments.Deployments."""

    async def plan(self, target_id: str, route: Route, gateway: str = "") -> Plan: ...
    async def deploy(
        self,
        target_id: str,
        route: Route,
        gateway: str = "",
        *,
        in_spite_of_errors: bool = False,
        note: str = "",
        seen: Plan | None = None,
    ) -> Deployed: ...
    async def versions(self, target_id: str, name: str, gateway: str = "") -> tuple[Version, ...]: ...
    async def roll_back(
        self, target_id: str, name: str, version: str, gateway: str = "", *, note: str = ""
    ) -> Version: ...
    async def of_version(self, target_id: str, name: str, version_id: str, gateway: str = "") -> Route: ...


class Smoker(Protocol):
    """Sends a route's first request after it was deployed: services.route_watch.RouteWatch, with the request chosen."""

    async def smoke(self, target_id: str, route: Route, gateway: str = "") -> Smoke: ...


class Phase(StrEnum):
    """STALE: the route was edited since it was compared."""

    NOT_READ = "not-read"
    READING = "reading"
    READY = "ready"
    STALE = "stale"
    DEPLOYING = "deploying"
    SMOKING = "smoking"


class DeployModel(QObject):
    """Signals: changed; compared (Route or None: an earlier version to hold the canvas against)."""

    changed = Signal()
    compared = Signal(object)

    def __init__(
        self,
        document: RouteDocument,
        targets: Callable[[], Sequence[Target]],
        deployer: Deployer,
        smoker: Smoker,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """targets: those the user has, whatever they can do."""
        super().__init__(parent)
        self._document = document
        self._all_targets = targets
        self._deployer = deployer
        self._smoker = smoker
        self.target_id = LOCAL_ID
        self.gateway = ""
        self.note = ""
        self.phase = Phase.NOT_READ
        self.plan: Plan | None = None
        self.versions: tuple[Version, ...] = ()
        self.problem: WorkbenchError | None = None
        self.smoke: Smoke | None = None
        self.done: Deployed | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._timer = once(self, _COMPARE_AFTER_MS, self.read)
        document.edited.connect(self._edited)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Those that routes can be deployed to."""
        return tuple(target for target in self._all_targets() if target.can.cloudflare_api)

    @property
    def target(self) -> Target | None:
        return next((target for target in self.targets if target.id == self.target_id), None)

    @property
    def busy(self) -> bool:
        return self.phase in (Phase.READING, Phase.DEPLOYING, Phase.SMOKING)

    @property
    def can_deploy(self) -> bool:
        return self.phase is Phase.READY and self.plan is not None and self.plan.step is not Step.NOTHING

    @property
    def overlay(self) -> Overlay:
        """What would change, on the canvas."""
        plan = self.plan
        if plan is None or plan.running is None:
            return NOTHING
        return marks_of(plan.running, self._document.route, plan.differences)

    def choose(self, target_id: str, gateway: str = "") -> None:
        """Another place; gateway "" is the target's own."""
        if (target_id, gateway) != (self.target_id, self.gateway):
            self.target_id, self.gateway = target_id, gateway
            self.plan, self.versions, self.smoke, self.done = None, (), None, None
            self.compared.emit(None)
            self.read()

    @Slot()
    def read(self) -> None:
        """Look what is there now, and compare."""
        self._timer.stop()
        self.done = self.smoke = None
        self._tasks.start("deploy", self._read())

    @Slot()
    def deploy(self, *, in_spite_of_errors: bool = False) -> None:
        if self.plan is not None:
            self._tasks.start("deploy", self._deploy(self.plan, in_spite_of_errors))

    def roll_back(self, version: Version) -> None:
        """Let an earlier version run again."""
        self._tasks.start("deploy", self._roll_back(version))

    def compare_with(self, version: Version | None) -> None:
        """Hold the canvas against this version; None ends that."""
        self._tasks.start("compare", self._compare(version))

    @Slot()
    def stop(self) -> None:
        """What is sent cannot be taken back, so afterwards it is read again."""
        was_changing = self.phase in (Phase.DEPLOYING, Phase.SMOKING)
        self._tasks.cancel("deploy")
        self.plan, self.versions = None, ()
        self._set(Phase.NOT_READ)
        if was_changing:
            self.read()

    async def aclose(self) -> None:
        self._timer.stop()
        await self._tasks.aclose()

    def left(self) -> None:
        """Nobody looks any more; a comparison that waits is not made."""
        self._timer.stop()

    async def _read(self) -> None:
        self.problem = None
        self._set(Phase.READING)
        route = self._document.route
        try:
            self.plan = await self._deployer.plan(self.target_id, route, self.gateway)
            self.versions = await self._versions(self.plan)
        except WorkbenchError as error:
            self.plan, self.versions, self.problem = None, (), error
            self._set(Phase.NOT_READ)
            return
        self._set(Phase.READY if self._document.route is route else Phase.STALE)
        if self.phase is Phase.STALE:
            self._compare_later()

    async def _versions(self, plan: Plan) -> tuple[Version, ...]:
        if plan.before is None:
            return ()
        return await self._deployer.versions(self.target_id, plan.name, self.gateway)

    async def _deploy(self, plan: Plan, in_spite_of_errors: bool) -> None:
        route = self._document.route
        self.problem = self.smoke = self.done = None
        self._set(Phase.DEPLOYING)
        try:
            self.done = await self._deployer.deploy(
                self.target_id,
                route,
                self.gateway,
                in_spite_of_errors=in_spite_of_errors,
                note=self.note,
                seen=plan,
            )
        except WorkbenchError as error:
            await self._tell_truth(error)
            return
        self.note = ""
        self._set(Phase.SMOKING)
        try:
            self.smoke = await self._smoker.smoke(self.target_id, route, self.gateway)
        except WorkbenchError as error:
            self.problem = error
        problem = self.problem
        await self._read()
        if problem is not None:
            self.problem = problem
            self.changed.emit()

    async def _roll_back(self, version: Version) -> None:
        self.problem = self.smoke = self.done = None
        self._set(Phase.DEPLOYING)
        try:
            await self._deployer.roll_back(
                self.target_id, self._document.route.name, version.id, self.gateway, note=self.note
            )
        except WorkbenchError as error:
            await self._tell_truth(error)
            return
        self.note = ""
        await self._read()

    async def _tell_truth(self, error: WorkbenchError) -> None:
        """After a change that failed: whatever of it was done is read from the gateway, and the failure stays in sight."""
        await self._read()
        self.problem = error
        self.changed.emit()

    async def _compare(self, version: Version | None) -> None:
        if version is None:
            self.compared.emit(None)
            return
        name = self._document.route.name
        try:
            route = await self._deployer.of_version(self.target_id, name, version.id, self.gateway)
        except WorkbenchError as error:
            self.problem = error
            self.changed.emit()
            return
        self.compared.emit(route)

    @Slot(object)
    def _edited(self, edited: Edited) -> None:
        if self.phase in (Phase.READY, Phase.STALE):
            self.done = self.smoke = None
            self._set(Phase.STALE)
            self._compare_later()

    def _compare_later(self) -> None:
        if (target := self.target) is not None and target.can.desk_routes:
            self._timer.start()  # asking the desk costs nobody anything

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
