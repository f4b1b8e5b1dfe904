"""The connection itself: real sockets on loopback that hang, break, refuse, and notice when we leave."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import ssl
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.client.wire import (
    API_TOKEN,
    CLOUDFLARE,
    GATEWAY_TOKEN,
    MODEL,
    PROVIDER_KEY,
    Script,
    Waits,
    asking,
    chunk,
    collected,
    events,
    exchange,
    http_of,
    server_at,
    sse,
    text_stream,
)
from tests.conftest import Run
from workbench.client.chat import ChatClient
from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door
from workbench.client.network import is_loopback, network_failure
from workbench.client.recording import STOPPED
from workbench.domain.chat import ChatWire, Delta, TextDelta
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.secret import MASK, Secret
from workbench.domain.targets import Connection, Credentials

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
SELF_SIGNED = Path(__file__).parent / "selfsigned.pem"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def framed(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server for as long as the block runs; serve gets each connection after its request was read."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line[15:])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            await reader.readexactly(length)
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http{'s' if tls else ''}://127.0.0.1:{port}/v1"
    finally:
        server.close()
        await server.wait_closed()


async def failing(serve: Serve, timeouts: Timeouts | None = None) -> RequestFailed:
    async with listening(serve) as base:
        http = HttpClient(sleep=Waits(), dice=random.Random(1), timeouts=timeouts)
        with pytest.raises(RequestFailed) as caught:
            await collected(http, asking(), server_at(base))
        return caught.value


def test_a_real_stream_arrives_whole_and_the_connection_is_used_again(run_async: Run) -> None:
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            writer.write(HEAD + framed(events(chunk("Hello", "stop"))) + b"0\r\n\r\n")
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(
                int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            )

    async def ask_twice() -> list[str]:
        texts = []
        async with listening(serve) as base:
            http = HttpClient()
            client = ChatClient(http)
            for _ in range(2):
                async with aclosing(client.stream(server_at(base), asking(), exchange())) as deltas:
                    texts.append("".join([d.text async for d in deltas if isinstance(d, TextDelta)]))
            await http.aclose()
        return texts

    assert run_async(ask_twice()) == ["Hello", "Hello"]
    assert len(connections) == 1


@pytest.mark.parametrize("way", ["close", "cancel"])
def test_leaving_closes_the_connection_at_once_and_keeps_what_came(run_async: Run, way: str) -> None:
    async def leave() -> tuple[list[Delta], str]:
        gone = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(HEAD + framed(events(chunk("Hel"), done=False)))
            await writer.drain()
            await reader.read()
            gone.set()

        record = exchange()
        seen: list[Delta] = []
        shown = asyncio.Event()
        async with listening(serve) as base:
            http = HttpClient()

            async def read() -> None:
                async with aclosing(ChatClient(http).stream(server_at(base), asking(), record)) as deltas:
                    async for delta in deltas:
                        seen.append(delta)
                        shown.set()
                        if way == "close":
                            return

            async with asyncio.TaskGroup() as group:
                reading = group.create_task(read())
                await shown.wait()
                if way == "cancel":
                    reading.cancel()
            await asyncio.wait_for(gone.wait(), 5)
            await http.aclose()
        assert record.ended_ms is not None
        assert b"Hel" in record.response_body
        return seen, record.error

    assert run_async(leave()) == ([TextDelta("Hel")], STOPPED)


def test_cancelling_while_nothing_has_come_yet_closes_the_connection_too(run_async: Run) -> None:
    async def leave() -> str:
        asked, gone = asyncio.Event(), asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await reader.read()
            gone.set()

        record = exchange()
        async with listening(serve) as base:
            http = HttpClient()
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(collected(http, asking(), server_at(base), record))
                await asked.wait()
                reading.cancel()
            await asyncio.wait_for(gone.wait(), 5)
        return record.error

    assert run_async(leave()) == STOPPED


def test_a_reset_in_mid_stream_keeps_the_text(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + framed(events(chunk("Hel"), done=False)))
        await writer.drain()
        await asyncio.sleep(0.05)
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00" if sys.platform != "win32" else b"\x01\x00\x00\x00"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async def ask() -> tuple[str, bool, str]:
        record = exchange()
        async with listening(serve) as base:
            reply = await collected(HttpClient(), asking(), server_at(base), record)
        return reply.text, reply.truncated, record.error

    text, truncated, error = run_async(ask())
    assert (text, truncated) == ("Hel", True)
    assert "broke off" in error


def test_a_connection_closed_without_a_word_is_a_cut(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    assert run_async(failing(serve)).failure is Failure.CUT


def test_a_server_that_says_nothing_times_out(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    error = run_async(failing(serve, Timeouts(first_byte_s=0.1)))
    assert (error.failure, error.maker) == (Failure.TIMEOUT, Maker.NETWORK)
    assert "0.1 seconds" in error.what


def test_headers_alone_do_not_count_as_the_first_byte(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await writer.drain()
        await reader.read()

    assert run_async(failing(serve, Timeouts(first_byte_s=0.1))).failure is Failure.TIMEOUT


def test_a_stream_that_falls_silent_is_cut_and_kept(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + framed(events(chunk("Hel"), done=False)))
        await writer.drain()
        await reader.read()

    async def ask() -> tuple[str, bool, str]:
        record = exchange()
        async with listening(serve) as base:
            http = HttpClient(timeouts=Timeouts(idle_s=0.1))
            reply = await collected(http, asking(), server_at(base), record)
        return reply.text, reply.truncated, record.error

    text, truncated, error = run_async(ask())
    assert (text, truncated) == ("Hel", True)
    assert "0.1 seconds" in error


def test_a_port_where_nothing_listens_is_named(run_async: Run) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(RequestFailed) as caught:
        run_async(collected(HttpClient(sleep=Waits()), asking(), server_at(f"http://{place}/v1")))
    assert caught.value.failure is Failure.CONNECT
    assert place in caught.value.what


def test_a_certificate_that_is_not_trusted_is_told_and_not_tried_again(run_async: Run) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(SELF_SIGNED)

    async def ask() -> RequestFailed:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            pytest.fail("the request was sent")

        async with listening(serve, tls) as base:
            waits = Waits()
            with pytest.raises(RequestFailed) as caught:
                await collected(HttpClient(sleep=waits), asking(), server_at(base))
        assert waits.seconds == []
        return caught.value

    error = run_async(ask())
    assert error.failure is Failure.TLS
    assert "self-signed" in error.why


def test_https_to_a_server_without_it_is_told(run_async: Run) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async def ask() -> RequestFailed:
        async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(5)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(hello, "127.0.0.1", 0)
        async with server:
            base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
            with pytest.raises(RequestFailed) as caught:
                await collected(HttpClient(sleep=Waits()), asking(), server_at(base))
        return caught.value

    error = run_async(ask())
    assert error.failure is Failure.TLS
    assert "http://" in error.fix


# exceptions that no loopback server can provoke


def network_error(exc: BaseException, cause: BaseException | None = None) -> RequestFailed:
    exc.__cause__ = cause
    return network_failure(exc, "https://user:pw@api.example.com:8443/x", Asked(Door.API, "Cloudflare"))


@pytest.mark.parametrize(
    ("exc", "cause", "failure"),
    [
        (httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known"), Failure.DNS),
        (
            httpx.ConnectError("x"),
            ExceptionGroup("all", [OSError(), ConnectionRefusedError()]),
            Failure.CONNECT,
        ),
        (httpx.ConnectError("x"), OSError(101, "Network is unreachable"), Failure.CONNECT),
        (httpx.ConnectError("x"), ssl.SSLError(1, "handshake failure"), Failure.TLS),
        (httpx.ConnectError("x"), ssl.SSLCertVerificationError(1, "expired"), Failure.TLS),
        (httpx.ConnectTimeout("x"), None, Failure.TIMEOUT),
        (httpx.WriteTimeout("x"), None, Failure.TIMEOUT),
        (httpx.PoolTimeout("x"), None, Failure.TIMEOUT),
        (httpx.ProxyError("x"), None, Failure.CONNECT),
        (httpx.ReadError("x"), ConnectionResetError(), Failure.CUT),
        (httpx.WriteError("x"), BrokenPipeError(), Failure.CUT),
        (httpx.RemoteProtocolError("x"), None, Failure.CUT),
        (httpx.DecodingError("x"), None, Failure.PROTOCOL),
    ],
)
def test_every_network_exception_becomes_a_failure(
    exc: Exception, cause: Exception | None, failure: Failure
) -> None:
    error = network_error(exc, cause)
    assert (error.failure, error.maker, error.status) == (failure, Maker.NETWORK, None)
    assert error.why
    assert error.fix
    assert "pw" not in f"{error.what}{error.why}{error.fix}"


def test_a_name_that_is_not_found_is_quoted_without_its_port() -> None:
    assert "“api.example.com”" in network_error(httpx.ConnectError("x"), socket.gaierror()).what


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://host/v1", "http://", "http://[::1/v1"])
def test_an_address_that_is_none_is_not_configured(run_async: Run, address: str) -> None:
    with pytest.raises(RequestFailed) as caught:
        run_async(collected(http_of(Script()), asking(), server_at(address)))
    assert caught.value.failure is Failure.NOT_CONFIGURED


def test_a_proxy_of_an_unknown_kind_is_told(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    call = Call("GET", "https://example.com/", Asked(Door.API, "Cloudflare"))
    with pytest.raises(RequestFailed, match="proxy"):
        run_async(HttpClient().fetch(call))


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.8.0.1/", True),
        ("http://[::1]:8787/", True),
        ("http://a.localhost/", True),
        ("https://api.cloudflare.com/", False),
        ("http://192.168.1.2/", False),
        ("http://localhost.example.com/", False),
    ],
)
def test_loopback_is_known_by_the_address(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_httpx_is_not_imported_before_the_first_call() -> None:
    names = ("chat", "catalogue", "probe", "frames", "sse", "failures")
    program = f"import sys; from workbench.client import {', '.join(names)}; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# secrets

KEYED = Connection(CLOUDFLARE.target, Credentials(API_TOKEN, GATEWAY_TOKEN, {"openai": PROVIDER_KEY}))
CANARY = "canary"


@pytest.mark.parametrize("wire", list(ChatWire))
@pytest.mark.parametrize("model", [MODEL, "openai/gpt-4.1"])
def test_no_secret_gets_into_a_record_an_error_a_repr_or_a_log(
    run_async: Run, wire: ChatWire, model: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = " ".join(secret.reveal() for secret in (API_TOKEN, GATEWAY_TOKEN, PROVIDER_KEY))
    body = {"error": {"message": f"You sent {echo}"}}
    record = exchange()
    script = Script(httpx.Response(500, json=body, headers={"x-echo": echo}), httpx.Response(401, json=body))
    with pytest.raises(RequestFailed) as caught:
        run_async(
            collected(
                http_of(script), asking(f"My token is {API_TOKEN.reveal()}", model, wire=wire), KEYED, record
            )
        )
    sent = [script.headers.get(name, "") for name in ("authorization", "cf-aig-authorization")]
    assert any(CANARY in value for value in sent)
    error = caught.value
    assert "You sent" in error.why
    told = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error)
    for where in (repr(record), told, caplog.text):
        assert CANARY not in where
    assert MASK in repr(record)


def test_a_secret_echoed_across_two_chunks_is_masked_when_the_reply_has_ended(run_async: Run) -> None:
    token = API_TOKEN.reveal()
    wire = events(chunk(f"a {token} b", "stop"))
    cut = wire.index(token.encode()) + 5
    record = exchange()
    run_async(collected(http_of(Script(sse(wire[:cut], wire[cut:]))), asking(), record=record))
    assert token.encode() not in record.response_body
    assert token not in repr(record)


@pytest.mark.parametrize("token", ["canary token", "canary\ntoken", "canary-é", "“canary”"])
def test_a_token_that_cannot_be_sent_is_refused_without_being_quoted(run_async: Run, token: str) -> None:
    script, record = Script(), exchange()
    connection = Connection(CLOUDFLARE.target, Credentials(Secret(token)))
    with pytest.raises(RequestFailed) as caught:
        run_async(collected(http_of(script), asking(), connection, record))
    assert caught.value.failure is Failure.UNAUTHORIZED
    assert script.requests == []
    assert "canary" not in "".join(traceback.format_exception(caught.value)) + repr(record)


def test_blank_space_around_a_token_is_forgiven(run_async: Run) -> None:
    script = Script(text_stream())
    connection = Connection(CLOUDFLARE.target, Credentials(Secret(" token-0123456789\n")))
    run_async(collected(http_of(script), asking(), connection))
    assert script.headers["authorization"] == "Bearer token-0123456789"


def test_a_header_that_cannot_be_sent_is_refused_without_being_quoted(run_async: Run) -> None:
    for value in ("canary\nx", "canary-é"):
        call = Call("GET", "http://127.0.0.1:1/", Asked(Door.SERVER, "x"), (("x-secret", value),))
        with pytest.raises(RequestFailed) as caught:
            run_async(HttpClient().fetch(call))
        assert "canary" not in "".join(traceback.format_exception(caught.value))
        assert "canary" not in repr(call)
