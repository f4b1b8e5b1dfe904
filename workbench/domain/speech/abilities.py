"""What speech models take (workers-ai §9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HearingShape(StrEnum):
    """RAW: the recording is the body (whisper). BASE64: JSON (whisper-large-v3-turbo). QUERY: the recording is the body, options in the query (nova-3).

    TRANSCRIPTIONS: OpenAI's `audio/transcriptions`, for servers of one's own.
    """

    RAW = "raw"
    BASE64 = "base64"
    QUERY = "query"
    TRANSCRIPTIONS = "transcriptions"


class SpeakingShape(StrEnum):
    """AURA: `text` and `speaker`, binary back. MELO: `prompt` and `lang`, JSON or binary back. SPEECH: OpenAI's `audio/speech`."""

    AURA = "aura"
    MELO = "melo"
    SPEECH = "speech"


class OptionKind(StrEnum):
    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class SpeechOption:
    """name: on the wire. minimum, maximum: inclusive, for numbers. default: what the model does when nothing is sent."""

    name: str
    kind: OptionKind
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1


@dataclass(frozen=True, slots=True)
class HearingAbilities:
    """most_bytes, most_s: of one call; None without a known limit. words: times of single words come back.

    speakers: can tell speakers apart. languages: () where any may be named. known: False where little is known of the model.
    """

    shape: HearingShape = HearingShape.RAW
    options: tuple[SpeechOption, ...] = ()
    most_bytes: int | None = None
    most_s: float | None = None
    words: bool = False
    speakers: bool = False
    translates: bool = False
    languages: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class SpeakingAbilities:
    """voices: names that may be sent. most_characters: of one call."""

    shape: SpeakingShape = SpeakingShape.AURA
    voices: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    options: tuple[SpeechOption, ...] = ()
    most_characters: int | None = None
    known: bool = True
