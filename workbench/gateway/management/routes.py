"""Routes, their versions and deployments (ai-gateway §7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from workbench.domain.gateways import DeployedRoute, RouteDeployment, RouteVersion
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Route, Unknown
from workbench.domain.routes.writing import check_no_share_open
from workbench.domain.targets import LOCAL_ACCOUNT
from workbench.gateway.configuration import Configuration
from workbench.gateway.management.answers import Page, Request, result, told_time
from workbench.gateway.management.fields import Fields
from workbench.gateway.replies import Reply, json_reply

SIDECAR = "workbench"
"""What Cloudflare does not know of a route (design §5): taken along with the elements, and given back beside them."""
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_NAME_WORDS = "1 to 64 letters, digits, -, _ and ., beginning with a letter or digit"
"""(inferred): ai-gateway §7.5 has no rule, hyphens and underscores occur; the name stands in `dynamic/{name}`."""


class Routes:
    def __init__(self, configuration: Configuration) -> None:
        self._routes = configuration.routes

    async def list(self, gateway_id: str, request: Request) -> Reply:
        return _data("routes", self._routes.of(gateway_id), request, route_told)

    async def create(self, gateway_id: str, request: Request) -> Reply:
        body = Fields(request.json())
        body.need("name")
        name = body.name("name", _NAME, _NAME_WORDS)
        return result(route_told(await self._routes.create(gateway_id, _read(request, body, name))))

    async def get(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        return result(route_told(self._routes.get(gateway_id, route_id)))

    async def rename(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        self._routes.get(gateway_id, route_id)
        body = Fields(request.json())
        body.need("name")
        name = body.name("name", _NAME, _NAME_WORDS)
        if body.has("elements"):
            body.wrong("Elements are changed by a new version", "elements")
        body.check()
        route = route_told(await self._routes.rename(gateway_id, route_id, name))
        return json_reply(200, {"success": True, "route": route})

    async def delete(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        return result(route_told(await self._routes.delete(gateway_id, route_id)))

    async def versions(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        route = self._routes.get(gateway_id, route_id)
        return _data("versions", route.versions, request, lambda version: version_told(route, version))

    async def add_version(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        before = self._routes.get(gateway_id, route_id)
        read = _read(request, Fields(request.json()), before.name)
        route = await self._routes.add_version(gateway_id, route_id, read)
        version = route.versions[-1]
        return result({**route_told(route, version), "version_id": version.id})

    async def version(self, gateway_id: str, route_id: str, version_id: str, request: Request) -> Reply:
        route = self._routes.get(gateway_id, route_id)
        version = self._routes.version(route, version_id)
        return result({**_facts(route), **_graph(version.route), **version_told(route, version)})

    async def deployments(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        route = self._routes.get(gateway_id, route_id)
        return _data("deployments", route.deployments, request, deployment_told)

    async def deploy(self, gateway_id: str, route_id: str, request: Request) -> Reply:
        """The version asked for runs from the next request on; an older one is a roll-back."""
        self._routes.get(gateway_id, route_id)
        body = Fields(request.json())
        body.need("version_id")
        version_id = body.text("version_id")
        body.check()
        return result(route_told(await self._routes.deploy(gateway_id, route_id, version_id)))


def _read(request: Request, body: Fields, name: str) -> Route:
    """The graph in the body. Raises Refused, or RouteError with the place in the body."""
    body.need("elements")
    body.check()
    # From the bytes: the codec sees what other readers lose, such as a port given twice.
    route = replace(read_route(request.body, name).route, name=name, unknown={})
    check_no_share_open(route)
    return route


def _data(name: str, oldest_first: Sequence[Any], request: Request, tell: Any) -> Reply:
    """A list as the routes API has it: under `data`, without `result_info`; newest first (inferred)."""
    page = Page.of(request.query)
    told = [tell(one) for one in page.cut(oldest_first[::-1])]
    order = {
        "order_by": "created_at",
        "order_by_direction": "desc",
        "page": page.page,
        "per_page": page.per_page,
    }
    return json_reply(200, {"success": True, "data": {name: told, **order}})


def route_told(route: DeployedRoute, version: RouteVersion | None = None) -> dict[str, Any]:
    """version: the one whose graph is told, else the deployed one."""
    version = version or route.live
    return {
        **_facts(route),
        **_graph(version.route),
        "version": version_told(route, version),
        "deployment": deployment_told(route.deployments[-1]),
    }


def version_told(route: DeployedRoute, version: RouteVersion) -> dict[str, Any]:
    """`active` is a text, and `data` the graph as JSON text, as the API's types have them (ai-gateway §7.4).

    Not valid is only what a later version of the desk has stored, with a type of element that this one does not know.
    """
    graph = _graph(version.route)
    return {
        "version_id": version.id,
        "active": "true" if version.id == route.live.id else "false",
        "created_at": told_time(version.created_at),
        "data": msgspec.json.encode(graph["elements"]).decode(),
        "is_valid": not any(isinstance(element, Unknown) for element in version.route.elements),
        **({SIDECAR: graph[SIDECAR]} if SIDECAR in graph else {}),
    }


def deployment_told(deployment: RouteDeployment) -> dict[str, Any]:
    return {
        "deployment_id": deployment.id,
        "version_id": deployment.version_id,
        "created_at": told_time(deployment.created_at),
    }


def _facts(route: DeployedRoute) -> dict[str, Any]:
    return {
        "id": route.id,
        "name": route.name,
        "gateway_id": route.gateway_id,
        "account_tag": LOCAL_ACCOUNT,
        "created_at": told_time(route.created_at),
        "modified_at": told_time(route.modified_at),
    }


def _graph(route: Route) -> Mapping[str, Any]:
    document = route_document(route)
    return {name: document[name] for name in ("elements", SIDECAR) if name in document}
