"""The doors over real HTTP: who is let in, what refuses, in which envelope."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.wire import BEARER, COMPAT, LEGACY, NEWER, PLAIN, RUN, TOKEN, V1, Wire, running
from workbench.domain.secret import Secret
from workbench.gateway.access import Access, Hosts
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.handlers import Gateway
from workbench.gateway.protocol import Door
from workbench.gateway.replies import Reply

MANAGE = "/client/v4/accounts/acc/ai-gateway/"
GATEWAY = {
    "cache_invalidate_on_update": False,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}
SEARCH = "/client/v4/accounts/acc/ai/models/search"


def test_health_needs_no_token_and_tells_who_it_is(shared: Wire) -> None:
    answer = shared.ask("GET", "/healthz", token=False)
    assert answer.status == 200
    assert answer.json["service"] == "ai-workbench-gateway"
    assert set(answer.json) == {"service", "version", "instance", "pid"}


@pytest.mark.parametrize("path", ["/workbench/status", SEARCH, "/client/v4/user/tokens/verify", "/nowhere"])
def test_without_a_token_the_rest_family_says_10000(shared: Wire, path: str) -> None:
    answer = shared.ask("GET", path, token=False)
    assert answer.status == 401
    assert answer.json["errors"] == [{"code": 10000, "message": "Authentication error"}]
    assert answer.json["success"] is False


def test_without_a_token_the_gateway_family_says_2009(shared: Wire) -> None:
    answer = shared.ask("POST", COMPAT, {}, {"authorization": "Bearer wrong"})
    assert answer.status == 401
    assert answer.json == {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": 2009, "message": "Unauthorized"}],
        "name": "AiGatewayError",
        "httpCode": 401,
        "internalCode": 2009,
    }


@pytest.mark.parametrize("header", ["cf-aig-authorization", "x-api-key", "x-goog-api-key"])
def test_the_token_is_taken_from_any_header_an_sdk_uses(shared: Wire, header: str) -> None:
    assert shared.ask("GET", SEARCH, headers={header: TOKEN}, token=False).status == 200


def test_a_foreign_host_name_is_refused_even_with_the_token(shared: Wire) -> None:
    answer = shared.ask("GET", SEARCH, headers={"host": f"evil.example:{shared.port}"})
    assert (answer.status, answer.json["errors"][0]["code"]) == (403, 8001)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "null"])
def test_a_web_page_is_refused_even_with_the_token(shared: Wire, origin: str) -> None:
    answer = shared.ask("POST", COMPAT, {}, {"origin": origin})
    assert (answer.status, answer.json["error"][0]["code"]) == (403, 8002)


def test_an_unknown_path_says_7000_in_its_familys_envelope(shared: Wire) -> None:
    rest = shared.ask("GET", "/client/v4/accounts/acc/ai/nothing")
    assert (rest.status, rest.json["errors"][0]["code"]) == (404, 7000)
    gateway = shared.ask("POST", "/v1/acc/default/compat/nothing/at/all", {})
    assert (gateway.status, gateway.json["error"][0]["code"]) == (404, 7000)
    assert gateway.json["name"] == "AiGatewayError"


def test_a_wrong_method_names_the_right_one(shared: Wire) -> None:
    answer = shared.ask("GET", V1)
    assert (answer.status, answer.headers["allow"], answer.json["errors"][0]["code"]) == (405, "POST", 7000)


def test_the_token_verifies_on_both_paths(shared: Wire) -> None:
    for path in ("/client/v4/user/tokens/verify", "/client/v4/accounts/acc/tokens/verify"):
        assert shared.ask("GET", path).json["result"]["status"] == "active"


def test_a_declared_body_over_the_limit_gets_413_and_3006(shared: Wire) -> None:
    answer = shared.ask("POST", V1, b"{}", {"content-length": str(33 * 1024 * 1024)})
    assert (answer.status, answer.json["errors"][0]["code"]) == (413, 3006)


def test_a_chunked_body_over_the_limit_gets_413_too(shared: Wire) -> None:
    megabyte = b" " * (1024 * 1024)
    with closing(http.client.HTTPConnection("127.0.0.1", shared.port, timeout=20)) as connection:
        connection.putrequest("POST", V1)
        for name, value in {**BEARER, "transfer-encoding": "chunked"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            for _ in range(40):
                connection.send(b"%x\r\n%s\r\n" % (len(megabyte), megabyte))
        except OSError:
            pass  # refused before all of it was sent, as it should be
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"model":"@cf/zai-org/glm-5.2"}', b"{}", b'{"model":5}']
)
def test_a_body_that_is_no_request_gets_5006(shared: Wire, body: bytes) -> None:
    answer = shared.ask("POST", V1, body)
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, 5006)


@pytest.mark.parametrize("model", ["@cf/nobody/nothing", "@cf/meta/llama-3.1-8b-instruct"])
def test_unknown_and_retired_models_get_5007(shared: Wire, model: str) -> None:
    for answer in (shared.chat(model=model), shared.chat(path=RUN + model)):
        assert (answer.status, answer.json["errors"][0]["code"]) == (400, 5007)
        assert model in answer.json["errors"][0]["message"]


def test_a_malformed_model_id_gets_3042(shared: Wire) -> None:
    assert shared.chat(path=f"{RUN}@cf/x").json["errors"][0]["code"] == 3042
    assert shared.chat(model="@cf/x").json["errors"][0]["code"] == 3042
    assert shared.chat(path="/v1/a/default/workers-ai/@cf/x").json["errors"][0]["code"] == 3042
    assert (
        shared.ask("POST", "/v1/a/default/workers-ai/@cf/x", {}, token=False).json["name"] == "AiGatewayError"
    )


def test_a_providers_name_must_be_that_of_the_address(shared: Wire) -> None:
    assert shared.chat(path=COMPAT, model="google-ai-studio/gemini-2.5-flash").status == 200
    assert shared.chat(model="google/gemini-2.5-flash").status == 200
    compat = shared.chat(path=COMPAT, model="google/gemini-2.5-flash")
    assert (compat.status, compat.json["error"][0]["code"]) == (400, 2008)
    assert "google-ai-studio" in compat.json["error"][0]["message"]
    rest = shared.chat(model="grok/grok-4.3")
    assert (rest.status, rest.json["errors"][0]["code"]) == (404, 7003)
    assert "xai/grok-4.3" in rest.json["errors"][0]["message"]


def test_a_third_partys_complaint_has_its_own_shape(shared: Wire) -> None:
    answer = shared.chat(path=COMPAT, model="openai/gpt-4o", temperature=9)
    assert answer.status == 400
    assert answer.json["error"]["param"] == "temperature"


def test_a_route_that_does_not_exist_says_so(shared: Wire) -> None:
    answer = shared.chat(path=COMPAT, model="dynamic/cheap")
    assert (answer.status, answer.json["error"][0]["code"]) == (400, 2005)


def test_a_gateway_answer_carries_the_documented_headers(shared: Wire) -> None:
    headers = shared.chat(
        path=COMPAT, model=f"workers-ai/{PLAIN}", headers={"cf-aig-event-id": "trace-1"}
    ).headers
    assert uuid.UUID(headers["cf-aig-log-id"]).version == 7
    assert headers["cf-aig-request-id"] == headers["cf-aig-log-id"]
    assert headers["cf-aig-event-id"] == "trace-1"
    assert headers["cf-aig-cache-status"] == "MISS"
    assert headers["cf-aig-step"] == "0"
    assert headers["cf-aig-model"] == PLAIN
    assert headers["cf-aig-provider"] == "workers-ai"
    assert headers["x-workbench-upstream"] == "sandbox"


def test_without_a_gateway_there_is_no_gateway_id(shared: Wire) -> None:
    assert "cf-aig-log-id" not in shared.chat().headers
    assert "cf-aig-log-id" in shared.chat(headers={"cf-aig-gateway-id": "default"}).headers


def test_neurons_are_what_the_price_list_says_for_the_tokens(shared: Wire) -> None:
    answer = shared.chat(model="@cf/meta/llama-3.2-3b-instruct")
    usage = answer.json["usage"]
    expected = (usage["prompt_tokens"] * 0.051 + usage["completion_tokens"] * 0.335) / 1e6 / 0.000011
    assert float(answer.headers["cf-ai-neurons"]) == pytest.approx(expected, abs=0.006)


def test_an_error_of_the_sandbox_says_that_it_is_the_sandbox(shared: Wire) -> None:
    assert shared.chat(headers={"x-sandbox": "status=429"}).headers["x-workbench-upstream"] == "sandbox"


def test_the_same_model_answers_in_the_shape_of_each_door(shared: Wire) -> None:
    native = shared.chat(path=RUN + LEGACY).json
    assert isinstance(native["result"]["response"], str)
    newer = shared.chat(path=RUN + NEWER).json
    assert newer["result"]["choices"][0]["message"]["content"]
    bare = shared.chat(model=LEGACY).json
    assert bare["choices"][0]["message"]["content"]
    through_gateway = shared.chat(path=f"/v1/a/default/workers-ai/{LEGACY}").json
    assert through_gateway["result"]["response"] == native["result"]["response"]


def test_the_upstream_and_orders_are_set_and_told_without_secrets(own: Wire) -> None:
    told = own.ask(
        "PUT",
        "/workbench/upstream",
        {"kind": "openai", "base_url": "http://127.0.0.1:1/v1/", "api_token": "sk-canary"},
    )
    assert told.json["upstream"] == {
        "kind": "openai",
        "base_url": "http://127.0.0.1:1/v1",
        "has_api_token": True,
        "has_gateway_token": False,
    }
    own.ask("PUT", "/workbench/upstream", {"kind": "sandbox"})
    orders = own.ask("PUT", "/workbench/faults", {"@cf/ibm*": {"status": 503, "message": "out of luck"}})
    assert orders.json["faults"] == {"@cf/ibm*": "status=503, message=out_of_luck"}
    assert own.ask("GET", "/workbench/faults").json["faults"] == orders.json["faults"]
    failed = own.chat()
    assert (failed.status, failed.json["errors"][0]["message"]) == (503, "out of luck")
    assert own.chat(model=LEGACY).status == 200
    assert b"sk-canary" not in own.ask("GET", "/workbench/status").body + told.body


@pytest.mark.parametrize(
    "upstream",
    [
        {"kind": "nonsense"},
        {"kind": "openai"},
        {"kind": "openai", "base_url": "file:///etc/passwd"},
        {"kind": "openai", "base_url": "http://user:pw@host/v1"},
        {"kind": "openai", "base_url": 5},
        {"kind": "cloudflare"},
        {"kind": "cloudflare", "account": "../x"},
        {"kind": "openai", "base_url": "http://h/v1", "api_token": "a\r\nb"},
    ],
)
def test_an_upstream_that_cannot_be_is_refused_and_the_old_one_stays(shared: Wire, upstream: object) -> None:
    assert shared.ask("PUT", "/workbench/upstream", upstream).status == 400
    assert shared.ask("GET", "/workbench/status").json["upstream"] == {"kind": "sandbox"}


def test_the_status_explains_the_sandbox(shared: Wire) -> None:
    status = shared.ask("GET", "/workbench/status").json
    assert "cut-after=20" in status["sandbox"]["grammar"]
    assert status["port"] == shared.port


def test_a_client_that_leaves_ends_its_stream(own: Wire) -> None:
    body = {"model": PLAIN, "stream": True, "messages": [{"role": "user", "content": "hello there"}]}
    with own.open("POST", V1, body, {"x-sandbox": "hang-after=1"}) as reply:
        assert reply.read(5) == b"data:"
    with own.open("POST", V1, body, {"x-sandbox": "pace=1"}) as reply:
        assert reply.read(5) == b"data:"
    assert own.chat("say pong").json["choices"][0]["message"]["content"] == "pong"


def test_each_gateway_has_a_token_of_its_own(tmp_path: Path, shared: Wire) -> None:
    with running(tmp_path, token="another-token") as other:
        assert other.ask("GET", SEARCH, headers=BEARER, token=False).status == 401
        assert other.ask("GET", SEARCH).status == 200


class Broken:
    """A pipeline with a bug, before its first byte or after it; and the rest of what a gateway is given."""

    def __init__(self, *, late: bool) -> None:
        self._late = late

    async def answer(self, *asked: object) -> Reply:
        if not self._late:
            raise RuntimeError("a bug")
        return Reply(200, stream=self._stream())

    def settle(self) -> None:
        pass

    async def _stream(self) -> AsyncGenerator[bytes, None]:
        yield b"data: 1\n\n"
        raise RuntimeError("a bug")

    async def catalogue(self, door: Door, query: str) -> Reply:
        raise RuntimeError("a bug")


async def asked_in_process(broken: Broken) -> list[MutableMapping[str, Any]]:
    """The ASGI messages of one chat request to a gateway with that pipeline."""
    app = Gateway(
        access=Access(Secret(TOKEN)),
        hosts=Hosts("127.0.0.1", 1),
        catalogue=Catalogue(()),
        pipeline=broken,
        management=broken,
        listing=broken,
    )
    headers = [(b"host", b"127.0.0.1:1"), (b"authorization", f"Bearer {TOKEN}".encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": V1,
        "raw_path": V1.encode(),
        "query_string": b"",
        "headers": headers,
    }
    waiting = [{"type": "http.request", "body": b"{}"}]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def test_a_bug_costs_one_request_and_is_logged(run_async: Run, caplog: pytest.LogCaptureFixture) -> None:
    start, body = run_async(asked_in_process(Broken(late=False)))
    assert (start["status"], json.loads(body["body"])["errors"][0]["code"]) == (500, 3043)
    assert "a bug" not in str(body)
    assert "a bug" in caplog.text


def test_a_bug_in_mid_stream_cuts_it(run_async: Run, caplog: pytest.LogCaptureFixture) -> None:
    start, piece = run_async(asked_in_process(Broken(late=True)))
    assert start["status"] == 200
    assert piece == {"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True}
    assert "a bug" in caplog.text


def test_the_management_api_is_behind_its_door(own: Wire) -> None:
    made = own.ask("POST", f"{MANAGE}gateways", {"id": "mine", **GATEWAY})
    assert made.json["result"]["id"] == "mine"
    assert own.chat(path="/v1/any/mine/compat/chat/completions", model="openai/gpt-4o").status == 200
    gone = own.ask("DELETE", f"{MANAGE}gateways/mine")
    assert gone.json["success"] is True
    answer = own.chat(path="/v1/any/mine/compat/chat/completions", model="openai/gpt-4o")
    assert (answer.status, answer.json["error"][0]["code"]) == (400, 2001)
