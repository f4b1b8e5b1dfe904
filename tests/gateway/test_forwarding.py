"""Forwarding against a real upstream on loopback that records what reached it, and fails in every way."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.wire import BEARER, COMPAT, FAST, RUN, TOKEN, V1, Wire, running
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret

Script = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n"
SSE = HEAD % b"text/event-stream" + b"transfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class Desk:
    """An upstream that does as it is told. requests: what came, byte for byte. left: set when the caller hung up."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.script: Script = lambda peer: None
        self.left = threading.Event()
        self.go_on = threading.Event()

    def handle(self, peer: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = peer.recv(65536)
            if not piece:
                return
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ),
            0,
        )
        while len(body) < length:
            body += peer.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        self.script(peer)

    def says(
        self, body: bytes, kind: bytes = b"application/json", more: bytes = b"", status: bytes = b"200 OK"
    ) -> None:
        # It hangs up after each reply; unsaid, the next request might meet the end of a connection that is kept.
        head = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-type: %s\r\ncontent-length: %d\r\n%s\r\n" % (
            status,
            kind,
            len(body),
            more,
        )
        self.script = lambda peer: peer.sendall(head + body)


@contextmanager
def listening(desk: Desk) -> Iterator[str]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            desk.handle(self.request)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        block_on_close = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            desk.go_on.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def wire(desk: Desk, tmp_path: Path) -> Iterator[Wire]:
    """A gateway in front of the desk."""
    with listening(desk) as address:
        upstream = Upstream(UpstreamKind.OPENAI, base_url=f"{address}/v1", api_token=Secret("sk-stored"))
        with running(tmp_path, upstream=upstream) as wire:
            yield wire


def test_a_reply_comes_back_as_it_was_with_our_ids(desk: Desk, wire: Wire) -> None:
    desk.says(
        b'{"id":  1}', more=b"x-request-id: r1\r\nset-cookie: a=b\r\nserver: x\r\nx-ratelimit-limit: 5\r\n"
    )
    answer = wire.chat(path=COMPAT, model="openai/gpt-4o")
    assert (answer.status, answer.body) == (200, b'{"id":  1}')
    assert answer.headers["x-request-id"] == "r1"
    assert answer.headers["x-ratelimit-limit"] == "5"
    assert answer.headers["cf-aig-cache-status"] == "MISS"
    assert answer.headers["x-workbench-upstream"] == "server"
    assert not {"set-cookie", "server"} & set(answer.headers)


def test_nothing_of_ours_reaches_the_upstream(desk: Desk, wire: Wire) -> None:
    desk.says(b"{}")
    ours = {
        "cf-aig-authorization": f"Bearer {TOKEN}",
        "cf-aig-metadata": "{}",
        "x-goog-api-key": TOKEN,
        "cookie": "c=d",
    }
    wire.chat(headers=ours)
    request = desk.requests[0].lower()
    assert request.startswith(b"post /v1/chat/completions http/1.1\r\n")
    assert b"authorization: bearer sk-stored" in request
    assert TOKEN.encode() not in request
    assert b"cf-" not in request
    assert b"cookie" not in request
    assert b"x-sandbox" not in request


def test_the_callers_own_key_goes_on(desk: Desk, wire: Wire) -> None:
    desk.says(b"{}")
    body = {"model": "m", "messages": []}
    headers = {"authorization": "Bearer sk-mine", "cf-aig-authorization": f"Bearer {TOKEN}"}
    assert wire.ask("POST", V1, body, headers, token=False).status == 200
    assert b"Bearer sk-mine" in desk.requests[0]
    assert b"sk-stored" not in desk.requests[0]


def test_frames_are_passed_on_one_by_one(desk: Desk, wire: Wire) -> None:
    def script(peer: socket.socket) -> None:
        peer.sendall(SSE + chunk(b'data: {"n":1}\n\n'))
        assert desk.go_on.wait(10)
        peer.sendall(
            chunk("data: é\n\n".encode()[:-4])
            + chunk("data: é\n\n".encode()[-4:])
            + chunk(b"data: [DONE]\n\n")
        )
        peer.sendall(b"0\r\n\r\n")

    desk.script = script
    with wire.open("POST", V1, {"model": "m", "stream": True}) as reply:
        assert reply.getheader("content-type") == "text/event-stream"
        assert reply.read1() == b'data: {"n":1}\n\n'  # the second has not even been sent yet
        desk.go_on.set()
        assert reply.read() == "data: é\n\ndata: [DONE]\n\n".encode()


def test_a_cut_after_the_first_byte_stays_a_cut(desk: Desk, wire: Wire) -> None:
    desk.script = lambda peer: peer.sendall(SSE + chunk(b"data: 1\n\n"))
    with wire.open("POST", V1, {"model": "m", "stream": True}) as reply:
        assert reply.read1() == b"data: 1\n\n"
        with pytest.raises(Exception, match="IncompleteRead|reset"):
            reply.read()


def test_a_client_that_leaves_takes_the_upstream_call_with_it(desk: Desk, wire: Wire) -> None:
    def script(peer: socket.socket) -> None:
        peer.sendall(SSE + chunk(b"data: 1\n\n"))
        peer.settimeout(10)
        if peer.recv(1) == b"":
            desk.left.set()

    desk.script = script
    with wire.open("POST", V1, {"model": "m", "stream": True}) as reply:
        reply.read1()
    assert desk.left.wait(10)


def test_a_client_that_leaves_before_the_first_byte_does_so_too(desk: Desk, wire: Wire) -> None:
    arrived = threading.Event()

    def script(peer: socket.socket) -> None:
        arrived.set()
        peer.settimeout(10)
        if peer.recv(1) == b"":
            desk.left.set()

    desk.script = script
    body = json.dumps({"model": "m", "stream": True}).encode()
    with socket.create_connection(("127.0.0.1", wire.port)) as client:
        head = f"POST {V1} HTTP/1.1\r\nhost: 127.0.0.1:{wire.port}\r\ncontent-length: {len(body)}\r\n"
        client.sendall(f"{head}authorization: {BEARER['authorization']}\r\n\r\n".encode() + body)
        assert arrived.wait(10)
    assert desk.left.wait(10)


def test_an_upstreams_error_keeps_its_status_and_body(desk: Desk, wire: Wire) -> None:
    desk.says(
        b'{"error":{"message":"slow down"}}', status=b"429 Too Many Requests", more=b"retry-after: 7\r\n"
    )
    answer = wire.chat()
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert answer.json["error"]["message"] == "slow down"
    native = wire.chat(path=f"{RUN}@cf/a/b")
    assert (native.status, native.json["error"]["message"]) == (429, "slow down")


def test_a_status_that_only_cloudflare_uses_is_kept(desk: Desk, wire: Wire) -> None:
    desk.says(b"error code: 529", b"text/plain", status=b"529 Site is overloaded")
    answer = wire.chat()
    assert (answer.status, answer.body) == (529, b"error code: 529")


def test_a_native_answer_is_put_into_the_native_envelope(desk: Desk, wire: Wire) -> None:
    desk.says(b'{"choices":[]}')
    answer = wire.chat(path=f"{RUN}@cf/a/b")
    assert answer.json == {"result": {"choices": []}, "success": True, "errors": [], "messages": []}
    assert json.loads(desk.requests[0].partition(b"\r\n\r\n")[2])["model"] == "@cf/a/b"


def test_a_native_answer_that_is_no_json_is_an_error(desk: Desk, wire: Wire) -> None:
    desk.says(b"<html>", b"text/html")
    assert wire.chat(path=f"{RUN}@cf/a/b").status == 502


def test_a_redirect_is_not_followed_nor_passed_on(desk: Desk, wire: Wire) -> None:
    desk.says(b"", more=b"location: http://169.254.169.254/\r\n", status=b"307 Temporary Redirect")
    answer = wire.chat()
    assert (answer.status, answer.json["errors"][0]["code"]) == (502, 2005)
    assert "location" not in answer.headers
    assert len(desk.requests) == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (lambda peer: None, "closed the connection"),
        (lambda peer: peer.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), "not HTTP"),
    ],
)
def test_an_upstream_that_gives_no_reply_is_told_in_words(
    desk: Desk, wire: Wire, script: Script, words: str
) -> None:
    desk.script = script
    rest = wire.chat()
    assert (rest.status, rest.json["errors"][0]["code"]) == (502, 2005)
    assert words in rest.json["errors"][0]["message"]
    gateway = wire.chat(path=COMPAT, model="openai/x")
    assert (gateway.status, gateway.json["error"][0]["code"], gateway.json["name"]) == (
        502,
        2005,
        "AiGatewayError",
    )


def test_a_body_that_ends_early_before_anything_was_passed_on_is_an_error(desk: Desk, wire: Wire) -> None:
    desk.script = lambda peer: peer.sendall(HEAD % b"application/json" + b"content-length: 500\r\n\r\n{")
    for path in (f"{RUN}@cf/a/b", V1):
        answer = wire.chat(path=path)
        assert (answer.status, answer.json["errors"][0]["code"]) == (502, 2005)
        assert "in the middle" in answer.json["errors"][0]["message"]


def test_nobody_there_is_told_with_the_address(own: Wire) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    own.ask("PUT", "/workbench/upstream", {"kind": "openai", "base_url": base})
    answer = own.chat()
    assert answer.status == 502
    assert base in answer.json["errors"][0]["message"]
    assert "nothing answers" in answer.json["errors"][0]["message"]


def test_the_upstreams_models_stand_in_our_catalogue(desk: Desk, wire: Wire) -> None:
    desk.says(b'{"object":"list","data":[{"id":"llama3.2","owned_by":"library"},{"id":"qwen3"}]}')
    found = wire.ask("GET", "/client/v4/accounts/x/ai/models/search?search=llama").json
    assert [item["name"] for item in found["result"]] == ["llama3.2"]
    listed = wire.ask("GET", "/client/v4/accounts/x/ai/v1/models").json
    assert [entry["id"] for entry in listed["data"]] == ["llama3.2", "qwen3"]
    assert b"sk-stored" in desk.requests[0]
    desk.says(b"[]")
    assert wire.ask("GET", "/client/v4/accounts/x/ai/models/search").status == 502


def test_a_custom_provider_is_one_request_away(desk: Desk, own: Wire) -> None:
    """Created through the management API, called as custom-{slug}, with nothing of ours in what reaches it."""
    desk.says(b'{"models":[]}')
    with listening(desk) as address:
        made = own.ask(
            "POST",
            "/client/v4/accounts/acc/ai-gateway/custom-providers",
            {"name": "Ollama", "slug": "ollama", "base_url": address, "enable": True},
        )
        assert made.status == 200, made.body
        answer = own.ask("GET", "/v1/acc/default/custom-ollama/api/tags?a=b", None)
        assert (answer.status, answer.body) == (200, b'{"models":[]}')
        assert answer.headers["x-workbench-upstream"] == "server"
        assert desk.requests[0].startswith(b"GET /api/tags?a=b HTTP/1.1\r\n")
        assert TOKEN.encode() not in desk.requests[0]
        own.chat(path=COMPAT, model="custom-ollama/llama3.2")
        assert desk.requests[1].startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")
        assert b'"model":"llama3.2"' in desk.requests[1]


@pytest.mark.parametrize("path", ["custom-ollama/%2e%2e/x", "openai/..%2f..%2fx"])
def test_a_path_that_climbs_is_refused_at_the_door(own: Wire, path: str) -> None:
    answer = own.ask("GET", f"/v1/acc/default/{path}")
    assert (answer.status, answer.json["error"][0]["code"]) == (400, 7000)


HELLO = [{"role": "user", "content": "Explain route graphs"}]
GLM = "@cf/zai-org/glm-5.2"
RELAYED: list[tuple[str, Any]] = [
    (V1, {"model": GLM, "messages": HELLO}),
    (COMPAT, {"model": "openai/gpt-4o", "messages": HELLO}),
    (f"{RUN}{GLM}", {"messages": HELLO}),
    (RUN.rstrip("/"), {"model": GLM, "input": {"messages": HELLO}}),
    ("/v1/acc/default/openai/chat/completions", {"model": "gpt-4o", "messages": HELLO}),
    ("/v1/acc/default/anthropic/v1/messages", {"model": "claude", "max_tokens": 50, "messages": HELLO}),
    (
        "/v1/acc/default",
        [{"provider": "openai", "endpoint": "responses", "query": {"model": "gpt", "input": "hi"}}],
    ),
    ("/openai/responses", {"model": "gpt", "input": "hi"}),
]


def without_ids(reply: dict[str, Any]) -> dict[str, Any]:
    inner = reply.get("result", reply)
    fresh = ("id", "created", "created_at", "output")
    return {key: value for key, value in inner.items() if key not in fresh}


def test_a_gateway_can_stand_behind_a_gateway(tmp_path: Path) -> None:
    """As Cloudflare: the same doors, the same answers, the other's token."""
    with running(tmp_path / "far", token="far-token") as far, running(tmp_path / "near") as near:
        near.ask(
            "PUT",
            "/workbench/upstream",
            {
                "kind": "cloudflare",
                "account": "far",
                "gateway": "default",
                "api_base": f"{far.address}/client/v4",
                "gateway_base": f"{far.address}/v1",
                "api_token": "far-token",
            },
        )
        for path, body in RELAYED:
            here, there = (one.ask("POST", path, body, FAST) for one in (near, far))
            assert here.status == there.status == 200, (path, here.body)
            assert without_ids(here.json) == without_ids(there.json), path
            assert here.headers["x-workbench-upstream"] == "cloudflare"
            assert there.headers["x-workbench-upstream"] == "sandbox"
        assert (
            near.ask("GET", "/client/v4/accounts/x/ai/models/search?per_page=1").json["result_info"]["count"]
            == 1
        )
