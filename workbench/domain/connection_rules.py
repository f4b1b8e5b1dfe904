"""What may stand in the form of a connection."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import urlsplit

from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY, Target, TargetKind
from workbench.domain.urls import MAX_GATEWAY_ID

_ACCOUNT = re.compile(r"[0-9a-f]{32}")
_NAME_OF_GATEWAY = re.compile(r"[^\s/?#%]+")


def tidied(target: Target) -> Target:
    """The target without the spaces and slashes that come along with pasted values; empty bases become Cloudflare's."""
    account = target.account.strip()
    return replace(
        target,
        name=" ".join(target.name.split()),
        account=account.lower() if _ACCOUNT.fullmatch(account.lower()) else account,
        gateway=target.gateway.strip(),
        api_base=target.api_base.strip().rstrip("/") or CLOUDFLARE_API,
        gateway_base=target.gateway_base.strip().rstrip("/") or CLOUDFLARE_GATEWAY,
        base_url=target.base_url.strip().rstrip("/"),
    )


def problems_with(target: Target, other_names: Collection[str] = ()) -> dict[str, str]:
    """A sentence for each field (by its name in Target) that cannot stay as it is. target is tidied first."""
    target = tidied(target)
    problems: dict[str, str] = {}
    if not target.name:
        problems["name"] = "Give the connection a name."
    elif target.name.casefold() in {name.casefold() for name in other_names}:
        problems["name"] = "Another connection has this name."
    if target.kind is TargetKind.CLOUDFLARE:
        problems |= _cloudflare(target)
    if target.kind is TargetKind.OPENAI and (problem := _address(target.base_url)):
        problems["base_url"] = problem
    return problems


def secret_problem(text: str) -> str:
    """Why text cannot be a token or key, as a sentence that does not quote it; "" when it can, or is empty."""
    text = tidied_secret(text)
    if any(char.isspace() for char in text):
        return "A token has no spaces or line breaks in it."
    if not text.isascii():
        return "A token has plain letters, digits and signs only. Was a masked one copied?"
    return ""


def tidied_secret(text: str) -> str:
    """The token without quotes, spaces and the word “Bearer” around it."""
    return re.sub(r"(?i)^bearer\s+", "", text.strip().strip("'\"").strip())


def _cloudflare(target: Target) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not target.account:
        problems["account"] = "The account id is missing."
    elif "/" in target.account or " " in target.account:
        problems["account"] = "An account id has no slashes or spaces in it."
    elif target.api_base == CLOUDFLARE_API and not _ACCOUNT.fullmatch(target.account):
        problems["account"] = "An account id has 32 characters, digits and a to f."
    if target.gateway and not _NAME_OF_GATEWAY.fullmatch(target.gateway):
        problems["gateway"] = "A gateway's name has no spaces or slashes in it."
    elif len(target.gateway) > MAX_GATEWAY_ID:
        problems["gateway"] = f"A gateway's name has at most {MAX_GATEWAY_ID} characters."
    for name, address in (("api_base", target.api_base), ("gateway_base", target.gateway_base)):
        if problem := _address(address):
            problems[name] = problem
    return problems


def _address(text: str) -> str:
    if not text:
        return "The address is missing."
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "The address is not well formed."
    if parts.scheme not in ("http", "https"):
        return "The address must start with http:// or https://."
    if not host or any(char.isspace() for char in text):
        return "The address has no host name, or spaces in it."
    if parts.username or parts.password:
        return "Leave name and password out of the address; enter the key below."
    if parts.query or parts.fragment:
        return "Leave out what follows “?” or “#”."
    return ""
