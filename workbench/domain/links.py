"""Links of the scheme `ai-workbench:`. Anybody may write one, so each is read strictly, and only ever proposes something.

    ai-workbench:route?url=https://…                  a route to fetch        (or data=, the route's JSON in base64url)
    ai-workbench:connection?name=…&kind=openai&base_url=https://…
    ai-workbench:connection?name=…&kind=cloudflare&account=…&gateway=…

Refused with a reason: secrets, addresses that are not https (http on this machine), what is disguised, what is not known.
"""

from __future__ import annotations

import binascii
import ipaddress
import json
import re
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from workbench.domain.connection_rules import problems_with, tidied
from workbench.domain.errors import InvalidInput
from workbench.domain.ids import new_id
from workbench.domain.opening import SCHEME
from workbench.domain.targets import Target, TargetKind

MAX_LINK = 65_536
MAX_ADDRESS = 2048
MAX_NAME = 80
MAX_ROUTE = 48 * 1024
"""Bytes of a route that stands in a link itself."""

_LINK = re.compile(rf"{SCHEME}:(?://)?([a-z]+)/?(?:\?(.*))?", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)
_HALF_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECRET = re.compile(r"key|token|secret|passw|auth|bearer|credential|cookie|signature", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_GATEWAY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_OWN_NETWORK = frozenset(
    {"local", "lan", "internal", "intranet", "home", "corp", "private", "localdomain", "arpa"}
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""They have text run the other way, so that it reads as what it is not."""


class Whereabouts(StrEnum):
    """As far as an address tells by itself: nothing is looked up."""

    HERE = "here"
    OWN_NETWORK = "own-network"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Host:
    """disguised: a name of foreign letters (`xn--`), which may look like another one where it is shown as such."""

    name: str
    whereabouts: Whereabouts
    disguised: bool = False


@dataclass(frozen=True, slots=True)
class RouteLink:
    """A route at an address, or its JSON text; the other is ""."""

    address: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionLink:
    """target: new, and stored nowhere."""

    target: Target


def read_link(link: str) -> RouteLink | ConnectionLink:
    """What a link proposes. Raises InvalidInput with the reason why it is refused."""
    if len(link) > MAX_LINK:
        raise _refused(f"It has {len(link):,} characters; at most {MAX_LINK:,} are read.")
    if not link.isascii() or not link.isprintable() or " " in link:
        raise _refused("It has characters that no link has; they have to be percent-encoded.")
    if "#" in link:
        raise _refused("It has a “#”, after which nothing is read.")
    if "\\" in link:
        raise _refused("It has a backslash, which programs read in different ways.")
    found = _LINK.fullmatch(link)
    if found is None:
        scheme = link.partition(":")[0][:20]
        why = "It says neither “route” nor “connection”." if scheme.lower() == SCHEME else _other(scheme)
        raise _refused(why or "It is no link of this program.")
    action, parts = found[1].lower(), _parts(found[2] or "")
    if action == "route":
        return _route(parts)
    if action == "connection":
        return _connection(parts)
    raise _refused(f"“{action[:20]}” is nothing that a link can ask for.")


def host_of(address: str) -> Host:
    """Of an address that `read_link` let through."""
    return _host(urlsplit(address).hostname or "")


def checked_route(content: str | bytes) -> str:
    """The text of a route that came from outside, without signs that disguise what it says. Raises InvalidInput."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        raise _refused("What it brings is no UTF-8 text.", "The route") from None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("What it brings is no JSON.", "The route") from None
    if any(_is_disguised(one) for one in _texts(value)):
        raise _refused("It has control characters or text that runs backwards.", "The route")
    return text


def _route(parts: Mapping[str, str]) -> RouteLink:
    _only(parts, "url", "data")
    if len(parts) != 1:
        raise _refused("It has to name either the address of a route (url), or hold the route itself (data).")
    if "url" in parts:
        return RouteLink(address=_address(parts["url"]))
    data = parts["data"]
    if len(data) > MAX_ROUTE * 4 // 3 + 4:
        raise _refused(f"The route in it has more than {MAX_ROUTE // 1024} KB.")
    if not _BASE64URL.fullmatch(data):
        raise _refused("The route in it is not written in base64url.")
    try:
        content = urlsafe_b64decode(data.rstrip("=") + "=" * (-len(data.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        raise _refused("The route in it is not written in base64url.") from None
    return RouteLink(text=checked_route(content))


def _connection(parts: Mapping[str, str]) -> ConnectionLink:
    kind = parts.get("kind", "")
    own = {"openai": ("base_url",), "cloudflare": ("account", "gateway")}.get(kind)
    if own is None:
        raise _refused("The kind of the connection has to be “openai” or “cloudflare”.")
    _only(parts, "name", "kind", *own)
    gateway = parts.get("gateway", "")
    if gateway and not _GATEWAY.fullmatch(gateway):
        raise _refused("A gateway's name has letters, digits, “-” and “_”, and at most 64 of them.")
    if not 0 < len(parts.get("name", "").strip()) <= MAX_NAME:
        raise _refused(f"The connection needs a name of at most {MAX_NAME} characters.")
    base_url = _address(parts.get("base_url", ""), query=False) if kind == "openai" else ""
    target = tidied(
        Target(
            new_id(),
            parts["name"],
            TargetKind(kind),
            account=parts.get("account", ""),
            gateway=gateway,
            base_url=base_url,
        )
    )
    if problems := problems_with(target):
        raise _refused(next(iter(problems.values())))
    return ConnectionLink(target)


def _parts(query: str) -> dict[str, str]:
    """By name, decoded once."""
    parts: dict[str, str] = {}
    for piece in query.split("&") if query else ():
        found = _PART.fullmatch(piece)
        name = found[1] if found else piece.partition("=")[0]
        if _SECRET.search(name):
            raise _refused(
                "It holds a token or key. A link is seen by many programs, so none carries secrets.",
                fix="Take it out of the link, and enter it in the connection's settings yourself.",
            )
        if found is None:
            raise _refused("Its parts are not written as name=value.")
        if name in parts:
            raise _refused(f"It says “{name}” twice.")
        parts[name] = _decoded(found[2])
    return parts


def _decoded(text: str) -> str:
    if _HALF_ENCODED.search(text):
        raise _refused("A “%” in it is not followed by two hexadecimal digits.")
    try:
        value = unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise _refused("What is percent-encoded in it is no UTF-8 text.") from None
    if any(unicodedata.category(char) in _INVISIBLE for char in value):
        raise _refused("It has invisible or control characters, or text that runs backwards.")
    return value


def _only(parts: Mapping[str, str], *names: str) -> None:
    if strange := parts.keys() - set(names):
        raise _refused(f"It has a part that does not belong there: “{min(strange)[:20]}”.")


def _address(text: str, *, query: bool = True) -> str:
    """An address that may be asked: https, or http on this machine."""
    if not text:
        raise _refused("The address is missing.")
    if len(text) > MAX_ADDRESS:
        raise _refused(f"The address in it has more than {MAX_ADDRESS:,} characters.")
    if not text.isascii() or re.search(r"[\s\\<>\"'`{}|^#]", text):
        raise _refused("The address in it has characters that no address has.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("The address in it is not well formed.") from None
    if parts.scheme not in ("http", "https"):
        raise _refused(f"The address in it has to begin with https://. {_other(parts.scheme[:20])}".rstrip())
    if "@" in parts.netloc:
        raise _refused("The address in it has a name or password before its host.")
    if parts.netloc.endswith(":") or port == 0:
        raise _refused("The address in it is not well formed.")
    where = _host(host).whereabouts
    if parts.scheme == "http" and where is not Whereabouts.HERE:
        raise _refused("The address in it has to begin with https://; http:// is for this machine only.")
    if parts.query and not query:
        raise _refused("The address of a connection has no “?” in it.")
    if _HALF_ENCODED.search(text):
        raise _refused("A “%” in the address is not followed by two hexadecimal digits.")
    for piece in parts.query.split("&"):
        if _SECRET.search(unquote_to_bytes(piece.partition("=")[0]).decode(errors="replace")):
            raise _refused("The address in it holds a token or key. None is taken from a link.")
    return text


def _host(name: str) -> Host:
    """Raises InvalidInput for what is no plain name or number."""
    name = name.lower()
    if ":" in name:
        try:
            return Host(name, _whereabouts(ipaddress.IPv6Address(name)))
        except ValueError:
            raise _refused("The host of the address is no number of a machine.") from None
    labels = name.split(".")
    if _NUMBERS.fullmatch(labels[-1]):  # what a system may read as a number, it reads in surprising ways
        try:
            return Host(name, _whereabouts(ipaddress.IPv4Address(name)))
        except ValueError:
            raise _refused("The host of the address is a number in an unusual form.") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused("The host of the address is no name of a machine.")
    if labels[-1] == "localhost":
        where = Whereabouts.HERE
    elif len(labels) == 1 or labels[-1] in _OWN_NETWORK:
        where = Whereabouts.OWN_NETWORK
    else:
        where = Whereabouts.ELSEWHERE
    return Host(name, where, any(label.startswith("xn--") for label in labels))


def _whereabouts(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Whereabouts:
    if isinstance(number, ipaddress.IPv6Address):
        if number.scope_id:
            raise _refused("The address names a network card of this machine.")
        number = number.ipv4_mapped or number
    if number.is_loopback:
        return Whereabouts.HERE
    return Whereabouts.ELSEWHERE if number.is_global and not number.is_multicast else Whereabouts.OWN_NETWORK


def _texts(value: Any) -> Iterator[str]:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += one.keys()
            left += one.values()
        elif isinstance(one, list):
            left += one


def _is_disguised(text: str) -> bool:
    return any(
        char in _TURNING or (char < " " and char not in "\t\n\r") or "\x7f" <= char < "\xa0" for char in text
    )


def _other(scheme: str) -> str:
    return f"“{scheme}:” is another kind of address." if re.fullmatch(r"[A-Za-z][\w+.-]*", scheme) else ""


def _refused(why: str, what: str = "The link", *, fix: str = "") -> InvalidInput:
    return InvalidInput(
        f"{what} is not opened.",
        why=why,
        fix=fix or "Ask whoever made it for a right one. Nothing was changed.",
    )
