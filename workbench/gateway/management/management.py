"""From a path of the management API to what answers it, and from what goes wrong to its envelope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Protocol

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS
from workbench.domain.targets import LOCAL_ACCOUNT
from workbench.gateway.configuration import Configuration
from workbench.gateway.management.answers import (
    Problem,
    Refused,
    Request,
    no_route,
    refusal,
    result,
    too_large,
    wrong_method,
)
from workbench.gateway.management.custom_providers import CustomProviderCalls
from workbench.gateway.management.gateways import Gateways
from workbench.gateway.management.provider_configs import ProviderConfigs
from workbench.gateway.management.routes import Routes
from workbench.gateway.replies import Reply

Handler = Callable[[Request], Awaitable[Reply]]
Handlers = Mapping[str, Handler]

MAX_BODY = 1024 * 1024
"""Bytes. What is sent here is kept in memory for good; a route of a thousand elements has a fifth of this."""

_ELSEWHERE = {
    "billing": "billing", "evaluation-types": "evaluations", "evaluations": "evaluations", "datasets": "datasets",
    "policies": "policies", "custom-domains": "custom domains",
}  # fmt: skip
"""Parts of Cloudflare's API that a desk has no use for (ai-gateway §3.5, §5.3, §9.3, §9.6)."""


class Logs(Protocol):
    """Answers `gateways/{gateway_id}/logs` and what is below; tail: what follows `logs`, without its slash."""

    async def answer(self, method: str, gateway_id: str, tail: str, query: str, body: bytes) -> Reply: ...


class Management:
    """address: where this gateway listens, such as http://127.0.0.1:8787."""

    def __init__(self, configuration: Configuration, logs: Logs, address: str) -> None:
        self._configuration = configuration
        self._logs = logs
        self._address = address
        self._gateways = Gateways(configuration)
        self._routes = Routes(configuration)
        self._configs = ProviderConfigs(configuration)
        self._custom = CustomProviderCalls(configuration)

    async def answer(self, method: str, tail: str, query: str, body: bytes) -> Reply:
        """tail: the decoded path behind `/client/v4/accounts/{account}/ai-gateway/`. query: without its question mark."""
        if len(body) > MAX_BODY:
            return too_large(MAX_BODY)
        method = "GET" if method == "HEAD" else method
        parts = tail.removesuffix("/").split("/")
        try:
            if parts[0] == "gateways" and len(parts) > 2:
                self._configuration.wanted_gateway(parts[1])
                if parts[2] == "logs":
                    return await self._logs.answer(method, parts[1], "/".join(parts[3:]), query, body)
            handlers = self._handlers(parts)
            if handlers is None:
                return no_route(_not_here(parts))
            handler = handlers.get(method)
            if handler is None:
                return wrong_method(method, tuple(handlers))
            return await handler(Request.of(query, body))
        except (Refused, InvalidInput, StorageFailed) as error:
            return refusal(error)

    def _handlers(self, parts: list[str]) -> Handlers | None:
        match parts:
            case ["gateways"]:
                return {"GET": self._gateways.list, "POST": self._gateways.create}
            case ["gateways", gateway_id]:
                return {
                    "GET": partial(self._gateways.get, gateway_id),
                    "PUT": partial(self._gateways.replace, gateway_id),
                    "DELETE": partial(self._gateways.delete, gateway_id),
                }
            case ["gateways", gateway_id, "url", provider]:
                return {"GET": partial(self._url, gateway_id, provider)}
            case ["gateways", gateway_id, "routes", *rest]:
                return self._route_handlers(gateway_id, rest)
            case ["gateways", gateway_id, "provider_configs"]:
                return {
                    "GET": partial(self._configs.list, gateway_id),
                    "POST": partial(self._configs.create, gateway_id),
                }
            case ["gateways", gateway_id, "provider_configs", config_id]:
                return {"DELETE": partial(self._configs.delete, gateway_id, config_id)}
            case ["custom-providers"]:
                return {"GET": self._custom.list, "POST": self._custom.create}
            case ["custom-providers", provider_id]:
                return {
                    "GET": partial(self._custom.get, provider_id),
                    "PATCH": partial(self._custom.update, provider_id),
                    "DELETE": partial(self._custom.delete, provider_id),
                }
        return None

    def _route_handlers(self, gateway_id: str, rest: list[str]) -> Handlers | None:
        routes = self._routes
        match rest:
            case []:
                return {"GET": partial(routes.list, gateway_id), "POST": partial(routes.create, gateway_id)}
            case [route_id]:
                return {
                    "GET": partial(routes.get, gateway_id, route_id),
                    "PATCH": partial(routes.rename, gateway_id, route_id),
                    "DELETE": partial(routes.delete, gateway_id, route_id),
                }
            case [route_id, "versions"]:
                return {
                    "GET": partial(routes.versions, gateway_id, route_id),
                    "POST": partial(routes.add_version, gateway_id, route_id),
                }
            case [route_id, "versions", version_id]:
                return {"GET": partial(routes.version, gateway_id, route_id, version_id)}
            case [route_id, "deployments"]:
                return {
                    "GET": partial(routes.deployments, gateway_id, route_id),
                    "POST": partial(routes.deploy, gateway_id, route_id),
                }
        return None

    async def _url(self, gateway_id: str, provider: str, request: Request) -> Reply:
        """The base that a provider's own package is pointed at, on this desk."""
        custom = provider.startswith(CUSTOM) and self._configuration.custom_provider(
            provider.removeprefix(CUSTOM)
        )
        if not custom and provider not in (*PROVIDER_SLUGS, "compat"):
            raise Refused(Problem("There is no such provider on this desk", ("params", "provider")))
        return result(f"{self._address}/v1/{LOCAL_ACCOUNT}/{gateway_id}/{provider}")


def _not_here(parts: list[str]) -> str:
    named = next((_ELSEWHERE[part] for part in (parts[0], *parts[2:3]) if part in _ELSEWHERE), "")
    return f"No route for that URI: the local gateway has no {named}" if named else "No route for that URI"
