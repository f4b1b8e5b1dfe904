from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.services.fakes import (
    FULL,
    FakeConnections,
    FakeExchanges,
    FakeModels,
    FakeStore,
    FakeWire,
    Step,
    said,
)
from tests.waiting import until
from workbench.domain.chat import (
    ChatMessage,
    ChatParameters,
    ChatReply,
    ChatRequest,
    Finished,
    ReasoningDelta,
    Retrying,
    Role,
    Served,
    TextDelta,
    Usage,
    UsageDelta,
)
from workbench.domain.conversations import ChatSettings, Conversation, MessageState, StoredMessage
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.targets import Connection
from workbench.services.chat import (
    ChatEvent,
    ChatService,
    Events,
    MessageAdded,
    MessageChanged,
    ReplyDelayed,
    ReplyExtended,
    context_of,
)
from workbench.services.conversations import Conversations

BUSY = RequestFailed("The model is busy.", failure=Failure.NO_CAPACITY, maker=Maker.WORKERS_AI, status=429)
FOREVER: Step = 3600


class Desk:
    """A chat service over fakes, with one conversation that has a model."""

    def __init__(self, *scripts: list[Step]) -> None:
        self.store = FakeStore()
        self.wire = FakeWire(*(scripts or (said("Hello"),)))
        self.connections = FakeConnections()
        self.conversations = Conversations(self.store, clock=lambda: 1000.0)
        self.chat = ChatService(
            self.store,
            FakeExchanges(self.store),
            self.conversations,
            self.connections,
            FakeModels(),
            self.wire,
            flush_s=0,
        )
        self.store.conversations["c"] = Conversation(
            "c", "", 1, 1, settings=ChatSettings("m", system_prompt="Be brief.")
        )

    async def ask(self, text: str = "Hi there") -> list[ChatEvent]:
        return await read(self.chat.ask("c", text))

    def answer(self) -> StoredMessage:
        return max(
            (row for row in self.store.rows.values() if row.role is Role.ASSISTANT), key=lambda row: row.id
        )


async def read(events: Events) -> list[ChatEvent]:
    return [event async for event in events]


def last(events: list[ChatEvent]) -> StoredMessage:
    event = events[-1]
    assert not isinstance(event, ReplyExtended | ReplyDelayed)
    return event.message


def test_a_question_is_stored_before_it_is_sent(run_async: Run) -> None:
    desk = Desk()
    events = run_async(desk.ask())
    assert desk.store.log[0] == "add user"
    assert isinstance(events[0], MessageAdded)
    assert events[0].message.text == "Hi there"
    assert desk.store.rows[events[0].message.id] == events[0].message


def test_an_answer_arrives_and_is_stored_with_its_facts(run_async: Run) -> None:
    desk = Desk(
        [
            Served(model="m-1", provider="p", log_id="l", cache="MISS"),
            ReasoningDelta("Hm."),
            *said("Hel", "lo"),
            UsageDelta(Usage(10, 20)),
            Finished("stop"),
        ]
    )
    message = last(run_async(desk.ask()))
    assert (message.text, message.reasoning, message.state) == ("Hello", "Hm.", MessageState.DONE)
    assert message.facts is not None
    assert (message.facts.model, message.facts.provider, message.facts.target) == ("m-1", "p", "Desk")
    assert message.facts.cost.usd == pytest.approx((10 * 1 + 20 * 2) / 1e6)
    assert not message.facts.cost.charged
    assert message.facts.finish_reason == "stop"
    assert desk.store.rows[message.id] == message
    assert message.exchange_id in desk.store.exchanges


def test_neurons_that_were_charged_are_the_cost(run_async: Run) -> None:
    desk = Desk([*said("x"), UsageDelta(Usage(1, 1, neurons=1000.0))])
    facts = last(run_async(desk.ask())).facts
    assert facts is not None
    assert facts.cost.charged
    assert facts.cost.usd == pytest.approx(0.011)


def test_a_sandbox_charges_nothing_so_its_cost_is_an_estimate(run_async: Run) -> None:
    desk = Desk([Served(sandbox=True), *said("x"), UsageDelta(Usage(1_000_000, 0, neurons=5.0))])
    facts = last(run_async(desk.ask())).facts
    assert facts is not None
    assert facts.sandbox
    assert (facts.cost.usd, facts.cost.charged) == (1.0, False)


def test_a_wait_between_two_attempts_is_told(run_async: Run) -> None:
    desk = Desk([Retrying("Too many requests.", 7.0), 0.01, *said("abc")])
    events = run_async(desk.ask())
    delays = [(event.what, event.wait_s) for event in events if isinstance(event, ReplyDelayed)]
    assert delays == [("Too many requests.", 7.0)]
    assert last(events).text == "abc"


def test_deltas_that_are_there_together_are_handed_out_together(run_async: Run) -> None:
    desk = Desk([*said(*"abc"), 0.01, *said(*"def")])
    events = run_async(desk.ask())
    assert [event.text for event in events if isinstance(event, ReplyExtended)] == ["abc", "def"]


def test_text_is_stored_while_it_comes(run_async: Run) -> None:
    desk = Desk([*said("first"), FOREVER])

    async def scenario() -> str:
        async with aclosing(desk.chat.ask("c", "q")) as events:
            async for event in events:
                if isinstance(event, ReplyExtended):
                    await asyncio.sleep(0.01)
                    return desk.answer().text
        return "nothing came"

    assert run_async(scenario()) == "first"


def test_the_first_question_gives_the_title(run_async: Run) -> None:
    desk = Desk()
    run_async(desk.ask("# What is\n a monad?"))
    assert desk.store.conversations["c"].title == "What is"
    run_async(desk.ask("And a functor?"))
    assert desk.store.conversations["c"].title == "What is"
    assert desk.store.conversations["c"].updated_at == 1000.0


def test_the_draft_is_done_with_once_the_question_is_stored(run_async: Run) -> None:
    desk = Desk()
    desk.store.conversations["c"] = replace(desk.store.conversations["c"], draft="Hi there\n")
    run_async(desk.ask())
    assert desk.store.conversations["c"].draft == ""


def test_the_context_is_what_was_said_with_the_system_prompt_first(run_async: Run) -> None:
    desk = Desk(said("One"), [BUSY], said("Three"))
    desk.store.conversations["c"] = replace(
        desk.store.conversations["c"],
        settings=ChatSettings("m", "Be brief.", ChatParameters(temperature=0.5)),
    )
    for question in ("1", "2", "3"):
        run_async(desk.ask(question))
    sent = desk.wire.requests[-1]
    assert [(turn.role.value, turn.content) for turn in sent.messages] == [
        ("system", "Be brief."),
        ("user", "1"),
        ("assistant", "One"),
        ("user", "2"),
        ("user", "3"),
    ]
    assert sent.parameters.temperature == 0.5
    assert sent.session == "c"


def test_a_failure_arrives_in_the_message(run_async: Run) -> None:
    desk = Desk([BUSY])
    message = last(run_async(desk.ask()))
    assert message.state is MessageState.FAILED
    assert message.trouble is not None
    assert (message.trouble.what, message.trouble.failure) == ("The model is busy.", "no-capacity")
    assert message.trouble.retryable
    assert desk.store.rows[message.id] == message


def test_an_error_in_mid_answer_keeps_what_had_come(run_async: Run) -> None:
    message = last(run_async(Desk([*said("Half an ans"), BUSY]).ask()))
    assert (message.text, message.state) == ("Half an ans", MessageState.CUT)
    assert message.trouble is not None
    assert message.trouble.what == "The model is busy."


def test_a_cut_stream_is_marked_as_cut(run_async: Run) -> None:
    message = last(run_async(Desk([*said("Half"), Finished(truncated=True)]).ask()))
    assert (message.text, message.state) == ("Half", MessageState.CUT)
    assert message.trouble is not None
    assert message.trouble.retryable
    assert message.trouble.fix


def test_a_bug_in_a_layer_below_ends_in_the_message(run_async: Run) -> None:
    message = last(run_async(Desk([*said("x"), ZeroDivisionError("oops")]).ask()))
    assert message.trouble is not None
    assert "oops" in message.trouble.why
    assert message.trouble.fix


def test_no_connection_is_told_in_the_message_and_nothing_is_sent(run_async: Run) -> None:
    desk = Desk()
    desk.connections.error = RequestFailed(
        "No API token.", failure=Failure.NOT_CONFIGURED, maker=Maker.WORKBENCH, fix="Add one."
    )
    message = last(run_async(desk.ask()))
    assert message.trouble is not None
    assert message.trouble.fix == "Add one."
    assert message.exchange_id == ""
    assert desk.wire.requests == []


def test_no_model_is_told_in_the_message(run_async: Run) -> None:
    desk = Desk()
    desk.store.conversations["c"] = replace(desk.store.conversations["c"], settings=ChatSettings())
    message = last(run_async(desk.ask()))
    assert message.trouble is not None
    assert message.trouble.what == "No model is chosen."


def test_stop_keeps_what_came_and_ends_the_events_calmly(run_async: Run) -> None:
    desk = Desk([*said("So far"), FOREVER])

    async def scenario() -> list[ChatEvent]:
        seen: list[ChatEvent] = []
        async for event in desk.chat.ask("c", "q"):
            seen.append(event)
            if isinstance(event, ReplyExtended):
                desk.chat.stop(event.message_id)
        return seen

    message = last(run_async(scenario()))
    assert (message.text, message.state, message.trouble) == ("So far", MessageState.STOPPED, None)
    assert desk.wire.closed == 1


def test_cancelling_stores_what_came_as_stopped(run_async: Run) -> None:
    desk = Desk([*said("So far"), FOREVER])

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(desk.ask())
        await until(lambda: any(row.text == "So far" for row in desk.store.rows.values()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_async(scenario())
    assert (desk.answer().text, desk.answer().state) == ("So far", MessageState.STOPPED)
    assert desk.wire.closed == 1
    assert desk.answer().exchange_id in desk.store.exchanges


def test_cancelling_twice_does_not_lose_the_last_write(run_async: Run) -> None:
    desk = Desk([*said("So far"), FOREVER])

    async def scenario() -> None:
        task = asyncio.get_running_loop().create_task(desk.ask())
        await until(lambda: bool(desk.wire.requests))
        await asyncio.sleep(0.01)
        desk.store.slow.clear()
        task.cancel()
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0.01)
        desk.store.slow.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_async(scenario())
    assert (desk.answer().text, desk.answer().state) == ("So far", MessageState.STOPPED)


def test_an_abandoned_generator_stores_what_came(run_async: Run) -> None:
    desk = Desk([*said("So far"), FOREVER])

    async def scenario() -> None:
        async with aclosing(desk.chat.ask("c", "q")) as events:
            async for event in events:
                if isinstance(event, ReplyExtended):
                    break

    run_async(scenario())
    assert (desk.answer().text, desk.answer().state) == ("So far", MessageState.STOPPED)
    assert desk.wire.closed == 1


def test_two_conversations_stream_side_by_side(run_async: Run) -> None:
    desk = Desk([*said("a"), 0.01, *said("b")], [*said("c"), 0.01, *said("d")])
    desk.store.conversations["d"] = replace(desk.store.conversations["c"], id="d")

    async def scenario() -> tuple[str, str]:
        async with asyncio.TaskGroup() as group:
            one = group.create_task(read(desk.chat.ask("c", "1")))
            two = group.create_task(read(desk.chat.ask("d", "2")))
        return last(one.result()).text, last(two.result()).text

    assert run_async(scenario()) == ("ab", "cd")


def test_retry_supersedes_the_answer_and_all_after_it(run_async: Run) -> None:
    desk = Desk(said("One"), said("Two"), said("Better"))

    async def scenario() -> tuple[str, list[ChatEvent]]:
        first = last(await desk.ask("1"))
        await desk.ask("2")
        return first.id, await read(desk.chat.retry("c", first.id))

    first, events = run_async(scenario())
    assert last(events).text == "Better"
    superseded = [event.message for event in events[:-1] if isinstance(event, MessageChanged)]
    assert [message.text for message in superseded] == ["One", "2", "Two"]
    assert desk.store.rows[first].superseded
    assert [turn.content for turn in desk.wire.requests[-1].messages] == ["Be brief.", "1"]


def test_edit_replaces_the_question_and_all_after_it(run_async: Run) -> None:
    desk = Desk(said("One"), said("Two"))

    async def scenario() -> list[ChatEvent]:
        added = (await desk.ask("1"))[0]
        assert isinstance(added, MessageAdded)
        return await read(desk.chat.edit("c", added.message.id, "1, but better"))

    assert last(run_async(scenario())).text == "Two"
    assert [turn.content for turn in desk.wire.requests[-1].messages] == ["Be brief.", "1, but better"]
    assert len(desk.store.rows) == 4


def test_retry_of_a_message_that_is_gone_says_so(run_async: Run) -> None:
    message = last(run_async(read(Desk().chat.retry("c", "nope"))))
    assert message.trouble is not None
    assert "not there any more" in message.trouble.what


def test_a_question_that_cannot_be_stored_is_not_sent_and_can_be_tried_again(run_async: Run) -> None:
    desk = Desk()
    desk.store.failing = FULL

    async def scenario() -> tuple[StoredMessage, list[ChatEvent]]:
        failed = last(await desk.ask())
        assert desk.wire.requests == []
        desk.store.failing = None
        return failed, await read(desk.chat.retry("c", failed.id))

    failed, events = run_async(scenario())
    assert (failed.text, failed.state) == ("Hi there", MessageState.FAILED)
    assert failed.trouble is not None
    assert failed.trouble.what == FULL.what
    assert last(events).text == "Hello"
    assert desk.store.rows[failed.id].state is MessageState.DONE


def test_a_disk_that_fills_in_mid_answer_does_not_stop_the_answer(run_async: Run) -> None:
    desk = Desk([*said("One "), 0.01, *said("two "), 0.01, *said("three")])

    async def scenario() -> list[ChatEvent]:
        seen: list[ChatEvent] = []
        async for event in desk.chat.ask("c", "q"):
            seen.append(event)
            if isinstance(event, ReplyExtended):
                desk.store.failing = FULL
        return seen

    events = run_async(scenario())
    message = last(events)
    assert "".join(event.text for event in events if isinstance(event, ReplyExtended)) == "One two three"
    assert (message.text, message.state) == ("One two three", MessageState.DONE)
    assert message.trouble is not None
    assert FULL.what in message.trouble.why
    assert message.trouble.fix == FULL.fix


def test_what_could_not_be_stored_is_stored_with_the_next_question(run_async: Run) -> None:
    desk = Desk([*said("One"), 0.01], said("Two"))

    async def scenario() -> tuple[StoredMessage, list[ChatEvent]]:
        async for event in desk.chat.ask("c", "1"):
            if isinstance(event, ReplyExtended):
                desk.store.failing = FULL
            elif isinstance(event, MessageChanged):
                lost = event.message
        desk.store.failing = None
        return lost, await desk.ask("2")

    lost, events = run_async(scenario())
    assert events[0] == MessageChanged(replace(lost, trouble=None))
    assert desk.store.rows[lost.id].text == "One"
    assert lost.exchange_id in desk.store.exchanges
    assert [turn.content for turn in desk.wire.requests[-1].messages] == ["Be brief.", "1", "One", "2"]


def test_a_write_that_fails_once_is_made_up_for_and_not_mentioned(run_async: Run) -> None:
    desk = Desk([*said("One "), 0.01, *said("two"), 0.01])

    async def scenario() -> list[ChatEvent]:
        seen: list[ChatEvent] = []
        async for event in desk.chat.ask("c", "q"):
            seen.append(event)
            desk.store.failing = FULL if isinstance(event, ReplyExtended) and event.text == "One " else None
        return seen

    message = last(run_async(scenario()))
    assert message.trouble is None
    assert desk.store.rows[message.id].text == "One two"


def test_a_slow_disk_does_not_hold_up_the_stream(run_async: Run) -> None:
    desk = Desk([*said("a"), 0.01, *said("b"), 0.01, *said("c")])

    async def scenario() -> str:
        text = ""
        async for event in desk.chat.ask("c", "q"):
            if isinstance(event, ReplyExtended):
                text += event.text
                desk.store.slow.clear()
            if text == "abc":
                desk.store.slow.set()
        return text

    assert run_async(scenario()) == "abc"


def test_the_exchange_of_a_running_answer_can_be_looked_at(run_async: Run) -> None:
    desk = Desk([*said("a"), 0.01])

    async def scenario() -> str:
        method = ""
        async for event in desk.chat.ask("c", "q"):
            if isinstance(event, ReplyExtended):
                exchange = await desk.chat.exchange(desk.answer().exchange_id)
                method = exchange.method if exchange else ""
        return method

    assert run_async(scenario()) == "POST"


def test_one_answer_for_the_command_line(run_async: Run) -> None:
    desk = Desk([*said("a", "b"), UsageDelta(Usage(1, 2))])

    async def scenario() -> list[object]:
        connection = Connection(desk.connections.target)
        request = ChatRequest("m", (ChatMessage(Role.USER, "q"),))
        return [item async for item in desk.chat.once(connection, request)]

    items = run_async(scenario())
    assert items[:2] == [TextDelta("a"), TextDelta("b")]
    assert isinstance(items[-1], ChatReply)
    assert items[-1].text == "ab"
    assert desk.chat.cost("m", items[-1]).usd == pytest.approx(5e-6)
    assert desk.store.rows == {}


def test_an_answer_with_only_a_tool_call_is_not_sent_again() -> None:
    user = StoredMessage("1", "c", Role.USER, "hi", 0)
    call = StoredMessage("2", "c", Role.ASSISTANT, "", 0)
    assert [turn.content for turn in context_of((user, call))] == ["hi"]
