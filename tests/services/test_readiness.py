from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.test_targets import CLOUD, SERVER
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, WorkbenchError
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Reach
from workbench.services.readiness import lacking, reach_of


@pytest.mark.parametrize(
    "connection",
    [
        Connection(CLOUD, Credentials(api_token=Secret("a"))),
        Connection(CLOUD, Credentials(gateway_token=Secret("g"))),
        Connection(SERVER),
    ],
)
def test_either_token_is_enough_and_a_server_needs_none(connection: Connection) -> None:
    assert lacking(connection) is None


@pytest.mark.parametrize(
    "connection",
    [Connection(CLOUD), Connection(replace(CLOUD, account="")), Connection(replace(SERVER, base_url=""))],
)
def test_what_is_missing_is_told_whole(connection: Connection) -> None:
    error = lacking(connection)
    assert error is not None
    assert error.failure is Failure.NOT_CONFIGURED
    assert error.what
    assert error.why
    assert error.fix


@pytest.mark.parametrize(
    ("error", "reach"),
    [
        (RequestFailed("x", failure=Failure.LICENCE, maker=Maker.WORKERS_AI), Reach.UNAUTHORISED),
        (RequestFailed("x", failure=Failure.SPEND_LIMIT, maker=Maker.GATEWAY), Reach.READY),
        (RequestFailed("x", failure=Failure.TLS, maker=Maker.NETWORK), Reach.UNREACHABLE),
        (InvalidInput("x"), Reach.UNREACHABLE),
    ],
)
def test_a_failure_says_how_far_we_came(error: WorkbenchError, reach: Reach) -> None:
    assert reach_of(error) is reach
