from __future__ import annotations

import json
from contextlib import aclosing

import httpx
import pytest

from tests.client.wire import Script, http_of
from tests.conftest import Run
from workbench.client.gateway_control import GatewayControl
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret

AT = "http://127.0.0.1:8787"
TOKEN = Secret("canary-access-token")


def control(*replies: httpx.Response | Exception) -> tuple[GatewayControl, Script]:
    script = Script(*replies)
    return GatewayControl(http_of(script)), script


@pytest.mark.parametrize(
    ("reply", "alive"),
    [
        (httpx.Response(200, json={"service": "ai-workbench-gateway"}), True),
        (httpx.Response(200, json={"service": "another"}), False),
        (httpx.Response(200, text="<html>"), False),
        (httpx.Response(404), False),
        (httpx.ReadError("reset"), False),
        (httpx.ConnectError("refused"), None),
    ],
)
def test_what_answers_at_an_address(
    run_async: Run, reply: httpx.Response | Exception, alive: bool | None
) -> None:
    assert run_async(control(reply)[0].alive(AT)) is alive


@pytest.mark.parametrize(
    ("reply", "admits"),
    [(httpx.Response(200, json={}), True), (httpx.Response(401), False), (httpx.ReadError("x"), False)],
)
def test_whether_a_gateway_takes_our_token(
    run_async: Run, reply: httpx.Response | Exception, admits: bool
) -> None:
    gateway, script = control(reply)
    assert run_async(gateway.admits(AT, TOKEN)) is admits
    assert script.headers["authorization"] == "Bearer canary-access-token"


def test_a_lease_is_held_until_the_gateway_goes(run_async: Run) -> None:
    gateway, _ = control(httpx.Response(200, text=": lease\n\n"))

    async def scenario() -> int:
        async with aclosing(gateway.lease(AT, TOKEN)) as lease:
            return len([beat async for beat in lease])

    assert run_async(scenario()) == 1


def test_a_lease_that_is_refused_is_told(run_async: Run) -> None:
    gateway, _ = control(
        httpx.Response(401, json={"success": False, "error": [{"code": 2009, "message": "No"}]})
    )

    async def scenario() -> None:
        async with aclosing(gateway.lease(AT, TOKEN)) as lease:
            async for _ in lease:
                pass

    with pytest.raises(RequestFailed) as raised:
        run_async(scenario())
    assert raised.value.failure is Failure.UNAUTHORIZED


@pytest.mark.parametrize("exits", [True, False])
def test_a_release_tells_whether_the_gateway_leaves(run_async: Run, exits: bool) -> None:
    assert run_async(control(httpx.Response(200, json={"exits": exits}))[0].release(AT, TOKEN)) is exits


def test_an_upstream_travels_with_its_secrets_and_without_what_is_empty(run_async: Run) -> None:
    gateway, script = control(httpx.Response(200, json={}))
    upstream = Upstream(UpstreamKind.OPENAI, base_url="http://127.0.0.1:1/v1", api_token=Secret("canary-key"))
    run_async(gateway.put_upstream(AT, TOKEN, upstream))
    sent = json.loads(script.requests[0].content)
    assert (sent["kind"], sent["base_url"], sent["api_token"]) == (
        "openai",
        "http://127.0.0.1:1/v1",
        "canary-key",
    )
    assert "gateway_token" not in sent


def test_an_upstream_that_is_refused_is_told(run_async: Run) -> None:
    gateway, _ = control(
        httpx.Response(400, json={"success": False, "errors": [{"code": 1, "message": "x"}]})
    )
    with pytest.raises(RequestFailed):
        run_async(gateway.put_upstream(AT, TOKEN, Upstream()))
