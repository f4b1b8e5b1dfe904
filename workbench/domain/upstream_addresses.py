"""Which addresses a gateway may be told to fetch from: http and https, anywhere but link-local."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
"""Names that clouds resolve to their link-local metadata server."""
_METADATA = frozenset(
    ipaddress.ip_address(address) for address in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")
)
"""Where clouds hand out the machine's credentials; the last two lie outside the link-local ranges."""
_LOCAL_ENDINGS = (".localhost", ".local", ".lan", ".home", ".internal", ".home.arpa", ".intranet", ".corp")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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
    """Whether a host, as it stands in an address, is link-local or a cloud's metadata server, in any of the ways to write
    that. Nothing is resolved.
    """
    address = plain_address(host)
    if address is None:
        return _bare(host) in _METADATA_NAMES
    return address.is_link_local or address.is_multicast or address in _METADATA


def is_local_name(host: str) -> bool:
    """True where the host says by itself that it lies in this machine or network: an address of it, `localhost`, `nas.lan`."""
    address = plain_address(host)
    if address is not None:
        return not address.is_global
    name = _bare(host)
    return "." not in name or name.endswith(_LOCAL_ENDINGS)


def plain_address(host: str) -> Address | None:
    """The address a host is, None for a name. An IPv4 address inside an IPv6 one, which is only another way to write it,
    comes out as itself.
    """
    bare = _bare(host)
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        try:  # 2852039166, 0xa9fea9fe and 169.254.43518 are what the system's resolver takes, too
            return ipaddress.IPv4Address(socket.inet_aton(bare)) if bare[:1].isdigit() else None
        except (OSError, UnicodeError):
            return None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _bare(host: str) -> str:
    return host.strip("[]").partition("%")[0].rstrip(".").lower()
