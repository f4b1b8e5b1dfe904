"""Stored provider keys (ai-gateway §3.4): the key goes into the keychain, and no more than a preview comes back."""

from __future__ import annotations

from typing import Any

from workbench.domain.connection_rules import secret_problem, tidied_secret
from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS, ProviderConfig
from workbench.domain.ids import new_id
from workbench.domain.secret import MASK, Secret
from workbench.gateway.configuration import Configuration
from workbench.gateway.management.answers import Page, Request, listed, result, told_time
from workbench.gateway.management.fields import Fields
from workbench.gateway.replies import Reply

_MAX_PERIOD_S = 31 * 86_400
_PREVIEW = 4
_LONG = 16
"""A shorter key shows nothing: four characters would be too much of it."""


class ProviderConfigs:
    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    async def list(self, gateway_id: str, request: Request) -> Reply:
        return listed(self._configuration.keys.of(gateway_id), Page.of(request.query), config_told)

    async def create(self, gateway_id: str, request: Request) -> Reply:
        config, key = self._read(Fields(request.json()), gateway_id)
        config = await self._configuration.keys.add(config, key)
        return result(config_told(config), self._configuration.note)

    async def delete(self, gateway_id: str, config_id: str, request: Request) -> Reply:
        """Our own: the API's types have no way to remove a key, and a user must."""
        return result(config_told(await self._configuration.keys.delete(gateway_id, config_id)))

    def _read(self, body: Fields, gateway_id: str) -> tuple[ProviderConfig, Secret]:
        body.need("alias", "default_config", "provider_slug")
        slug = body.text("provider_slug")
        if body.has("provider_slug") and not self._has_door(slug):
            body.wrong("There is no such provider on this desk", "provider_slug")
        key = self._key(body)
        config = ProviderConfig(
            id=new_id(),
            gateway_id=gateway_id,
            provider_slug=slug,
            alias=body.name("alias", r"[A-Za-z0-9_.-]{1,64}", "1 to 64 letters, digits, -, _ and ."),
            default_config=body.flag("default_config", False),
            preview=key.reveal()[-_PREVIEW:] if len(key.reveal()) >= _LONG else "",
            rate_limit=body.whole("rate_limit", 1, 10**9),
            rate_limit_period_s=body.whole("rate_limit_period", 1, _MAX_PERIOD_S),
        )
        if (config.rate_limit is None) is not (config.rate_limit_period_s is None):
            missing = "rate_limit" if config.rate_limit is None else "rate_limit_period"
            body.wrong("Required: a limit has a number of requests and a period in seconds", missing)
        body.check()
        return config, key

    def _key(self, body: Fields) -> Secret:
        if body.raw("secret_id") is not None:
            body.wrong("There is no Secrets Store on this desk; send the key as secret", "secret_id")
            return Secret("")
        key = body.text("secret", most=10_000)
        if not key:
            body.wrong("Required", "secret")
        elif problem := secret_problem(key):
            body.wrong(problem, "secret")
        return Secret(tidied_secret(key))

    def _has_door(self, slug: str) -> bool:
        custom = slug.startswith(CUSTOM) and self._configuration.custom_provider(slug.removeprefix(CUSTOM))
        return bool(custom) or slug in PROVIDER_SLUGS


def config_told(config: ProviderConfig) -> dict[str, Any]:
    """secret_id: the API wants one; here it only says which entry of the keychain is meant."""
    limit = {"rate_limit": config.rate_limit, "rate_limit_period": config.rate_limit_period_s}
    return {
        "id": config.id,
        "alias": config.alias,
        "default_config": config.default_config,
        "gateway_id": config.gateway_id,
        "modified_at": told_time(config.modified_at),
        "provider_slug": config.provider_slug,
        "secret_id": config.id,
        "secret_preview": MASK + config.preview,
        **(limit if config.rate_limit is not None else {}),
    }
