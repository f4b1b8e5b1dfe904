"""What is refused before it becomes a request, and how answers leave."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from tests.conftest import Run
from tests.gateway.wire import BEARER, COMPAT, PLAIN, TOKEN, V1, Wire, running
from workbench.gateway import connection as connection_module
from workbench.gateway.connection import CALLER, Answer, Connection


@pytest.mark.parametrize("count", [300, 10_000])
def test_too_many_headers_are_refused_before_they_are_read(shared: Wire, count: int) -> None:
    for path, errors in ((COMPAT, "error"), (V1, "errors")):
        answer = raw(shared, path, b"".join(b"x-%d: y\r\n" % number for number in range(count)))
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])[errors][0]["code"] == 8005


def test_headers_that_are_too_large_are_refused(shared: Wire) -> None:
    assert raw(shared, V1, b"x: " + b"y" * 70_000 + b"\r\n").startswith(b"HTTP/1.1 431 ")
    assert raw(shared, V1, b"x: " + b"y" * 3_000_000).startswith(b"HTTP/1.1 431 ")
    assert raw(shared, f"/{'p' * 9000}", b"").startswith(b"HTTP/1.1 414 ")


def test_what_is_no_http_is_refused_in_an_envelope(shared: Wire) -> None:
    answer = raw(shared, "", b"", request=b"\x16\x03\x01 hello\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["success"] is False


def raw(wire: Wire, path: str, headers: bytes, *, request: bytes = b"") -> bytes:
    """What comes back for these very bytes, until the gateway closes."""
    host = f"Host: 127.0.0.1:{wire.port}\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
        try:
            connection.sendall(request or b"POST %s HTTP/1.1\r\n%s%s\r\n" % (path.encode(), host, headers))
        except OSError:
            pass  # refused before all of it was sent, as it should be
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def test_a_hundred_megabytes_are_refused_and_the_connection_serves_on(shared: Wire) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", shared.port, timeout=20)) as connection:
        connection.request("POST", V1, b" " * (100 * 1024 * 1024), BEARER)
        refused = connection.getresponse()
        assert (refused.status, json.loads(refused.read())["errors"][0]["code"]) == (413, 3006)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


@pytest.mark.parametrize("sent", [b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Le", b"%s%d"])
def test_a_request_that_does_not_arrive_is_ended(
    sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "MAX_READING_S", 0.05)
    with running(tmp_path) as wire:
        slow_body = f"POST {V1} HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n".encode()
        slow_body += f"Authorization: Bearer {TOKEN}\r\nContent-Length: 100\r\n\r\n{{".encode()
        begun = slow_body if sent == b"%s%d" else sent % (V1.encode(), wire.port)
        with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
            connection.sendall(begun)
            answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"8006" in answer


def test_a_connection_that_says_nothing_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "MAX_READING_S", 0.05)
    with running(tmp_path) as wire, socket.create_connection(("127.0.0.1", wire.port), timeout=20) as silent:
        assert silent.recv(1) == b""


def test_a_connection_that_asks_nothing_more_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "KEEP_ALIVE_S", 0.05)
    with running(tmp_path) as wire, socket.create_connection(("127.0.0.1", wire.port), timeout=20) as idle:
        idle.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{wire.port}\r\n\r\n".encode())
        heard = b""
        while piece := idle.recv(65536):
            heard += piece
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" not in heard


def test_an_answer_that_takes_long_is_no_idle_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.dumps({"model": PLAIN, "messages": [{"role": "user", "content": "Hi"}]})
    with (
        running(tmp_path) as wire,
        closing(http.client.HTTPConnection("127.0.0.1", wire.port, timeout=20)) as connection,
    ):
        for order in ("pace=max", "latency=2500ms pace=max"):
            connection.request("POST", V1, body, {**BEARER, "x-sandbox": order})
            if "latency" in order:
                monkeypatch.setattr(connection_module, "KEEP_ALIVE_S", 0.0)
            answer = connection.getresponse()
            assert (answer.status, b"choices" in answer.read()) == (200, True)


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_caller_that_leaves_is_noticed_however_much_it_sent(size: int, run_async: Run) -> None:
    async def play() -> None:
        read, gone = asyncio.Event(), asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(0.05)  # all of it is there before the first of it is asked for
            while (await receive())["more_body"]:
                pass
            read.set()
            scope[CALLER].task = asyncio.current_task()
            try:
                await asyncio.Event().wait()
            finally:
                gone.set()

        config = Config(app, http=Connection, lifespan="off", log_config=None)
        config.load()
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(config, ServerState(), {}), "127.0.0.1"
        )
        async with server:
            port = server.sockets[0].getsockname()[1]
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + b" " * size)
            await asyncio.wait_for(read.wait(), 20)
            writer.close()
            await asyncio.wait_for(gone.wait(), 20)

    run_async(play())


class Transport:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True


def answered(*messages: dict[str, Any], method: str = "POST") -> Transport:
    """What an answer of these ASGI messages writes."""
    transport = Transport()

    class Flow:
        write_paused = False

    answer = Answer(
        scope={"method": method},  # type: ignore[typeddict-item]
        transport=transport,  # type: ignore[arg-type]
        flow=Flow(),  # type: ignore[arg-type]
        logger=None,  # type: ignore[arg-type]
        access_logger=None,  # type: ignore[arg-type]
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=True,
        on_response=lambda: None,
    )
    for message in messages:
        coroutine = answer.send(message)
        with pytest.raises(StopIteration):
            coroutine.send(None)
    return transport


def head(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [*headers]}


def body(piece: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": piece, "more_body": more}


def test_a_whole_answer_leaves_in_one_piece() -> None:
    assert answered(head((b"content-length", b"2")), body(b"{}")).written == [
        b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 2\r\n\r\n{}"
    ]


def test_a_stream_leaves_with_its_first_piece_and_ends() -> None:
    written = answered(head(), body(b"one", more=True), body(b"three", more=True), body(b"")).written
    assert written == [
        b"HTTP/1.1 200 OK\r\ndate: today\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n",
        b"5\r\nthree\r\n",
        b"0\r\n\r\n",
    ]


def test_an_answer_to_head_has_no_body() -> None:
    written = answered(head((b"content-length", b"2")), body(b"{}"), method="HEAD").written
    assert written[0].endswith(b"content-length: 2\r\n\r\n")


def test_an_answer_that_says_so_closes_the_connection() -> None:
    assert answered(head((b"connection", b"close"), (b"content-length", b"0")), body(b"")).closed
    assert not answered(head((b"content-length", b"0")), body(b"")).closed


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\nb", b"a\rb", b"a\0b"])
def test_no_header_can_break_the_head_apart(value: bytes) -> None:
    with pytest.raises(ValueError, match="line break"):
        answered(head((b"x", value)))
