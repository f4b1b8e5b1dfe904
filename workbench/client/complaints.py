"""What an error reply says, out of whatever shape it says it in (ai-gateway §3.3, workers-ai §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import msgspec

from workbench.client.values import number

RAW_BYTES = 500
_PREFIX = re.compile(r"(?:AiError|Bad input|Error|InferenceUpstreamError|\d{3,5}): *")
_NUMBER = re.compile(r"(?<!\d)(\d{3,5}):")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_POINTER = re.compile(r"'(/[^']*)'")


class Shape(Enum):
    """Who writes errors like this. GATEWAY: envelopes A, B and D. API: envelope C. PROVIDER: E. NONE: no JSON we know."""

    GATEWAY = auto()
    API = auto()
    PROVIDER = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Complaint:
    """message: for display, prefixes stripped. code: the maker's number. kind: its word for it (`insufficient_quota`).

    named_gateway: it says of itself that the gateway made it. spent, limit: US dollars, of a spending limit.
    pointers: JSON pointers to the parts of the request that were wrong.
    """

    shape: Shape = Shape.NONE
    message: str = ""
    code: int | None = None
    kind: str = ""
    named_gateway: bool = False
    spent: float | None = None
    limit: float | None = None
    pointers: tuple[str, ...] = ()


def complaint_in(body: bytes, known: frozenset[int]) -> Complaint:
    """Read the body of an error reply; one that is no JSON is quoted, its first 500 bytes. known: see complaint_of."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return Complaint(message=_raw(body))
    complaint = complaint_of(decoded, known)
    return complaint if complaint.message or complaint.code else Complaint(complaint.shape, _raw(body))


def complaint_of(reply: Any, known: frozenset[int]) -> Complaint:
    """Read a decoded error. known: numbers that count as codes where only the message has one (workers-ai §15)."""
    if isinstance(reply, list) and reply:
        reply = reply[0]  # Google answers with a list of one
    if not isinstance(reply, dict):
        return Complaint(message=reply if isinstance(reply, str) else "")
    if isinstance(reply.get("result"), dict) and reply.get("success") is True:
        reply = reply["result"]
    errors, error = reply.get("errors"), reply.get("error")
    if isinstance(errors, list) and errors:
        return _detailed(Shape.API, errors[0], reply, known)
    if isinstance(error, list) and error:
        return _detailed(Shape.GATEWAY, error[0], reply, known)
    cloudflare = "success" in reply
    if isinstance(error, dict):
        policy = cloudflare and "code" not in error
        return _detailed(Shape.GATEWAY if policy else Shape.PROVIDER, error, reply, known)
    if isinstance(error, str) and error:
        return _detailed(Shape.GATEWAY if cloudflare else Shape.PROVIDER, {"message": error}, reply, known)
    shape = Shape.API if cloudflare else Shape.PROVIDER
    return _detailed(shape, {**reply, "message": reply.get("message") or reply.get("detail")}, reply, known)


def clean(message: str) -> str:
    """A message without the words and numbers that Workers AI stacks before it."""
    text = message.strip()
    while match := _PREFIX.match(text):
        text = text[match.end() :].lstrip()
    return text


def _detailed(shape: Shape, error: Any, reply: dict[str, Any], known: frozenset[int]) -> Complaint:
    if not isinstance(error, dict):
        error = {"message": error}
    said = error.get("message")
    message = said if isinstance(said, str) else msgspec.json.encode(said).decode() if said else ""
    code = _code(error.get("code"))
    if code is None:
        code = _code(reply.get("internalCode")) or _code_in(message, known)
    kind = next((str(v) for key in ("code", "type", "status") if _is_word(v := error.get(key))), "")
    return Complaint(
        shape=shape,
        message=clean(message),
        code=code,
        kind=kind,
        named_gateway=reply.get("name") == "AiGatewayError",
        spent=number(error.get("spent")),
        limit=number(error.get("limit")),
        pointers=_pointers(error, message),
    )


def _code(value: Any) -> int | None:
    known = number(value)
    return int(known) if known is not None and known == int(known) else None


def _code_in(message: str, known: frozenset[int]) -> int | None:
    return next((code for found in _NUMBER.findall(message) if (code := int(found)) in known), None)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not value.isdigit()


def _pointers(error: dict[str, Any], message: str) -> tuple[str, ...]:
    """From `source.pointer`, from a validation `path`, or from the message: "Type mismatch of '/messages/0/content'"."""
    source, path = error.get("source"), error.get("path")
    if isinstance(source, dict) and isinstance(source.get("pointer"), str):
        return (source["pointer"],)
    if isinstance(path, list):
        return ("/" + "/".join(str(step) for step in path),)
    quoted = (piece for group in _POINTER.findall(message) for piece in group.split(", "))
    return tuple(dict.fromkeys(piece for piece in quoted if len(piece) > 1))


def _raw(body: bytes) -> str:
    text = body[:RAW_BYTES].decode("utf-8", "replace").strip()
    if text.startswith("<"):
        title = _TITLE.search(body.decode("utf-8", "replace"))
        return " ".join(title[1].split()) if title else ""
    return text
