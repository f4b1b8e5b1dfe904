"""A burst of deltas made few, and nothing lost by it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.client.answer import joined
from workbench.domain.chat import (
    ChatReply,
    Delta,
    Finished,
    ReasoningDelta,
    Served,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageDelta,
)

TEXT = st.text(min_size=1, max_size=3)
COUNT = st.none() | st.integers(0, 9)
DELTAS: st.SearchStrategy[Delta] = st.one_of(
    TEXT.map(TextDelta),
    TEXT.map(ReasoningDelta),
    st.builds(UsageDelta, st.builds(Usage, COUNT, COUNT, COUNT, st.none() | st.just(0.5))),
    st.builds(ToolCallDelta, st.integers(0, 1), TEXT, TEXT, TEXT),
    st.builds(Served, model=TEXT),
)


def added(deltas: list[Delta]) -> ChatReply:
    reply = ChatReply()
    for delta in deltas:
        reply.add(delta, 0.0)
    reply.settle(0.0)
    return reply


@given(st.lists(DELTAS, max_size=12), st.booleans())
def test_joined_deltas_add_up_to_the_same_reply(deltas: list[Delta], ends: bool) -> None:
    deltas = [*deltas, Finished("stop")] if ends else deltas
    few = joined(deltas)
    assert added(few) == added(deltas)
    assert len(few) <= len(deltas)
    if ends:
        assert few[-1] == Finished("stop")


def test_text_and_reasoning_keep_their_order() -> None:
    deltas: list[Delta] = [ReasoningDelta("a"), ReasoningDelta("b"), TextDelta("c"), TextDelta("d")]
    assert joined(deltas) == [ReasoningDelta("ab"), TextDelta("cd")]
