"""Whatever comes back for a recording, good and bad (workers-ai §3, §9)."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.speech.asking import lines, times
from workbench.client.failures import Asked, Door
from workbench.client.speech.heard import Heard, heard_in
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.speech.transcripts import Transcript

ASKED = Asked(Door.API, "Cloudflare", "@cf/a/b")


def read(body: Any, status: int = 200, *, seconds: float = 10.0, **headers: str) -> Heard:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return heard_in(status, named, data, ASKED, seconds=seconds)


def transcript(body: Any, **more: Any) -> Transcript:
    return read(body, **more).transcript


def failed(body: Any, status: int = 200, **headers: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        read(body, status, **headers)
    error = caught.value
    assert error.what
    assert error.why
    assert error.fix
    return error


def word(text: str, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    return {"word": text, "start": start, "end": end, **more}


def native(result: Any) -> dict[str, Any]:
    return {"result": result, "success": True, "errors": [], "messages": []}


# whisper


def test_whispers_words_become_sentences_with_their_times() -> None:
    said = ["The", "fox", "came", "home.", "It", "slept."]
    words = [word(text, place, place + 0.5) for place, text in enumerate(said)]
    found = transcript(native({"text": " ".join(said), "word_count": 6, "words": words, "vtt": "WEBVTT"}))
    assert lines(found) == [("", "The fox came home.", 0, 3.5), ("", "It slept.", 4, 5.5)]
    assert (found.seconds, found.language, found.seams) == (10.0, "", ())


def test_marks_and_capitals_come_from_the_text_where_words_have_none() -> None:
    words = [word("hello", 0, 0.4), word("dr", 0.5, 0.7), word("smith", 0.8, 1.2)]
    found = transcript({"text": " Hello, Dr. Smith!", "words": words})
    assert times(found) == [("Hello,", 0, 0.4), ("Dr.", 0.5, 0.7), ("Smith!", 0.8, 1.2)]
    assert not any(each.edited for each in found.words)


def test_a_long_pause_and_endless_speech_begin_a_new_segment() -> None:
    words = [word("one", 0, 0.3), word("two", 0.4, 0.6), word("three", 2.0, 2.3)]
    assert [each[1] for each in lines(transcript({"words": words}))] == ["one two", "three"]
    endless = [word("and", place / 10, place / 10 + 0.1) for place in range(100)]
    assert len(transcript({"words": endless}).segments) == 3


def test_spaces_around_words_and_times_as_text_are_taken_as_meant() -> None:
    found = transcript({"words": [word(" Yes", "0.5", "0.9"), word("  ", 1, 2), word(" sir.", 1, None)]})
    assert times(found) == [("Yes", 0.5, 0.9), ("sir.", 1, 1)]


def test_times_that_cross_are_put_in_order() -> None:
    found = transcript({"words": [word("a", 0, 2), word("b", 1.5, 3), word("c", 1.0, 1.2), word("d", 4, 3)]})
    starts = [each.start for each in found.words]
    assert starts == sorted(starts)
    assert all(each.end >= each.start for each in found.words)
    assert [each.text for each in found.words] == ["a", "b", "c", "d"]


# whisper-large-v3-turbo


def test_segments_are_kept_with_their_words_language_and_length() -> None:
    segments = [
        {
            "start": 0,
            "end": 2,
            "text": " Guten Tag.",
            "avg_logprob": -0.5,
            "words": [word(" Guten", 0.1, 0.5), word(" Tag.", 0.6, 1.0, probability=0.9)],
        },
        {"start": 2, "end": 4, "text": " Wie geht's?", "words": []},
    ]
    info = {"language": "de", "language_probability": 0.9, "duration": 4.2}
    found = transcript(native({"transcription_info": info, "text": "…", "segments": segments}), seconds=0.0)
    assert [each[1] for each in lines(found)] == ["Guten Tag.", "Wie geht's?"]
    assert (found.language, found.seconds) == ("de", 4.2)
    first, second, *rest = found.words
    assert first.confidence == pytest.approx(math.exp(-0.5), abs=1e-4)
    assert second.confidence == 0.9
    assert [each.confidence for each in rest] == [None, None]
    assert (rest[0].start, rest[-1].end) == (2, 4)


# nova-3


def nova(
    words: list[dict[str, Any]], text: str = "", utterances: Any = None, **channel: Any
) -> dict[str, Any]:
    results: dict[str, Any] = {
        "channels": [{"alternatives": [{"transcript": text, "confidence": 0.9, "words": words}], **channel}]
    }
    if utterances is not None:
        results["utterances"] = utterances
    return native({"results": results})


def test_words_come_with_confidence_and_speakers() -> None:
    words = [
        word("hello", 0, 0.5, confidence=0.99, speaker=0, punctuated_word="Hello."),
        word("hi", 1, 1.5, confidence=1.7, speaker=1, punctuated_word="Hi!"),
        word("again", 1.6, 2, confidence=0.5, speaker=1, punctuated_word="Again."),
        word("so", 2.1, 2.4, speaker=0, punctuated_word="So."),
    ]
    found = transcript(nova(words, detected_language="en"))
    assert [each[:2] for each in lines(found)] == [
        ("Speaker 1", "Hello."), ("Speaker 2", "Hi! Again."), ("Speaker 1", "So."),
    ]  # fmt: skip
    assert [each.confidence for each in found.words] == [0.99, 1.0, 0.5, None]
    assert (found.speakers, found.language) == (("Speaker 1", "Speaker 2"), "en")


def test_a_neat_transcript_gives_words_their_marks() -> None:
    words = [word("hello", 0, 0.5), word("world", 0.6, 1)]
    assert times(transcript(nova(words, "Hello, world."))) == [("Hello,", 0, 0.5), ("world.", 0.6, 1)]


def test_utterances_are_the_segments_where_they_come() -> None:
    words = [word(text, place, place + 0.9) for place, text in enumerate(["a.", "b.", "c.", "d."])]
    utterances = [{"start": 0, "end": 2.9, "transcript": "a. b. c."}, {"start": 3, "end": 3.9}]
    assert [each[1] for each in lines(transcript(nova(words, utterances=utterances)))] == ["a. b. c.", "d."]


def test_channels_are_put_side_by_side() -> None:
    def channel(*words: Any) -> dict[str, Any]:
        return {"alternatives": [{"words": list(words)}]}

    results = {"channels": [channel(word("left", 1, 2)), channel(word("right", 0, 1, speaker=0))]}
    found = transcript(native({"results": results, "metadata": {"duration": 7}}), seconds=0.0)
    assert [each[:2] for each in lines(found)] == [("Channel 2, Speaker 1", "right"), ("Channel 1", "left")]
    assert found.seconds == 7


def test_nothing_said_is_an_empty_transcript() -> None:
    for body in (nova([]), native({"text": "", "words": [], "vtt": "WEBVTT\n\n"}), {"text": " "}):
        found = transcript(body)
        assert found.segments == ()
        assert found.seconds == 10.0


# others


def test_openais_segments_take_the_words_of_their_time() -> None:
    body = {
        "task": "transcribe",
        "language": "english",
        "duration": 4.0,
        "text": "Well, now. Then?",
        "segments": [
            {"start": 0, "end": 2, "text": " Well, now.", "avg_logprob": 0.0},
            {"start": 2, "end": 4, "text": " Then?"},
        ],
        "words": [word("Well", 0.1, 0.5), word("now", 0.6, 1.9), word("Then", 2.2, 3)],
    }
    found = transcript(body)
    assert lines(found) == [("", "Well, now.", 0.1, 1.9), ("", "Then?", 2.2, 3)]
    assert (found.language, found.words[0].confidence) == ("en", 1.0)


def test_segments_that_name_their_speakers_are_kept_so() -> None:
    segments = [
        {"type": "transcript.text.segment", "start": 0, "end": 1, "text": "Hello there.", "speaker": "A"},
        {"type": "transcript.text.segment", "start": 1, "end": 2, "text": "Hi.", "speaker": "agent"},
    ]
    found = transcript({"text": "Hello there. Hi.", "segments": segments, "duration": 2})
    assert [each[:2] for each in lines(found)] == [("Speaker A", "Hello there."), ("agent", "Hi.")]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "one three"},
        native({"text": "one three", "duration": 10}),
        native("one three"),
        "one three",
        {"text": "one three", "usage": {"type": "duration", "seconds": 10}},
        {"text": "one three", "words": [{"word": "one"}]},
    ],
)
def test_text_alone_is_one_segment_spread_over_the_recording(body: Any) -> None:
    found = transcript(body)
    ((_, text, start, end),) = lines(found)
    assert (text, start, end) == ("one three", 0, 10)
    one, three = found.words
    assert one.end == three.start
    assert one.end - one.start < three.end - three.start


VTT = "WEBVTT\n\n1\n00:01.000 --> 00:02.500\n<v Ann>Hello &amp; <i>good</i>\nday</v>\n\n00:00:03.000 --> 00:00:04.000 align:start\nBye\n"
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello & good day\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nBye\r\n"


@pytest.mark.parametrize("body", [VTT.encode(), SRT.encode(), native({"text": "x", "vtt": VTT})])
def test_subtitles_are_read_where_there_is_nothing_better(body: Any) -> None:
    found = transcript(body)
    assert [each[1:] for each in lines(found)] == [("Hello & good day", 1, 2.5), ("Bye", 3, 4)]
    assert found.speakers in (("Ann",), ())


def test_plain_text_is_taken_where_it_is_called_so() -> None:
    assert transcript(b"First line.\nSecond.\n", content_type="text/plain; charset=utf-8").text == (
        "First line.\nSecond."
    )
    assert failed(b"First line.", content_type="application/json").failure is Failure.PROTOCOL


def test_text_without_spaces_is_told_apart_by_character() -> None:
    found = transcript({"text": "今日は。"}, seconds=4.0)
    assert found.text == "今日は。"
    assert len(found.words) == 3


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        ({"text": "a"}, {"cf_ai_neurons": "1.50"}, 1.5),
        (native({"text": "a", "usage": {"neurons": 3}}), {}, 3.0),
        (b"a", {"cf_ai_neurons": "2", "content_type": "text/plain"}, 2.0),
        ({"text": "a"}, {}, None),
    ],
)
def test_neurons_are_told(body: Any, headers: dict[str, Any], told: float | None) -> None:
    assert read(body, **headers).neurons == told


def test_every_segment_has_an_id_of_its_own() -> None:
    body = {"segments": [{"start": 0, "end": 1, "text": "a"}, {"start": 1, "end": 2, "text": "b"}]}
    first, again = transcript(body), transcript(body)
    assert len({segment.id for found in (first, again) for segment in found.segments}) == 4


# bad ones


@pytest.mark.parametrize("body", [b"", b" \n", native({}), native(None), {}, []])
def test_nothing_is_said_to_be_nothing(body: Any) -> None:
    assert failed(body).what == "The model answered with nothing."


def test_a_web_page_is_none_of_it() -> None:
    assert "login" in failed(b"<!doctype html><title>Login</title>").why


@pytest.mark.parametrize("body", [b'{"result": {"text": "cut', {"weather": "fine"}, [1, 2], b"\xff\xfe\xfd"])
def test_what_is_no_transcript_cannot_be_read(body: Any) -> None:
    assert failed(body).what == "What Cloudflare sent could not be read."


@pytest.mark.parametrize(
    ("status", "code", "message", "what"),
    [
        (400, 3030, "AiError: InferenceUpstreamError: the audio is silent", "Nothing can be heard in the recording."),
        (400, 3030, "AiError: audio: corrupt or unsupported data", "The recording could not be decoded."),
        (400, 3030, "bad value", "The model could not use what was sent."),
        (413, 3006, "audio is larger than 25 MB", "The request is too large."),
        (429, 3040, "Capacity temporarily exceeded", "“@cf/a/b” is busy: there is no capacity free."),
        (200, 3030, "the audio cannot be decoded", "The recording could not be decoded."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_with_the_recording(
    status: int, code: int, message: str, what: str
) -> None:
    body = {"success": False, "errors": [{"code": code, "message": message}], "result": None}
    error = failed(body, status)
    assert (error.what, error.code, error.status) == (what, code, status)
    assert message.rpartition(": ")[2] in error.why


def test_openais_refusal_is_read_as_well() -> None:
    message = "Audio file might be corrupted or unsupported"
    error = failed({"error": {"message": message, "type": "invalid_request_error"}}, 400)
    assert error.what == "The recording could not be decoded."


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_fail(body: bytes) -> None:
    with suppress(RequestFailed):
        read(body, content_type="text/plain")


_NAMES = [
    "result",
    "text",
    "words",
    "word",
    "start",
    "end",
    "segments",
    "vtt",
    "results",
    "channels",
    "alternatives",
    "utterances",
    "speaker",
    "confidence",
    "language",
    "duration",
    "transcription_info",
    "usage",
    "transcript",
    "error",
    "success",
    "punctuated_word",
    "avg_logprob",
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(VTT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=15,
)


@given(_JSON)
def test_whatever_is_read_has_its_times_in_order(value: Any) -> None:
    with suppress(RequestFailed):
        found = transcript(value)
        assert all(segment.words for segment in found.segments)
        starts = [segment.start for segment in found.segments]
        assert starts == sorted(starts)
        for segment in found.segments:
            assert all(0 <= each.start <= each.end for each in segment.words)
            assert all(each.text.strip() for each in segment.words)
