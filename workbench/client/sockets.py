"""The steps below HTTP, one at a time, so that the doctor can say which of them fails."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from workbench.client.connection import tls_context
from workbench.client.failures import Asked, Door
from workbench.client.network import is_loopback, network_failure
from workbench.domain.errors import Failure, Maker, RequestFailed


@dataclass(frozen=True, slots=True)
class Place:
    """Host and port behind an address. proxy: the port is the proxy's, which is asked in its stead."""

    url: str
    host: str
    port: int
    tls: bool
    proxy: bool = False


def place_of(url: str) -> Place:
    """Where the first connection for a call to url goes: there, or to the proxy that the environment sets."""
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    proxy = "" if is_loopback(url) else _proxy_for(parts.scheme, parts.netloc.rpartition("@")[2])
    if proxy:
        there = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return Place(proxy, there.hostname or "", there.port or 80, False, proxy=True)
    return Place(url, parts.hostname or "", parts.port or (443 if tls else 80), tls)


class Sockets:
    """Each method raises RequestFailed (DNS, CONNECT, TLS)."""

    async def resolve(self, place: Place) -> tuple[str, ...]:
        """The addresses of its host; none for one that is an address itself."""
        try:
            ipaddress.ip_address(place.host)
        except ValueError:
            with _told(place):
                return await _addresses(place)
        return ()

    async def connect(self, place: Place) -> None:
        """Open a connection to its port, and close it."""
        with _told(place):
            writer = await _opened(place)
        await _closed(writer)

    async def handshake(self, place: Place) -> str:
        """Shake hands as a call would; the version of TLS that came about."""
        context = await asyncio.to_thread(tls_context, trusting=True)
        with _told(place):
            writer = await _opened(place, ssl=context, server_hostname=place.host)
        session: Any = writer.get_extra_info("ssl_object")
        version = str(session.version()) if session is not None else ""
        await _closed(writer)
        return version


async def _addresses(place: Place) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _opened(place: Place, **tls: Any) -> asyncio.StreamWriter:
    """To the first address that answers: asyncio itself would melt several refusals into one that says little."""
    last = OSError("it has no address")
    for address in await _addresses(place):
        try:
            return (await asyncio.open_connection(address, place.port, **tls))[1]
        except OSError as error:
            last = error
    raise last


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except (OSError, ssl.SSLError):
        pass  # it was only looked at


@contextmanager
def _told(place: Place) -> Iterator[None]:
    try:
        yield
    except (socket.gaierror, ssl.SSLError, ConnectionRefusedError) as error:
        raise network_failure(error, place.url, Asked(Door.SERVER, place.host)) from error
    except OSError as error:
        raise RequestFailed(
            f"{place.host} could not be reached at port {place.port}.",
            failure=Failure.CONNECT,
            maker=Maker.NETWORK,
            why=f"{error.strerror or error}.",
            fix="Check the network and the address of this connection.",
        ) from error


def _proxy_for(scheme: str, host: str) -> str:
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    return "" if not proxy or proxy_bypass(host) else proxy
