"""What the connections page needs from the rest of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from workbench.domain.envfile import ImportedTarget
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Target
from workbench.services.credentials import KEEP, Change


class ConnectionsBackend(Protocol):
    """services.targets.TargetService. Everything may raise WorkbenchError; save raises InvalidInput with its field."""

    @property
    def targets(self) -> Sequence[Target]: ...

    @property
    def current(self) -> Target: ...

    @property
    def secrets_note(self) -> str: ...

    @property
    def upstream_id(self) -> str: ...

    async def draft_connection(self, target_id: str = "") -> Connection: ...

    async def save(
        self,
        target: Target,
        *,
        api_token: Change = KEEP,
        gateway_token: Change = KEEP,
        provider_keys: Mapping[str, Secret | None] | None = None,
    ) -> Target: ...

    async def duplicate(self, target_id: str) -> Target: ...

    async def delete(self, target_id: str) -> str: ...

    async def restore(self, undo: str) -> Target: ...

    async def set_upstream(self, target_id: str = "") -> None: ...

    def import_env(self, text: str) -> ImportedTarget: ...
