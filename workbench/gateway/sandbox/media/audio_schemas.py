"""Schemas of the models that hear or speak (workers-ai §9)."""

from __future__ import annotations

from workbench.domain.models import Model
from workbench.gateway.sandbox.media.fields import (
    RAW_BYTES,
    Schema,
    answer,
    byte_array,
    choice,
    fields,
    flag,
    listed,
    media,
    number,
    one_of,
    text,
    whole,
)

Pair = tuple[Schema, Schema]
_WORD = fields(word=text(), start=number(about="Seconds"), end=number(about="Seconds"))
_BASE64 = text("The recording in Base64 format", least=1)
_SPEAKERS = {
    "@cf/deepgram/aura-1": "angus asteria arcas orion orpheus athena luna zeus perseus helios hera stella",
    "@cf/deepgram/aura-2-en": (
        "amalthea andromeda apollo arcas aries asteria athena atlas aurora callista cora cordelia delia draco electra "
        "harmonia helena hera hermes hyperion iris janus juno jupiter luna mars minerva neptune odysseus ophelia orion "
        "orpheus pandora phoebe pluto saturn thalia theia vesta zeus"
    ),
    "@cf/deepgram/aura-2-es": "sirio nestor carina celeste alvaro diana aquila selena estrella javier",
}
"""Deepgram's voice names; which of them each model takes is (inferred) from the counts the catalogue tells."""
_VOICE = {
    "@cf/deepgram/aura-1": "angus",
    "@cf/deepgram/aura-2-en": "luna",
    "@cf/deepgram/aura-2-es": "aquila",
}
MIME = {
    "linear16": "audio/l16",
    "flac": "audio/flac",
    "mulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
}
"""The content type of each encoding; all but mp3's are (inferred)."""


def whisper(model: Model) -> Pair:
    given = one_of(
        dict(RAW_BYTES), fields("audio", audio=byte_array("The recording as unsigned 8 bit numbers"))
    )
    return given, answer(text=text(), word_count=number(), words=listed(_WORD), vtt=text("Subtitles"))


def whisper_turbo(model: Model) -> Pair:
    """Also the family of nemotron-speech, which gives text and duration only."""
    if "whisper" not in model.id:
        return fields("audio", audio=_BASE64, language=text()), answer(text=text(), duration=number())
    given = fields(
        "audio",
        audio=_BASE64,
        task=choice("transcribe", "translate", default="transcribe"),
        language=text("The language spoken, such as en"),
        vad_filter=flag("Leave out silence first", default=False),
        initial_prompt=text(),
        prefix=text(),
        beam_size=whole(1, default=5),
        condition_on_previous_text=flag(default=True),
        no_speech_threshold=number(default=0.6),
        compression_ratio_threshold=number(default=2.4),
        log_prob_threshold=number(default=-1),
        hallucination_silence_threshold=number(),
    )
    segment = fields(
        start=number(),
        end=number(),
        text=text(),
        temperature=number(),
        avg_logprob=number(),
        compression_ratio=number(),
        no_speech_prob=number(),
        words=listed(_WORD),
    )
    info = fields(
        language=text(), language_probability=number(), duration=number(), duration_after_vad=number()
    )
    result = answer(
        transcription_info=info,
        text=text(),
        word_count=number(),
        segments=listed(segment),
        vtt=text("Subtitles"),
    )
    return given, result


def nova(model: Model) -> Pair:
    """The published input is the binding's form; over HTTP the body is the recording and options are query fields."""
    audio = fields("body", "contentType", body={"type": "object"}, contentType=text())
    options = nova_options()["properties"]
    word = fields(word=text(), start=number(), end=number(), confidence=number())
    alternative = fields(transcript=text(), confidence=number(), words=listed(word))
    results = fields(
        channels=listed(fields(alternatives=listed(alternative))),
        summary=fields(result=text(), short=text()),
        sentiments={"type": "object"},
    )
    return fields("audio", audio=audio, **options), answer(results=results)


def nova_options() -> Schema:
    switches = (
        "detect_entities", "detect_language", "diarize", "dictation", "filler_words", "measurements", "numerals",
        "paragraphs", "profanity_filter", "punctuate", "sentiment", "smart_format", "topics", "utterances",
    )  # fmt: skip
    return fields(
        language=text("The language spoken, such as en", default="en"),
        mode=choice("general", "medical", "finance"),
        keyterm=text("A word to listen for"),
        keywords=text(),
        replace=text(),
        search=text(),
        tag=text(),
        utt_split=number(about="Seconds of silence between two utterances"),
        encoding=choice("linear16", "flac", "mulaw", "amr-nb", "amr-wb", "opus", "speex", "g729"),
        sample_rate=whole(1, about="Of raw audio"),
        multichannel=flag(),
        **{name: flag() for name in switches},
    )


def flux_socket(model: Model) -> Pair:
    """Numbers are text in this one's schema (workers-ai §12.1)."""
    digits: Schema = {"type": "string", "pattern": "^[0-9]+$"}
    share: Schema = {"type": "string", "pattern": r"^(0(\.[0-9]+)?|1(\.0+)?)$"}
    given = fields(
        "encoding",
        "sample_rate",
        encoding=choice("linear16"),
        sample_rate=digits,
        eager_eot_threshold=share,
        eot_threshold=share,
        eot_timeout_ms=digits,
        keyterm=text(),
        tag=text(),
    )
    events = ("Update", "StartOfTurn", "EagerEndOfTurn", "TurnResumed", "EndOfTurn")
    result = answer(
        request_id=text(),
        sequence_id=whole(0),
        event=choice(*events),
        turn_index=whole(0),
        audio_window_start=number(),
        audio_window_end=number(),
        transcript=text(),
        words=listed(fields(word=text(), confidence=number())),
        end_of_turn_confidence=number(),
    )
    return given, result


def aura(model: Model) -> Pair:
    given = fields(
        "text",
        text=text("What to say", least=1),
        speaker=choice(*_SPEAKERS.get(model.id, "luna").split(), default=_VOICE.get(model.id, "luna")),
        encoding=choice(*MIME, default="mp3"),
        container=choice("none", "wav", "ogg"),
        sample_rate=number(8000, 48000, about="Hertz"),
        bit_rate=number(1, about="Bits a second"),
    )
    return given, media("audio/mpeg")


def melotts(model: Model) -> Pair:
    given = fields("prompt", prompt=text("What to say", least=1), lang=text("Such as en", default="en"))
    return given, one_of(answer(audio=text("The speech in Base64 format")), media("audio/mpeg"))


def smart_turn(model: Model) -> Pair:
    given = fields(
        "audio",
        audio=text("Samples in Base64 format", least=1),
        dtype=choice("uint8", "float32", "float64", about="How the samples are written"),
    )
    return given, answer(is_complete=flag(), probability=number(0, 1))
