"""SRT and WebVTT: what is written reads as the same captions, and files from elsewhere are understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import transcripts
from workbench.domain.speech import srt, vtt
from workbench.domain.speech.captions import Caption, captions, transcript_of
from workbench.domain.speech.transcripts import Transcript

LINES = st.text(max_size=30).map(lambda text: " ".join(text.split())).filter(bool) | st.sampled_from(
    ("a --> b", "1", "00:00:01,000 --> 00:00:02,000", "NOTE x", "<b>&amp; x", "WEBVTT", "مرحبا", "你好")
)
THOUSANDTHS = st.integers(0, 400_000_000).map(lambda number: number / 1000)


@st.composite
def told(draw: st.DrawFn, speakers: bool) -> list[Caption]:
    made = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(THOUSANDTHS)
        end = round(start + draw(st.integers(0, 9999)) / 1000, 3)
        lines = tuple(draw(st.lists(LINES, min_size=1, max_size=3)))
        made.append(Caption(start, end, lines, draw(LINES) if speakers and draw(st.booleans()) else ""))
    return made


@given(told(speakers=False))
def test_srt_reads_as_it_was_written(made: list[Caption]) -> None:
    assert list(srt.read(srt.written(made))) == made


@given(told(speakers=True))
def test_webvtt_reads_as_it_was_written_speakers_too(made: list[Caption]) -> None:
    assert list(vtt.read(vtt.written(made))) == made


@given(transcripts())
def test_subtitles_of_a_transcript_read_as_its_text(heard: Transcript) -> None:
    words = "".join(word.text for word in heard.words)
    for again in (srt.read(srt.written(captions(heard))), vtt.read(vtt.written(captions(heard)))):
        assert "".join(word.text for word in transcript_of(again).words) == words


@given(st.text(max_size=200))
def test_any_text_is_read_without_complaint(text: str) -> None:
    for read in (srt.read, vtt.read):
        assert all(caption.start <= caption.end for caption in read(text))


def test_srt_looks_as_players_expect() -> None:
    made = [Caption(0, 1.5, ("one", "two"), "Ann"), Caption(3661.25, 3662, ("three",))]
    assert srt.written(made) == (
        "1\n00:00:00,000 --> 00:00:01,500\none\ntwo\n\n2\n01:01:01,250 --> 01:01:02,000\nthree\n"
    )
    assert "\nAnn: one\ntwo\n" in srt.written(made, speakers=True)


def test_srt_from_elsewhere_is_understood() -> None:
    text = (
        "\ufeff1\r\n00:00:01,5 --> 00:00:02.000  X1:40 X2:600\r\nHello\r\n\r\n\r\n"
        "00:03,000 --> 00:04,000\r\nno number\r\n\r\nafter an empty line\r\n\r\n"
        "3\r\n00:00:09,000 --> 00:00:08,000\r\n"
    )
    assert srt.read(text) == (
        Caption(1.5, 2, ("Hello",)),
        Caption(3, 4, ("no number", "after an empty line")),
        Caption(9, 9, ()),
    )


def test_webvtt_from_elsewhere_is_understood() -> None:
    text = (
        "WEBVTT - some title\nKind: captions\n\nNOTE\nnothing --> here\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start position:0%\n"
        "<v.loud Ann Lee>Fish &amp; <i>chips</i></v>\n<00:01.500><c>and &lt;peas&gt;</c>\n\n"
        "2\n01:00:00.000 --> 01:00:01.000\n&nbsp;late&rlm;\n"
    )
    assert vtt.read(text) == (
        Caption(1, 2.5, ("Fish & chips", "and <peas>"), "Ann Lee"),
        Caption(3600, 3601, ("late\u200f",)),
    )


@pytest.mark.parametrize("text", ["", "hello", "1\n2\n3", "WEBVTT\n", "00:00 --> 00:01"])
def test_what_is_no_subtitles_gives_none(text: str) -> None:
    assert srt.read(text) == vtt.read(text) == ()
