"""Custom providers by slug (ai-gateway §9.5); their extra headers, which may hold a key, are in the keychain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from workbench.domain.gateways import CUSTOM, CustomProvider, custom_headers_name
from workbench.domain.secret import MASK, Secret
from workbench.gateway.configured.changes import Changes, Missing, Taken, change
from workbench.gateway.configured.stored_keys import StoredKeys, provider_changed
from workbench.storage.gateway_configuration import GatewayConfigurationStore
from workbench.storage.secrets import SecretStore

Headers = Mapping[str, str]
HEADERS = "headers"
"""The key in `CustomProvider.other` that says there are extra headers: their JSON with the values masked. Made here."""

_HEADERS = msgspec.json.Decoder(dict[str, str])


class CustomProviders:
    """Changes raise Taken, Missing or StorageFailed, and have then changed nothing."""

    def __init__(
        self,
        store: GatewayConfigurationStore,
        secrets: SecretStore,
        changes: Changes,
        keys: StoredKeys,
        providers: Iterable[CustomProvider],
    ) -> None:
        self.changes = changes
        self._store = store
        self._secrets = secrets
        self._stored_keys = keys
        self._providers = {provider.id: provider for provider in providers}
        self._by_slug = {provider.slug: provider for provider in self._providers.values()}
        self._headers: dict[str, Headers] = {}
        self._fetching = asyncio.Lock()

    def find(self, slug: str) -> CustomProvider | None:
        return self._by_slug.get(slug)

    def all(self) -> tuple[CustomProvider, ...]:
        """Oldest first."""
        return tuple(self._providers.values())

    def get(self, provider_id: str) -> CustomProvider:
        """Raises Missing."""
        provider = self._providers.get(provider_id)
        if provider is None:
            raise Missing(f"There is no custom provider {provider_id}.")
        return provider

    async def headers(self, provider: CustomProvider) -> Headers:
        """What is sent along to it; empty as well when the keychain has them no longer."""
        if HEADERS not in provider.other:
            return {}
        known = self._headers.get(provider.id)
        return known if known is not None else await self._fetched(provider)

    async def _fetched(self, provider: CustomProvider) -> Headers:
        async with self._fetching:  # many requests at once ask the keychain once
            if provider.id in self._headers:
                return self._headers[provider.id]
            kept = await self._secrets.get(custom_headers_name(provider.id))
            if kept is None:
                return {}
            found: Headers = _HEADERS.decode(kept.reveal())
            if provider.id in self._providers:
                self._headers[provider.id] = found
            return found

    @change
    async def add(self, provider: CustomProvider, headers: Headers) -> CustomProvider:
        if provider.slug in self._by_slug:
            raise Taken(f"There is a custom provider “{provider.slug}” already.", field="slug")
        now = self.changes.now()
        return await self._keep(replace(provider, created_at=now, modified_at=now), headers, {})

    @change
    async def replace(self, provider: CustomProvider, headers: Headers) -> CustomProvider:
        """The one with its id; id, slug and time of creation stay."""
        before = self.get(provider.id)
        old = await self.headers(before)
        provider = replace(
            provider, slug=before.slug, created_at=before.created_at, modified_at=self.changes.now()
        )
        return await self._keep(provider, headers, old)

    @change
    async def delete(self, provider_id: str) -> CustomProvider:
        """With the keys stored for it: another server that is given its slug later must not get them."""
        provider = self.get(provider_id)
        configs = self._stored_keys.of_provider(CUSTOM + provider.slug)
        await self._store.delete_custom_provider(provider_id, tuple(config.id for config in configs))
        del self._providers[provider_id], self._by_slug[provider.slug]
        self._headers.pop(provider_id, None)
        await self._stored_keys.forget(*configs)
        if HEADERS in provider.other:
            await self._secrets.delete(custom_headers_name(provider_id))
        self.changes.tell("", provider_changed(CUSTOM + provider.slug))
        return provider

    async def _keep(self, provider: CustomProvider, headers: Headers, old: Headers) -> CustomProvider:
        provider = replace(provider, other=_masked(provider.other, headers))
        await self._put(provider.id, headers, old)
        try:
            await self._store.save_custom_provider(provider)
        except BaseException:
            await self._put(provider.id, old, headers)
            raise
        self._providers[provider.id] = self._by_slug[provider.slug] = provider
        self._headers[provider.id] = dict(headers)
        self.changes.tell("", provider_changed(CUSTOM + provider.slug))
        return provider

    async def _put(self, provider_id: str, headers: Headers, before: Headers) -> None:
        """headers into the keychain in place of before."""
        name = custom_headers_name(provider_id)
        if headers == before:
            return
        if headers:
            await self._secrets.put(name, Secret(msgspec.json.encode(headers).decode()))
        else:
            await self._secrets.delete(name)


def _masked(other: Mapping[str, Any], headers: Headers) -> Mapping[str, Any]:
    rest = {name: value for name, value in other.items() if name != HEADERS}
    if not headers:
        return rest
    return {**rest, HEADERS: msgspec.json.encode(dict.fromkeys(headers, MASK)).decode()}
