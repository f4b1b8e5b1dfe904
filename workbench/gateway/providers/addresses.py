"""Which network addresses an upstream may have: never a link-local or metadata one, and a private one only by its own name."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = frozenset(
    ipaddress.ip_address(address) for address in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254")
)
"""Where clouds hand out the machine's credentials; the last two lie outside the link-local ranges."""
_LOCAL_ENDINGS = (".localhost", ".local", ".lan", ".home", ".internal", ".home.arpa", ".intranet", ".corp")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Forbidden(OSError):
    """No connection is made there; the text says why."""


def check_address(text: str, *, guarded: bool) -> None:
    """Raises Forbidden for an address no upstream may have. guarded: nor one of this machine or a private network."""
    try:
        address = _plain(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return
    if address.is_link_local or address in _METADATA or address.is_multicast:
        raise Forbidden("its address is link-local or a cloud's metadata service, which no request may reach")
    if guarded and not address.is_global:
        raise Forbidden(
            f"its name leads to {address}, inside this machine or network; to mean that, write the address itself"
        )


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where it is only another way to write it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def is_local_name(host: str) -> bool:
    """True where the host says by itself that it lies in this machine or network: an address of it, `localhost`, `nas.lan`."""
    host = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_ENDINGS)
