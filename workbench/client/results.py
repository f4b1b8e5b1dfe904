"""A reply in JSON, bare or in the `result` of an envelope, where it came as a whole (workers-ai §3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from workbench.client.bad_replies import empty, unreadable, web_page
from workbench.client.failures import Asked, failure_of
from workbench.client.frames import is_error

STARTS = (b"{", b"[", b'"')
"""What JSON begins with that is no bare number or word."""


class Told(NamedTuple):
    """result: of value, the reply as a whole."""

    result: Any
    value: Any


def told_in(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> Told:
    """A result that is not empty; else RequestFailed. headers: names in lower case."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        raise unreadable(asked) from None
    if is_error(value):
        raise failure_of(status, headers, body, asked)
    result = result_of(value)
    if not result:
        raise empty(asked)
    return Told(result, value)


def result_of(value: Any) -> Any:
    return value["result"] if isinstance(value, dict) and "result" in value else value


def check_words(body: bytes, asked: Asked) -> None:
    """Raise RequestFailed for a body that holds nothing, or a web page."""
    match body.lstrip()[:1]:
        case b"":
            raise empty(asked)
        case b"<":
            raise web_page(asked)
