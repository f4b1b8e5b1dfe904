"""The version file: what is asked, what is taken, what is refused. Against a server on this computer."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.wire import Script, http_of
from tests.conftest import Run
from workbench.client.updates import LONGEST_NOTES, MAX_BYTES, UpdateClient
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.releases import Release

FILE = {"version": "1.2.0", "url": "https://example.org/1.2.0", "notes": "Faster."}


@dataclass
class Server:
    """Answers each request with the same bytes. requests: their heads."""

    answer: bytes
    requests: list[str] = field(default_factory=list)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head.decode())
        writer.write(self.answer)
        try:
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (OSError, ssl.SSLError):
            pass


@asynccontextmanager
async def serving(body: bytes, status: str = "200 OK", more: str = "") -> AsyncGenerator[Server, None]:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nset-cookie: who=you; Path=/\r\n{more}\r\n"
    server = Server(head.encode() + body)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.address = f"http://127.0.0.1:{port}/version.json"
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


async def told(body: bytes, status: str = "200 OK", more: str = "") -> tuple[Release, Server]:
    async with serving(body, status, more) as server:
        return await UpdateClient().newest(server.address), server


def refused(run_async: Run, body: bytes, status: str = "200 OK", more: str = "") -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        run_async(told(body, status, more))
    return caught.value


def test_it_says_the_newest_version_its_page_and_what_is_new(run_async: Run) -> None:
    release, _ = run_async(told(json.dumps(FILE).encode()))
    assert release == Release("1.2.0", "https://example.org/1.2.0", "Faster.")


def test_one_plain_request_that_tells_nothing_of_who_asks_and_takes_no_cookie_along(run_async: Run) -> None:
    async def twice() -> Server:
        async with serving(json.dumps(FILE).encode()) as server:
            client = UpdateClient()
            await client.newest(server.address)
            await client.newest(server.address)
            return server

    server = run_async(twice())
    assert len(server.requests) == 2
    first, second = (request.split("\r\n") for request in server.requests)
    assert first[0] == "GET /version.json HTTP/1.1"
    names = {line.split(":")[0].lower() for line in first[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert "user-agent: ai-workbench" in [line.lower() for line in first]
    assert second == first


@pytest.mark.parametrize(
    "url", ["http://example.org/v.json", "file:///etc/passwd", "ftp://example.org", "", "https:"]
)
def test_only_https_is_asked(run_async: Run, url: str) -> None:
    script = Script(httpx.Response(200, json=FILE))
    with pytest.raises(RequestFailed) as caught:
        run_async(UpdateClient(lambda: http_of(script)).newest(url))
    assert caught.value.failure is Failure.NOT_CONFIGURED
    assert script.requests == []


def test_https_is_asked(run_async: Run) -> None:
    script = Script(httpx.Response(200, json=FILE))
    release = run_async(UpdateClient(lambda: http_of(script)).newest("https://example.org/v.json"))
    assert release.version == "1.2.0"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "401 No", "404 Not Found", "500 Broken"])
def test_anything_but_the_file_is_a_failure_and_nothing_is_followed(run_async: Run, status: str) -> None:
    error = refused(run_async, b"{}", status, "location: https://example.org/elsewhere\r\n")
    assert error.status == int(status[:3])
    assert error.fix


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("no"), httpx.ProxyError("no"), httpx.ConnectTimeout("no"), httpx.ReadTimeout("no")],
)
def test_where_nobody_is_reached_the_settings_are_named_and_no_model(
    run_async: Run, error: httpx.TransportError
) -> None:
    script = Script(error)
    with pytest.raises(RequestFailed) as caught:
        run_async(UpdateClient(lambda: http_of(script)).newest("https://example.org/v.json"))
    assert caught.value.what
    assert "settings" in caught.value.fix or "later" in caught.value.fix
    assert "model" not in caught.value.fix


def test_a_large_file_is_no_version_file(run_async: Run) -> None:
    body = json.dumps({**FILE, "padding": "x" * MAX_BYTES}).encode()
    assert "kB" in refused(run_async, body).why


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[1]", b'"1.2"', b'{"version": 2}', b'{"version": "latest"}', b"\xff", b"[" * 9000],
)
def test_what_names_no_version_is_refused(run_async: Run, body: bytes) -> None:
    assert refused(run_async, body).failure is Failure.PROTOCOL


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "javascript:alert(1)",
        "file:///bin/sh",
        "https://",
        "https://[",
        "https://a b/",
        7,
        None,
    ],
)
def test_a_page_that_is_not_https_is_left_out(run_async: Run, url: Any) -> None:
    release, _ = run_async(told(json.dumps({**FILE, "url": url}).encode()))
    assert release == Release("1.2.0", "", "Faster.")


@given(st.text(max_size=2000))
def test_notes_are_a_few_words_in_a_line(notes: str) -> None:
    from workbench.client.updates import _words

    words = _words(notes)
    assert len(words) <= LONGEST_NOTES
    assert words.isprintable()
    assert words == words.strip()
