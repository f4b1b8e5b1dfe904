"""Pictures and recordings in the body of a request: as they are sent, and as a record keeps them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from workbench.domain.images.formats import digest_of, picture_type
from workbench.domain.speech.sounds import audio_type


class Telling(NamedTuple):
    """How they are told in JSON: as base64 text, as a data URL, as an array of numbers from 0 to 255."""

    base64: Callable[[bytes], str]
    url: Callable[[bytes], str]
    numbers: Callable[[bytes], Any]


def media_type_of(data: bytes) -> str:
    return picture_type(data) or audio_type(data) or "application/octet-stream"


def stand_in(data: bytes) -> str:
    """The word for one of them: it is stored under its digest already, and a record would hold it once more."""
    return f"[{media_type_of(data)}, {len(data):,} bytes, SHA-256 {digest_of(data)}]"


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _url(data: bytes) -> str:
    return f"data:{media_type_of(data)};base64,{_base64(data)}"


SENT = Telling(_base64, _url, list)
KEPT = Telling(stand_in, stand_in, stand_in)
