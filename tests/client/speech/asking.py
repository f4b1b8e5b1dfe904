"""Requests for speech, and recordings to ask about."""

from __future__ import annotations

import base64
import math
from array import array
from dataclasses import replace
from typing import Any

from workbench.client.connection import HttpClient
from workbench.client.speech.client import HearingClient, SpeakingClient, TranslationClient
from workbench.domain.exchange import Exchange
from workbench.domain.speech.abilities import (
    HearingAbilities,
    HearingShape,
    SpeakingAbilities,
    SpeakingShape,
)
from workbench.domain.speech.requests import HearingReply, HearingRequest, SpeakingReply, SpeakingRequest
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.speech.wav import wav_of
from workbench.domain.targets import Connection

WHISPER = "@cf/openai/whisper"
TURBO = "@cf/openai/whisper-large-v3-turbo"
NOVA = "@cf/deepgram/nova-3"
AURA = "@cf/deepgram/aura-1"
MELO = "@cf/myshell-ai/melotts"
HEARERS = {
    HearingShape.RAW: WHISPER,
    HearingShape.BASE64: TURBO,
    HearingShape.QUERY: NOVA,
    HearingShape.TRANSCRIPTIONS: "openai/whisper-1",
}
SPEAKERS = {
    SpeakingShape.AURA: AURA,
    SpeakingShape.MELO: MELO,
    SpeakingShape.SPEECH: "openai/gpt-4o-mini-tts",
}


def hum(seconds: float = 1.0, rate: int = 16000) -> bytes:
    """A WAV file of a low tone."""
    count = int(seconds * rate)
    return wav_of(array("h", (int(9000 * math.sin(at / 20)) for at in range(count))).tobytes(), rate)


HUM = hum()


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def hearing(
    shape: HearingShape = HearingShape.RAW,
    audio: bytes = HUM,
    *,
    model: str = "",
    media_type: str = "audio/wav",
    seconds: float = 1.0,
    gateway: Any = None,
    **options: Any,
) -> HearingRequest:
    request = HearingRequest(
        model or HEARERS[shape], audio, media_type, HearingAbilities(shape), seconds, options
    )
    return request if gateway is None else replace(request, gateway=gateway)


def speaking(
    shape: SpeakingShape = SpeakingShape.AURA,
    text: str = "Hello there.",
    *,
    model: str = "",
    abilities: SpeakingAbilities | None = None,
    **options: Any,
) -> SpeakingRequest:
    return SpeakingRequest(model or SPEAKERS[shape], text, abilities or SpeakingAbilities(shape), options)


async def heard(
    http: HttpClient,
    request: HearingRequest,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> HearingReply:
    try:
        return await HearingClient(http, **more).hear(connection, request, record or Exchange("x1", 0.0))
    finally:
        await http.aclose()


async def spoken(
    http: HttpClient,
    request: SpeakingRequest,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> SpeakingReply:
    try:
        return await SpeakingClient(http, **more).speak(connection, request, record or Exchange("x1", 0.0))
    finally:
        await http.aclose()


async def translated(
    http: HttpClient,
    text: str,
    source: str,
    target: str,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> str:
    try:
        client = TranslationClient(http)
        return await client.translate(connection, text, source, target, record or Exchange("x1", 0.0), **more)
    finally:
        await http.aclose()


def lines(transcript: Transcript) -> list[tuple[str, str, float, float]]:
    """Speaker, text, start and end of each segment."""
    return [(segment.speaker, segment.text, segment.start, segment.end) for segment in transcript.segments]


def times(transcript: Transcript) -> list[tuple[str, float, float]]:
    return [(word.text, word.start, word.end) for word in transcript.words]
