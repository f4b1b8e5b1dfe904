"""Speaking and listening: true content types, documented shapes, and what was spoken comes back."""

from __future__ import annotations

import asyncio
import base64
import json
from array import array
from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import answered, asked, form, header, ran, refused, result
from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.hearing import recogniser_installed
from workbench.gateway.sandbox.media.tasks import Kind, answer
from workbench.gateway.sandbox.media.voice import tones

TEXT = "The quick brown fox jumps over the lazy dog."
SUNG = wav.write(tones(TEXT, "luna"))
RATE = 16000
HUMMED = wav.write(wav.Sound(RATE, array("h", [8000, -8000] * RATE)))
SILENT = wav.write(wav.Sound(RATE, array("h", bytes(2 * RATE))))
RECOGNISED = pytest.mark.skipif(recogniser_installed(), reason="pocketsphinx listens instead")


def test_aura_answers_with_wav_and_never_calls_it_mp3() -> None:
    reply = answered(ran("aura-1", {"text": TEXT}))
    assert header(reply, "content-type") == "audio/wav"
    assert "cannot write audio/mpeg" in header(reply, "x-workbench-note")
    assert wav.read(reply.body).text == TEXT
    assert header(reply, "cf-ai-neurons") == f"{1363.64 * len(TEXT) / 1000:.2f}"


@pytest.mark.parametrize(
    ("more", "content_type", "starts"),
    [
        ({"encoding": "linear16", "container": "none", "sample_rate": 8000}, "audio/l16;rate=8000", b""),
        ({"encoding": "mulaw", "container": "none"}, "audio/basic;rate=8000", b""),
        ({"encoding": "linear16"}, "audio/wav", b"RIFF"),
        ({"encoding": "alaw", "container": "wav"}, "audio/wav", b"RIFF"),
        ({"encoding": "opus"}, "audio/wav", b"RIFF"),
    ],
)
def test_encodings_that_need_no_library_are_made(
    more: dict[str, Any], content_type: str, starts: bytes
) -> None:
    reply = answered(ran("aura-2-en", {"text": "hi there", **more}))
    assert header(reply, "content-type").startswith(content_type)
    assert reply.body.startswith(starts)
    assert bool(starts) == wav.is_wav(reply.body)


def test_the_same_words_sound_the_same_and_speakers_differ() -> None:
    assert tones(TEXT, "luna").samples == tones(TEXT, "luna").samples
    assert tones(TEXT, "luna").samples != tones(TEXT, "zeus").samples
    assert tones(TEXT, "luna", 2.0).seconds < tones(TEXT, "luna").seconds


@pytest.mark.parametrize(
    ("model", "body", "code", "pointer"),
    [
        ("aura-1", {}, 5006, "/text"),
        ("aura-1", {"text": "x", "speaker": "nobody"}, 5006, "/speaker"),
        ("aura-1", {"text": "x", "encoding": "wma"}, 5006, "/encoding"),
        ("aura-1", {"text": "  "}, 5006, "/text"),
        ("aura-1", {"text": "x" * 5001}, 3006, "/text"),
        ("melotts", {"text": "x"}, 5006, "/prompt"),
    ],
)
def test_what_is_wrong_with_a_text_is_pointed_at(
    model: str, body: dict[str, Any], code: int, pointer: str
) -> None:
    error = refused(ran(model, body))
    assert (error.code, error.pointer) == (code, pointer)


def test_melotts_answers_with_base64_in_the_envelope() -> None:
    answer = result(ran("melotts", {"prompt": TEXT}))
    assert wav.read(base64.b64decode(answer["audio"])).text == TEXT


def test_orders_are_not_spoken() -> None:
    for task in (
        ran("aura-1", {"text": f"[sandbox pace=max]\n{TEXT}"}),
        asked(Kind.SPEECH, "tts-1", {"input": f"[sandbox pace=max]\n{TEXT}", "voice": "alloy"}),
    ):
        assert wav.read(answered(task).body).text == TEXT


def test_openai_gets_wav_or_bare_samples() -> None:
    body = {"model": "gpt-4o-mini-tts", "input": TEXT, "voice": "alloy"}
    assert header(answered(asked(Kind.SPEECH, "gpt-4o-mini-tts", body)), "content-type") == "audio/wav"
    bare = answered(asked(Kind.SPEECH, "gpt-4o-mini-tts", {**body, "response_format": "pcm"}))
    assert header(bare, "content-type") == "audio/pcm"
    assert not wav.is_wav(bare.body)
    assert refused(asked(Kind.SPEECH, "tts-1", {"input": "x"})).pointer == "/voice"
    assert refused(asked(Kind.SPEECH, "tts-1", {"input": "x", "voice": 5})).pointer == "/voice"


@pytest.mark.parametrize("model", ["whisper", "whisper-tiny-en"])
def test_whisper_gives_back_what_the_sandbox_spoke(model: str) -> None:
    raw = result(ran(model, raw=SUNG, content_type="audio/wav"))
    assert raw["text"] == TEXT
    assert raw["word_count"] == 9
    starts = [word["start"] for word in raw["words"]]
    assert starts == sorted(starts)
    assert raw["words"][-1]["end"] <= wav.read(SUNG).seconds
    assert raw["vtt"].startswith("WEBVTT\n\n00:00:0")
    assert result(ran(model, {"audio": list(SUNG)})) == raw


def test_turbo_reads_base64_and_tells_segments() -> None:
    task = ran("whisper-large-v3-turbo", {"audio": base64.b64encode(SUNG).decode(), "language": "en"})
    told = result(task)
    assert told["text"] == TEXT
    assert told["segments"][0]["words"][0]["word"] == "The"
    assert told["transcription_info"]["duration"] == round(wav.read(SUNG).seconds, 2)
    assert (
        header(answered(task), "cf-ai-neurons")
        == f"{46.63 * told['transcription_info']['duration'] / 60:.2f}"
    )


def test_nemotron_gives_text_and_duration() -> None:
    audio = base64.b64encode(SUNG).decode()
    assert set(result(ran("nemotron-speech-streaming-en-0.6b", {"audio": audio}))) == {"text", "duration"}


def test_nova_takes_its_options_from_the_query() -> None:
    def told(**query: str) -> Any:
        return result(ran("nova-3", raw=SUNG, content_type="audio/wav", query=query))["results"]

    plain, neat = told(), told(punctuate="true", diarize="true", utterances="true", detect_language="true")
    assert plain["channels"][0]["alternatives"][0]["transcript"] == TEXT.lower().rstrip(".")
    assert neat["channels"][0]["alternatives"][0]["transcript"] == TEXT
    first = neat["channels"][0]["alternatives"][0]["words"][0]
    assert (first["word"], first["punctuated_word"], first["speaker"]) == ("the", "The", 0)
    assert set(plain["channels"][0]["alternatives"][0]["words"][0]) == {"word", "start", "end", "confidence"}
    assert neat["utterances"][0]["transcript"] == TEXT
    assert neat["channels"][0]["detected_language"] == "en"


def test_nova_refuses_the_bindings_form_and_wrong_options() -> None:
    assert refused(ran("nova-3", {"audio": {"body": {}, "contentType": "audio/wav"}})).pointer == "/audio"
    assert refused(ran("nova-3", raw=SUNG, query={"punctuate": "maybe"})).pointer == "/punctuate"
    assert refused(ran("flux", {"encoding": "linear16"})).code == 5006


@RECOGNISED
def test_nova_reads_bare_samples_when_told_so() -> None:
    bare = wav.raw16(wav.read(HUMMED))
    query = {"encoding": "linear16", "sample_rate": str(RATE)}
    words = result(ran("nova-3", raw=bare, query=query))["results"]["channels"][0]["alternatives"][0]["words"]
    assert words[-1]["end"] == pytest.approx(2.0)


@RECOGNISED
def test_what_nobody_recognised_gets_words_that_say_so() -> None:
    task = ran("whisper", raw=HUMMED)
    told = result(task)
    assert told["text"] == "Make-believe."
    assert told["words"][0]["start"] == 0
    assert told["words"][-1]["end"] == pytest.approx(2.0)
    assert "made up" in header(answered(task), "x-workbench-note")


def test_a_recording_that_cannot_be_decoded_is_said_not_to_have_been() -> None:
    told = result(ran("whisper", raw=b"\xff\xfb\x90\x00" + bytes(16000 - 4)))
    assert told["text"].startswith("This is a sandbox transcript.")
    assert "1.0 seconds" in told["text"]


@pytest.mark.parametrize("data", [SILENT, b"\0" * 100, b"not audio at all"])
def test_silent_or_undecodable_audio_is_3030(data: bytes) -> None:
    for model in ("whisper", "nova-3"):
        error = refused(ran(model, raw=data))
        assert (error.status, error.code) == (400, 3030)
    assert refused(ran("whisper-large-v3-turbo", {"audio": base64.b64encode(data).decode()})).code == 3030


def test_wrong_bodies_are_refused() -> None:
    assert refused(ran("whisper", raw=b"")).code == 3003
    assert refused(ran("whisper", {"audio": "####"})).code == 5004
    assert refused(ran("whisper", {"audio": [1, 999]})).code == 5006
    assert refused(ran("whisper", {})).pointer == "/audio"
    assert refused(ran("whisper-large-v3-turbo", {"audio": "data:audio/wav;base64,AAAA"})).code == 5004


def transcribed(*parts: Any, model: str = "gpt-4o-transcribe", kind: Kind = Kind.TRANSCRIPTIONS) -> Any:
    body, content_type = form(("file", SUNG, "a.wav"), *parts)
    return asked(kind, model, raw=body, content_type=content_type)


def test_openai_gets_json_text_subtitles_or_more() -> None:
    assert result(transcribed())["text"] == TEXT
    assert answered(transcribed(("response_format", "text"))).body.decode() == f"{TEXT}\n"
    assert answered(transcribed(("response_format", "srt"))).body.startswith(b"1\n00:00:00,")
    grains = ("timestamp_granularities[]", "word"), ("timestamp_granularities[]", "segment")
    verbose = result(transcribed(("response_format", "verbose_json"), *grains, kind=Kind.TRANSLATIONS))
    assert (verbose["task"], verbose["words"][0]["word"]) == ("translate", "The")
    assert verbose["segments"][0]["text"] == TEXT


def test_openai_gets_events_when_it_asks_for_a_stream() -> None:
    async def frames() -> list[Any]:
        reply = await answer(transcribed(("stream", "true")))
        assert reply.stream is not None
        return [json.loads(frame.removeprefix(b"data: ")) async for frame in reply.stream]

    events = asyncio.run(frames())
    assert "".join(event["delta"] for event in events[:-1]) == TEXT
    assert events[-1]["text"] == TEXT


def test_openai_is_told_what_is_missing_or_wrong() -> None:
    body, content_type = form(("model", "whisper-1"))
    missing = asked(Kind.TRANSCRIPTIONS, "whisper-1", raw=body, content_type=content_type)
    assert refused(missing).pointer == "/file"
    assert refused(transcribed(("response_format", "xml"))).pointer == "/response_format"


@pytest.mark.parametrize(("quiet", "complete"), [(0, False), (RATE, True)])
def test_a_turn_is_over_when_it_is_quiet_at_the_end(quiet: int, complete: bool) -> None:
    data = wav.write(wav.Sound(RATE, array("h", [8000, -8000] * RATE) + array("h", bytes(2 * quiet))))
    told = result(ran("smart-turn-v2", {"audio": base64.b64encode(data).decode()}))
    assert told["is_complete"] is complete
    assert 0 <= told["probability"] <= 1
    assert result(ran("smart-turn-v2", raw=data, query={"dtype": "uint8"})) == told


def test_a_turn_of_bare_floats_is_read_as_such() -> None:
    floats = array("f", [0.5, -0.5] * RATE).tobytes()
    assert result(ran("smart-turn-v2", raw=floats, query={"dtype": "float32"}))["is_complete"] is False
    assert refused(ran("smart-turn-v2", raw=floats, query={"dtype": "int16"})).pointer == "/dtype"
