"""The Meter: every dialect's usage, however the bytes are cut, and nothing a model wrote is taken for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.chat import Usage
from workbench.gateway.calls import Shape
from workbench.gateway.journal import usage
from workbench.gateway.journal.usage import Meter


def events(*frames: Any, done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(frame)}\n\n" for frame in frames]
    return ("".join(lines) + ("data: [DONE]\n\n" if done else "")).encode()


def chunk(text: str, **more: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text}}], **more}


def counted(*counts: int) -> dict[str, int]:
    return {"prompt_tokens": counts[0], "completion_tokens": counts[1], "total_tokens": sum(counts)}


TRAP = '"usage": {"prompt_tokens": 666, "completion_tokens": 666}'
ANTHROPIC = (
    b'event: message_start\ndata: {"type":"message_start","message":{"content":[],"usage":{"input_tokens":10,'
    b'"cache_read_input_tokens":3,"cache_creation_input_tokens":2,"output_tokens":1}}}\n\n'
    b'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}\n\n'
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)
CASES = {
    "chat-completions, running usage": (
        Shape.CHAT,
        events(*(chunk(f"t{at}", usage=counted(13, at)) for at in range(9)), {"choices": [], "usage": counted(13, 9)}),
        Usage(13, 9),
    ),
    "chat-completions, usage at the end": (
        Shape.CHAT,
        events(
            chunk("Hel"),
            chunk(TRAP, usage=None),
            {"choices": [], "usage": {**counted(5, 2), "prompt_tokens_details": {"cached_tokens": 4}}},
        ),
        Usage(5, 2, 4),
    ),
    "responses": (
        Shape.RESPONSES,
        events(
            {"type": "response.created", "response": {"id": "r", "usage": None}},
            {"type": "response.output_text.delta", "delta": "Hi"},
            {
                "type": "response.completed",
                "response": {"usage": {"input_tokens": 8, "output_tokens": 3, "input_tokens_details": {"cached_tokens": 1}}},
            },
            done=False,
        ),
        Usage(8, 3, 1),
    ),
    "anthropic": (Shape.MESSAGES, ANTHROPIC, Usage(15, 20, 3, None, 2)),
    "google": (
        Shape.GENERATE,
        events(
            {"candidates": [{"content": {"parts": [{"text": "Hi"}]}}], "usageMetadata": {"promptTokenCount": 4}},
            {
                "candidates": [],
                "usageMetadata": {
                    "promptTokenCount": 4,
                    "candidatesTokenCount": 6,
                    "thoughtsTokenCount": 2,
                    "cachedContentTokenCount": 1,
                },
            },
            done=False,
        ),
        Usage(4, 8, 1),
    ),
    "google, an array that grows": (
        Shape.GENERATE,
        b'[{"candidates":[{"content":{"parts":[{"text":"a"}]}}]\n}\n,\r\n{"candidates":[],\n "usageMetadata": {\n'
        b'"promptTokenCount": 4,\n"candidatesTokenCount": 6\n}\n}\n]\n',
        Usage(4, 6),
    ),
    "native": (
        Shape.RUN,
        events({"response": "Hel", "p": "ab"}, {"response": "", "usage": {**counted(9, 2), "neurons": 1.5}}),
        Usage(9, 2, None, 1.5),
    ),
    "native, whole": (
        Shape.RUN,
        json.dumps({"result": {"response": {"usage": counted(666, 666)}, "usage": counted(9, 2)}, "success": True}).encode(),
        Usage(9, 2),
    ),
    "chat-completions, whole": (
        Shape.CHAT,
        json.dumps(
            {"choices": [{"message": {"content": TRAP}}], "usage": counted(3, 4), "service_tier": "default"}, indent=1
        ).encode(),
        Usage(3, 4),
    ),
    "anthropic, whole": (
        Shape.MESSAGES,
        json.dumps(
            {"content": [{"type": "tool_use", "input": {"usage": counted(666, 666)}}], "usage": {"input_tokens": 7, "output_tokens": 1}}
        ).encode(),
        Usage(7, 1),
    ),
    "embeddings": (
        Shape.EMBEDDINGS,
        json.dumps({"object": "list", "data": [{"embedding": [0.5] * 99}], "usage": {"prompt_tokens": 6, "total_tokens": 6}}).encode(),
        Usage(6),
    ),
}  # fmt: skip


def metered(shape: Shape, pieces: list[bytes], *, streaming: bool | None = None, **more: Any) -> Usage:
    streams = not b"".join(pieces).startswith(b"{") if streaming is None else streaming
    meter = Meter(shape, "openai", streaming=streams, **more)
    for piece in pieces:
        meter.feed(piece)
    return meter.usage()


def split(body: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    return [body[a:b] for a, b in zip(places, places[1:], strict=False)]


@pytest.mark.parametrize("case", CASES)
def test_each_dialect_is_understood_in_one_piece_and_byte_by_byte(case: str) -> None:
    shape, body, expected = CASES[case]
    assert metered(shape, [body]) == expected
    assert metered(shape, [bytes([byte]) for byte in body]) == expected


@given(st.sampled_from(sorted(CASES)), st.lists(st.integers(0, 5000), max_size=12))
@settings(deadline=None)
def test_it_does_not_matter_where_the_network_cut_an_answer(case: str, cuts: list[int]) -> None:
    shape, body, expected = CASES[case]
    assert metered(shape, split(body, cuts)) == expected


@given(st.sampled_from(sorted(CASES)), st.integers(0, 5000))
@settings(deadline=None)
def test_asking_in_the_middle_changes_nothing_about_the_end(case: str, at: int) -> None:
    shape, body, expected = CASES[case]
    meter = Meter(shape, "openai", streaming=not body.startswith(b"{"))
    meter.feed(body[: at % len(body)])
    meter.usage()
    meter.feed(body[at % len(body) :])
    assert meter.usage() == expected


@given(st.lists(st.binary(max_size=40), max_size=8), st.booleans(), st.sampled_from(list(Shape)))
@settings(deadline=None)
def test_no_bytes_make_it_raise(pieces: list[bytes], streaming: bool, shape: Shape) -> None:
    for start in (b"", b'data: {"usage":', b'{"usage":', b"[", b'data: {"usage":{"prompt_tokens":'):
        metered(shape, [start, *pieces], streaming=streaming)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_standard_allows(ending: str) -> None:
    body = CASES["anthropic"][1].decode().replace("\n", ending).encode()
    assert metered(Shape.MESSAGES, split(body, [100, 101, 230])) == Usage(15, 20, 3, None, 2)


def test_a_stream_that_forgets_its_last_line_end_has_told_all_the_same() -> None:
    assert metered(
        Shape.CHAT, [events(chunk("a"), chunk("b", usage=counted(1, 2)), done=False).rstrip()]
    ) == Usage(1, 2)


def test_an_answer_of_json_where_a_stream_was_asked_for_is_read_as_json() -> None:
    assert metered(Shape.CHAT, [CASES["chat-completions, whole"][1]], streaming=True) == Usage(3, 4)


def test_a_picture_is_let_pass() -> None:
    assert metered(Shape.RUN, [b"\x89PNG", b'"usage":{"prompt_tokens":1}'], streaming=False) == Usage()


def test_usage_in_what_the_model_wrote_is_not_usage() -> None:
    calls = [{"name": "f", "arguments": {"usage": counted(666, 666)}}]
    assert (
        metered(Shape.RUN, [json.dumps({"result": {"response": None, "tool_calls": calls}}).encode()])
        == Usage()
    )
    wrote = events(
        {"response": "x"}, {"tool_calls": calls, "usage": None}, {"response": "", "usage": counted(1, 2)}
    )
    assert metered(Shape.RUN, [wrote]) == Usage(1, 2)


def test_the_neurons_header_is_what_was_charged() -> None:
    meter = Meter(Shape.RUN, "workers-ai", streaming=False)
    meter.headers([(b"content-type", b"application/json"), (b"cf-ai-neurons", b"12.50")])
    meter.feed(json.dumps({"result": {"usage": {**counted(1, 2), "neurons": 99}}}).encode())
    assert meter.usage() == Usage(1, 2, None, 12.5)


@pytest.mark.parametrize("value", [b"", b"many", b"-1", b"nan"])
def test_a_neurons_header_that_is_no_amount_is_ignored(value: bytes) -> None:
    meter = Meter(Shape.RUN, "workers-ai", streaming=False)
    meter.headers([(b"cf-ai-neurons", value)])
    assert meter.usage() == Usage()


@pytest.mark.parametrize("count", ["x", -1, None, True, {"a": 1}])
def test_counts_that_are_none_are_not_known(count: Any) -> None:
    body = json.dumps({"usage": {"prompt_tokens": count, "completion_tokens": 3}}).encode()
    assert metered(Shape.CHAT, [body]) == Usage(None, 3)


def test_a_count_beyond_belief_still_fits_a_row() -> None:
    body = json.dumps({"usage": {"prompt_tokens": 10**30, "completion_tokens": 3}}).encode()
    found = metered(Shape.CHAT, [body]).prompt_tokens
    assert found is not None
    assert found < 2**63


def test_a_stream_without_usage_is_estimated_and_says_so() -> None:
    body = events(*(chunk("word ") for _ in range(40)))
    asked = json.dumps({"messages": [{"role": "user", "content": "x" * 400}]}).encode()
    assert metered(Shape.CHAT, [body]) == Usage(None, 50, estimated=True)
    assert metered(Shape.CHAT, split(body, [7, 99, 1000]), asked=asked) == Usage(100, 50, estimated=True)


def test_text_is_estimated_by_what_it_says_and_not_by_how_it_is_escaped() -> None:
    plain, escaped = events(chunk("жук" * 20)), events(chunk("жук" * 20)).decode("unicode-escape").encode()
    assert metered(Shape.CHAT, [plain]) == metered(Shape.CHAT, [escaped]) == Usage(None, 30, estimated=True)


def test_a_long_stream_without_usage_is_estimated_from_its_beginning() -> None:
    meter = Meter(Shape.CHAT, "openai", streaming=True)
    piece = events(chunk("word " * 20), done=False)
    for _ in range(20_000):
        meter.feed(piece)
    found = meter.usage()
    assert found.estimated
    assert found.completion_tokens == pytest.approx(20_000 * 25, rel=0.01)
    reader = meter._reader
    assert isinstance(reader, usage._Events)
    assert len(reader.sample()[0]) < usage.SAMPLE + len(piece)


def test_nothing_is_estimated_of_an_answer_without_text() -> None:
    assert metered(Shape.CHAT, [events({"choices": [{"delta": {}, "finish_reason": "stop"}]})]) == Usage()


def test_what_was_told_is_not_estimated_over() -> None:
    anthropic = ANTHROPIC.split(b"event: message_delta")[0]  # cut before its end
    assert metered(Shape.MESSAGES, [anthropic]) == Usage(15, 1, 3, None, 2)


def test_a_huge_body_is_not_kept_and_still_understood() -> None:
    meter = Meter(Shape.EMBEDDINGS, "openai", streaming=False)
    meter.feed(b'{"object":"list","data":[{"embedding":[')
    for _ in range(300):
        meter.feed(b"0.123456," * 4000)
    meter.feed(b'0.1]}],"model":"m","usage":{"prompt_tokens":6,"total_tokens":6}}')
    reader = meter._reader
    assert isinstance(reader, usage._Whole)
    assert len(reader._kept.bytes()) <= usage.MAX_PARSED
    assert meter.usage() == Usage(6)


def test_a_huge_line_is_not_kept_and_still_understood() -> None:
    meter = Meter(Shape.RESPONSES, "openai", streaming=True)
    meter.feed(b'data: {"type":"response.completed","response":{"output":"')
    for _ in range(300):
        meter.feed(b"x" * 40_000)
    meter.feed(b'","usage":{"input_tokens":6,"output_tokens":7}}}\n\n')
    assert meter.usage() == Usage(6, 7)
