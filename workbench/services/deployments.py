"""Bringing a route to a gateway, and back: deploy, versions, roll-back (ai-gateway §7.4).

A version is never changed and nothing is deleted here, so whatever ran before can be deployed again.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workbench.client.management import Sending, adding_version, creating, deploying
from workbench.domain.errors import InvalidInput, RequestFailed, StorageFailed
from workbench.domain.gateways import CUSTOM, DeploymentRecord, RouteDeployment, RouteEntry, VersionEntry
from workbench.domain.models import Model
from workbench.domain.routes.elements import ModelCall, Route
from workbench.domain.routes.findings import LintFacts
from workbench.domain.targets import DEFAULT_GATEWAY, Connection, Target
from workbench.services.deployment_plan import (
    Drift,
    Overtaken,
    Plan,
    PlannedCall,
    Step,
    plan_of,
    refused,
    route_in,
)

NEW_VERSION = "«the new version»"
"""Stands for its id, which the gateway gives."""


class Targets(Protocol):
    """services.targets.TargetService."""

    def get(self, target_id: str) -> Target: ...
    async def connection(self, target_id: str = "") -> Connection: ...


class Management(Protocol):
    """client.management.ManagementClient."""

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]: ...
    async def route(self, connection: Connection, gateway: str, route_id: str) -> RouteEntry: ...
    async def create(
        self,
        connection: Connection,
        gateway: str,
        name: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> RouteEntry: ...
    async def versions(
        self, connection: Connection, gateway: str, route_id: str
    ) -> tuple[VersionEntry, ...]: ...
    async def version(
        self, connection: Connection, gateway: str, route_id: str, version_id: str
    ) -> VersionEntry: ...
    async def add_version(
        self,
        connection: Connection,
        gateway: str,
        route_id: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> str: ...
    async def deployments(
        self, connection: Connection, gateway: str, route_id: str
    ) -> tuple[RouteDeployment, ...]: ...
    async def deploy(self, connection: Connection, gateway: str, route_id: str, version_id: str) -> None: ...
    async def custom_providers(self, connection: Connection) -> Mapping[str, str]: ...


class Records(Protocol):
    """storage.route_deployments.DeploymentRecords."""

    async def add(self, record: DeploymentRecord) -> None: ...
    async def of(self, target_id: str, gateway: str, route: str) -> tuple[DeploymentRecord, ...]:
        """Oldest first."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """version_id: what runs now; previous_id: what ran before, "" where nothing did, or it is not told."""

    plan: Plan
    version_id: str
    previous_id: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """number: 1 for the oldest. deployed_at: each time it was deployed, in Unix seconds, oldest first. live: it runs.

    records: the deployments of it that were made from here, oldest first.
    """

    number: int
    id: str
    created_at: float
    live: bool
    deployed_at: tuple[float, ...] = ()
    records: tuple[DeploymentRecord, ...] = ()


class Deployments:
    """models: the catalogue, for the linter; called when it is needed. records: where it is kept who deployed what from here.
    who: the user, for those records. clock: Unix seconds.

    Methods raise InvalidInput for what the user gave, RequestFailed for what the gateway did. gateway: "" is the target's own.
    """

    def __init__(
        self,
        targets: Targets,
        management: Management,
        models: Callable[[], Iterable[Model]],
        records: Records,
        *,
        who: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._targets = targets
        self._management = management
        self._models = models
        self._records = records
        self._who = who
        self._clock = clock

    async def plan(self, target_id: str, route: Route, gateway: str = "") -> Plan:
        """What `deploy` would do; nothing is changed. Raises RouteError for what the target cannot take at all."""
        target = self._with_routes(target_id)
        if not route.name:
            raise InvalidInput(
                "The route has no name.", field="name", fix="Give it one: it is called as dynamic/{name}."
            )
        connection, gateway = await self._place(target_id, gateway)
        facts = LintFacts(
            models={model.id: model for model in self._models()},
            custom=await self._custom(connection, route),
            for_deploy=not target.can.desk_routes,
        )
        before = await self._find(connection, gateway, route.name)
        plan = plan_of(route, target, gateway, before, facts)
        ours = await self._records.of(target_id, gateway, route.name)
        return replace(plan, calls=_calls(connection, plan), drift=_drift(before, ours))

    async def deploy(
        self,
        target_id: str,
        route: Route,
        gateway: str = "",
        *,
        in_spite_of_errors: bool = False,
        note: str = "",
        seen: Plan | None = None,
    ) -> Deployed:
        """Create the route, or add a version to the one of its name, and let that run.

        Nothing is done where it runs already, and where the linter finds errors, unless told to go on in spite of them.
        note: why, kept beside the version here. seen: the plan the user said yes to; if another version runs by now, nothing
        is done either. Raises Overtaken then.

        Where a call fails on the way, it is read again what is true there: a change whose reply was lost was made all the same,
        and is gone on with. Else RequestFailed says what was done, or that nobody knows.
        """
        plan = await self.plan(target_id, route, gateway)
        if seen is not None and _runs(seen) != _runs(plan):
            raise Overtaken(plan.name)
        if plan.errors and not in_spite_of_errors:
            raise refused(plan)
        connection, gateway = await self._place(target_id, gateway)
        if plan.before is None:
            version_id = await self._create(connection, plan)
        elif plan.step is Step.NOTHING:
            return Deployed(plan, plan.before.version_id, plan.before.version_id)
        else:
            version_id = await self._add_version(connection, plan, plan.before)
            await self._let_run(connection, gateway, plan.before, version_id)
        await self._record(target_id, gateway, route.name, version_id, note)
        return Deployed(plan, version_id, _runs(plan))

    async def versions(self, target_id: str, name: str, gateway: str = "") -> tuple[Version, ...]:
        """Newest first."""
        self._with_routes(target_id)
        connection, gateway = await self._place(target_id, gateway)
        history = await self._history(connection, gateway, await self._named(connection, gateway, name))
        records = await self._records.of(target_id, gateway, name)
        return tuple(
            replace(version, records=tuple(one for one in records if one.version_id == version.id))
            for version in history
        )

    async def roll_back(
        self, target_id: str, name: str, version: str, gateway: str = "", *, note: str = ""
    ) -> Version:
        """Let an earlier version run again. version: its number, its id, or the beginning of that. One that runs is left so."""
        self._with_routes(target_id)
        connection, gateway = await self._place(target_id, gateway)
        entry = await self._named(connection, gateway, name)
        wanted = _chosen(await self._history(connection, gateway, entry), version, name)
        if not wanted.live:
            try:
                await self._management.deploy(connection, gateway, entry.id, wanted.id)
            except RequestFailed as error:
                unknown = f"Nobody knows whether version {wanted.number} of “{entry.name}” runs now."
                if not await self._runs_now(connection, gateway, entry.id, wanted.id, error, unknown):
                    raise
            await self._record(target_id, gateway, entry.name, wanted.id, note)
        return wanted

    async def of_version(self, target_id: str, name: str, version_id: str, gateway: str = "") -> Route:
        """The route as that version has it. Raises RouteError where it cannot be read."""
        self._with_routes(target_id)
        connection, gateway = await self._place(target_id, gateway)
        entry = await self._named(connection, gateway, name)
        version = await self._management.version(connection, gateway, entry.id, version_id)
        return route_in(replace(entry, graph=version.graph, sidecar=version.sidecar))

    async def _record(self, target_id: str, gateway: str, route: str, version_id: str, note: str) -> None:
        record = DeploymentRecord(
            target_id, gateway, route, version_id, self._clock(), self._who, note.strip()
        )
        try:
            await self._records.add(record)
        except StorageFailed as error:
            raise StorageFailed(
                f"“{route}” runs as you wanted; who deployed it, and why, could not be kept here.",
                why=f"{error.what} {error.why}".strip(),
                fix=error.fix,
            ) from error

    async def live(self, target_id: str, name: str, gateway: str = "") -> Route:
        """The route as it runs there. Raises RouteError where it cannot be read."""
        self._with_routes(target_id)
        connection, gateway = await self._place(target_id, gateway)
        entry = await self._named(connection, gateway, name)
        if entry.graph is None:
            entry = await self._management.route(connection, gateway, entry.id)
        return route_in(entry)

    def _with_routes(self, target_id: str) -> Target:
        target = self._targets.get(target_id)
        if not target.can.cloudflare_api:
            raise InvalidInput(
                f"“{target.name}” is a server without routes.",
                field="target",
                why="Routes run in AI Gateway, and in the local gateway.",
                fix="Choose the local gateway, or a Cloudflare connection.",
            )
        return target

    async def _custom(self, connection: Connection, route: Route) -> Mapping[str, str] | None:
        """The custom providers there are, where the route asks any."""
        asked = (one.provider for one in route.elements if isinstance(one, ModelCall))
        if not any(provider.startswith(CUSTOM) for provider in asked):
            return None
        return await self._management.custom_providers(connection)

    async def _place(self, target_id: str, gateway: str) -> tuple[Connection, str]:
        connection = await self._targets.connection(target_id)
        return connection, gateway or connection.target.gateway or DEFAULT_GATEWAY

    async def _find(self, connection: Connection, gateway: str, name: str) -> RouteEntry | None:
        """With its graph, which a list may leave out."""
        entries = await self._management.routes(connection, gateway)
        entry = next((one for one in entries if one.name == name), None)
        if entry is not None and (entry.graph is None or not entry.version_id):
            return await self._management.route(connection, gateway, entry.id)
        return entry

    async def _named(self, connection: Connection, gateway: str, name: str) -> RouteEntry:
        entries = await self._management.routes(connection, gateway)
        for entry in entries:
            if name in (entry.name, entry.id):
                return entry
        known = ", ".join(sorted(entry.name for entry in entries))
        raise InvalidInput(
            f"The gateway “{gateway}” has no route “{name}”.",
            field="name",
            fix=f"It has {known}." if known else "It has no routes yet; deploy one.",
        )

    async def _create(self, connection: Connection, plan: Plan) -> str:
        """Creating deploys version 1 (ai-gateway §7.4, a report); where that is not told it is looked up, and done if need be."""
        made = await self._made(connection, plan)
        if made.version_id:
            return made.version_id
        try:
            deployments = await self._management.deployments(connection, plan.gateway, made.id)
            if deployments:
                return deployments[-1].version_id
            versions = await self._management.versions(connection, plan.gateway, made.id)
        except RequestFailed as error:
            raise _told(error, f"“{plan.name}” was created, and nobody knows whether it runs.") from error
        if not versions:
            return ""
        await self._let_run(connection, plan.gateway, made, versions[-1].id)
        return versions[-1].id

    async def _made(self, connection: Connection, plan: Plan) -> RouteEntry:
        try:
            return await self._management.create(
                connection, plan.gateway, plan.name, plan.elements, plan.sidecar
            )
        except RequestFailed as error:
            unknown = f"Nobody knows whether “{plan.name}” was created."
            with _unread(error, unknown):
                made = await self._find(connection, plan.gateway, plan.name)
            if made is None or made.graph is None or not _as_planned(plan, made.graph):
                raise
            return made

    async def _add_version(self, connection: Connection, plan: Plan, before: RouteEntry) -> str:
        try:
            return await self._management.add_version(
                connection, plan.gateway, before.id, plan.elements, plan.sidecar
            )
        except RequestFailed as error:
            unknown = f"Nobody knows whether the new version of “{plan.name}” was saved; what ran before still does."
            with _unread(error, unknown):
                versions = await self._management.versions(connection, plan.gateway, before.id)
                newest = versions[-1].id if versions else ""
                if newest in ("", before.version_id):
                    raise
                found = await self._management.version(connection, plan.gateway, before.id, newest)
            if not _as_planned(plan, found.graph):
                raise
            return newest

    async def _let_run(
        self, connection: Connection, gateway: str, entry: RouteEntry, version_id: str
    ) -> None:
        try:
            await self._management.deploy(connection, gateway, entry.id, version_id)
        except RequestFailed as error:
            unknown = f"The new version of “{entry.name}” is saved, and nobody knows whether it runs."
            if await self._runs_now(connection, gateway, entry.id, version_id, error, unknown):
                return
            before = "; what ran before still does" if entry.version_id else ""
            raise _told(
                error,
                f"The new version of “{entry.name}” is saved and does not run{before}.",
                fix=f"Roll back to version {version_id}, which is the new one.",
            ) from error

    async def _runs_now(
        self,
        connection: Connection,
        gateway: str,
        route_id: str,
        version_id: str,
        error: RequestFailed,
        unknown: str,
    ) -> bool:
        """Whether the version runs although deploying it failed; says `unknown` where that cannot be read."""
        with _unread(error, unknown):
            deployments = await self._management.deployments(connection, gateway, route_id)
        return bool(deployments) and deployments[-1].version_id == version_id

    async def _history(self, connection: Connection, gateway: str, entry: RouteEntry) -> tuple[Version, ...]:
        versions = await self._management.versions(connection, gateway, entry.id)
        deployments = await self._management.deployments(connection, gateway, entry.id)
        live = _live_id(entry, versions, deployments)
        return tuple(
            Version(
                number,
                version.id,
                version.created_at,
                version.id == live,
                tuple(one.created_at for one in deployments if one.version_id == version.id),
            )
            for number, version in reversed(list(enumerate(versions, 1)))
        )


@contextmanager
def _unread(error: RequestFailed, unknown: str) -> Iterator[None]:
    """Around what is read after a change failed with this error."""
    try:
        yield
    except RequestFailed as unread:
        if unread is error or error.status is not None and error.status < 500:
            raise error from None  # it was refused, so nothing was done
        raise _told(error, unknown, fix="Compare again once the gateway can be reached.") from error


def _told(error: RequestFailed, what: str, *, fix: str = "") -> RequestFailed:
    """The same failure, with what came of it first."""
    return error.reworded(what, why=f"{error.what} {error.why}".strip(), fix=fix)


def _as_planned(plan: Plan, graph: Sequence[Any] | None) -> bool:
    return list(graph or ()) == list(plan.elements)


def user_name() -> str:
    """What the system calls the user, "" where it does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _calls(connection: Connection, plan: Plan) -> tuple[PlannedCall, ...]:
    """The calls that `deploy` makes, as the client writes them."""
    sent: tuple[Sending, ...]
    if plan.before is None:
        sent = (creating(connection, plan.gateway, plan.name, plan.elements, plan.sidecar),)
    elif plan.step is Step.NOTHING:
        sent = ()
    else:
        route_id = plan.before.id
        sent = (
            adding_version(connection, plan.gateway, route_id, plan.elements, plan.sidecar),
            deploying(connection, plan.gateway, route_id, NEW_VERSION),
        )
    return tuple(PlannedCall(one.method, one.url, one.document) for one in sent)


def _runs(plan: Plan) -> str:
    return plan.before.version_id if plan.before is not None else ""


def _drift(before: RouteEntry | None, ours: Sequence[DeploymentRecord]) -> Drift | None:
    live = before.version_id if before is not None else ""
    if not ours or live == ours[-1].version_id or (before is not None and not live):
        return None  # nothing was deployed from here, or it is that, or it is not told what runs
    return Drift(live, ours[-1])


def _live_id(
    entry: RouteEntry, versions: Sequence[VersionEntry], deployments: Sequence[RouteDeployment]
) -> str:
    """The newest deployment decides; `active` and what the route says of itself help out where there is none."""
    if deployments:
        return deployments[-1].version_id
    return next((one.id for one in versions if one.active), entry.version_id)


def _chosen(versions: Sequence[Version], wanted: str, name: str) -> Version:
    exact = [one for one in versions if wanted in (str(one.number), one.id)]
    found = exact or [one for one in versions if len(wanted) >= 4 and one.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(str(one.number) for one in reversed(versions))
    raise InvalidInput(
        f"“{name}” has {'several versions' if found else 'no version'} “{wanted}”.",
        field="version",
        fix=f"It has {numbers}; give a number or a whole id.",
    )
