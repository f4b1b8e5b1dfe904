"""A gateway for all tests of speech that want one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.client.speech.asking import AURA, spoken
from tests.client.speech.running import TOKEN, Asking, to_speak
from tests.conftest import Run
from tests.fakes.running_local import running_local
from workbench.client.connection import HttpClient
from workbench.domain.targets import Connection


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with running_local(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


@pytest.fixture
def ask(run_async: Run, local: Connection) -> Asking:
    return Asking(run_async, local)


@pytest.fixture
def disorder(ask: Asking) -> Iterator[Asking]:
    """Whatever is ordered is forgotten again."""
    yield ask
    ask.order({})


@pytest.fixture(scope="package")
def speech(local: Connection) -> bytes:
    """TEXT, as the sandbox says it."""
    return asyncio.run(spoken(HttpClient(), to_speak(AURA), local)).audio
