"""Speech from a gateway that really runs, with the sandbox behind it: every model, every shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.client.speech.asking import AURA, NOVA, TURBO, WHISPER
from tests.client.speech.running import (
    GPT_TRANSCRIBE,
    HEARING,
    INDIC,
    SPEAKING,
    TEXT,
    TOKEN,
    TTS,
    WHISPER_1,
    Asking,
    facts,
    to_hear,
    to_speak,
)
from tests.client.wire import server_at
from tests.conftest import Run
from workbench.domain.chat import GatewayOptions
from workbench.domain.speech.abilities import (
    OptionKind,
    SpeechOption,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.domain.speech.wav import head_of, wav_of
from workbench.domain.targets import Connection, Credentials


@pytest.mark.parametrize("model", HEARING)
def test_every_model_hears_what_the_sandbox_has_said(ask: Asking, speech: bytes, model: str) -> None:
    reply = ask.hear(to_hear(model, speech, head_of(speech).seconds))
    assert reply.transcript.text.replace("\n", " ").lower() in (
        TEXT.lower(),
        TEXT.lower().translate(_NO_MARKS),
    )
    assert reply.transcript.seconds == pytest.approx(head_of(speech).seconds)
    words = reply.transcript.words
    assert [word.text.strip(".,!") for word in words][:2] in (["The", "quick"], ["the", "quick"])
    assert words[-1].end <= reply.transcript.seconds + 0.05
    assert reply.served.sandbox
    assert reply.served.request_id
    assert (reply.served.provider, reply.neurons is not None) == ("workers-ai", True)


_NO_MARKS = str.maketrans("", "", ".,!")


@pytest.mark.parametrize("model", SPEAKING)
def test_every_model_speaks(ask: Asking, model: str) -> None:
    reply = ask.speak(to_speak(model))
    assert reply.media_type == "audio/wav"
    assert head_of(reply.audio).seconds > 1
    assert reply.neurons is not None
    assert reply.served.sandbox
    assert ask.hear(to_hear(WHISPER, reply.audio)).transcript.text.replace("\n", " ") == TEXT


@pytest.mark.parametrize("model", SPEAKING)
def test_every_voice_that_is_offered_is_one(ask: Asking, model: str) -> None:
    abilities = speaking_abilities_of(facts(model))
    for voice in abilities.voices:
        assert ask.speak(to_speak(model, "Hi.", **{abilities.voice_option: voice})).audio


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "linear16", "container": "none"},
        {"encoding": "linear16", "container": "none", "sample_rate": 8000},
        {"encoding": "mulaw", "container": "none"},
        {"encoding": "alaw", "container": "none", "sample_rate": 16000},
        {"encoding": "linear16", "container": "wav"},
        {"encoding": "flac"},
        {"encoding": "opus", "container": "ogg", "bit_rate": 64000},
    ],
)
def test_every_encoding_can_be_played(ask: Asking, options: dict[str, Any]) -> None:
    reply = ask.speak(to_speak(AURA, "Good morning.", **options))
    assert reply.media_type == "audio/wav"
    head = head_of(reply.audio)
    assert head.seconds > 0.3
    assert head.rate == options.get("sample_rate", head.rate)


def value_for(option: SpeechOption) -> Any:
    match option.kind:
        case OptionKind.FLAG:
            return True
        case OptionKind.CHOICE:
            return option.choices[0]
        case OptionKind.NUMBER:
            return float(option.default if isinstance(option.default, int | float) else option.minimum or 1)
    return "en" if option.name == "language" else "fox"


@pytest.mark.parametrize("model", [*HEARING, WHISPER_1, GPT_TRANSCRIBE])
def test_every_option_that_is_offered_is_taken(ask: Asking, speech: bytes, model: str) -> None:
    for option in hearing_abilities_of(facts(model)).options:
        assert ask.hear(to_hear(model, speech, **{option.name: value_for(option)})).transcript.words, (
            option.name
        )


@pytest.mark.parametrize("model", [*SPEAKING, TTS])
def test_every_option_of_speaking_is_taken(ask: Asking, model: str) -> None:
    for option in speaking_abilities_of(facts(model)).options:
        value = "fr" if option.name == "lang" else value_for(option)
        assert ask.speak(to_speak(model, "Hi there.", **{option.name: value})).audio, option.name


def test_segments_words_and_language_come_with_turbo(ask: Asking, speech: bytes) -> None:
    found = ask.hear(to_hear(TURBO, speech, language="de")).transcript
    assert [segment.text for segment in found.segments] == TEXT.replace(". ", ".\n").split("\n")
    assert found.language == "de"
    assert all(word.confidence and 0 < word.confidence < 1 for word in found.words)


def test_nova_tells_speakers_and_confidence(ask: Asking) -> None:
    voices = [ask.speak(to_speak(AURA, f"This is {name}.", speaker=name)).audio for name in ("luna", "zeus")]
    samples = b"".join(audio[head_of(audio).data_at :] for audio in (*voices, voices[0]))
    audio = wav_of(samples, head_of(voices[0]).rate)
    found = ask.hear(to_hear(NOVA, audio, diarize=True, punctuate=True, detect_language=True)).transcript
    assert [(segment.speaker, segment.text) for segment in found.segments] == [
        ("Speaker 1", "This is luna."), ("Speaker 2", "This is zeus."), ("Speaker 1", "This is luna."),
    ]  # fmt: skip
    assert found.language == "en"
    assert all(word.confidence == 0.99 for word in found.words)
    utterances = ask.hear(to_hear(NOVA, audio, utterances=True, smart_format=True)).transcript
    assert len(utterances.segments) == 3
    assert utterances.speakers == ()


def test_without_punctuation_nova_writes_none(ask: Asking, speech: bytes) -> None:
    assert ask.hear(to_hear(NOVA, speech)).transcript.text == TEXT.lower().translate(_NO_MARKS)


@pytest.mark.parametrize("model", [GPT_TRANSCRIBE, WHISPER_1])
def test_openai_is_asked_at_its_own_address(ask: Asking, speech: bytes, model: str) -> None:
    reply = ask.hear(to_hear(model, speech, head_of(speech).seconds, language="en"))
    assert reply.transcript.text.replace("\n", " ") == TEXT
    assert reply.neurons is None
    assert len(reply.transcript.segments) == (1 if model == GPT_TRANSCRIBE else 2)
    assert ask.record.url.endswith("/openai/audio/transcriptions")
    assert ask.speak(to_speak(TTS, voice="echo")).audio
    assert ask.speak(to_speak(TTS, response_format="pcm")).media_type == "audio/wav"


def test_whisper_of_openai_translates(ask: Asking, speech: bytes) -> None:
    assert ask.hear(to_hear(WHISPER_1, speech, task="translate", language="de")).transcript.words
    assert ask.record.url.endswith("/openai/audio/translations")


def test_a_compatible_server_is_asked_the_same_way(run_async: Run, local: Connection, speech: bytes) -> None:
    ask = Asking(run_async, server_at(f"{local.target.gateway_base}/local/default/openai", TOKEN))
    assert ask.hear(to_hear("whisper-large", speech)).transcript.text.replace("\n", " ") == TEXT
    assert head_of(ask.speak(to_speak("kokoro", "Hi there.")).audio).seconds > 0.3


def test_texts_are_translated(ask: Asking) -> None:
    assert ask.translate("Good morning.", "en", "fr") == "[sandbox en → fr] Good morning."
    told = ask.translate("Good morning.", "en", "hin_Deva", model=INDIC)
    assert told == "[sandbox eng_Latn → hin_Deva] Good morning."


def test_the_gateways_own_address_does_where_there_is_no_api_token(
    run_async: Run, local: Connection, speech: bytes
) -> None:
    ask = Asking(run_async, replace(local, credentials=Credentials(gateway_token=TOKEN)))
    for model in (WHISPER, TURBO, NOVA):
        assert ask.hear(to_hear(model, speech)).transcript.words
        assert "/v1/" in ask.record.url
    assert ask.speak(to_speak(AURA)).audio
    assert ask.translate("Hi.", "en", "fr").endswith("Hi.")


def test_a_cached_transcript_says_so(ask: Asking, speech: bytes) -> None:
    gateway = GatewayOptions(cache_ttl_s=600)
    for model in (WHISPER, TURBO, NOVA, WHISPER_1):
        first, again = (ask.hear(to_hear(model, speech, gateway=gateway)) for _ in range(2))
        assert (first.served.cache, again.served.cache) == ("MISS", "HIT"), model
        assert first.transcript.text == again.transcript.text


def test_the_record_masks_the_token_and_leaves_the_recording_out(ask: Asking, speech: bytes) -> None:
    for model in (WHISPER, TURBO, NOVA, WHISPER_1):
        ask.hear(to_hear(model, speech))
        assert (ask.record.status, ask.record.error) == (200, "")
        assert TOKEN.reveal() not in repr(ask.record)
        assert b"[audio/wav, " in ask.record.request_body
        assert len(ask.record.request_body) < 1000
