"""Names of keychain entries that belong to the data: a keychain cannot be listed, so they are known from the data."""

from __future__ import annotations

from pathlib import Path

import msgspec

from workbench.domain.gateway import ACCESS_TOKEN
from workbench.domain.gateways import CustomProvider, ProviderConfig, custom_headers_name, provider_key_name
from workbench.domain.targets import SecretKind, Target, secret_name
from workbench.services.credentials import TargetSecrets
from workbench.storage import takeover
from workbench.storage.data_files import GATEWAY, WORKBENCH
from workbench.storage.paths import Paths
from workbench.storage.secrets import SecretStore
from workbench.storage.snapshots import documents

_TARGET = "target/"


def keys_of(data: Path) -> dict[str, str]:
    """Where the secret of each entry is sent, by the entry's name. Of a connection there is one name for all its secrets:
    `target/{id}`. Blocks. Raises StorageFailed.
    """
    found: dict[str, str] = {}
    for (document,) in documents(data / WORKBENCH, "SELECT CAST(document AS TEXT) FROM targets"):
        target = msgspec.json.decode(document, type=Target)
        places = (target.kind, target.account, target.api_base, target.gateway_base, target.base_url)
        found[f"{_TARGET}{target.id}"] = " ".join(places)
    custom: dict[str, str] = {}
    for (document,) in documents(data / GATEWAY, "SELECT CAST(document AS TEXT) FROM custom_providers"):
        provider = msgspec.json.decode(document, type=CustomProvider)
        custom[provider.slug] = provider.base_url
        found[custom_headers_name(provider.id)] = provider.base_url
    for (document,) in documents(data / GATEWAY, "SELECT CAST(document AS TEXT) FROM provider_configs"):
        config = msgspec.json.decode(document, type=ProviderConfig)
        slug = config.provider_slug
        found[provider_key_name(config.id)] = custom.get(slug.removeprefix("custom-"), slug)
    return found


def to_forget(now: Path, then: Path) -> tuple[str, ...]:
    """Entries that the data to come knows by the same name, but for another place: a key must not be sent there."""
    known = keys_of(now)
    return tuple(sorted(name for name, place in keys_of(then).items() if known.get(name) != place))


def all_of(data: Path) -> tuple[str, ...]:
    """Every entry that is ours."""
    return (*sorted(keys_of(data)), ACCESS_TOKEN)


async def forget(secrets: SecretStore, names: tuple[str, ...]) -> None:
    """Remove them from the keychain. Raises nothing; what is not there is no matter."""
    targets = TargetSecrets(secrets)
    for name in names:
        if not name.startswith(_TARGET):
            await secrets.delete(name)
            continue
        id = name.removeprefix(_TARGET)
        found = {*await targets.all(id), SecretKind.API_TOKEN, SecretKind.GATEWAY_TOKEN}
        await targets.change(id, dict.fromkeys(found))
        await secrets.delete(secret_name(id, "providers"))


async def forget_left(paths: Paths, secrets: SecretStore) -> None:
    """Those of data that was moved aside: before anybody asks for them. Raises nothing."""
    if names := takeover.keys_to_forget(paths):
        await forget(secrets, names)
        takeover.keys_forgotten(paths)
