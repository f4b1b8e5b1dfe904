"""Messages of a conversation in memory."""

from __future__ import annotations

from tests.ui.chat.fakes import answer, question
from workbench.domain.conversations import MessageState
from workbench.ui.chat.thread import Thread


def test_what_streams_in_is_joined_when_it_is_looked_at() -> None:
    coming = answer("c", "A", state=MessageState.STREAMING)
    thread = Thread([coming])
    thread.extend(coming.id, "B", "why")
    thread.extend(coming.id, "C", "")
    assert [(each.text, each.reasoning) for each in thread.messages] == [("ABC", "why")]
    thread.extend(coming.id, "D", "")
    found = thread.get(coming.id)
    assert found is not None
    assert found.text == "ABCD"


def test_the_whole_message_replaces_what_had_streamed_into_it() -> None:
    coming = answer("c", state=MessageState.STREAMING)
    thread = Thread([coming])
    thread.extend(coming.id, "half", "")
    whole = answer("c", "whole", id=coming.id)
    thread.put(whole)
    assert thread.messages == (whole,)


def test_what_still_streams_is_marked_at_the_end_with_its_text() -> None:
    coming = answer("c", state=MessageState.STREAMING)
    thread = Thread([question("c", "Q"), coming])
    thread.extend(coming.id, "half", "")
    assert [(each.text, each.state) for each in thread.end(MessageState.CUT)] == [("half", MessageState.CUT)]
    assert thread.end(MessageState.CUT) == ()


def test_superseded_messages_are_not_the_last() -> None:
    first, second = answer("c", "one"), answer("c", "two", superseded=True)
    thread = Thread([first, second])
    assert thread.last_answer() == first
    assert thread.last_question() is None
