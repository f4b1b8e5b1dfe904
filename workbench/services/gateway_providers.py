"""Who answers for a provider behind the local gateway: modes, stored keys, servers of the user's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.connection_rules import secret_problem
from workbench.domain.errors import InvalidFields, WorkbenchError
from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS, CustomProvider, Mode, ProviderConfig
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection
from workbench.services.discovery import FoundServer


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def modes(self, connection: Connection) -> Mapping[str, Mode]: ...
    async def set_modes(self, connection: Connection, modes: Mapping[str, Mode]) -> Mapping[str, Mode]: ...
    async def keys(self, connection: Connection, gateway_id: str) -> tuple[ProviderConfig, ...]: ...
    async def add_key(
        self, connection: Connection, config: ProviderConfig, key: Secret
    ) -> ProviderConfig: ...
    async def delete_key(self, connection: Connection, gateway_id: str, config_id: str) -> None: ...
    async def custom_providers(self, connection: Connection) -> tuple[CustomProvider, ...]: ...
    async def add_custom_provider(
        self, connection: Connection, *, name: str, slug: str, base_url: str
    ) -> CustomProvider: ...
    async def change_custom_provider(
        self, connection: Connection, provider_id: str, *, name: str, base_url: str, enable: bool
    ) -> CustomProvider: ...
    async def delete_custom_provider(self, connection: Connection, provider_id: str) -> None: ...


class Lister(Protocol):
    """client.catalogue.CatalogueClient."""

    async def models(self, connection: Connection) -> tuple[Model, ...]: ...


@dataclass(frozen=True, slots=True)
class ProviderState:
    """slug: as addresses have it, "custom-…" for one of the user's own, which custom then is. keys: those of one gateway."""

    slug: str
    mode: Mode = Mode.FOLLOW
    keys: tuple[ProviderConfig, ...] = ()
    custom: CustomProvider | None = None


class GatewayProviders:
    """Everything raises RequestFailed, and InvalidFields where a field is refused."""

    def __init__(
        self,
        targets: Targets,
        client: Client,
        lister: Lister,
        find_servers: Callable[[], Awaitable[Sequence[FoundServer]]],
    ) -> None:
        self._targets = targets
        self._client = client
        self._lister = lister
        self._find_servers = find_servers

    async def all(self, gateway_id: str) -> tuple[ProviderState, ...]:
        """Every provider there is a door for, then the user's own; keys are those of this gateway."""
        here = await self._targets.connection("local")
        async with asyncio.TaskGroup() as group:
            modes = group.create_task(self._client.modes(here))
            keys = group.create_task(self._client.keys(here, gateway_id))
            custom = group.create_task(self._client.custom_providers(here))
        own = {CUSTOM + provider.slug: provider for provider in custom.result()}
        everyone = modes.result().get("*", Mode.FOLLOW)
        return tuple(
            ProviderState(
                slug,
                modes.result().get(slug, everyone),
                tuple(key for key in keys.result() if key.provider_slug == slug),
                own.get(slug),
            )
            for slug in (*PROVIDER_SLUGS, *own)
        )

    async def set_mode(self, slug: str, mode: Mode) -> None:
        here = await self._targets.connection("local")
        modes = {**await self._client.modes(here), slug: mode}
        if mode is Mode.FOLLOW and "*" not in modes:
            del modes[slug]
        await self._client.set_modes(here, modes)

    async def put_key(self, config: ProviderConfig, key: Secret, *, in_place_of: str = "") -> ProviderConfig:
        """Keep a key; in_place_of: the id of the one it replaces, which goes first: two keys cannot share an alias.

        What the gateway would refuse is found before that, so that the old one is not lost for nothing.
        """
        if problem := secret_problem(key.reveal()):
            raise InvalidFields({"secret": problem})
        if (config.rate_limit is None) is not (config.rate_limit_period_s is None):
            missing = "rate_limit" if config.rate_limit is None else "rate_limit_period"
            raise InvalidFields({missing: "A limit has a number of requests and a number of seconds."})
        here = await self._targets.connection("local")
        if in_place_of:
            await self._client.delete_key(here, config.gateway_id, in_place_of)
        return await self._client.add_key(here, config, key)

    async def remove_key(self, config: ProviderConfig) -> None:
        here = await self._targets.connection("local")
        await self._client.delete_key(here, config.gateway_id, config.id)

    async def add(self, name: str, slug: str, base_url: str) -> CustomProvider:
        here = await self._targets.connection("local")
        return await self._client.add_custom_provider(here, name=name, slug=slug, base_url=base_url)

    async def change(
        self, provider: CustomProvider, *, name: str, base_url: str, enable: bool
    ) -> CustomProvider:
        here = await self._targets.connection("local")
        return await self._client.change_custom_provider(
            here, provider.id, name=name, base_url=base_url, enable=enable
        )

    async def delete(self, provider: CustomProvider) -> Callable[[], Awaitable[object]]:
        """Remove it; what comes back puts it there again. Its stored keys do not come back: they have left the keychain."""
        here = await self._targets.connection("local")
        mode = (await self._client.modes(here)).get(CUSTOM + provider.slug)
        await self._client.delete_custom_provider(here, provider.id)

        async def restore() -> None:
            added = await self.add(provider.name, provider.slug, provider.base_url)
            if not provider.enable:
                await self.change(added, name=provider.name, base_url=provider.base_url, enable=False)
            if mode is not None:
                await self.set_mode(CUSTOM + provider.slug, mode)

        return restore

    async def found(self) -> Sequence[FoundServer]:
        """Model servers on this machine, on their usual ports. Raises nothing."""
        return await self._find_servers()

    async def models(self, server: FoundServer) -> tuple[str, ...]:
        """What a server on this machine has to offer; nothing where it does not say."""
        try:
            return tuple(model.id for model in await self._lister.models(Connection(server.target())))
        except WorkbenchError:
            return ()


def slug_for(name: str, taken: Sequence[str] = ()) -> str:
    """A slug made of a name, as custom providers have them: lower-case letters, digits and -; unlike those taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "server"
    slug, number = plain, 2
    while slug in taken:
        slug, number = f"{plain}-{number}", number + 1
    return slug
