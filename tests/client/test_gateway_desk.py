"""What the local gateway's replies are read as when they are not what they should be; the rest is in tests/services/test_gateway_*.py."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from tests.client.wire import LOCAL, Script, http_of
from tests.conftest import Run
from workbench.client.desk_replies import log_of, refusal_of
from workbench.client.gateway_desk import GatewayDesk
from workbench.domain.errors import Failure, InvalidFields, RequestFailed
from workbench.domain.gateways import Mode, ProviderConfig
from workbench.domain.log_query import LogQuery
from workbench.domain.secret import Secret

Ask = Any


def asked(run: Run, reply: httpx.Response | Exception, ask: Ask) -> Any:
    async def main() -> Any:
        http = http_of(Script(reply))
        try:
            work: Coroutine[Any, Any, Any] = ask(GatewayDesk(http))
            return await work
        finally:
            await http.aclose()

    return run(main())


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk: desk.logs(LOCAL, LogQuery()),
        lambda desk: desk.gateways(LOCAL),
        lambda desk: desk.status(LOCAL),
        lambda desk: desk.log(LOCAL, "default", "one"),
        lambda desk: desk.trace(LOCAL, "one"),
    ],
)
@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"result":7}'])
def test_a_reply_that_cannot_be_read_is_told_as_such(run_async: Run, ask: Ask, body: bytes) -> None:
    if body == b'{"result":7}' and "status" in ask.__code__.co_names:
        return  # an object is all that a status has to be
    with pytest.raises(RequestFailed) as raised:
        asked(run_async, httpx.Response(200, content=body), ask)
    assert raised.value.failure is Failure.PROTOCOL


def test_a_row_with_odd_values_is_told_as_such() -> None:
    with pytest.raises(RequestFailed):
        log_of({"id": "x", "duration": {}}, "default")


def test_a_newer_gateway_may_tell_more(run_async: Run) -> None:
    told = {
        "id": "x",
        "created_at": "2026-11-22T00:00:00Z",
        "mood": 1,
        "workbench": {"route": "r", "aura": 2},
    }
    assert log_of(told, "default").route == "r"
    reply = httpx.Response(200, json={"modes": {"openai": "sandbox", "groq": "telepathy"}})
    assert asked(run_async, reply, lambda desk: desk.modes(LOCAL)) == {"openai": Mode.SANDBOX}


def test_a_trace_that_is_gone_is_none_and_a_body_that_was_not_kept_too(run_async: Run) -> None:
    gone = httpx.Response(404, json={"success": False, "error": [{"code": 8004, "message": "No trace"}]})
    assert asked(run_async, gone, lambda desk: desk.trace(LOCAL, "t")) is None
    none = httpx.Response(204)
    assert asked(run_async, none, lambda desk: desk.log_body(LOCAL, "default", "x", "request")) is None


def test_a_key_is_in_no_error(run_async: Run) -> None:
    key = Secret("sk-canary-key-0123456789")
    told = {"success": False, "errors": [{"code": 1, "message": f"What is {key.reveal()}?"}]}
    config = ProviderConfig("", "default", "openai")
    with pytest.raises(RequestFailed) as raised:
        asked(run_async, httpx.Response(500, json=told), lambda desk: desk.add_key(LOCAL, config, key))
    assert key.reveal() not in f"{raised.value.what} {raised.value.why} {raised.value.fix}"


def test_refused_fields_are_told_by_their_places() -> None:
    body = b'{"errors":[{"message":"Required","path":["body","a",0,"b"]},{"message":"Odd."}]}'
    refused = refusal_of(400, body)
    assert isinstance(refused, InvalidFields)
    assert refused.problems == {"a.0.b": "Required."}
    assert refusal_of(500, body) is None
    assert refusal_of(400, b"no json") is None
