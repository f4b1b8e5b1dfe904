"""Server-sent events: the same events whatever the network did to the bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.sse import EventTooLarge, SseDecoder, SseEvent


def decoded(*chunks: bytes) -> list[SseEvent]:
    decoder = SseDecoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.end()


def data(*chunks: bytes) -> list[str]:
    return [event.data for event in decoded(*chunks)]


def test_a_space_after_the_colon_is_optional_and_only_one_is_dropped() -> None:
    assert data(b"data:a\n\ndata: b\n\ndata:  c\n\n") == ["a", "b", " c"]


def test_several_data_lines_are_one_event() -> None:
    assert data(b"data: a\ndata:\ndata: b\n\n") == ["a\n\nb"]


def test_comments_and_unknown_fields_are_passed_over() -> None:
    assert data(b": keep-alive\n\nretry: 10\nfoo: bar\nfoo\ndata: a\n: more\n\n") == ["a"]


def test_the_type_holds_for_one_event_and_the_id_until_the_next() -> None:
    assert decoded(b"event: error\nid: 7\ndata: a\n\ndata: b\n\n") == [
        SseEvent("error", "a", "7"),
        SseEvent("", "b", "7"),
    ]


def test_a_type_without_data_is_forgotten() -> None:
    assert decoded(b"event: ping\n\ndata: a\n\n") == [SseEvent("", "a")]


def test_a_data_line_without_a_value_is_an_event() -> None:
    assert data(b"data\n\ndata:\n\n") == ["", ""]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_the_standard_knows_is_one(end: bytes) -> None:
    assert data(end.join([b"data: a", b"data: b", b"", b"data: c", b"", b""])) == ["a\nb", "c"]


def test_crlf_across_two_chunks_is_one_line_end() -> None:
    assert data(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == ["a\nb"]


def test_a_lone_cr_at_the_end_of_a_chunk_ends_the_line_at_once() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\r\r") == [SseEvent("", "a")]
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"data: b\n\n") == [SseEvent("", "b")]


def test_unicode_line_separators_are_text() -> None:
    text = "a\u2028b\u2029c\u0085d\x0be"
    assert data(f"data: {text}\n\n".encode()) == [text]


def test_a_stream_may_end_without_a_blank_line_or_even_a_line_end() -> None:
    assert data(b"data: a\n") == ["a"]
    assert data(b"data: a\n\ndata: b") == ["a", "b"]
    assert data(b"event: x\n") == []


def test_a_byte_order_mark_before_the_first_line_is_dropped() -> None:
    assert data(b"\xef", b"\xbb\xbfdata: a\n\ndata: \xef\xbb\xbfb\n\n") == ["a", "\ufeffb"]


def test_done_is_data_like_any_other() -> None:
    assert data(b"data: [DONE]\n\n") == ["[DONE]"]


def test_a_character_split_over_chunks_comes_out_whole() -> None:
    whole = "data: Приве́т 🚀 مرحبا\n\n".encode()
    for cut in range(len(whole)):
        assert data(whole[:cut], whole[cut:]) == ["Приве́т 🚀 مرحبا"]


def test_bytes_that_are_no_utf_8_do_not_stop_the_stream() -> None:
    assert data(b"data: a\xff\n\ndata: b\n\n") == ["a\ufffd", "b"]


def test_an_endless_line_is_refused() -> None:
    decoder = SseDecoder(max_event_bytes=100)
    decoder.feed(b"data: " + b"0" * 90)
    with pytest.raises(EventTooLarge):
        decoder.feed(b"0" * 10)


def test_an_endless_event_is_refused() -> None:
    decoder = SseDecoder(max_event_bytes=100)
    with pytest.raises(EventTooLarge):
        decoder.feed(b"data: 0123456789\n" * 20)


LINES = st.sampled_from(
    [b"data: {\"a\":1}", b"data:x", "data: né 🚀 \u2028".encode(), b"data:", b"data", b": c", b"event: e", b"id: 3", b"", b""]
)  # fmt: skip
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    pieces = draw(st.lists(st.tuples(LINES, ENDS), max_size=25))
    return b"".join(line + end for line, end in pieces) + draw(st.sampled_from([b"", b"data: open"]))


@given(streams(), st.data())
def test_any_split_gives_the_same_events_as_none(stream: bytes, draws: st.DataObject) -> None:
    cuts = sorted(draws.draw(st.sets(st.integers(0, len(stream)), max_size=12)) | {0, len(stream)})
    assert decoded(*(stream[a:b] for a, b in pairwise(cuts))) == decoded(stream)


@given(streams())
def test_byte_by_byte_gives_the_same_events(stream: bytes) -> None:
    assert decoded(*(stream[i : i + 1] for i in range(len(stream)))) == decoded(stream)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_bytes_make_it_fail(junk: bytes, cut: int) -> None:
    assert decoded(junk[:cut], junk[cut:]) == decoded(junk)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), min_size=1))
def test_what_was_written_as_events_is_read_back(texts: list[str]) -> None:
    wire = "".join(f"data: {text}\n\n" for text in texts).encode()
    assert data(wire) == texts
