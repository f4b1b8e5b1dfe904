from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.services.local_gateway import HERE, Here, Local, local_gateway
from workbench.domain.gateway import UpstreamKind
from workbench.services.gateway_desk import GatewayDesk, Remarks


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as made:
        yield made


def desk(local: Local) -> GatewayDesk:
    unused = cast(Any, None)
    return GatewayDesk(unused, Here(), local.client, requests=unused, providers=unused, gateways=unused)


def test_a_gateway_that_is_well_has_nothing_to_say(local: Local) -> None:
    assert local.run(desk(local).remarks()) == Remarks(behind=UpstreamKind.SANDBOX)


def test_a_sandbox_that_was_told_to_misbehave_is_told_until_it_is_not(local: Local) -> None:
    local.run(local.client._own(HERE, "PUT", "faults", {"*": "status=500"}))
    assert local.run(desk(local).remarks()).faults
    local.run(desk(local).clear_faults())
    assert not local.run(desk(local).remarks()).faults


def test_where_keys_are_kept_in_memory_that_is_told(local: Local) -> None:
    local.desk.secrets.note = "There is no keychain."
    assert local.run(desk(local).remarks()).keys == "There is no keychain."
