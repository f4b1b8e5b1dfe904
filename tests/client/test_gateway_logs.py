from __future__ import annotations

from contextlib import aclosing
from dataclasses import asdict

import httpx
import msgspec
import pytest

from tests.client.wire import Script, http_of
from tests.conftest import Run
from tests.gateway.journal.rows import row
from workbench.client.gateway_logs import FeedEvent, GatewayLogs, Missed, Warned
from workbench.domain.errors import RequestFailed
from workbench.domain.journal import AttemptRow, LogRow
from workbench.domain.secret import Secret

AT = "http://127.0.0.1:8787"
TOKEN = Secret("canary-access-token")
ROW = row(metadata={"plan": "free", "n": 1}, attempts=(AttemptRow("openai", "m", 200, 0.0, 1.0),), cost=0.5)


def told(row: LogRow) -> bytes:
    return b"id: " + row.id.encode() + b"\nevent: log\ndata: " + msgspec.json.encode(asdict(row)) + b"\n\n"


def read(run_async: Run, script: Script, since: str = "") -> list[FeedEvent]:
    async def main() -> list[FeedEvent]:
        async with aclosing(GatewayLogs(http_of(script)).feed(AT, TOKEN, since)) as events:
            return [event async for event in events]

    return run_async(main())


def test_rows_warnings_and_gaps_are_told_in_order(run_async: Run) -> None:
    body = (
        b"retry: 1000\n\n: feed\n\n"
        + told(ROW)
        + b'event: warning\ndata: {"warning":"The disk is full."}\n\nevent: missed\ndata: {"rows":7}\n\n'
        + b'event: warning\ndata: {"warning":""}\n\n'
    )
    script = Script(httpx.Response(200, content=body))
    assert read(run_async, script) == [ROW, Warned("The disk is full."), Missed(7), Warned("")]
    assert str(script.requests[0].url) == f"{AT}/workbench/feed"
    assert script.requests[0].headers["authorization"] == f"Bearer {TOKEN.reveal()}"


def test_what_a_newer_gateway_tells_is_let_pass(run_async: Run) -> None:
    newer = told(ROW).replace(b'"cost":0.5', b'"cost":0.5,"mood":"good"')
    body = b"event: mood\ndata: good\n\nevent: log\ndata: {\n\nevent: missed\ndata: many\n\n" + newer
    assert read(run_async, Script(httpx.Response(200, content=body))) == [ROW]


def test_where_to_begin_is_told(run_async: Run) -> None:
    script = Script(httpx.Response(200, content=b""))
    read(run_async, script, "a/b&c")
    assert script.requests[0].url.query == b"since=a%2Fb%26c"


@pytest.mark.parametrize("reply", [httpx.Response(401), httpx.Response(404), httpx.ConnectError("refused")])
def test_a_feed_that_is_not_given_is_a_failure(run_async: Run, reply: httpx.Response | Exception) -> None:
    with pytest.raises(RequestFailed):
        read(run_async, Script(reply))
