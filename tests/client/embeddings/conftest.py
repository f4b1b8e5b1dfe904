"""A gateway for all tests of embeddings that want one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.client.embeddings.running import TOKEN, Asking
from tests.conftest import Run
from tests.running_gateway import running_gateway
from workbench.domain.targets import Connection, Credentials, Target, TargetKind


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), TOKEN.reveal()) as address:
        target = Target(
            "local",
            "Local gateway",
            TargetKind.LOCAL,
            gateway="default",
            api_base=f"{address}/client/v4",
            gateway_base=f"{address}/v1",
        )
        yield Connection(target, Credentials(TOKEN))


@pytest.fixture
def ask(run_async: Run, local: Connection) -> Asking:
    return Asking(run_async, local)


@pytest.fixture
def disorder(ask: Asking) -> Iterator[Asking]:
    """Whatever is ordered is forgotten again."""
    yield ask
    ask.order({})
