"""The gateways of the local gateway: which there are, how one is set, which routes run in it."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import InvalidFields, InvalidInput, WorkbenchError
from workbench.domain.gateways import RouteEntry
from workbench.domain.routes.imports import Imported
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.services.deployments import Deployed, Version
from workbench.services.gateway_settings import RouteState, read_route_file
from workbench.ui.gateway.gateways import places
from workbench.ui.gateway.providers.model import Phase
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.tasks import TaskScope

Document = Mapping[str, Any]


class Gateways(Protocol):
    """services.gateway_settings.GatewaySettingsDesk."""

    async def all(self) -> tuple[Document, ...]: ...
    async def create(self, gateway_id: str) -> Document: ...
    async def save(self, document: Document) -> Document: ...
    async def delete(self, document: Document) -> Callable[[], Awaitable[object]]: ...
    async def routes(self, gateway_id: str) -> tuple[RouteState, ...]: ...
    async def roll_back(self, gateway_id: str, name: str, version: Version) -> None: ...
    async def delete_route(self, gateway_id: str, entry: RouteEntry) -> Callable[[], Awaitable[object]]: ...
    async def deploy(
        self, gateway_id: str, imported: Imported, *, in_spite_of_errors: bool = False
    ) -> Deployed: ...


class GatewaysModel(QObject):
    """Signals: changed (list, phase), opened (another gateway is shown), edited (its settings, what is wrong in them),
    routes_changed, naming_changed (the line for a new gateway's name).
    """

    changed = Signal()
    opened = Signal()
    edited = Signal()
    routes_changed = Signal()
    naming_changed = Signal()

    def __init__(self, gateways: Gateways, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = gateways
        self._notifier = notifier
        self.phase = Phase.IDLE
        self.problem: WorkbenchError | None = None
        self.gateways: tuple[Document, ...] = ()
        self.open_id = DEFAULT_GATEWAY
        self.draft: dict[str, Any] = {}
        self.problems: Mapping[str, str] = {}
        """What is wrong in the draft, by dotted path (services.gateway_settings)."""
        self.routes: tuple[RouteState, ...] = ()
        self.naming = False
        self.naming_problem = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(one["id"]) for one in self.gateways)

    @property
    def saved(self) -> Document:
        """The shown gateway as it is set."""
        return next((one for one in self.gateways if one["id"] == self.open_id), {})

    @property
    def dirty(self) -> bool:
        return bool(self.draft) and self.draft != self.saved

    @property
    def saving(self) -> bool:
        return self._tasks.running("save")

    @property
    def route_names(self) -> tuple[str, ...]:
        return tuple(one.entry.name for one in self.routes)

    def open(self) -> None:
        """Read the list, and what the shown one has."""
        self._tasks.start("load", self._load())

    def leave(self) -> None:
        self._tasks.cancel("load")
        self._set_phase(Phase.IDLE)

    def choose(self, gateway_id: str) -> None:
        """Show another one; what was edited and not saved is left."""
        if gateway_id != self.open_id and gateway_id in self.ids:
            self.open_id = gateway_id
            self._take_saved()
            self.routes = ()
            self.routes_changed.emit()
            self._tasks.start("routes", self._load_routes())

    def value(self, path: str) -> Any:
        """What the draft has at a dotted path; None where it has nothing."""
        return places.value_at(self.draft, path)

    def set(self, path: str, value: object) -> None:
        """Change the draft at a dotted path."""
        if self.value(path) != value:
            places.put_at(self.draft, path, value)
            self.problems = {name: words for name, words in self.problems.items() if name != path}
            self.edited.emit()

    def add_limit(self) -> None:
        """One more spend limit: ten dollars a day, until it is changed."""
        rules = [
            *places.rules_of(self.draft),
            {"limit": 10, "limitType": "cost", "window": 86_400, "enabled": True},
        ]
        self.set(places.RULES, rules)

    def remove_limit(self, at: int) -> None:
        rules = [rule for number, rule in enumerate(places.rules_of(self.draft)) if number != at]
        self.problems = {
            name: words for name, words in self.problems.items() if not name.startswith(places.RULES)
        }
        self.set(places.RULES, rules)

    def save(self) -> None:
        if self.dirty:
            self._tasks.start("save", self._save())
            self.edited.emit()

    def revert(self) -> None:
        self._take_saved()

    def name_new(self, wanted: bool = True) -> None:
        """Ask for the name of a new gateway, or no longer."""
        self.naming, self.naming_problem = wanted, ""
        self.naming_changed.emit()

    def create(self, gateway_id: str) -> None:
        self._tasks.start("create", self._create(gateway_id.strip()))

    def delete(self) -> None:
        """Delete the shown gateway with its routes; the notice offers to undo it."""
        if self.saved and not self.saved.get("is_default"):
            self._tasks.start("delete", self._delete(self.saved))

    def roll_back(self, name: str, version: Version) -> None:
        """Let this version run from the next request on."""
        self._tasks.start(f"route/{name}", self._roll_back(name, version))

    def delete_route(self, entry: RouteEntry) -> None:
        """The notice offers to undo it."""
        self._tasks.start(f"route/{entry.name}", self._delete_route(entry))

    def deploy_file(self, path: str) -> None:
        """Read a route file and let it run here."""
        self._tasks.start("deploy", self._deploy_file(Path(path)))

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _load(self) -> None:
        if self.phase is not Phase.READY:
            self._set_phase(Phase.LOADING)
        was_dirty = self.dirty
        try:
            self.gateways = await self._backend.all()
        except WorkbenchError as error:
            self.problem = error
            self._set_phase(Phase.FAILED)
            return
        self.phase, self.problem = Phase.READY, None
        if self.open_id not in self.ids:
            self.open_id, was_dirty = self.ids[0], False
        if not was_dirty:
            self._take_saved()
        self.changed.emit()
        await self._load_routes()

    async def _load_routes(self) -> None:
        gateway_id = self.open_id
        routes = await self._backend.routes(gateway_id)
        if gateway_id == self.open_id and routes != self.routes:
            self.routes = routes
            self.routes_changed.emit()

    def _take_saved(self) -> None:
        self.draft = copy.deepcopy(dict(self.saved))
        self.problems = {}
        self.opened.emit()

    async def _save(self) -> None:
        try:
            saved = await self._backend.save(self.draft)
        except InvalidFields as error:
            self.problems = error.problems
            self.edited.emit()
            return
        self._put(saved)
        self._take_saved()
        self._notifier.post(
            Notice(self.tr("Saved “{0}”.").format(self.open_id), level=Level.GOOD, key="gateway-saved")
        )

    def _put(self, saved: Document) -> None:
        self.gateways = tuple(saved if one["id"] == saved["id"] else one for one in self.gateways)
        self.changed.emit()

    async def _create(self, gateway_id: str) -> None:
        try:
            made = await self._backend.create(gateway_id)
        except InvalidInput as error:
            self.naming_problem = error.what
            self.naming_changed.emit()
            return
        self.name_new(False)
        self.gateways = (*self.gateways, made)
        self.changed.emit()
        self.choose(gateway_id)

    async def _delete(self, document: Document) -> None:
        restore = await self._backend.delete(document)
        self.open_id = DEFAULT_GATEWAY
        self.draft = {}
        await self._load()
        words = self.tr("Deleted the gateway “{0}” with its routes.").format(document["id"])
        self._notifier.undo(words, self._undo(restore, str(document["id"])), key=f"gateway/{document['id']}")

    async def _roll_back(self, name: str, version: Version) -> None:
        before = next(
            (one for state in self.routes if state.entry.name == name for one in state.versions if one.live),
            None,
        )
        await self._backend.roll_back(self.open_id, name, version)
        await self._load_routes()
        if before is not None:
            words = self.tr("Version {0} of “{1}” runs now.").format(version.number, name)
            self._notifier.undo(words, lambda: self.roll_back(name, before), key=f"route/{name}")

    async def _delete_route(self, entry: RouteEntry) -> None:
        restore = await self._backend.delete_route(self.open_id, entry)
        await self._load_routes()
        words = self.tr("Deleted the route “{0}”.").format(entry.name)
        self._notifier.undo(words, self._undo(restore, self.open_id), key=f"route/{entry.name}")

    def _undo(self, restore: Callable[[], Awaitable[object]], gateway_id: str) -> Callable[[], None]:
        async def back() -> None:
            await restore()
            self.open_id = gateway_id
            self.draft = {}
            await self._load()

        return lambda: self._tasks.start("restore", back())

    async def _deploy_file(self, path: Path) -> None:
        import asyncio

        imported = await asyncio.to_thread(read_route_file, path)
        try:
            deployed = await self._backend.deploy(self.open_id, imported)
        except InvalidInput as error:
            self._notifier.error(
                error,
                key="deploy",
                action_label=self.tr("Deploy it all the same"),
                action=self._in_spite(imported),
            )
            return
        await self._told(imported, deployed)

    def _in_spite(self, imported: Imported) -> Callable[[], None]:
        async def deploy() -> None:
            deployed = await self._backend.deploy(self.open_id, imported, in_spite_of_errors=True)
            await self._told(imported, deployed)

        return lambda: self._tasks.start("deploy", deploy())

    async def _told(self, imported: Imported, deployed: Deployed) -> None:
        await self._load_routes()
        words = self.tr("“{0}” runs as dynamic/{0}.").format(deployed.plan.name)
        detail = " ".join((*imported.changes, *deployed.plan.changes))
        self._notifier.post(Notice(words, detail, Level.GOOD, key="deploy"))

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.changed.emit()
