from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import segment, transcript, transcripts
from workbench.domain.errors import InvalidInput
from workbench.domain.speech.documents import (
    as_json,
    csv_table,
    from_json,
    json_text,
    markdown,
    plain_text,
    transcript_in,
)
from workbench.domain.speech.editing import retyped
from workbench.domain.speech.transcripts import Transcript, Word

TALK = Transcript(
    (
        segment("Hello there.", 0, 1, "a", "Ann"),
        segment("How are you?", 1, 2, "b", "Ann"),
        segment("Fine, 1. *thanks*", 3723, 3724, "c", "Bo"),
    ),
    "en",
    4000,
    (1.5,),
)


@given(transcripts())
def test_json_reads_back_as_it_was(heard: Transcript) -> None:
    assert transcript_in(json_text(heard)) == heard


def test_what_was_typed_is_still_known_to_be_typed() -> None:
    edited = retyped(TALK, "a", "Hello you.")
    assert transcript_in(json_text(edited)) == edited


@given(transcripts())
def test_csv_has_a_row_for_each_segment(heard: Transcript) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_table(heard))))
    assert [row["text"] for row in rows] == [segment.text for segment in heard.segments]
    assert [row["speaker"] for row in rows] == [segment.speaker for segment in heard.segments]


def test_confidence_in_csv_is_the_mean() -> None:
    words = (Word("a", 0, 1, 0.5), Word("b", 1, 2, 1.0), Word("c", 2, 3))
    heard = Transcript((replace(segment("x"), words=words),))
    assert csv_table(heard).splitlines()[1] == "0.000,3.000,,a b c,0.750"


def test_plain_text_names_a_speaker_once_a_turn() -> None:
    assert plain_text(TALK) == "Ann: Hello there.\nHow are you?\nBo: Fine, 1. *thanks*\n"
    assert plain_text(TALK, speakers=False, times=True).startswith("[00:00:00] Hello there.\n")
    assert plain_text(transcript("a", "b")) == "a\nb\n"


def test_markdown_is_a_paragraph_for_each_turn() -> None:
    assert markdown(TALK, "A *talk*") == (
        "# A \\*talk\\*\n\n**Ann** `00:00:00`  \nHello there. How are you?\n\n"
        "**Bo** `01:02:03`  \nFine, 1. \\*thanks\\*\n"
    )
    assert markdown(transcript("# one", "2. two", "- x"), times=False) == "\\# one\n\n2\\. two\n\n\\- x\n"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"segments": None},
        {"segments": [{}]},
        {"segments": [{"words": [{"text": "", "start": 0, "end": 1}]}]},
        {"segments": [{"words": [{"text": "a", "start": "x", "end": 1}]}]},
        {"segments": [{"words": [{"text": "a", "start": -1, "end": 1}]}]},
        {"segments": [{"words": [{"text": "a", "start": float("nan"), "end": 1}]}]},
        {"segments": [{"words": [3]}]},
        {"segments": [], "seconds": "long"},
    ],
)
def test_json_that_is_no_transcript_is_refused_with_a_reason(value: Any) -> None:
    with pytest.raises(InvalidInput) as raised:
        transcript_in(json.dumps(value))
    assert raised.value.why
    assert raised.value.fix


def test_what_is_no_json_is_refused() -> None:
    for text in ("", "{", "[" * 100_000):
        with pytest.raises(InvalidInput):
            transcript_in(text)


def test_odd_but_usable_json_is_mended() -> None:
    word = {"text": " two  words ", "start": 1, "end": 0, "confidence": 7}
    late = {"id": "a", "words": [{"text": "x", "start": 5, "end": 6}]}
    read = from_json({"segments": [late, {"id": "a", "words": [word]}, {"words": []}]})
    assert [(s.id, s.text, s.start, s.end) for s in read.segments] == [
        ("a+2", "two words", 1, 1),
        ("a", "x", 5, 6),
    ]
    assert read.segments[0].words[0].confidence == 1
    assert read.seconds == 6


@given(
    st.recursive(
        st.none() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(("segments", "words", "text", "start", "end", "seams", "id")),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        read = from_json(value)
    except InvalidInput:
        return
    assert from_json(as_json(read)) == read
