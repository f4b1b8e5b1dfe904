"""A connections service without storage, keychain or network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.fakes.targets import CLOUD, LOCAL, FakeTargets
from workbench.domain.envfile import ImportedTarget, read_environment
from workbench.domain.errors import InvalidInput
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target
from workbench.services.credentials import KEEP, Change, Keep

ACCOUNT = "0123456789abcdef0123456789abcdef"
CLOUDFLARE = replace(CLOUD, account=ACCOUNT)


class FakeConnections(FakeTargets):
    """secrets: by target and kind. refuse: raised by the next save."""

    def __init__(self, targets: Sequence[Target] = (LOCAL, CLOUDFLARE)) -> None:
        super().__init__(targets)
        self.secrets: dict[str, dict[str, Secret]] = {CLOUDFLARE.id: {"api-token": Secret("stored-canary")}}
        self.refuse: Exception | None = None
        self.secrets_note = ""
        self.upstream_id = ""
        self._deleted: dict[str, Target] = {}

    async def draft_connection(self, target_id: str = "") -> Connection:
        await asyncio.sleep(0)
        target = next(one for one in self.targets if one.id == (target_id or self.current.id))
        if target.can.sandbox:
            base = "http://127.0.0.1:8787"
            return Connection(replace(target, api_base=f"{base}/client/v4", gateway_base=f"{base}/v1"))
        held = self.secrets.get(target.id, {})
        return Connection(target, Credentials(held.get("api-token"), held.get("gateway-token")))

    async def save(
        self,
        target: Target,
        *,
        api_token: Change = KEEP,
        gateway_token: Change = KEEP,
        provider_keys: Mapping[str, Secret | None] | None = None,
    ) -> Target:
        await asyncio.sleep(0)
        if self.refuse is not None:
            refuse, self.refuse = self.refuse, None
            raise refuse
        known = [one.id for one in self.targets]
        if target.id in known:
            self.targets[known.index(target.id)] = target
        else:
            self.targets.append(target)
        held = self.secrets.setdefault(target.id, {})
        keys = {f"provider:{slug}": key for slug, key in (provider_keys or {}).items()}
        for kind, change in {"api-token": api_token, "gateway-token": gateway_token, **keys}.items():
            if isinstance(change, Secret):
                held[kind] = change
            elif not isinstance(change, Keep):
                held.pop(kind, None)
        return target

    async def duplicate(self, target_id: str) -> Target:
        original = next(one for one in self.targets if one.id == target_id)
        return await self.save(replace(original, id=f"{target_id}-copy", name=f"{original.name} 2"))

    async def delete(self, target_id: str) -> str:
        await asyncio.sleep(0)
        self._deleted["undo"] = next(one for one in self.targets if one.id == target_id)
        self.targets = [one for one in self.targets if one.id != target_id]
        if self.current.id == target_id:
            self.current = self.targets[0]
        return "undo"

    async def restore(self, undo: str) -> Target:
        await asyncio.sleep(0)
        self.targets.append(self._deleted.pop(undo))
        return self.targets[-1]

    async def set_upstream(self, target_id: str = "") -> None:
        await asyncio.sleep(0)
        if target_id not in ("", *(one.id for one in self.targets)):
            raise InvalidInput("There is no such connection.")
        self.upstream_id = target_id

    def import_env(self, text: str) -> ImportedTarget:
        return read_environment(text)
