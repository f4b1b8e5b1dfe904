"""Routes by name, compiled when first asked for, with their versions and deployments (ai-gateway §7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.gateways import DeployedRoute, RouteDeployment, RouteVersion
from workbench.domain.ids import new_id
from workbench.domain.routes.elements import Route
from workbench.gateway.configured.changes import Changes, Missing, Taken, change
from workbench.storage.gateway_configuration import GatewayConfigurationStore

if TYPE_CHECKING:
    from workbench.routing.engine import CompiledRoute

ROUTE = "route"


@dataclass(frozen=True, slots=True)
class LiveRoute:
    """A route as it answers now. version_id: the deployed version, which `compiled` was made from."""

    record: DeployedRoute
    version_id: str
    compiled: CompiledRoute


class DeployedRoutes:
    """Changes raise RouteError (the graph cannot run), Taken, Missing or StorageFailed, and have then changed nothing."""

    def __init__(
        self,
        store: GatewayConfigurationStore,
        changes: Changes,
        routes: Iterable[DeployedRoute],
    ) -> None:
        self.changes = changes
        self._store = store
        self._routes = {route.id: route for route in routes}
        self._by_name = {(route.gateway_id, route.name): route for route in self._routes.values()}
        self._live: dict[tuple[str, str], LiveRoute] = {}

    def live(self, gateway_id: str, name: str) -> LiveRoute | None:
        """What runs under this name. Raises RouteError should it not compile, which no change lets in."""
        found = self._live.get((gateway_id, name))
        if found is None and (record := self._by_name.get((gateway_id, name))) is not None:
            version = record.live
            found = LiveRoute(record, version.id, _compiled(version.route))
            self._live[gateway_id, name] = found
        return found

    def of(self, gateway_id: str) -> tuple[DeployedRoute, ...]:
        """Oldest first."""
        return tuple(route for route in self._routes.values() if route.gateway_id == gateway_id)

    def get(self, gateway_id: str, route_id: str) -> DeployedRoute:
        """Raises Missing."""
        route = self._routes.get(route_id)
        if route is None or route.gateway_id != gateway_id:
            raise Missing(f"There is no route {route_id} in the gateway “{gateway_id}”.")
        return route

    def version(self, route: DeployedRoute, version_id: str) -> RouteVersion:
        """Raises Missing."""
        version = next((one for one in route.versions if one.id == version_id), None)
        if version is None:
            raise Missing(f"The route “{route.name}” has no version {version_id}.")
        return version

    @change
    async def create(self, gateway_id: str, route: Route) -> DeployedRoute:
        """Version 1, deployed at once."""
        self._check_name(gateway_id, route.name)
        _compiled(route)
        now = self.changes.now()
        version = RouteVersion(new_id(), route, now)
        deployment = RouteDeployment(new_id(), version.id, now)
        record = DeployedRoute(new_id(), gateway_id, route.name, (version,), (deployment,), now, now)
        return await self._keep(record)

    @change
    async def rename(self, gateway_id: str, route_id: str, name: str) -> DeployedRoute:
        before = self.get(gateway_id, route_id)
        if name == before.name:
            return before
        self._check_name(gateway_id, name)
        versions = tuple(replace(one, route=replace(one.route, name=name)) for one in before.versions)
        return await self._keep(replace(before, name=name, versions=versions), before)

    @change
    async def add_version(self, gateway_id: str, route_id: str, route: Route) -> DeployedRoute:
        """The new version is the last one; it does not run until it is deployed."""
        before = self.get(gateway_id, route_id)
        route = replace(route, name=before.name)
        _compiled(route)
        version = RouteVersion(new_id(), route, self.changes.now())
        return await self._keep(replace(before, versions=(*before.versions, version)), before)

    @change
    async def deploy(self, gateway_id: str, route_id: str, version_id: str) -> DeployedRoute:
        """From the next request on; an older version is a roll-back."""
        before = self.get(gateway_id, route_id)
        _compiled(self.version(before, version_id).route)
        deployment = RouteDeployment(new_id(), version_id, self.changes.now())
        return await self._keep(replace(before, deployments=(*before.deployments, deployment)), before)

    @change
    async def delete(self, gateway_id: str, route_id: str) -> DeployedRoute:
        route = self.get(gateway_id, route_id)
        await self._store.delete_route(route_id)
        self._forget(route)
        self.changes.tell(gateway_id, ROUTE)
        return route

    def forget_gateway(self, gateway_id: str) -> None:
        """After the gateway's rows are gone."""
        for route in self.of(gateway_id):
            self._forget(route)

    def _check_name(self, gateway_id: str, name: str) -> None:
        if (gateway_id, name) in self._by_name:
            raise Taken(f"The gateway “{gateway_id}” has a route “{name}” already.", field="name")

    async def _keep(self, record: DeployedRoute, before: DeployedRoute | None = None) -> DeployedRoute:
        record = replace(record, modified_at=self.changes.now())
        await self._store.save_route(record)
        if before is not None:
            self._by_name.pop((before.gateway_id, before.name))
            self._live.pop((before.gateway_id, before.name), None)
        self._routes[record.id] = record
        self._by_name[record.gateway_id, record.name] = record
        self.changes.tell(record.gateway_id, ROUTE)
        return record

    def _forget(self, route: DeployedRoute) -> None:
        del self._routes[route.id]
        del self._by_name[route.gateway_id, route.name]
        self._live.pop((route.gateway_id, route.name), None)


def _compiled(route: Route) -> CompiledRoute:
    from workbench.routing.engine import compile_route

    return compile_route(route)
