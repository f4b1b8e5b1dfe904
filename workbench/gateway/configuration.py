"""What the gateway is told, in memory for the hot path; every change is on disk before it is true."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from workbench.domain.errors import InvalidInput
from workbench.domain.gateways import (
    CUSTOM,
    DEFAULT_ALIAS,
    PROVIDER_SLUGS,
    CustomProvider,
    GatewaySettings,
    Mode,
    ProviderConfig,
)
from workbench.domain.secret import Secret
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.gateway.configured.changes import Changes, Clock, Listener, Missing, Taken, change
from workbench.gateway.configured.custom_providers import CustomProviders
from workbench.gateway.configured.deployed_routes import DeployedRoutes
from workbench.gateway.configured.deployed_routes import LiveRoute as LiveRoute
from workbench.gateway.configured.stored_keys import StoredKeys, provider_changed
from workbench.storage.database import Database
from workbench.storage.gateway_configuration import GatewayConfigurationStore, Stored
from workbench.storage.secrets import SecretStore

ALL_PROVIDERS = "*"
GATEWAY = "gateway"


class Configuration:
    """Reads are plain look-ups; one desk has one configuration, whatever account a request names.

    Changes raise Taken, Missing, other InvalidInput or StorageFailed, and have then changed nothing. Routes, stored keys and
    custom providers are changed through `routes`, `keys` and `custom`.
    """

    def __init__(
        self,
        store: GatewayConfigurationStore,
        secrets: SecretStore,
        stored: Stored,
        changes: Changes,
    ) -> None:
        self.changes = changes
        self.routes = DeployedRoutes(store, changes, stored.routes)
        self.keys = StoredKeys(store, secrets, changes, stored.provider_configs)
        self.custom = CustomProviders(store, secrets, changes, self.keys, stored.custom_providers)
        self._store = store
        self._secrets = secrets
        self._gateways = {settings.id: settings for settings in stored.gateways}
        self._modes = dict(stored.modes)
        self._unreadable = stored.unreadable

    @classmethod
    async def open(
        cls,
        database: Database,
        secrets: SecretStore,
        *,
        clock: Clock = time.time,
    ) -> Configuration:
        """From a database opened with GATEWAY_MIGRATIONS. Raises StorageFailed."""
        store, changes = GatewayConfigurationStore(database), Changes(clock)
        stored = await store.load()
        if all(settings.id != DEFAULT_GATEWAY for settings in stored.gateways):
            default = GatewaySettings(created_at=changes.now(), modified_at=changes.now())
            await store.save_gateway(default)
            stored = replace(stored, gateways=(default, *stored.gateways))
        return cls(store, secrets, stored, changes)

    @property
    def on_change(self) -> list[Listener]:
        """Called after each change with (gateway id, what), what being "gateway", "route" or "provider:{slug}".

        The id is "" where every gateway is concerned: custom providers and modes. Listeners must not raise.
        """
        return self.changes.listeners

    @property
    def note(self) -> str:
        """What the user should know: secrets that end with this run, routes that cannot be read; "" when all is well."""
        notes = [self._secrets.note] if self._secrets.note else []
        notes += [f"The route “{name}” was not understood and is left out." for name in self._unreadable]
        return " ".join(notes)

    def route(self, gateway_id: str, name: str) -> LiveRoute | None:
        return self.routes.live(gateway_id, name)

    def provider_config(
        self, gateway_id: str, slug: str, alias: str = DEFAULT_ALIAS
    ) -> ProviderConfig | None:
        return self.keys.find(gateway_id, slug, alias)

    async def provider_key(self, config: ProviderConfig) -> Secret | None:
        return await self.keys.key(config)

    def custom_provider(self, slug: str) -> CustomProvider | None:
        """slug: without `custom-`."""
        return self.custom.find(slug)

    async def custom_headers(self, provider: CustomProvider) -> Mapping[str, str]:
        return await self.custom.headers(provider)

    def gateway(self, gateway_id: str) -> GatewaySettings | None:
        """The gateway `default` always exists (ai-gateway §1.1)."""
        return self._gateways.get(gateway_id)

    def gateways(self) -> tuple[GatewaySettings, ...]:
        return tuple(self._gateways.values())

    @change
    async def create_gateway(self, settings: GatewaySettings) -> GatewaySettings:
        if settings.id in self._gateways:
            raise Taken(f"A gateway “{settings.id}” exists already.", field="id")
        return await self._keep_gateway(settings, created_at=self.changes.now())

    @change
    async def replace_gateway(self, settings: GatewaySettings) -> GatewaySettings:
        """The one with its id; the time of creation stays."""
        return await self._keep_gateway(settings, created_at=self.wanted_gateway(settings.id).created_at)

    @change
    async def delete_gateway(self, gateway_id: str) -> GatewaySettings:
        """With its routes and stored keys. The default gateway stays: InvalidInput."""
        settings = self.wanted_gateway(gateway_id)
        if gateway_id == DEFAULT_GATEWAY:
            raise InvalidInput("The default gateway cannot be deleted.", field="id")
        await self._store.delete_gateway(gateway_id)
        del self._gateways[gateway_id]
        self.routes.forget_gateway(gateway_id)
        await self.keys.forget(*self.keys.of(gateway_id))
        self.changes.tell(gateway_id, GATEWAY)
        return settings

    def wanted_gateway(self, gateway_id: str) -> GatewaySettings:
        """Raises Missing."""
        settings = self._gateways.get(gateway_id)
        if settings is None:
            raise Missing(f"There is no gateway “{gateway_id}”.")
        return settings

    async def _keep_gateway(self, settings: GatewaySettings, created_at: float) -> GatewaySettings:
        settings = replace(settings, created_at=created_at, modified_at=self.changes.now())
        await self._store.save_gateway(settings)
        self._gateways[settings.id] = settings
        self.changes.tell(settings.id, GATEWAY)
        return settings

    def mode(self, provider: str) -> Mode:
        """provider: a slug, also `custom-{slug}`. What is set for "*" holds for those that have none of their own."""
        modes = self._modes
        return modes.get(provider) or modes.get(ALL_PROVIDERS, Mode.FOLLOW)

    def modes(self) -> Mapping[str, Mode]:
        """What was set, by provider; what was set for one that is gone is not told."""
        there = (ALL_PROVIDERS, *self._providers())
        return {provider: mode for provider, mode in self._modes.items() if provider in there}

    @change
    async def set_modes(self, modes: Mapping[str, Mode]) -> None:
        """These and no others. Raises InvalidInput for a provider that is not there."""
        for provider in modes:
            if provider not in (ALL_PROVIDERS, *self._providers()):
                raise InvalidInput(f"There is no provider “{provider}”.", field=provider)
        await self._store.save_modes(modes)
        before = {provider: self.mode(provider) for provider in self._providers()}
        self._modes = dict(modes)
        for provider, mode in before.items():
            if self.mode(provider) is not mode:
                self.changes.tell("", provider_changed(provider))

    def _providers(self) -> tuple[str, ...]:
        return (*PROVIDER_SLUGS, *(CUSTOM + provider.slug for provider in self.custom.all()))
