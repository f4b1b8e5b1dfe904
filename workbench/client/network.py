"""What went wrong before there was a reply, or while it came: exceptions of the network into one RequestFailed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from workbench.client.failures import Asked
from workbench.domain.errors import Failure, Maker, RequestFailed


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine by its name alone; nothing is looked up."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def network_failure(exc: BaseException, url: str, asked: Asked) -> RequestFailed:
    """The failure behind an exception of httpx or of a socket; the texts of the exceptions are not quoted, they may hold secrets."""
    import httpx

    place = urlsplit(url).netloc.rpartition("@")[2]
    links = tuple(_links(exc))
    for link in links:
        if isinstance(link, socket.gaierror):
            return _dns(place)
        if isinstance(link, ssl.SSLError):
            return _tls(link, place)
    if any(isinstance(link, ConnectionRefusedError) for link in links):
        return _refused(place, asked)
    match exc:
        case httpx.ConnectTimeout():
            return _failed(
                Failure.TIMEOUT,
                f"{place} did not answer in time.",
                "No connection came about.",
                "Check the network and the address of this connection.",
            )
        case httpx.TimeoutException():
            return silent(place, 0)
        case httpx.ProxyError():
            return _failed(
                Failure.CONNECT,
                "The proxy did not let the connection through.",
                "A proxy is set for this machine (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY).",
                "Check the proxy, or take it out of the environment.",
            )
        case httpx.ConnectError():
            return _failed(
                Failure.CONNECT,
                f"{place} could not be reached.",
                "The network is down, or nothing answers there.",
                "Check the network and the address of this connection.",
            )
        case httpx.DecodingError():
            return _failed(
                Failure.PROTOCOL,
                f"The reply of {place} could not be unpacked.",
                "Its content encoding is broken.",
                "Try again; if it stays so, look for a proxy in between.",
            )
    return cut(place)


def cut(place: str) -> RequestFailed:
    return _failed(
        Failure.CUT,
        f"The connection to {place} broke off.",
        "It was closed before the answer was complete.",
        "Try again.",
    )


def silent(place: str, limit_s: float) -> RequestFailed:
    """Nothing came for limit_s; 0 where the limit is not known."""
    return _failed(
        Failure.TIMEOUT,
        f"{place} has gone silent." if not limit_s else f"{place} sent nothing for {limit_s:g} seconds.",
        "It may be overloaded, or still be working on the answer.",
        "Try again, or choose a faster model.",
    )


def unusable_address(url: str) -> RequestFailed:
    return RequestFailed(
        "The address of this connection cannot be used.",
        why=f"“{url.rpartition('@')[2][:200]}” is no web address." if url else "It is empty.",
        fix="Correct it in the connection's settings; it starts with https:// or http://.",
        failure=Failure.NOT_CONFIGURED,
        maker=Maker.WORKBENCH,
    )


def unusable_proxy() -> RequestFailed:
    """httpx knows http proxies, and socks ones only with a further package."""
    return _failed(
        Failure.CONNECT,
        "The proxy that is set for this machine cannot be used.",
        "Only http:// and https:// proxies are supported.",
        "Take HTTP_PROXY, HTTPS_PROXY or ALL_PROXY out of the environment, or set an HTTP proxy.",
    )


def unsendable() -> RequestFailed:
    return RequestFailed(
        "The request holds a header that cannot be sent.",
        why="A value has a line break or a character that headers do not take.",
        fix="Copy the token or key again, and look at the request's options.",
        failure=Failure.BAD_REQUEST,
        maker=Maker.WORKBENCH,
    )


def _links(exc: BaseException) -> Iterator[BaseException]:
    """The exception and all it came from, through causes, contexts and groups."""
    open_links: list[BaseException | None] = [exc]
    seen: set[int] = set()
    while open_links:
        link = open_links.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        open_links += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            open_links += link.exceptions


def _dns(place: str) -> RequestFailed:
    host = place.rpartition(":")[0] or place
    return _failed(
        Failure.DNS,
        f"The name “{host}” could not be found.",
        "It is misspelt, or this machine has no network.",
        "Check the network and the address of this connection.",
    )


def _refused(place: str, asked: Asked) -> RequestFailed:
    if asked.local:
        return _failed(
            Failure.CONNECT,
            "The local gateway is not running.",
            f"Nothing listens at {place}.",
            "Restart the local gateway.",
        )
    return _failed(
        Failure.CONNECT,
        f"Nothing answers at {place}.",
        "The server is not running, or it listens elsewhere.",
        "Start it, or correct the address of this connection.",
    )


def _tls(error: ssl.SSLError, place: str) -> RequestFailed:
    reason = str(getattr(error, "reason", None) or "no reason given")
    if isinstance(error, ssl.SSLCertVerificationError):
        check = getattr(error, "verify_message", "") or reason
        return _failed(
            Failure.TLS,
            f"The certificate of {place} is not trusted.",
            f"The check said: {check}.",
            "If a proxy of your company is in between, point SSL_CERT_FILE at its certificate; otherwise do not go on.",
        )
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        return _failed(
            Failure.TLS,
            f"{place} does not speak HTTPS.",
            "What answered is not an encrypted connection.",
            "If the server is on this machine, write http:// in place of https://.",
        )
    return _failed(
        Failure.TLS,
        f"No secure connection to {place} came about.",
        f"The two sides did not agree ({reason}).",
        "Check the address, and whether a proxy is in between.",
    )


def _failed(failure: Failure, what: str, why: str, fix: str) -> RequestFailed:
    return RequestFailed(what, why=why, fix=fix, failure=failure, maker=Maker.NETWORK)
