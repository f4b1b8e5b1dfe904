"""Model servers on this machine: asked for on their usual ports, on loopback only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.errors import WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.targets import Target, TargetKind

LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class FoundServer:
    """base_url: up to and including `/v1`, as a target has it."""

    name: str
    base_url: str

    def target(self) -> Target:
        """A draft to save."""
        return Target(new_id(), self.name, TargetKind.OPENAI, base_url=self.base_url)


USUAL: tuple[FoundServer, ...] = (
    FoundServer("Ollama", "http://127.0.0.1:11434/v1"),
    FoundServer("LM Studio", "http://127.0.0.1:1234/v1"),
    FoundServer("llama.cpp", "http://127.0.0.1:8080/v1"),
    FoundServer("vLLM", "http://127.0.0.1:8000/v1"),
)


class Probe(Protocol):
    """client.probe.ProbeClient."""

    async def listening(self, base_url: str) -> bool: ...


async def local_servers(
    probe: Probe, *, usual: Sequence[FoundServer] = USUAL, look_s: float = LOOK_S
) -> list[FoundServer]:
    """Those that answer, in the order of `usual`; all are asked at once, each for at most look_s. Raises nothing."""

    async def there(server: FoundServer) -> bool:
        try:
            async with asyncio.timeout(look_s):
                return await probe.listening(server.base_url)
        except (TimeoutError, WorkbenchError):
            return False

    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(there(server)) for server in usual]
    return [server for server, look in zip(usual, looks, strict=True) if look.result()]
