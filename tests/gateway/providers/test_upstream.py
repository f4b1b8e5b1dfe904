"""The pool against servers on loopback that fail, lie and stall in every way."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from workbench.gateway.protocol import Family
from workbench.gateway.providers.forwarding import UpstreamFailed, forward
from workbench.gateway.providers.outgoing import Outgoing
from workbench.gateway.providers.upstream import Pool
from workbench.gateway.replies import Cut, Reply

T = TypeVar("T")
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
SSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@dataclass
class Peer:
    """One connection of a hostile server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    def reset(self) -> None:
        """No end, no goodbye: RST."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.writer.transport.abort()


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


Script = Callable[[Peer], Awaitable[None]]


@dataclass
class Hostile:
    """address: http://127.0.0.1:…. heads: what came. peers: how many connections were made. left: how many ended."""

    address: str = ""
    heads: list[bytes] = field(default_factory=list)
    peers: int = 0
    left: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def hostile(script: Script) -> AsyncIterator[Hostile]:
    """A server that runs the script for each request; the connection stays open until the client leaves or the script ends it."""
    seen = Hostile()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.peers += 1
        try:
            while True:
                peer = Peer(reader, writer)
                seen.heads.append(await peer.head())
                await script(peer)
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            seen.left += 1
            seen.gone.set()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        seen.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield seen


def get(address: str, **more: Any) -> Outgoing:
    return Outgoing("GET", f"{address}/x", {}, b"", address, **more)


def against(script: Script, work: Callable[[Pool, Hostile], Awaitable[T]], **limits: Any) -> T:
    async def run() -> T:
        async with hostile(script) as server:
            pool = Pool(**limits)
            try:
                return await asyncio.wait_for(work(pool, server), 20)
            finally:
                await pool.close()

    return asyncio.run(run())


async def asked(pool: Pool, server: Hostile) -> Reply:
    return await forward(pool, get(server.address), Family.GATEWAY)


async def read(reply: Reply) -> tuple[bytes, bool]:
    """What a client gets of a stream, and whether it was cut."""
    assert reply.stream is not None
    pieces = []
    try:
        async for piece in reply.stream:
            pieces.append(piece)
    except Cut:
        return b"".join(pieces), True
    finally:
        await reply.stream.aclose()
    return b"".join(pieces), False


def error_of(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["error"][0]["message"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((JSON + b"content-length: 500\r\n\r\n{",), "in the middle"),
        ((JSON + b"transfer-encoding: chunked\r\n\r\n", chunk(b"{")), "in the middle"),
        ((JSON + b"transfer-encoding: chunked\r\n\r\nzz\r\n",), ""),
        ((JSON + b"content-length: -5\r\n\r\n{}",), "not HTTP"),
        ((JSON + b"content-length: two\r\n\r\n{}",), "not HTTP"),
        ((b"",), "closed the connection"),
        ((b"SSH-2.0-OpenSSH\r\n\r\n",), "not HTTP"),
        ((b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",), "not HTTP"),
        ((b"HTTP/1.1 307 Away\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",), "redirect"),
    ],
)  # fmt: skip
def test_an_answer_that_is_broken_is_an_error_with_a_status(said: tuple[bytes, ...], words: str) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(*said)
        peer.writer.close()

    status, message = error_of(against(script, asked))
    assert status == 502
    assert words in message


def test_a_reset_is_an_error_before_the_answer_and_a_cut_within_it() -> None:
    async def at_once(peer: Peer) -> None:
        peer.reset()

    assert error_of(against(at_once, asked))[0] == 502

    async def midway(peer: Peer) -> None:
        await peer.say(SSE, chunk(b"data: 1\n\n"))
        await asyncio.sleep(0.05)
        peer.reset()

    async def work(pool: Pool, server: Hostile) -> tuple[bytes, bool]:
        return await read(await asked(pool, server))

    assert against(midway, work) == (b"data: 1\n\n", True)


def test_silence_ends_in_a_timeout_before_and_within_the_answer() -> None:
    async def mute(peer: Peer) -> None:
        await peer.reader.read()

    status, message = error_of(against(mute, asked, silence_s=0.1))
    assert (status, "no sign of life" in message) == (504, True)

    async def half_open(peer: Peer) -> None:
        await peer.say(SSE, chunk(b"data: 1\n\n"))
        await peer.reader.read()

    async def work(pool: Pool, server: Hostile) -> tuple[bytes, bool]:
        return await read(await asked(pool, server))

    assert against(half_open, work, silence_s=0.1) == (b"data: 1\n\n", True)


def test_a_slow_answer_is_waited_for_as_long_as_it_goes_on() -> None:
    async def slow(peer: Peer) -> None:
        await peer.say(JSON + b"content-length: 10\r\n\r\n")
        for digit in b"0123456789":
            await asyncio.sleep(0.02)
            await peer.say(bytes([digit]))

    reply = against(slow, asked, silence_s=0.15)
    assert (reply.status, reply.body) == (200, b"0123456789")


def test_more_than_was_announced_is_never_taken_for_the_next_answer() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(
            JSON + b"content-length: 2\r\n\r\n{}" + JSON + b"content-length: 6\r\n\r\n" + b'"evil"'
        )

    async def work(pool: Pool, server: Hostile) -> list[bytes]:
        return [(await asked(pool, server)).body for _ in range(3)]

    assert against(script, work) == [b"{}"] * 3


def test_an_answer_without_end_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.gateway.providers.forwarding.MAX_WHOLE", 100_000)

    async def flood(peer: Peer) -> None:
        await peer.say(JSON + b"transfer-encoding: chunked\r\n\r\n")
        while True:
            await peer.say(chunk(b" " * 10_000))

    status, message = error_of(against(flood, asked))
    assert (status, "larger than" in message) == (502, True)


def test_a_connection_is_used_again() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(JSON + b"content-length: 2\r\n\r\n{}")

    async def work(pool: Pool, server: Hostile) -> tuple[int, int]:
        for _ in range(5):
            assert (await asked(pool, server)).status == 200
        return len(server.heads), server.peers

    assert against(script, work) == (5, 1)


def test_a_stream_is_passed_on_frame_by_frame() -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.say(SSE, chunk(b"data: 1\n\n"))
        await go_on.wait()
        await peer.say(chunk(b"data: 2\n\n"), b"0\r\n\r\n")

    async def work(pool: Pool, server: Hostile) -> list[bytes]:
        reply = await asked(pool, server)
        assert reply.stream is not None
        pieces = []
        async for piece in reply.stream:
            pieces.append(piece)
            go_on.set()
        await reply.stream.aclose()
        return pieces

    assert against(script, work) == [b"data: 1\n\n", b"data: 2\n\n"]


def test_who_leaves_a_stream_closes_its_connection() -> None:
    async def endless(peer: Peer) -> None:
        await peer.say(SSE)
        while True:
            await peer.say(chunk(b"data: x\n\n"))
            await asyncio.sleep(0.01)

    async def work(pool: Pool, server: Hostile) -> int:
        reply = await asked(pool, server)
        assert reply.stream is not None
        await anext(aiter(reply.stream))
        await reply.stream.aclose()
        await server.gone.wait()
        return server.left

    assert against(endless, work) == 1


def test_who_leaves_before_the_answer_closes_its_connection() -> None:
    async def mute(peer: Peer) -> None:
        await peer.reader.read()

    async def work(pool: Pool, server: Hostile) -> int:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asked(pool, server), 0.1)
        await server.gone.wait()
        return server.left

    assert against(mute, work) == 1


class Names(AbstractResolver):
    """A DNS that says where every name lies."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.addresses
        ]

    async def close(self) -> None: ...


async def _nothing(peer: Peer) -> None:
    raise AssertionError("nobody should have come")


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
def test_a_link_local_address_is_never_asked(host: str) -> None:
    async def work(pool: Pool, server: Hostile) -> Reply:
        return await forward(pool, get(f"http://{host}"), Family.GATEWAY)

    status, message = error_of(against(_nothing, work))
    assert (status, "link-local" in message) == (502, True)


@pytest.mark.parametrize(
    ("addresses", "guarded", "words"),
    [
        (("169.254.169.254",), False, "link-local"),
        (("8.8.8.8", "169.254.169.254"), True, "link-local"),
        (("127.0.0.1",), True, "inside this machine"),
        (("10.0.0.1",), True, "inside this machine"),
    ],
)
def test_a_name_that_leads_where_it_may_not_is_not_followed(
    addresses: tuple[str, ...], guarded: bool, words: str
) -> None:
    async def work(pool: Pool, server: Hostile) -> Reply:
        port = server.address.rpartition(":")[2]
        return await forward(pool, get(f"http://far.example:{port}", guarded=guarded), Family.GATEWAY)

    status, message = error_of(against(_nothing, work, resolver=lambda: Names(*addresses)))
    assert (status, words in message) == (502, True)


def test_a_name_may_lead_into_the_network_where_the_base_said_so() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(JSON + b"content-length: 2\r\n\r\n{}")

    async def work(pool: Pool, server: Hostile) -> Reply:
        port = server.address.rpartition(":")[2]
        return await forward(pool, get(f"http://desk.local:{port}"), Family.GATEWAY)

    assert against(script, work, resolver=lambda: Names("127.0.0.1")).status == 200


def test_the_users_own_proxy_may_lie_in_their_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(JSON + b"content-length: 2\r\n\r\n{}")

    async def work(pool: Pool, server: Hostile) -> bytes:
        monkeypatch.setenv("http_proxy", server.address.replace("127.0.0.1", "proxy.example"))
        reply = await forward(pool, get("http://far.example", guarded=True), Family.GATEWAY)
        assert reply.status == 200, reply.body
        return server.heads[0]

    head = against(script, work, resolver=lambda: Names("127.0.0.1"))
    assert head.startswith(b"GET http://far.example/x HTTP/1.1\r\n")


def test_a_number_that_means_an_address_is_no_way_round() -> None:
    async def work(pool: Pool, server: Hostile) -> list[Reply]:
        hosts = ("2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518")
        return [await forward(pool, get(f"http://{host}"), Family.GATEWAY) for host in hosts]

    resolver = lambda: Names("169.254.169.254")  # noqa: E731  as getaddrinfo reads them
    for reply in against(_nothing, work, resolver=resolver):
        assert reply.status == 502


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://far.example/x", "gopher://x", "http://", "x"])
def test_only_http_is_spoken(url: str) -> None:
    async def work(pool: Pool, server: Hostile) -> UpstreamFailed:
        with pytest.raises(UpstreamFailed) as failed:
            await pool.send(Outgoing("GET", url, {}, b"", url))
        return failed.value

    assert "could not be sent" in str(against(_nothing, work))


def test_a_header_that_would_split_the_request_is_not_sent_nor_shown() -> None:
    async def work(pool: Pool, server: Hostile) -> UpstreamFailed:
        headers = {"authorization": "Bearer sk-secret\r\nhost: evil"}
        with pytest.raises(UpstreamFailed) as failed:
            await pool.send(Outgoing("GET", server.address, headers, b"", server.address))
        return failed.value

    assert "sk-secret" not in str(against(_nothing, work))


def test_what_leaves_is_the_request_and_no_more() -> None:
    bodies = []

    async def script(peer: Peer) -> None:
        bodies.append(await peer.reader.readexactly(4))
        await peer.say(b"HTTP/1.1 103 Early Hints\r\n\r\n", JSON + b"content-length: 2\r\n\r\n{}")

    async def work(pool: Pool, server: Hostile) -> tuple[str, list[bytes]]:
        sent = Outgoing("POST", f"{server.address}/x?y=%20", {"a": "ü", "b": "1"}, b"four", "")
        for _ in range(2):
            assert (await forward(pool, sent, Family.GATEWAY)).body == b"{}"
        return server.address.removeprefix("http://"), server.heads

    host, heads = against(script, work)
    wanted = f"POST /x?y=%20 HTTP/1.1\r\nhost: {host}\r\naccept-encoding: identity\r\naccept: */*\r\na: ü\r\nb: 1\r\ncontent-length: 4\r\n\r\n"
    assert [sorted(head.decode().split("\r\n")) for head in heads] == [sorted(wanted.split("\r\n"))] * 2
    assert bodies == [b"four"] * 2


@pytest.mark.parametrize(("method", "asked_again"), [("GET", 2), ("POST", 1)])
def test_only_what_may_be_repeated_is_asked_again(method: str, asked_again: int) -> None:
    """A connection that ends without a word may have been a stale one; a model is not paid twice for that."""

    async def script(peer: Peer) -> None:
        peer.writer.close()

    async def work(pool: Pool, server: Hostile) -> int:
        with pytest.raises(UpstreamFailed):
            await pool.send(Outgoing(method, f"{server.address}/x", {}, b"", server.address))
        return len(server.heads)

    assert against(script, work) == asked_again


def test_a_proxy_is_told_its_password_and_the_server_is_not_told_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def script(peer: Peer) -> None:
        await peer.say(JSON + b"content-length: 2\r\n\r\n{}")

    async def work(pool: Pool, server: Hostile) -> list[bytes]:
        monkeypatch.setenv("http_proxy", server.address.replace("127.0.0.1", "me:pass@proxy.example"))
        for address in ("http://far.example", "http://far.example", server.address):
            assert (await forward(pool, get(address), Family.GATEWAY)).status == 200
        return server.heads

    *proxied, plain = against(script, work, resolver=lambda: Names("127.0.0.1"))
    assert [b"proxy-authorization: Basic bWU6cGFzcw==\r\n" in head for head in proxied] == [True, True]
    assert b"proxy" not in plain.lower()
    assert plain.startswith(b"GET /x ")
