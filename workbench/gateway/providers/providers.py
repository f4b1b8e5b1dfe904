"""Who answers a call: the sandbox, the provider itself with a stored or the caller's key, or the gateway's upstream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from workbench.domain.gateway import Upstream
from workbench.domain.gateways import CustomProvider, Mode, ProviderConfig
from workbench.domain.secret import Secret
from workbench.gateway.access import Access
from workbench.gateway.calls import Answerer, Call
from workbench.gateway.forwarding import Transport
from workbench.gateway.protocol import Door, Ids
from workbench.gateway.replies import Reply


class Configuration(Protocol):
    """What has to be known here of gateway.configuration.Configuration."""

    def mode(self, provider: str) -> Mode: ...

    def provider_config(self, gateway_id: str, slug: str, alias: str = ...) -> ProviderConfig | None: ...

    async def provider_key(self, config: ProviderConfig) -> Secret | None: ...

    def custom_provider(self, slug: str) -> CustomProvider | None: ...

    async def custom_headers(self, provider: CustomProvider) -> Mapping[str, str]: ...


class Providers:
    """An Answerer. sandbox: answers for providers that are simulated. transport: made when it is first needed.

    access: tells the gateway's own token, which never leaves, from a provider's key.
    """

    def __init__(
        self,
        configuration: Configuration,
        sandbox: Answerer,
        transport: Callable[[], Transport],
        access: Access,
        upstream: Upstream,
    ) -> None:
        self._configuration = configuration
        self._sandbox = sandbox
        self._transport = transport
        self._access = access
        self._upstream = upstream

    def set_upstream(self, upstream: Upstream) -> None:
        """From the next call on; those under way end where they began."""
        self._upstream = upstream

    async def answer(self, call: Call, ids: Ids) -> Reply:
        """A unified call is translated to the provider's own shape, and its answer back, where the one who answers needs it:
        callers pass it as it is. The reply has no ids of ours; those of a Cloudflare gateway behind us stay in it.
        """
        raise NotImplementedError

    async def catalogue(self, door: Door, query: str) -> Reply | None:
        """The model list of a live upstream at one of our catalogue doors; None where the sandbox answers."""
        raise NotImplementedError

    def stored_for(self, call: Call) -> ProviderConfig | None:
        """The stored key this call would be sent with, whose own rate limit then holds; None where it goes without one."""
        raise NotImplementedError

    def call_for(self, provider: str, model: str, unified_body: dict[str, Any], like: Call) -> Call:
        """What a route's model element asks: the unified body with the provider's model in it. like: the leg's call."""
        raise NotImplementedError
