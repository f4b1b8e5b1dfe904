"""What speech models take (workers-ai §9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workbench.domain.input_schemas import branches, fields_of, kind_of, number_in

if TYPE_CHECKING:
    from workbench.domain.models import Model


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

    @property
    def voice_option(self) -> str:
        """What a voice is called on the wire; "" where there are none to choose from."""
        return {SpeakingShape.AURA: "speaker", SpeakingShape.SPEECH: "voice"}.get(self.shape, "")


def hearing_abilities_of(model: Model, schema: Mapping[str, Any] | None = None) -> HearingAbilities:
    """What is known of it; else what its input schema says; else what its kind most likely takes.

    schema: the `input` of `models/schema` (workers-ai §12.1).
    """
    id = model.id.removeprefix("workers-ai/")
    if id in _HEARING:
        return _HEARING[id]
    if not id.startswith(("@cf/", "@hf/")):
        return _transcriptions(id)
    if schema is not None and (read := _hearing_in(schema)) is not None:
        return read
    shape = next((s for start, s in _HEARING_SHAPES.items() if model.schema_shape.startswith(start)), None)
    return HearingAbilities(shape or HearingShape.RAW, (_LANGUAGE,), known=False)


def speaking_abilities_of(model: Model, schema: Mapping[str, Any] | None = None) -> SpeakingAbilities:
    """As hearing_abilities_of."""
    id = model.id.removeprefix("workers-ai/")
    if id in _SPEAKING:
        return _SPEAKING[id]
    if not id.startswith(("@cf/", "@hf/")):
        return _SPEECH
    if schema is not None and (read := _speaking_in(schema)) is not None:
        return read
    shape = SpeakingShape.MELO if model.schema_shape.startswith("tts-prompt") else SpeakingShape.AURA
    return SpeakingAbilities(shape, known=False)


def _flag(name: str, default: bool | None = None) -> SpeechOption:
    return SpeechOption(name, OptionKind.FLAG, default)


def _text(name: str, default: str | None = None) -> SpeechOption:
    return SpeechOption(name, OptionKind.TEXT, default)


def _choice(name: str, *choices: str, default: str | None = None) -> SpeechOption:
    return SpeechOption(name, OptionKind.CHOICE, default, choices)


def _number(
    name: str,
    default: float | None = None,
    low: float | None = None,
    high: float | None = None,
    step: float = 1,
) -> SpeechOption:
    return SpeechOption(name, OptionKind.NUMBER, default, (), low, high, step)


_LANGUAGE = _text("language")
_BODY = 10_000_000
"""Bytes of a body that surely pass; larger ones may bring 413 (workers-ai §4; for hearing (inferred))."""
_NOVA_FLAGS = (
    "detect_language", "punctuate", "smart_format", "diarize", "utterances", "paragraphs", "numerals",
    "measurements", "filler_words", "profanity_filter", "dictation", "multichannel", "detect_entities",
    "sentiment", "topics",
)  # fmt: skip
_HEARING = {
    "@cf/openai/whisper": HearingAbilities(most_bytes=_BODY, words=True),
    "@cf/openai/whisper-tiny-en": HearingAbilities(most_bytes=_BODY, words=True, languages=("en",)),
    "@cf/openai/whisper-large-v3-turbo": HearingAbilities(
        HearingShape.BASE64,
        (
            _LANGUAGE,
            _choice("task", "transcribe", "translate", default="transcribe"),
            _text("initial_prompt"),
            _text("prefix"),
            _flag("vad_filter", False),
            _flag("condition_on_previous_text", True),
            _number("beam_size", 5, 1, 10),
            _number("no_speech_threshold", 0.6, 0, 1, 0.05),
            _number("compression_ratio_threshold", 2.4, 0, 10, 0.1),
            _number("log_prob_threshold", -1, -10, 0, 0.1),
            _number("hallucination_silence_threshold", None, 0, 60, 0.1),
        ),
        most_bytes=_BODY * 3 // 4 - 10_000,
        words=True,
        translates=True,
    ),
    "@cf/deepgram/nova-3": HearingAbilities(
        HearingShape.QUERY,
        (
            _text("language", "en"),
            *map(_flag, _NOVA_FLAGS),
            _choice("mode", "general", "medical", "finance"),
            _text("keyterm"),
            _text("keywords"),
            _text("replace"),
            _text("search"),
            _text("tag"),
            _number("utt_split", None, 0.1, 10, 0.1),
        ),
        most_bytes=2 * _BODY,
        words=True,
        speakers=True,
    ),
    "@cf/nvidia/nemotron-speech-streaming-en-0.6b": HearingAbilities(
        HearingShape.BASE64, (_LANGUAGE,), most_bytes=_BODY * 3 // 4 - 10_000, languages=("en",)
    ),
}
_HEARING_SHAPES = {
    "binary": HearingShape.RAW,
    "base64": HearingShape.BASE64,
    "audio-body": HearingShape.QUERY,
}
"""By the beginning of the catalogue's `schema_shape`."""
_TRANSCRIPTIONS = HearingAbilities(
    HearingShape.TRANSCRIPTIONS,
    (_LANGUAGE, _text("prompt"), _number("temperature", 0, 0, 1, 0.1)),
    most_bytes=25_000_000,
    known=False,
)


def _transcriptions(id: str) -> HearingAbilities:
    """OpenAI's limits, which servers that speak its dialect mostly have taken over (inferred)."""
    name = id.rsplit("/", 1)[-1].lower()
    if "whisper" not in name:
        return replace(_TRANSCRIPTIONS, speakers="diarize" in name)
    task = _choice("task", "transcribe", "translate", default="transcribe")
    return replace(_TRANSCRIPTIONS, options=(*_TRANSCRIPTIONS.options, task), words=True, translates=True)


_AURA = SpeakingAbilities(
    SpeakingShape.AURA,
    options=(
        _choice("encoding", "mp3", "linear16", "flac", "mulaw", "alaw", "opus", "aac", default="mp3"),
        _choice("container", "none", "wav", "ogg"),
        _number("sample_rate", None, 8000, 48000, 1000),
        _number("bit_rate", None, 4000, 650_000, 1000),
    ),
    languages=("en",),
    most_characters=2000,
)
"""Voice names and the limit are Deepgram's; which voices each model takes is (inferred) from the counts the catalogue tells."""
_SPEAKING = {
    "@cf/deepgram/aura-1": replace(
        _AURA,
        voices=(
            "angus", "asteria", "arcas", "orion", "orpheus", "athena", "luna", "zeus", "perseus", "helios",
            "hera", "stella",
        ),
    ),
    "@cf/deepgram/aura-2-en": replace(
        _AURA,
        voices=(
            "luna", "amalthea", "andromeda", "apollo", "arcas", "aries", "asteria", "athena", "atlas", "aurora",
            "callista", "cora", "cordelia", "delia", "draco", "electra", "harmonia", "helena", "hera", "hermes",
            "hyperion", "iris", "janus", "juno", "jupiter", "mars", "minerva", "neptune", "odysseus", "ophelia",
            "orion", "orpheus", "pandora", "phoebe", "pluto", "saturn", "thalia", "theia", "vesta", "zeus",
        ),
    ),
    "@cf/deepgram/aura-2-es": replace(
        _AURA,
        voices=(
            "aquila", "sirio", "nestor", "carina", "celeste", "alvaro", "diana", "selena", "estrella", "javier",
        ),
        languages=("es",),
    ),
    "@cf/myshell-ai/melotts": SpeakingAbilities(
        SpeakingShape.MELO, options=(_text("lang", "en"),)
    ),
}  # fmt: skip
_SPEECH = SpeakingAbilities(
    SpeakingShape.SPEECH,
    voices=("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse"),
    options=(
        _choice("response_format", "mp3", "opus", "aac", "flac", "wav", "pcm", default="mp3"),
        _number("speed", 1, 0.25, 4, 0.05),
        _text("instructions"),
    ),
    most_characters=4096,
    known=False,
)


def _hearing_in(schema: Mapping[str, Any]) -> HearingAbilities | None:
    """None for a schema in which no audio is to be found."""
    fields = dict(fields_of(schema))
    audio = fields.pop("audio", None)
    raw = any(branch.get("format") == "binary" for branch in branches(schema))
    if audio is None and not raw:
        return None
    if audio is not None and "body" in (audio.get("properties") or {}):
        shape = HearingShape.QUERY
    else:
        shape = HearingShape.RAW if raw or (audio or {}).get("type") == "array" else HearingShape.BASE64
    options = tuple(_options(fields))
    task = next((option for option in options if option.name == "task"), None)
    return HearingAbilities(
        shape,
        () if shape is HearingShape.RAW else options,
        speakers=any(option.name == "diarize" for option in options),
        translates=task is not None and "translate" in task.choices,
    )


def _speaking_in(schema: Mapping[str, Any]) -> SpeakingAbilities | None:
    """None for a schema without a text to speak."""
    fields = dict(fields_of(schema))
    shape = SpeakingShape.AURA if "text" in fields else SpeakingShape.MELO
    said = fields.pop("text", None) or fields.pop("prompt", None)
    if said is None:
        return None
    speaker = fields.pop("speaker", {}) if shape is SpeakingShape.AURA else {}
    voices = [str(name) for name in speaker.get("enum") or ()]
    default = speaker.get("default")
    voices.sort(key=lambda name: name != default)
    most = said.get("maxLength")
    return SpeakingAbilities(
        shape,
        tuple(voices),
        options=tuple(_options(fields)),
        most_characters=most if isinstance(most, int) and most > 0 else None,
    )


def _options(fields: Mapping[str, Mapping[str, Any]]) -> Iterator[SpeechOption]:
    """Those that a person can fill in."""
    for name, field in fields.items():
        default = field.get("default")
        choices = field.get("enum")
        match kind_of(field):
            case "boolean":
                yield _flag(name, default if isinstance(default, bool) else None)
            case "string" if isinstance(choices, list) and choices:
                yield _choice(name, *map(str, choices), default=default if isinstance(default, str) else None)
            case "string":
                yield _text(name, default if isinstance(default, str) else None)
            case "number" | "integer" as kind:
                step = 1 if kind == "integer" else 0.1
                low, high = number_in(field.get("minimum")), number_in(field.get("maximum"))
                yield _number(name, number_in(default), low, high, step)
