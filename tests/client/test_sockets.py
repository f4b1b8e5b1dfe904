from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.client.sockets import Place, Sockets, place_of
from workbench.domain.errors import Failure, RequestFailed

CERTIFICATE = Path(__file__).parent / "selfsigned.pem"


@asynccontextmanager
async def listening(*, tls: bool = False) -> AsyncIterator[int]:
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    served: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: served.append(writer), "127.0.0.1", 0, ssl=context)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for writer in served:
            writer.close()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://api.example.com/client/v4", ("api.example.com", 443, True)),
        ("http://127.0.0.1:11434/v1", ("127.0.0.1", 11434, False)),
        ("http://[::1]/v1", ("::1", 80, False)),
    ],
)
def test_a_place_is_the_host_and_port_behind_an_address(
    url: str, place: tuple[str, int, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_proxy(monkeypatch)
    found = place_of(url)
    assert (found.host, found.port, found.tls, found.proxy) == (*place, False)


def test_a_proxy_of_the_environment_is_asked_in_its_stead(monkeypatch: pytest.MonkeyPatch) -> None:
    _no_proxy(monkeypatch)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "internal.example")
    assert place_of("https://api.example.com") == Place(
        "http://proxy.example:3128", "proxy.example", 3128, False, proxy=True
    )
    assert not place_of("https://internal.example").proxy
    assert not place_of("https://127.0.0.1").proxy


def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_number_needs_no_look_up(run_async: Run) -> None:
    assert run_async(Sockets().resolve(Place("", "127.0.0.1", 80, False))) == ()


def _knows_itself() -> bool:
    try:
        return bool(socket.getaddrinfo("localhost", 80))
    except OSError:
        return False


@pytest.mark.skipif(not _knows_itself(), reason="this machine has no hosts file")
def test_a_name_is_looked_up(run_async: Run) -> None:
    assert "127.0.0.1" in run_async(Sockets().resolve(Place("", "localhost", 80, False)))


def test_a_port_that_listens(run_async: Run) -> None:
    async def scenario() -> None:
        async with listening() as port:
            await Sockets().connect(Place("", "127.0.0.1", port, False))

    run_async(scenario())


def test_a_port_that_does_not(run_async: Run) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(RequestFailed) as raised:
            run_async(Sockets().connect(place_of(f"http://127.0.0.1:{port}")))
    assert raised.value.failure is Failure.CONNECT
    assert str(port) in raised.value.what


def test_a_certificate_nobody_vouches_for(run_async: Run) -> None:
    async def scenario() -> None:
        async with listening(tls=True) as port:
            await Sockets().handshake(Place(f"https://127.0.0.1:{port}", "127.0.0.1", port, True))

    with pytest.raises(RequestFailed) as raised:
        run_async(scenario())
    assert raised.value.failure is Failure.TLS
