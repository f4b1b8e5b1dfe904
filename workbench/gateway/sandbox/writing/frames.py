"""Frames of server-sent events, and many of them from one template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

encode = msgspec.json.encode
_HOLE = "\x00"


def data(value: Any) -> bytes:
    return b"data: " + encode(value) + b"\n\n"


def event(value: dict[str, Any]) -> bytes:
    """A frame that also names its type on a line of its own, as several makers have it."""
    return f"event: {value['type']}\n".encode() + data(value)


def each(frame: Callable[[str], bytes], tokens: Iterable[str]) -> Iterator[bytes]:
    """A frame for each token; frame: makes one, and is called once."""
    before, after = frame(_HOLE).split(encode(_HOLE))
    for token in tokens:
        yield before + encode(token) + after


def glued(before: bytes, pieces: Iterator[bytes], after: Callable[[], bytes]) -> Iterator[bytes]:
    """The pieces, with what opens them on the first and what closes them behind the last, so that each stays a token.

    after is made when its turn has come. Without any piece the two are one.
    """
    held = before + next(pieces, b"")
    for piece in pieces:
        yield held
        held = piece
    yield held + after()
