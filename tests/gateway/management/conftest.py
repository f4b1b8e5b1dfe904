from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.management.desk import Desk
from tests.storage.conftest import Loop


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    loop = Loop(tmp_path)
    yield Desk(loop)
    loop.close()
