from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.chat import (
    MAX_CACHE_TTL_S,
    ChatReply,
    Delta,
    Finished,
    GatewayOptions,
    ReasoningDelta,
    Served,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
    UsageDelta,
)
from workbench.domain.errors import InvalidInput


def added(*deltas: Delta) -> ChatReply:
    reply = ChatReply()
    for at, delta in enumerate(deltas, start=1):
        reply.add(delta, at * 100.0)
    reply.settle(len(deltas) * 100.0)
    return reply


@given(st.lists(st.tuples(st.booleans(), st.text())))
def test_text_and_reasoning_are_the_sum_of_their_pieces(pieces: list[tuple[bool, str]]) -> None:
    reply = added(*(TextDelta(text) if plain else ReasoningDelta(text) for plain, text in pieces))
    assert reply.text == "".join(text for plain, text in pieces if plain)
    assert reply.reasoning == "".join(text for plain, text in pieces if not plain)


def test_settling_in_mid_stream_loses_and_doubles_nothing() -> None:
    reply = ChatReply()
    reply.add(TextDelta("a"), 1.0)
    reply.settle()
    reply.settle()
    reply.add(TextDelta("b"), 2.0)
    reply.settle(3.0)
    assert reply.text == "ab"
    assert reply.duration_ms == 3.0


def test_pieces_of_interleaved_tool_calls_find_their_own_call() -> None:
    reply = added(
        ToolCallDelta(0, "id0", "clock"),
        ToolCallDelta(1, "id1", "weather", '{"ci'),
        ToolCallDelta(0, arguments="{}"),
        ToolCallDelta(1, arguments='ty":"Oslo"}'),
    )
    assert reply.tool_calls == [ToolCall("id0", "clock", "{}"), ToolCall("id1", "weather", '{"city":"Oslo"}')]


def test_later_usage_replaces_only_what_it_knows() -> None:
    reply = added(UsageDelta(Usage(prompt_tokens=5, neurons=1.5)), UsageDelta(Usage(5, 7)))
    assert reply.usage == Usage(5, 7, neurons=1.5)


def test_who_served_is_filled_in_as_it_becomes_known() -> None:
    reply = added(Served(model="m", sandbox=True), Served(provider="p", cache="HIT"))
    assert reply.served == Served("m", "p", "HIT", sandbox=True)


def test_the_first_token_is_the_first_text_reasoning_or_call() -> None:
    assert (
        added(Served(model="m"), UsageDelta(Usage(1)), ReasoningDelta("hm"), TextDelta("a")).ttft_ms == 300.0
    )
    assert added(Served(model="m"), Finished("stop")).ttft_ms is None


def test_a_stream_once_cut_stays_cut_and_keeps_its_reason() -> None:
    reply = added(Finished("length", truncated=True), Finished())
    assert (reply.finish_reason, reply.truncated) == ("length", True)


def test_tokens_per_second_count_from_the_first_token() -> None:
    reply = added(TextDelta("a"), UsageDelta(Usage(1, 50)), Finished("stop"))
    assert reply.tokens_per_s == 50 / 0.2


@pytest.mark.parametrize(
    "reply", [added(), added(TextDelta("a")), added(UsageDelta(Usage(1, 5)), TextDelta("a"))]
)
def test_an_unknown_speed_is_none(reply: ChatReply) -> None:
    assert reply.tokens_per_s is None


@pytest.mark.parametrize(
    "options",
    [
        GatewayOptions(),
        GatewayOptions(cache_ttl_s=0),
        GatewayOptions(cache_ttl_s=60),
        GatewayOptions(cache_ttl_s=MAX_CACHE_TTL_S),
        GatewayOptions(max_attempts=5, retry_delay_ms=5000, request_timeout_ms=1),
        GatewayOptions(metadata={"a": "x", "b": 1, "c": 1.5, "d": True, "e": ""}),
    ],
)
def test_options_within_the_gateways_limits_pass(options: GatewayOptions) -> None:
    options.check()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (GatewayOptions(cache_ttl_s=59), "cache_ttl_s"),
        (GatewayOptions(cache_ttl_s=-1), "cache_ttl_s"),
        (GatewayOptions(cache_ttl_s=MAX_CACHE_TTL_S + 1), "cache_ttl_s"),
        (GatewayOptions(max_attempts=0), "max_attempts"),
        (GatewayOptions(max_attempts=6), "max_attempts"),
        (GatewayOptions(retry_delay_ms=5001), "retry_delay_ms"),
        (GatewayOptions(request_timeout_ms=0), "request_timeout_ms"),
        (GatewayOptions(metadata=dict.fromkeys("abcdef", 1)), "metadata"),
        (GatewayOptions(metadata={"cf.user": "x"}), "metadata"),
        (GatewayOptions(metadata={"": "x"}), "metadata"),
        (GatewayOptions(metadata={"a": {"b": 1}}), "metadata"),  # type: ignore[dict-item]  # what is refused
    ],
)
def test_options_outside_them_are_refused_by_field(options: GatewayOptions, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        options.check()
    assert caught.value.field == field


def test_a_count_of_nought_is_a_count() -> None:
    reply = added(
        UsageDelta(Usage(prompt_tokens=9, cached_tokens=4, neurons=1.5)),
        UsageDelta(Usage(completion_tokens=0, cached_tokens=0, neurons=0.0)),
    )
    assert reply.usage == Usage(9, 0, 0, 0.0)
