from __future__ import annotations

import asyncio

from tests.conftest import Run
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.targets import TargetKind
from workbench.services.discovery import USUAL, local_servers


class FakeProbe:
    """Ollama answers, LM Studio hangs, llama.cpp breaks, vLLM is somebody else."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def listening(self, base_url: str) -> bool:
        self.asked.append(base_url)
        if ":1234" in base_url:
            await asyncio.sleep(3600)
        if ":8080" in base_url:
            raise RequestFailed("Broken.", failure=Failure.PROTOCOL, maker=Maker.PROVIDER)
        return ":11434" in base_url


def test_only_servers_that_answer_are_found(run_async: Run) -> None:
    probe = FakeProbe()
    found = run_async(local_servers(probe, look_s=0.01))
    assert [server.name for server in found] == ["Ollama"]
    assert len(probe.asked) == 4


def test_only_this_machine_is_looked_at() -> None:
    assert all(server.base_url.startswith("http://127.0.0.1:") for server in USUAL)


def test_a_found_server_becomes_a_target() -> None:
    target = USUAL[0].target()
    assert (target.name, target.kind, target.base_url) == (
        "Ollama",
        TargetKind.OPENAI,
        "http://127.0.0.1:11434/v1",
    )
