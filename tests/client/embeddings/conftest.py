"""A gateway for all tests of embeddings that want one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.client.embeddings.running import TOKEN, Asking
from tests.conftest import Run
from tests.fakes.running_local import running_local
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
