"""The local gateway as its tab has it: what it answered, who answers for whom, how its gateways are set, how it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workbench.domain.gateway import GatewayState, UpstreamKind
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection
from workbench.services.gateway_providers import GatewayProviders
from workbench.services.gateway_requests import GatewayRequests
from workbench.services.gateway_settings import GatewaySettingsDesk


class Runner(Protocol):
    """services.gateway.LocalGateway."""

    @property
    def state(self) -> GatewayState: ...
    async def ensure(self) -> GatewayState: ...
    async def access_token(self) -> Secret: ...
    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def status(self, connection: Connection) -> Mapping[str, Any]: ...
    async def clear_faults(self, connection: Connection) -> None: ...


@dataclass(frozen=True, slots=True)
class Remarks:
    """What should be known of the running gateway; each "" when there is nothing to say.

    journal: why rows are not recorded. keys: that keys are kept in memory only. faults: the sandbox misbehaves on demand.
    behind: who answers for providers that are not set to anything; None while that is not known.
    """

    journal: str = ""
    keys: str = ""
    faults: bool = False
    behind: UpstreamKind | None = None


class GatewayDesk:
    """One for the tab. `requests`, `providers` and `gateways` start the gateway where they need it."""

    def __init__(
        self,
        runner: Runner,
        targets: Targets,
        client: Client,
        *,
        requests: GatewayRequests,
        providers: GatewayProviders,
        gateways: GatewaySettingsDesk,
    ) -> None:
        self.runner = runner
        self.requests = requests
        self.providers = providers
        self.gateways = gateways
        self._targets = targets
        self._client = client

    @property
    def state(self) -> GatewayState:
        return self.runner.state

    async def start(self) -> GatewayState:
        """Start it, or try afresh after it has failed. Raises nothing."""
        return await self.runner.ensure()

    async def access_token(self) -> Secret:
        return await self.runner.access_token()

    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]:
        """Call listener with every new state; returns what ends that."""
        return self.runner.on_change(listener)

    async def remarks(self) -> Remarks:
        """Raises RequestFailed."""
        told = await self._client.status(await self._targets.connection("local"))
        journal, sandbox = _mapping(told.get("journal")), _mapping(told.get("sandbox"))
        return Remarks(
            str(journal.get("warning") or ""),
            str(told.get("note") or ""),
            _misbehaves(sandbox.get("faults")),
            _kind(_mapping(told.get("upstream")).get("kind")),
        )

    async def clear_faults(self) -> None:
        """The sandbox answers as it should again. Raises RequestFailed."""
        await self._client.clear_faults(await self._targets.connection("local"))


def _misbehaves(faults: Any) -> bool:
    """Whether anything at all is asked of the sandbox; its grammar is its own business."""
    if isinstance(faults, Mapping):
        return any(_misbehaves(value) for value in faults.values())
    return bool(faults)


def _kind(value: Any) -> UpstreamKind | None:
    return UpstreamKind(value) if value in tuple(UpstreamKind) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
