"""Stored provider keys (ai-gateway §3.4): their rows here and on disk, the keys in the keychain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from workbench.domain.gateways import DEFAULT_ALIAS, ProviderConfig, provider_key_name
from workbench.domain.secret import Secret
from workbench.gateway.configured.changes import Changes, Missing, Taken, change
from workbench.storage.gateway_configuration import GatewayConfigurationStore
from workbench.storage.secrets import SecretStore


def provider_changed(slug: str) -> str:
    """What listeners are told."""
    return f"provider:{slug}"


class StoredKeys:
    """Changes raise Taken, Missing or StorageFailed, and have then changed nothing."""

    def __init__(
        self,
        store: GatewayConfigurationStore,
        secrets: SecretStore,
        changes: Changes,
        configs: Iterable[ProviderConfig],
    ) -> None:
        self.changes = changes
        self._store = store
        self._secrets = secrets
        self._configs = {config.id: config for config in configs}
        self._chosen: dict[tuple[str, str, str], ProviderConfig] = {}
        self._keys: dict[str, Secret] = {}
        self._fetching = asyncio.Lock()
        self._choose()

    def find(self, gateway_id: str, slug: str, alias: str = DEFAULT_ALIAS) -> ProviderConfig | None:
        """The key under this alias. For the alias "default" also the one marked `default_config` (inferred)."""
        return self._chosen.get((gateway_id, slug, alias))

    async def key(self, config: ProviderConfig) -> Secret | None:
        """None when the keychain has it no longer."""
        found = self._keys.get(config.id)
        if found is not None:
            return found
        async with self._fetching:  # many requests at once ask the keychain once
            found = self._keys.get(config.id) or await self._secrets.get(provider_key_name(config.id))
            if found is not None and config.id in self._configs:
                self._keys[config.id] = found
        return found

    def of(self, gateway_id: str) -> tuple[ProviderConfig, ...]:
        """Oldest first."""
        return tuple(config for config in self._configs.values() if config.gateway_id == gateway_id)

    def of_provider(self, slug: str) -> tuple[ProviderConfig, ...]:
        return tuple(config for config in self._configs.values() if config.provider_slug == slug)

    @change
    async def add(self, config: ProviderConfig, key: Secret) -> ProviderConfig:
        """A new default takes the mark from the one before."""
        same = [one for one in self.of(config.gateway_id) if one.provider_slug == config.provider_slug]
        if any(one.alias == config.alias for one in same):
            raise Taken(
                f"There is a key for {config.provider_slug} under the alias “{config.alias}” already.",
                field="alias",
            )
        config = replace(config, modified_at=self.changes.now())
        unmarked = [
            replace(one, default_config=False) for one in same if one.default_config and config.default_config
        ]
        await self._secrets.put(provider_key_name(config.id), key)
        try:
            await self._store.save_provider_configs(config, *unmarked)
        except BaseException:
            await self._secrets.delete(provider_key_name(config.id))
            raise
        self._keys[config.id] = key
        self._configs |= {one.id: one for one in (config, *unmarked)}
        self._choose()
        self.changes.tell(config.gateway_id, provider_changed(config.provider_slug))
        return config

    @change
    async def delete(self, gateway_id: str, config_id: str) -> ProviderConfig:
        config = self._configs.get(config_id)
        if config is None or config.gateway_id != gateway_id:
            raise Missing(f"There is no stored key {config_id} in the gateway “{gateway_id}”.")
        await self._store.delete_provider_config(config_id)
        await self.forget(config)
        self.changes.tell(gateway_id, provider_changed(config.provider_slug))
        return config

    async def forget(self, *configs: ProviderConfig) -> None:
        """After their rows are gone."""
        for config in configs:
            del self._configs[config.id]
            self._keys.pop(config.id, None)
        self._choose()
        for config in configs:
            await self._secrets.delete(provider_key_name(config.id))

    def _choose(self) -> None:
        self._chosen = {
            (config.gateway_id, config.provider_slug, DEFAULT_ALIAS): config
            for config in self._configs.values()
            if config.default_config
        } | {
            (config.gateway_id, config.provider_slug, config.alias): config
            for config in self._configs.values()
        }
