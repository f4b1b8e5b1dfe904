"""Conversations in files: what is written is read again, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.services.fakes import FakeStore
from workbench.domain.chat import ChatParameters, GatewayOptions, Role, ToolCall, Usage
from workbench.domain.conversations import (
    ChatSettings,
    Conversation,
    MessageState,
    ReplyFacts,
    StoredMessage,
)
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.services.conversation_files import file_name, read, written
from workbench.services.conversations import Conversations
from workbench.services.opened_files import FileKind, kind_of

NOW = 5_000.0
texts = st.text(st.characters(codec="utf-8"), max_size=60)
messages = st.builds(
    StoredMessage,
    id=st.uuids().map(str),
    conversation_id=st.just("c"),
    role=st.sampled_from(Role),
    text=texts,
    created_at=st.floats(0, 4e9),
    reasoning=texts,
    tool_calls=st.lists(st.builds(ToolCall, texts, texts, texts), max_size=2).map(tuple),
    state=st.sampled_from([state for state in MessageState if state is not MessageState.STREAMING]),
    superseded=st.booleans(),
    facts=st.none()
    | st.builds(ReplyFacts, model=texts, usage=st.builds(Usage, prompt_tokens=st.integers(0, 9))),
    trouble=st.none() | st.builds(Trouble, texts, status=st.none() | st.integers(100, 599)),
)
SETTINGS = ChatSettings(
    "@cf/meta/llama-3.1-8b-instruct",
    "Be brief.",
    ChatParameters(temperature=0.5, stop=("END",)),
    GatewayOptions(metadata={"plan": "free", "count": 3, "paid": False, "share": 0.5}),
)


def kept(one: StoredMessage) -> StoredMessage:
    return replace(one, id="", conversation_id="", exchange_id="")


@given(st.lists(messages, max_size=5))
def test_what_is_written_is_read_again_under_new_ids(told: list[StoredMessage]) -> None:
    before = Conversation("c", "Rivers", 1_000.0, 2_000.0, settings=SETTINGS, draft="half a thought")
    content = written(before, told)
    assert kind_of("anything", content[:4096]) is FileKind.CHAT
    made, found = read(content, NOW)
    assert made == replace(before, id=made.id, updated_at=NOW, draft="")
    assert [kept(one) for one in found] == [kept(one) for one in told]
    assert {one.conversation_id for one in found} <= {made.id}
    assert [one.id for one in found] == sorted({one.id for one in found})
    assert made.id != "c"


def test_an_answer_that_was_coming_in_counts_as_cut_and_wire_records_stay_behind() -> None:
    coming = StoredMessage(
        "m", "c", Role.ASSISTANT, "half", 1.0, state=MessageState.STREAMING, exchange_id="canary-exchange"
    )
    content = written(Conversation("c", "t", 1.0, 1.0), [coming])
    assert b"canary" not in content
    (found,) = read(content, NOW)[1]
    assert (found.state, found.exchange_id) == (MessageState.CUT, "")


def document(**changes: Any) -> bytes:
    good = json.loads(
        written(Conversation("c", "t", 1.0, 1.0), [StoredMessage("m", "c", Role.USER, "q", 1.0)])
    )
    return json.dumps(good | changes).encode()


MESSAGE = {"role": "user", "text": "q", "created_at": 1.0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"name": "route", "elements": []}',
        b"[" * 100_000,
        document(format="something.else"),
        document(version=2),
        document(version="1"),
        document(title=None),
        document(messages={}),
        document(messages=[MESSAGE | {"role": "emperor"}]),
        document(messages=[MESSAGE | {"state": "unknown"}]),
        document(messages=[MESSAGE | {"text": 7}]),
        document(messages=[{"role": "user"}]),
        document(messages=[MESSAGE] * 100_001),
        document(settings={"options": {"cache_ttl_s": 5}}),
        document(messages=[MESSAGE]).replace(b'"q"', b'"\\ud800"'),
    ],
)
def test_anything_else_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(content, NOW)
    assert caught.value.why or caught.value.field
    assert len(caught.value.why) < 400


@given(st.binary(max_size=300))
def test_no_noise_does_harm(noise: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(noise, NOW)


def test_titles_and_times_out_of_bounds_are_mended() -> None:
    made, (message,) = read(
        document(title="  ", created_at=1e300, messages=[MESSAGE | {"created_at": -1e300}]), NOW, "talk"
    )
    assert (made.title, made.created_at, message.created_at) == ("talk", NOW, NOW)
    assert read(document(title="two\nlines " + "x" * 500), NOW)[0].title.startswith("two lines x")
    assert len(read(document(title="x" * 500), NOW)[0].title) == 200


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Name three rivers", "Name three rivers.chat.json"),
        ("a/b\\c: what?", "a-b-c- what.chat.json"),
        ("", "conversation.chat.json"),
        ("..", "conversation.chat.json"),
        ("x" * 300, "x" * 80 + ".chat.json"),
        ("أنهار", "أنهار.chat.json"),
    ],
)
def test_a_file_is_called_as_any_system_takes_it(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_conversation_goes_out_and_comes_back_as_another(run_async: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        store = FakeStore()
        service = Conversations(store, clock=lambda: NOW)
        first = await service.create(SETTINGS, title="Rivers")
        await store.add(StoredMessage("m", first.id, Role.USER, "Name three", 1.0))
        await service.export(first.id, tmp_path / "r.chat.json")
        again = await service.bring(tmp_path / "r.chat.json")
        assert (again.id != first.id, again.title, again.settings) == (True, "Rivers", SETTINGS)
        assert [one.text for one in await service.messages(again.id)] == ["Name three"]
        assert len(await service.list()) == 2

    run_async(scenario())
    assert [path.name for path in tmp_path.iterdir()] == ["r.chat.json"]


def test_a_file_that_cannot_be_read_or_written_is_said(run_async: Run, tmp_path: Path) -> None:
    service = Conversations(FakeStore())

    async def scenario() -> None:
        with pytest.raises(StorageFailed):
            await service.bring(tmp_path / "gone.chat.json")
        with pytest.raises(InvalidInput):
            await service.bring(tmp_path)
        made = await service.create()
        with pytest.raises(StorageFailed):
            await service.export(made.id, tmp_path / "no" / "folder.chat.json")

    run_async(scenario())


def test_facts_of_an_answer_come_along() -> None:
    facts = ReplyFacts(
        "m",
        "p",
        "Local",
        Usage(3, 4),
        Cost(0.5),
        10.0,
        20.0,
        30.0,
        "stop",
        "HIT",
        "log",
        "req",
        True,
        "dynamic/r",
        "t",
    )
    told = StoredMessage("m", "c", Role.ASSISTANT, "a", 1.0, facts=facts)
    (found,) = read(written(Conversation("c", "t", 1.0, 1.0), [told]), NOW)[1]
    assert found.facts == facts
