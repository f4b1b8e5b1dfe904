"""Text to speech in every maker's shape (workers-ai §9.4; OpenAI's `audio/speech`)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.audio_schemas import MIME
from workbench.gateway.sandbox.media.fields import choice, fields, number, text
from workbench.gateway.sandbox.media.orders import without_orders
from workbench.gateway.sandbox.media.outcome import Made, base64_text, sent, told
from workbench.gateway.sandbox.media.reading import checked, refusal
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Task
from workbench.gateway.sandbox.media.voice import RATE, signed, spoken

MOST_LETTERS = 5000
"""A bound of our own: nobody listens to six minutes of sandbox."""
_TOO_LONG = 3006
_WAV = "audio/wav"
_BARE_RATE = 24000
"""Of samples without a header, where no rate is asked for; a WAV file tells its own."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """note: what was made instead, where it is not what was asked for."""

    data: bytes
    content_type: str
    note: str = ""


async def aura(task: Task) -> Reply:
    """The aura models: the sound itself, by default MP3, which cannot be written here."""
    body = checked(task, form_schema(task.model) or {})
    said = _bounded(task, body["text"], "text")
    speaker = body.get("speaker") or "luna"
    sound = await spoken(said, speaker, "es" if task.model.id.endswith("-es") else "en")
    encoding = body.get("encoding", "mp3")
    container = body.get("container", "wav")
    usual = 8000 if encoding in ("mulaw", "alaw") else _BARE_RATE if container == "none" else RATE
    rate = int(body.get("sample_rate") or usual)
    made = await asyncio.to_thread(_encoded, sound, speaker, encoding, container, rate)
    used = {"per 1k characters": len(said) / 1000}
    return sent(task, made.data, made.content_type, Made(sound.engine, used, made.note))


def _encoded(sound: wav.Sound, speaker: str, encoding: str, container: str, rate: int) -> Encoded:
    """The three encodings that need no library, bare or as WAV; WAV for all others.

    Without a container they come as WAV (inferred).
    """
    tag = {"linear16": wav.PCM, "mulaw": wav.MULAW, "alaw": wav.ALAW}.get(encoding)
    sound = signed(wav.resampled(sound, rate), speaker)
    if tag is None:
        return Encoded(
            wav.write(sound), _WAV, f"{_WAV}: the sandbox cannot write {MIME.get(encoding, encoding)}"
        )
    if container == "none":
        bare = wav.raw16(sound) if tag == wav.PCM else wav.companded(sound, tag)
        return Encoded(bare, f"{MIME[encoding]};rate={rate};channels=1")
    note = f"{_WAV}: the sandbox cannot write ogg" if container == "ogg" else ""
    return Encoded(wav.write(sound, tag), _WAV, note)


async def melotts(task: Task) -> Reply:
    """JSON with base64, as the model does; its MP3 is WAV here, and the header says so."""
    body = checked(task, form_schema(task.model) or {})
    said = _bounded(task, body["prompt"], "prompt")
    language = body.get("lang", "en")
    sound = await spoken(said, f"melotts {language}", language)
    data = await asyncio.to_thread(_written, sound, f"melotts {language}", RATE)
    made = Made(
        sound.engine,
        {"per audio minute": sound.seconds / 60},
        f"{_WAV}: the sandbox cannot write audio/mpeg",
    )
    return told(task, {"audio": base64_text(data)}, made)


_OPENAI = fields(
    "input",
    "voice",
    input=text(least=1, most=4096),
    response_format=choice("mp3", "opus", "aac", "flac", "wav", "pcm"),
    speed=number(0.25, 4),
    instructions=text(),
)


async def openai(task: Task) -> Reply:
    """`pcm` is bare 16 bit at 24 kHz; everything else is WAV."""
    body = checked(task, _OPENAI)
    voice = body["voice"]
    if isinstance(voice, dict):
        voice = voice.get("id")
    if not isinstance(voice, str) or not voice:
        raise refusal(task, "Invalid value for 'voice': expected a name.", "/voice")
    sound = await spoken(without_orders(body["input"]), voice, speed=body.get("speed", 1.0))
    wanted = body.get("response_format", "mp3")
    if wanted == "pcm":
        bare = await asyncio.to_thread(lambda: wav.raw16(signed(wav.resampled(sound, _BARE_RATE), voice)))
        return sent(task, bare, "audio/pcm", Made(sound.engine))
    note = "" if wanted == "wav" else f"{_WAV}: the sandbox cannot write {wanted}"
    data = await asyncio.to_thread(_written, sound, voice, RATE)
    return sent(task, data, _WAV, Made(sound.engine, note=note))


def _written(sound: wav.Sound, speaker: str, rate: int) -> bytes:
    return wav.write(signed(wav.resampled(sound, rate), speaker))


def _bounded(task: Task, said: str, name: str) -> str:
    if len(said) > MOST_LETTERS:
        message = f"'/{name}' has {len(said)} characters: at most {MOST_LETTERS}"
        raise refusal(task, message, f"/{name}", _TOO_LONG, 413)
    if not said.strip():
        raise refusal(task, f"'/{name}' says nothing", f"/{name}")
    return without_orders(said)
