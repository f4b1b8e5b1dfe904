"""A gateway in front of a provider that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.pipeline.desk import Desk
from tests.gateway.pipeline.upstream import Upstream, serving


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, upstream: Upstream) -> Iterator[Desk]:
    from tests.gateway.wire import running

    with running(tmp_path, upstream=upstream.behind) as wire:
        yield Desk(wire, upstream)
