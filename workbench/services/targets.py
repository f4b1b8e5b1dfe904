"""Targets: which there are, which is current, how to reach one, and how it is doing (design §2)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, WorkbenchError
from workbench.domain.gateway import GatewayPhase, GatewayState, Upstream, UpstreamKind
from workbench.domain.ids import new_id
from workbench.domain.secret import Secret
from workbench.domain.settings import Settings
from workbench.domain.targets import (
    DEFAULT_GATEWAY,
    LOCAL_ACCOUNT,
    Connection,
    Credentials,
    Reach,
    SecretKind,
    Target,
    TargetKind,
    TargetStatus,
)
from workbench.services.credentials import KEEP, Change, TargetSecrets, as_changes
from workbench.services.readiness import lacking, reach_of
from workbench.storage.secrets import SecretStore

if TYPE_CHECKING:
    from workbench.domain.envfile import ImportedTarget

LOCAL_ID = "local"
LOCAL = Target(
    LOCAL_ID, "Local gateway", TargetKind.LOCAL, account=LOCAL_ACCOUNT, gateway=DEFAULT_GATEWAY, position=-1
)
UNDO_S = 600.0
"""How long a deleted target, with its secrets, is kept in memory for `restore`."""
STATUS_S = 15.0
_ON_ITS_WAY = (GatewayPhase.STARTING, GatewayPhase.RESTARTING)

_log = logging.getLogger(__name__)


class Store(Protocol):
    """storage.targets.TargetStore."""

    async def all(self) -> Sequence[Target]: ...
    async def save(self, target: Target) -> None: ...
    async def delete(self, target_id: str) -> None: ...


class SettingsKeeper(Protocol):
    """storage.settings.SettingsFile; one of the services' own, so that the window's and theirs do not undo each other."""

    def load(self) -> Settings: ...
    def save(self, settings: Settings) -> None: ...


class Gateway(Protocol):
    """services.gateway.LocalGateway."""

    @property
    def state(self) -> GatewayState: ...
    @property
    def sandbox(self) -> bool: ...
    async def ensure(self) -> GatewayState: ...
    async def access_token(self) -> Secret: ...
    async def set_upstream(self, upstream: Upstream) -> None: ...


class Probe(Protocol):
    """client.probe.ProbeClient."""

    async def reach(self, connection: Connection) -> float: ...


@dataclass(slots=True)
class _Deleted:
    target: Target
    until: float
    was_current: bool
    was_upstream: bool
    secrets: Mapping[str, Secret] = field(repr=False)


class TargetService:
    """The targets, without their secrets; a secret leaves only inside a Connection. Call `load` first.

    Methods that change something raise StorageFailed; those that take an id raise InvalidInput when it is not there.
    """

    def __init__(
        self,
        store: Store,
        secrets: SecretStore,
        settings: SettingsKeeper,
        gateway: Gateway,
        probe: Probe,
        *,
        clock: Callable[[], float] = time.monotonic,
        status_s: float = STATUS_S,
    ) -> None:
        self._store = store
        self._secrets = TargetSecrets(secrets)
        self._settings = settings
        self._gateway = gateway
        self._probe = probe
        self._clock = clock
        self._status_s = status_s
        self._targets: list[Target] = []
        self._current_id = LOCAL_ID
        self._deleted: dict[str, _Deleted] = {}
        self._forgetting: dict[str, asyncio.TimerHandle] = {}

    async def load(self) -> None:
        """Read the targets and which is current. Another window may have changed them since."""
        self._targets = list(await self._store.all())
        settings = self._settings.load()
        self._current_id = settings.current_target if self._has(settings.current_target) else LOCAL_ID
        await self._restore_upstream(settings.gateway_upstream)

    @property
    def targets(self) -> list[Target]:
        """The built-in local one first, then the user's in their order."""
        return [LOCAL, *self._targets]

    @property
    def current(self) -> Target:
        return self.get(self._current_id) if self._has(self._current_id) else LOCAL

    @property
    def secrets_note(self) -> str:
        """A sentence for the user while secrets are kept in memory only; else ""."""
        return self._secrets.note

    def get(self, target_id: str) -> Target:
        for target in self.targets:
            if target.id == target_id:
                return target
        raise InvalidInput(
            "This connection is not there any more.", fix="Choose another one from the list of connections."
        )

    def named(self, name: str) -> Target:
        """By id or name, whatever its case; "" is the current one."""
        if not name:
            return self.current
        for target in self.targets:
            if name in (target.id, target.name):
                return target
        for target in self.targets:
            if name.casefold() == target.name.casefold():
                return target
        known = ", ".join(target.name for target in self.targets)
        raise InvalidInput(f"There is no target “{name}”.", field="target", fix=f"Known ones: {known}.")

    async def select(self, target_id: str) -> None:
        """Send requests there from now on; also after a restart."""
        self._current_id = self.get(target_id).id
        await self._set(current_target=target_id)

    async def save(
        self,
        target: Target,
        *,
        api_token: Change = KEEP,
        gateway_token: Change = KEEP,
        provider_keys: Mapping[str, Secret | None] | None = None,
    ) -> Target:
        """Add it, or replace the one with its id; returns it as stored. Raises InvalidInput naming the field.

        A secret of None is removed, KEEP leaves it; provider_keys change only the providers named.
        """
        changes: dict[str, Change] = {f"provider:{slug}": key for slug, key in (provider_keys or {}).items()}
        return await self._save(
            target, {SecretKind.API_TOKEN: api_token, SecretKind.GATEWAY_TOKEN: gateway_token, **changes}
        )

    async def add_imported(self, imported: ImportedTarget) -> Target:
        """Save what `import_env` read, secrets included, under a name of its own."""
        if imported.draft is None:
            raise InvalidInput("There is no connection in this file.", why=" ".join(imported.problems))
        draft = replace(imported.draft, name=self._free_name(imported.draft.name))
        return await self._save(draft, imported.secrets)

    async def duplicate(self, target_id: str) -> Target:
        """A copy with its secrets, under a name of its own."""
        original = self.get(target_id)
        copy = replace(original, id=new_id(), name=self._free_name(original.name))
        return await self._save(copy, as_changes(await self._secrets.credentials(original)))

    async def delete(self, target_id: str) -> str:
        """Remove it and its secrets; returns what `restore` takes to bring both back within ten minutes."""
        target = self.get(target_id)
        if not target.can.editable:
            raise InvalidInput("The local gateway's connection cannot be removed.")
        secrets = await self._secrets.all(target_id)
        was_current, was_upstream = self.current.id == target_id, self.upstream_id == target_id
        await self._store.delete(target_id)
        self._targets = [one for one in self._targets if one.id != target_id]
        await self._secrets.change(target_id, dict.fromkeys(secrets))
        if was_current:
            await self.select(LOCAL_ID)
        if was_upstream:
            await self.set_upstream("")
        undo = new_id()
        self._deleted[undo] = _Deleted(target, self._clock() + UNDO_S, was_current, was_upstream, secrets)
        self._forgetting[undo] = asyncio.get_running_loop().call_later(UNDO_S, self._forget, undo)
        return undo

    async def restore(self, undo: str) -> Target:
        """Bring a deleted target back. Raises InvalidInput when the time for that is over."""
        deleted = self._deleted.get(undo)
        if deleted is None or self._clock() > deleted.until:
            raise InvalidInput("This connection cannot be brought back any more.", fix="Add it again.")
        self._forget(undo)
        await self._store.save(deleted.target)
        self._targets = sorted([*self._targets, deleted.target], key=lambda one: one.position)
        await self._secrets.change(deleted.target.id, deleted.secrets)
        if deleted.was_current:
            await self.select(deleted.target.id)
        if deleted.was_upstream:
            await self.set_upstream(deleted.target.id)
        return deleted.target

    async def connection(self, target_id: str = "") -> Connection:
        """All a call needs; "" is the current target. The local gateway is started first if it does not run.

        Raises RequestFailed NOT_CONFIGURED when something is missing, and CONNECT when the local gateway does not run.
        """
        connection = await self.draft_connection(target_id)
        if lack := lacking(connection):
            raise lack
        return connection

    async def draft_connection(self, target_id: str = "") -> Connection:
        """As `connection`, but with whatever is missing left out; for the doctor, which says what that is."""
        target = self.get(target_id) if target_id else self.current
        if target.can.sandbox:
            return await self._local_connection()
        return Connection(target, await self._secrets.credentials(target))

    async def status(self, target_id: str = "") -> TargetStatus:
        """How it is doing now: asks it. Raises nothing; a failure is in the status."""
        target_id = target_id or self.current.id
        local = self.get(target_id).can.sandbox
        sandbox = local and self._gateway.sandbox
        if local and (idle := self._idle()):
            return idle
        try:
            async with asyncio.timeout(self._status_s):
                latency_ms = await self._probe.reach(await self.connection(target_id))
        except TimeoutError:
            if local and self._gateway.state.phase in _ON_ITS_WAY:
                return TargetStatus(Reach.STARTING, sandbox=sandbox)
            return TargetStatus(
                Reach.UNREACHABLE,
                what="It does not answer.",
                why=f"There was no answer within {self._status_s:g} seconds.",
                fix="Check the address and the network, or run the doctor.",
            )
        except WorkbenchError as error:
            self._secrets.forget(target_id)  # another window may have mended it
            return TargetStatus(
                reach_of(error), what=error.what, why=error.why, fix=error.fix, sandbox=sandbox
            )
        return TargetStatus(Reach.READY, latency_ms, sandbox=sandbox)

    def _idle(self) -> TargetStatus | None:
        """Looking must not start the gateway: that is for whoever needs it."""
        state = self._gateway.state
        if state.phase is GatewayPhase.FAILED:
            return TargetStatus(Reach.UNREACHABLE, what=state.what, why=state.why, fix=state.fix)
        if state.phase is not GatewayPhase.STOPPED:
            return None
        if self._settings.load().gateway_autostart:
            return TargetStatus(Reach.STARTING, sandbox=self._gateway.sandbox)
        return TargetStatus(
            Reach.UNREACHABLE,
            what="The local gateway is not running.",
            why="The settings say that it does not start with the window.",
            fix="It starts with the first question asked of it.",
        )

    def import_env(self, text: str) -> ImportedTarget:
        """What a `.env` or `.dev.vars` says, to look at; nothing is saved."""
        from workbench.domain.envfile import read_environment  # no window waits for it

        return read_environment(text)

    async def set_upstream(self, target_id: str = "") -> None:
        """Have the local gateway pass requests on to this target; "" lets its sandbox answer. Holds after a restart.

        Raises RequestFailed when the target is not complete, or the running gateway refuses it.
        """
        await self._gateway.set_upstream(await self._upstream(target_id))
        await self._set(gateway_upstream=target_id)

    @property
    def upstream_id(self) -> str:
        """The target the local gateway passes requests on to; "" for its sandbox."""
        return self._settings.load().gateway_upstream

    def aclose(self) -> None:
        """Forget what could still be undone."""
        for undo in tuple(self._deleted):
            self._forget(undo)

    async def _save(self, target: Target, secrets: Mapping[str, Change]) -> Target:
        if target.id == LOCAL_ID:
            raise InvalidInput("The local gateway's connection cannot be changed.")
        target = checked(target, [one.name for one in self.targets if one.id != target.id])
        if not self._has(target.id):
            target = replace(target, position=max((one.position for one in self._targets), default=-1) + 1)
        await self._store.save(target)
        self._targets = sorted(
            [*(one for one in self._targets if one.id != target.id), target], key=lambda one: one.position
        )
        await self._secrets.change(target.id, secrets)
        if target.id == self.upstream_id:
            await self._restore_upstream(target.id)
        return target

    async def _local_connection(self) -> Connection:
        state = await self._gateway.ensure()
        if state.phase is not GatewayPhase.RUNNING:
            raise RequestFailed(
                state.what or "The local gateway is not running.",
                failure=Failure.CONNECT,
                maker=Maker.WORKBENCH,
                why=state.why,
                fix=state.fix or "Try again.",
            )
        token = await self._gateway.access_token()
        target = replace(LOCAL, api_base=f"{state.address}/client/v4", gateway_base=f"{state.address}/v1")
        return Connection(target, Credentials(api_token=token, gateway_token=token))

    async def _upstream(self, target_id: str) -> Upstream:
        if not target_id:
            return Upstream()
        connection = await self.connection(target_id)
        target, credentials = connection.target, connection.credentials
        if target.can.sandbox:
            raise InvalidInput("The local gateway cannot pass requests on to itself.")
        return Upstream(
            UpstreamKind.CLOUDFLARE if target.can.cloudflare_api else UpstreamKind.OPENAI,
            base_url=target.base_url,
            account=target.account,
            gateway=target.gateway,
            api_base=target.api_base,
            gateway_base=target.gateway_base,
            api_token=credentials.api_token,
            gateway_token=credentials.gateway_token,
        )

    async def _restore_upstream(self, target_id: str) -> None:
        try:
            await self._gateway.set_upstream(await self._upstream(target_id if self._has(target_id) else ""))
        except WorkbenchError as error:
            _log.warning("The local gateway keeps its sandbox: %s", error.what)

    async def _set(self, **changes: str) -> None:
        def write() -> None:
            self._settings.save(replace(self._settings.load(), **changes))  # type: ignore[arg-type]  # all are texts

        await asyncio.to_thread(write)

    def _forget(self, undo: str) -> None:
        self._deleted.pop(undo, None)
        if handle := self._forgetting.pop(undo, None):
            handle.cancel()

    def _has(self, target_id: str) -> bool:
        return any(target.id == target_id for target in self.targets)

    def _free_name(self, name: str) -> str:
        taken = {target.name.casefold() for target in self.targets}
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name} {number}", number + 1
        return free


def checked(target: Target, other_names: Collection[str] = ()) -> Target:
    """The target tidied up; InvalidInput, naming the field, where it cannot be one."""
    from workbench.domain.connection_rules import problems_with, tidied  # no window waits for it

    for field_name, problem in problems_with(target, other_names).items():
        raise InvalidInput(problem, field=field_name)
    return tidied(target)
