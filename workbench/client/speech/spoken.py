"""Whatever comes back for a text: the sound itself, bare samples, or base64 in JSON (workers-ai §9.4). Pure."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.client.bad_replies import broken_sound, empty, no_sound, unreadable
from workbench.client.base64_text import bytes_in
from workbench.client.failures import Asked, failure_of
from workbench.client.media_calls import neurons_in
from workbench.client.results import STARTS, check_words, told_in
from workbench.domain.speech.sounds import WAV, audio_type
from workbench.domain.speech.wav import ALAW, MULAW, PCM

_CODINGS = {
    "audio/l16": PCM,
    "audio/pcm": PCM,
    "audio/basic": MULAW,
    "audio/x-alaw-basic": ALAW,
    "linear16": PCM,
    "pcm": PCM,
    "mulaw": MULAW,
    "alaw": ALAW,
}
"""How bare samples are written, by the content type or by what was asked for."""
_RATES = {PCM: 24000, MULAW: 8000, ALAW: 8000}
_PARAMETER = re.compile(r";\s*(rate|channels)\s*=\s*\"?(\d+)", re.IGNORECASE)
_UNTOLD = (0, 0xFFFFFFFF)
"""Sizes of what was still being made when its header was sent."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """audio: playable as it is. neurons: charged, None where the reply did not tell."""

    audio: bytes = field(repr=False)
    media_type: str
    neurons: float | None = None


def spoken_in(
    status: int, headers: Mapping[str, str], body: bytes, asked: Asked, options: Mapping[str, Any]
) -> Spoken:
    """Raises RequestFailed. headers: names in lower case. options: as they were sent; bare samples do not say what they are.

    Takes a while for a large body: use a thread.
    """
    if status >= 300:
        raise failure_of(status, headers, body, asked)
    kind = headers.get("content-type", "")
    if audio_type(body) is not None:
        return _spoken(body, asked, kind, neurons_in(headers))
    if not body:
        raise empty(asked)
    if kind.lower().startswith(("audio/", "application/octet-stream")) and _coding(kind, options):
        return _spoken(_with_header(body, kind, options), asked, kind, neurons_in(headers))
    check_words(body, asked)
    if body.lstrip()[:1] in STARTS:
        return _json(status, headers, body, asked, options)
    if (data := bytes_in(body.decode("latin-1"))) is not None and audio_type(data) is not None:
        return _spoken(data, asked, kind, neurons_in(headers))
    raise no_sound(asked, kind)


def _json(
    status: int, headers: Mapping[str, str], body: bytes, asked: Asked, options: Mapping[str, Any]
) -> Spoken:
    result, value = told_in(status, headers, body, asked)
    held = result.get("audio", result.get("data")) if isinstance(result, dict) else result
    if isinstance(held, dict):
        held = held.get("data")
    if not isinstance(held, str):
        raise unreadable(asked)
    data = bytes_in(held)
    if data is None:
        raise no_sound(asked, "")
    if not data:
        raise empty(asked)
    neurons = neurons_in(headers, result, value)
    return _spoken(data if audio_type(data) else _with_header(data, "", options), asked, "", neurons)


def _spoken(data: bytes, asked: Asked, kind: str, neurons: float | None) -> Spoken:
    told = audio_type(data)
    if told is None:
        raise no_sound(asked, kind)
    if told == WAV and not _wav_is_whole(data):
        raise broken_sound(asked)
    return Spoken(data, told, neurons)


def _coding(kind: str, options: Mapping[str, Any]) -> int | None:
    """How bare samples are written; None where nothing tells."""
    name = kind.partition(";")[0].strip().lower()
    wanted = str(options.get("encoding") or options.get("response_format") or "")
    return _CODINGS.get(name, _CODINGS.get(wanted))


def _with_header(data: bytes, kind: str, options: Mapping[str, Any]) -> bytes:
    """Bare samples as a WAV file; anything else as it is."""
    coding = _coding(kind, options)
    if coding is None:
        return data
    told = {key.lower(): int(value) for key, value in _PARAMETER.findall(kind)}
    rate = told.get("rate") or int(options.get("sample_rate") or _RATES[coding])
    channels = told.get("channels") or 1
    width = channels * (2 if coding == PCM else 1)
    form = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, coding, channels, rate, rate * width, width, 8 * width // channels
    )
    size = len(data) // width * width
    chunk = b"data" + struct.pack("<I", size) + data[:size] + b"\0" * (size % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(form) + len(chunk)) + b"WAVE" + form + chunk


def _wav_is_whole(data: bytes) -> bool:
    """Whether all of the samples that the header tells of are there, and there are some."""
    at = 12
    while at + 8 <= len(data):
        kind, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        if kind == b"data":
            return size in _UNTOLD or at + 8 + size <= len(data)
        at += 8 + size + size % 2
    return False
