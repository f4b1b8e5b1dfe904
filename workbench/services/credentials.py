"""The secrets of targets: in the keychain, and, once read, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from workbench.domain.secret import Secret
from workbench.domain.targets import Credentials, SecretKind, Target, secret_name
from workbench.storage.secrets import SecretStore

_PROVIDERS = "providers"
"""Keychain entry that names the providers a target has keys for: a keychain cannot be listed."""
_KEY = "provider:"


class Keep(Enum):
    """Says of a secret that it stays as it is."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
Change = Secret | None | Keep
"""What becomes of a secret: a new value, None to remove it, KEEP to leave it."""


class TargetSecrets:
    """Secrets by target and kind: a SecretKind, or `provider:{slug}`. Raises nothing; see SecretStore."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._read: dict[str, Credentials] = {}

    @property
    def note(self) -> str:
        """A sentence for the user while secrets are kept in memory only; else ""."""
        return self._secrets.note

    async def credentials(self, target: Target) -> Credentials:
        """Read once: a keychain may be slow, and may ask the user every time."""
        if target.id not in self._read:
            self._read[target.id] = credentials_of(await self.all(target.id))
        return self._read[target.id]

    def forget(self, target_id: str) -> None:
        """Read again next time; another window may have changed them."""
        self._read.pop(target_id, None)

    async def all(self, target_id: str) -> dict[str, Secret]:
        listed = await self._providers(target_id)
        kinds = [SecretKind.API_TOKEN, SecretKind.GATEWAY_TOKEN, *(_KEY + slug for slug in sorted(listed))]
        found = {str(kind): await self._secrets.get(secret_name(target_id, kind)) for kind in kinds}
        return {kind: secret for kind, secret in found.items() if secret}

    async def change(self, target_id: str, changes: Mapping[str, Change]) -> None:
        self.forget(target_id)
        listed = before = await self._providers(target_id)
        for kind, secret in changes.items():
            if isinstance(secret, Keep):
                continue
            slugs = {kind.removeprefix(_KEY)} if kind.startswith(_KEY) else set()
            if secret:
                await self._secrets.put(secret_name(target_id, kind), secret)
                listed = listed | slugs
            else:
                await self._secrets.delete(secret_name(target_id, kind))
                listed = listed - slugs
        if listed != before:
            await self._list_providers(target_id, listed)

    async def _providers(self, target_id: str) -> frozenset[str]:
        listed = await self._secrets.get(secret_name(target_id, _PROVIDERS))
        return frozenset(listed.reveal().split(",")) if listed else frozenset()

    async def _list_providers(self, target_id: str, slugs: frozenset[str]) -> None:
        name = secret_name(target_id, _PROVIDERS)
        if slugs:
            await self._secrets.put(name, Secret(",".join(sorted(slugs))))
        else:
            await self._secrets.delete(name)


def credentials_of(secrets: Mapping[str, Secret]) -> Credentials:
    return Credentials(
        secrets.get(SecretKind.API_TOKEN),
        secrets.get(SecretKind.GATEWAY_TOKEN),
        {kind.removeprefix(_KEY): secret for kind, secret in secrets.items() if kind.startswith(_KEY)},
    )


def as_changes(credentials: Credentials) -> dict[str, Change]:
    """What gives another target the same secrets."""
    return {
        SecretKind.API_TOKEN: credentials.api_token,
        SecretKind.GATEWAY_TOKEN: credentials.gateway_token,
        **{_KEY + slug: key for slug, key in credentials.provider_keys.items()},
    }
