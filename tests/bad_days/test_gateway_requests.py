"""Requests that are too large, too many, too slow or no HTTP: refused in an envelope, in little memory, and the next is served."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bad_days import hostile
from tests.bad_days.children import child
from tests.bad_days.gateways import THEIRS, code_of, in_front_of, raw, request, total
from tests.bad_days.hostile import Hostile
from tests.gateway.wire import COMPAT, TOKEN, V1, Wire

MEGABYTE = 1024 * 1024
CLOSE = "Connection: close"
ASK = json.dumps({"model": THEIRS, "messages": [{"role": "user", "content": "Hello"}]}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


@pytest.fixture(scope="module")
def wire(server: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with in_front_of(server, tmp_path_factory.mktemp("gateway")) as wire:
        yield wire


@pytest.fixture(autouse=True)
def serves_on(wire: Wire) -> Iterator[None]:
    yield
    assert wire.chat(path=COMPAT, model=THEIRS).status == 200


def parted(answer: bytes) -> tuple[int, bytes]:
    """The status, and the body of the one answer there is."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), answer[:200]
    assert body.count(b"HTTP/1.1") == 0, "one answer, not two"
    return int(head[9:12]), body


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize("path", [COMPAT, V1, "/workbench/faults"])
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ([f"x-{number}: y" for number in range(10_000)], 431, 8005),
        (["x: " + "y" * 100_000], 431, 8005),
        (["x" * 100_000 + ": y"], 431, 8005),
        (["Content-Length: -1"], 400, 5006),
        (["Content-Length: 1e3"], 400, 5006),
        (["Content-Length: 2", "Content-Length: 3"], 400, 5006),
        (["Content-Length: 99999999999999999999999"], 400, 5006),
        (["Content-Length: 2", "Transfer-Encoding: chunked"], 400, 5006),
        (["Transfer-Encoding: gzip, chunked, identity"], 400, 5006),
        (["x\0: y"], 400, 5006),
        (["x: a\0b"], 400, 5006),
        (["no colon at all"], 400, 5006),
        ([f"Content-Length: {100 * MEGABYTE}"], 413, 3006),
        ([f"Content-Length: {100 * MEGABYTE}", "Expect: 100-continue"], 413, 3006),
    ],
)  # fmt: skip
def test_a_head_that_is_too_much_is_refused(
    wire: Wire, server: Hostile, path: str, headers: list[str], status: int, code: int
) -> None:
    before = (total(wire), len(server.asked))
    method = "PUT" if path.startswith("/workbench") else "POST"
    answered, body = parted(raw(wire, request(wire, method, path, *headers, CLOSE)))
    assert (answered, code_of(body)) == (status, code)
    assert (json.loads(body).get("name") == "AiGatewayError") is (path == COMPAT)
    assert (total(wire), len(server.asked)) == before


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\r\n" * 100_000, 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"G" * 100_000 + b" / HTTP/1.1\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\xff" * 1000, 400),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(wire: Wire, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
    if answer:  # an empty line says nothing yet
        answered, body = parted(answer)
        assert answered in (status, 431)
        assert code_of(body) in (5006, 8005)


def test_a_body_is_asked_for_before_it_is_sent(wire: Wire) -> None:
    sent = request(wire, "POST", COMPAT, f"Content-Length: {len(ASK)}", "Expect: 100-continue", CLOSE)
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(ASK)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert parted(answer)[0] == 200


def test_a_body_without_a_token_is_not_asked_for(wire: Wire) -> None:
    sent = request(wire, "POST", COMPAT, "Content-Length: 5", "Expect: 100-continue", CLOSE, token="wrong")
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_chunked_body_arrives_and_one_without_an_end_is_refused(wire: Wire) -> None:
    headers = ("Transfer-Encoding: chunked", CLOSE)
    pieces = [ASK[at : at + 1] for at in range(len(ASK))]
    assert parted(raw(wire, request(wire, "POST", COMPAT, *headers, body=chunked(*pieces))))[0] == 200
    much = [b" " * MEGABYTE] * 100
    status, body = parted(raw(wire, request(wire, "POST", COMPAT, *headers, body=chunked(*much))))
    assert (status, code_of(body)) == (413, 3006)
    bad = request(wire, "POST", COMPAT, *headers, body=b"zz\r\n{}\r\n")
    status, body = parted(raw(wire, bad))
    assert (status, code_of(body)) == (400, 5006)


def test_requests_in_one_piece_are_answered_in_order(wire: Wire) -> None:
    one = request(wire, "POST", COMPAT, f"Content-Length: {len(ASK)}", body=ASK)
    last = request(wire, "GET", "/nowhere", CLOSE)
    answers = raw(wire, one * 5 + last).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200"] * 5 + [b"404"]


def test_a_second_request_hidden_in_a_body_is_none(wire: Wire, server: Hostile) -> None:
    hidden = request(wire, "GET", "/workbench/status", CLOSE)
    sent = request(wire, "POST", COMPAT, f"Content-Length: {len(hidden)}", CLOSE, body=hidden)
    status, body = parted(raw(wire, sent))
    assert (status, code_of(body)) == (400, 5006)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_large_bodies_take_no_more_memory_than_they_may(tmp_path: Path) -> None:
    """Eight times a hundred megabytes, chunked and declared, with and without a token."""
    with child(tmp_path) as gateway:
        assert gateway.wire.chat(path=COMPAT, model=THEIRS).status == 200
        statm = Path(f"/proc/{gateway.process.pid}/statm")

        def resident() -> int:
            return int(statm.read_text().split()[1]) * 4096 // MEGABYTE

        def sends(token: str, way: str) -> None:
            with socket.create_connection(("127.0.0.1", gateway.wire.port), timeout=20) as connection:
                connection.sendall(request(gateway.wire, "POST", COMPAT, way, token=token))
                with contextlib.suppress(OSError):
                    for _ in range(100):
                        piece = b" " * MEGABYTE
                        connection.sendall(chunked(piece)[:-5] if "chunked" in way else piece)

        before = resident()
        ways = [
            (token, way)
            for token in (TOKEN, "wrong")
            for way in ("Transfer-Encoding: chunked", f"Content-Length: {100 * MEGABYTE}")
        ]
        threads = [threading.Thread(target=sends, args=one) for one in ways * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert gateway.wire.chat(path=COMPAT, model=THEIRS).status == 200
        assert resident() - before < 8 * 32
