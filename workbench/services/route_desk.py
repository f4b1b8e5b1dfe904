"""All that the routes tab can do, put together: files, proof, odds, replay, watching, deploying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.domain.gateway import GatewayState
from workbench.domain.targets import Target
from workbench.services.deployments import Deployments
from workbench.services.route_files import RouteFiles
from workbench.services.route_odds import RouteOdds
from workbench.services.route_proof import RouteProof
from workbench.services.route_replay import RouteReplay
from workbench.services.route_suggestions import RouteSuggestions
from workbench.services.route_watch import RouteWatch


class Gateway(Protocol):
    """services.gateway.LocalGateway."""

    @property
    def state(self) -> GatewayState: ...
    def on_change(self, listener: Callable[[GatewayState], None]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class RouteDesk:
    """targets: those the user has, the local one with the addresses its gateway listens at. gateway: how the local one does."""

    files: RouteFiles
    proof: RouteProof
    suggestions: RouteSuggestions
    odds: RouteOdds
    replay: RouteReplay
    watch: RouteWatch
    deployments: Deployments
    targets: Callable[[], Sequence[Target]]
    gateway: Gateway


def with_addresses(targets: Sequence[Target], address: str) -> tuple[Target, ...]:
    """address: where the local gateway listens, "" while it does not."""
    if not address:
        return tuple(targets)
    return tuple(
        replace(target, api_base=f"{address}/client/v4", gateway_base=f"{address}/v1")
        if target.can.sandbox
        else target
        for target in targets
    )
