"""Which addresses a gateway may be told to fetch from: http and https, anywhere but link-local."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
"""Names that clouds resolve to their link-local metadata server."""


def base_url_problem(text: str) -> str:
    """Why text cannot be a server's base address, as a sentence; "" when it can."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "The address is not well formed."
    if parts.scheme not in ("http", "https"):
        return "The address must start with http:// or https://."
    if not host or port == 0 or not text.isprintable() or " " in text or "\\" in text:
        return "The address has no usable host name, or spaces in it."
    if "@" in parts.netloc:
        return "Leave name and password out of the address; store the key instead."
    if parts.query or parts.fragment:
        return "Leave out what follows “?” or “#”."
    if is_link_local(host):
        return "Link-local addresses, where clouds keep their machines' credentials, are not allowed."
    return ""


def is_link_local(host: str) -> bool:
    """Whether a host, as it stands in an address, is link-local in any of the ways to write that. Nothing is resolved."""
    host = host.strip("[]").partition("%")[0].rstrip(".").lower()
    if host in _METADATA_NAMES:
        return True
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        return address.is_link_local or (inner is not None and inner.is_link_local)
    return address is not None and address.is_link_local


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:  # 2852039166, 0xa9fea9fe and 169.254.43518 are what the system's resolver takes, too
        return ipaddress.IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, UnicodeError):
        return None


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    inside = address in ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if inside else None
