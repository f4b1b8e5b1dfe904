"""A real gateway on a free port, in a thread, and a plain HTTP client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the tests of a part need no gateway, and no import of one
    from tests.gateway.wire import Wire


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One gateway for the tests of a module that change nothing about it."""
    from tests.gateway.wire import running

    with running(tmp_path_factory.mktemp("gateway")) as wire:
        yield wire


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Wire]:
    """A gateway of this test's own, whose upstream and sandbox orders it may set."""
    from tests.gateway.wire import running

    with running(tmp_path) as wire:
        yield wire
