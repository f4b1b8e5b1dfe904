"""The single checks behind the doctor and the status dot."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import pytest

from tests.client.wire import API_TOKEN, CLOUDFLARE, GATEWAY_TOKEN, LOCAL, OLLAMA, Script, http_of
from tests.conftest import Run
from workbench.client.probe import ProbeClient
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.targets import Connection, Credentials

T = TypeVar("T")
BARE = replace(CLOUDFLARE, target=replace(CLOUDFLARE.target, gateway=""))


def good(result: Any = None) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "errors": [], "result": result})


def bad(status: int, code: int, message: str = "no") -> httpx.Response:
    return httpx.Response(
        status, json={"success": False, "errors": [{"code": code, "message": message}], "result": None}
    )


def gateways(status: int, code: int) -> httpx.Response:
    return httpx.Response(
        status, json={"success": False, "error": [{"code": code, "message": "no"}], "name": "AiGatewayError"}
    )


async def probed(script: Script, check: Callable[[ProbeClient], Awaitable[T]]) -> T:
    http = http_of(script)
    try:
        return await check(ProbeClient(http))
    finally:
        await http.aclose()


def failed(run: Run, script: Script, check: Callable[[ProbeClient], Awaitable[Any]]) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        run(probed(script, check))
    return caught.value


def path(script: Script) -> str:
    return script.requests[-1].url.raw_path.decode()


# reach


@pytest.mark.parametrize(
    ("connection", "where"),
    [
        (CLOUDFLARE, "/client/v4/accounts/acc/ai/models/search?per_page=1"),
        (LOCAL, "/client/v4/accounts/local/ai/models/search?per_page=1"),
        (OLLAMA, "/v1/models"),
    ],
)
def test_reach_makes_the_cheapest_call_that_wants_credentials(
    run_async: Run, connection: Connection, where: str
) -> None:
    script = Script(httpx.Response(200, json={"success": True, "result": [], "data": []}))
    assert run_async(probed(script, lambda probe: probe.reach(connection))) >= 0
    assert path(script) == where


def test_with_a_gateway_token_only_the_gateway_is_knocked_at(run_async: Run) -> None:
    connection = replace(CLOUDFLARE, credentials=Credentials(gateway_token=GATEWAY_TOKEN))
    script = Script(httpx.Response(400, json={"error": {"message": "model is required"}}))
    run_async(probed(script, lambda probe: probe.reach(connection)))
    assert path(script) == "/v1/acc/gw/compat/chat/completions"


def test_reach_is_not_tried_again(run_async: Run) -> None:
    script = Script(httpx.Response(503))
    assert failed(run_async, script, lambda probe: probe.reach(OLLAMA)).failure is Failure.SERVER


def test_without_a_token_nothing_is_sent(run_async: Run) -> None:
    script = Script()
    connection = replace(CLOUDFLARE, credentials=Credentials())
    assert failed(run_async, script, lambda probe: probe.reach(connection)).failure is Failure.NOT_CONFIGURED
    assert script.requests == []


# token


def test_a_users_token_is_verified_at_the_users_door(run_async: Run) -> None:
    script = Script(good({"id": "t", "status": "active"}))
    assert run_async(probed(script, lambda probe: probe.verify_token(CLOUDFLARE))) == "user"
    assert path(script) == "/client/v4/user/tokens/verify"


@pytest.mark.parametrize("refusal", [bad(401, 1000), bad(403, 9109), bad(400, 1000), httpx.Response(401)])
def test_a_token_that_is_no_users_is_tried_as_the_accounts(run_async: Run, refusal: httpx.Response) -> None:
    script = Script(refusal, good({"status": "active"}))
    assert run_async(probed(script, lambda probe: probe.verify_token(CLOUDFLARE))) == "account"
    assert path(script) == "/client/v4/accounts/acc/tokens/verify"


def test_a_token_that_neither_door_knows_is_not_accepted(run_async: Run) -> None:
    script = Script(bad(401, 1000, "Invalid API Token"), bad(401, 1000, "Invalid API Token"))
    error = failed(run_async, script, lambda probe: probe.verify_token(CLOUDFLARE))
    assert (error.failure, error.code) == (Failure.UNAUTHORIZED, 1000)


@pytest.mark.parametrize("status", ["disabled", "expired", ""])
def test_a_token_that_is_not_active_is_told(run_async: Run, status: str) -> None:
    error = failed(run_async, Script(good({"status": status})), lambda probe: probe.verify_token(CLOUDFLARE))
    assert error.failure is Failure.UNAUTHORIZED
    assert status in error.why


def test_a_server_error_is_not_taken_for_a_bad_token(run_async: Run) -> None:
    assert (
        failed(run_async, Script(httpx.Response(500)), lambda p: p.verify_token(CLOUDFLARE)).failure
        is Failure.SERVER
    )


# account and permission


def test_an_unknown_account_is_named(run_async: Run) -> None:
    message = "Could not route to /client/v4/accounts/acc/ai/models/search, perhaps your object identifier is invalid?"
    error = failed(run_async, Script(bad(404, 7003, message)), lambda probe: probe.account(CLOUDFLARE))
    assert "account" in error.what


def test_a_missing_permission_is_not_the_accounts_fault(run_async: Run) -> None:
    run_async(probed(Script(bad(403, 10000)), lambda probe: probe.account(CLOUDFLARE)))
    error = failed(run_async, Script(bad(403, 10000)), lambda probe: probe.workers_ai_permission(CLOUDFLARE))
    assert "Workers AI – Read" in error.fix


# gateway


def test_the_gateway_is_looked_up_by_name(run_async: Run) -> None:
    script = Script(good({"id": "gw"}))
    run_async(probed(script, lambda probe: probe.gateway_exists(CLOUDFLARE)))
    assert path(script) == "/client/v4/accounts/acc/ai-gateway/gateways/gw"


@pytest.mark.parametrize("absence", [bad(404, 7002, "Gateway not found"), httpx.Response(404)])
def test_a_gateway_that_is_not_there_is_named(run_async: Run, absence: httpx.Response) -> None:
    error = failed(run_async, Script(absence), lambda probe: probe.gateway_exists(CLOUDFLARE))
    assert error.failure is Failure.GATEWAY_NOT_FOUND
    assert "“gw”" in error.what


def test_the_default_gateway_need_not_be_there_yet(run_async: Run) -> None:
    run_async(probed(Script(bad(404, 7002)), lambda probe: probe.gateway_exists(BARE)))


def test_the_local_gateway_answers_to_every_name(run_async: Run) -> None:
    run_async(probed(Script(), lambda probe: probe.gateway_exists(LOCAL)))


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={}), gateways(400, 2005), httpx.Response(401, json={"error": {"message": "no key"}}),
     httpx.Response(429, json={"success": False, "error": {"message": "slow"}})],
)  # fmt: skip
def test_whatever_the_gateway_says_of_an_empty_question_it_let_us_in(
    run_async: Run, answer: httpx.Response
) -> None:
    script = Script(answer)
    run_async(probed(script, lambda probe: probe.gateway_token(CLOUDFLARE)))
    assert json.loads(script.requests[0].content) == {}
    assert script.headers["cf-aig-authorization"] == f"Bearer {GATEWAY_TOKEN.reveal()}"
    assert "authorization" not in script.headers


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (gateways(401, 2009), Failure.UNAUTHORIZED),
        (gateways(400, 2001), Failure.GATEWAY_NOT_FOUND),
        (httpx.Response(503), Failure.SERVER),
    ],
)
def test_a_gateway_that_does_not_let_us_in_is_told(
    run_async: Run, answer: httpx.Response, failure: Failure
) -> None:
    assert failed(run_async, Script(answer), lambda p: p.gateway_token(CLOUDFLARE)).failure is failure


def test_an_api_token_serves_where_there_is_no_gateway_token(run_async: Run) -> None:
    script = Script(httpx.Response(400))
    connection = replace(CLOUDFLARE, credentials=Credentials(API_TOKEN))
    run_async(probed(script, lambda probe: probe.gateway_token(connection)))
    assert script.headers["cf-aig-authorization"] == f"Bearer {API_TOKEN.reveal()}"


# discovery


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (httpx.Response(200, json={"object": "list", "data": []}), True),
        (httpx.Response(200, json={"object": "list", "data": None}), True),
        (httpx.Response(401, json={"error": "Unauthorized"}), True),
        (httpx.Response(200, json={"status": "ok"}), False),
        (httpx.Response(200, text="<html>"), False),
        (httpx.Response(200, json=[1]), False),
        (httpx.Response(404, json={"error": "no"}), False),
        (httpx.ConnectError("no"), False),
    ],
)
def test_only_what_lists_models_is_taken_for_a_server(
    run_async: Run, answer: httpx.Response | Exception, found: bool
) -> None:
    script = Script(answer)
    assert run_async(probed(script, lambda probe: probe.listening("http://127.0.0.1:11434/v1/"))) is found
    assert path(script) == "/v1/models"
