from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.storage.conftest import Loop
from workbench.domain.chat import ChatParameters, GatewayOptions, Role, ToolCall, Usage
from workbench.domain.conversations import ChatSettings, Conversation, MessageState, ReplyFacts, StoredMessage
from workbench.domain.errors import StorageFailed
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.storage.conversations import INTERRUPTED, ConversationStore
from workbench.storage.database import Database

TALK = Conversation("c1", "Tea", 1.0, 1.0)


def message(
    id: str, text: str = "", state: MessageState = MessageState.DONE, **more: object
) -> StoredMessage:
    return replace(
        StoredMessage(id, "c1", Role.ASSISTANT, text, 2.0, state=state),
        **more,  # type: ignore[arg-type]  # replace checks no keywords given as a dict
    )


@pytest.fixture
def store(run: Loop, database: Database) -> ConversationStore:
    store = ConversationStore(database)
    run(store.create(TALK))
    return store


def test_a_conversation_comes_back_as_it_was_stored(run: Loop, store: ConversationStore) -> None:
    settings = ChatSettings(
        model="@cf/zai-org/glm-4.7-flash",
        system_prompt="Be brief.",
        parameters=ChatParameters(temperature=0.2, stop=("END",)),
        options=GatewayOptions(cache_ttl_s=60, metadata={"team": "a", "n": 1, "x": True}),
    )
    talk = Conversation("c2", "Название", 5.0, 6.0, pinned=True, settings=settings, draft="half a ques")
    run(store.create(talk))
    assert run(store.get("c2")) == talk


def test_an_update_replaces_title_pin_settings_and_draft(run: Loop, store: ConversationStore) -> None:
    changed = replace(TALK, title="Coffee", pinned=True, draft="x", updated_at=9.0)
    run(store.update(changed))
    assert run(store.list()) == [changed]


def test_pinned_conversations_come_first_then_the_newest(run: Loop, store: ConversationStore) -> None:
    run(store.create(Conversation("new", "", 1.0, 9.0)))
    run(store.create(Conversation("pinned", "", 1.0, 0.5, pinned=True)))
    assert [talk.id for talk in run(store.list())] == ["pinned", "new", "c1"]


def test_a_deleted_conversation_is_hidden_until_it_is_restored(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "green tea")))
    run(store.delete("c1"))
    assert run(store.list()) == []
    assert run(store.list(include_deleted=True)) == [TALK]
    assert run(store.search("tea")) == []
    run(store.restore("c1"))
    assert run(store.list()) == [TALK]
    assert len(run(store.search("tea"))) == 1


def test_an_update_of_a_deleted_conversation_does_not_restore_it(run: Loop, store: ConversationStore) -> None:
    run(store.delete("c1"))
    run(store.update(replace(TALK, draft="late")))
    assert run(store.list()) == []


def test_purging_removes_deleted_conversations_with_all_that_hangs_on_them(
    run: Loop, store: ConversationStore, database: Database
) -> None:
    run(store.create(Conversation("kept", "", 1.0, 1.0)))
    run(store.add(message("m1", "green tea")))
    run(store.delete("c1"))
    assert run(store.purge(deleted_before=10.0)) == 0
    assert run(store.purge()) == 1
    assert [talk.id for talk in run(store.list(include_deleted=True))] == ["kept"]
    assert run(store.messages("c1")) == []
    assert (
        run(database.read(lambda c: c.execute("SELECT count(*) FROM messages_text('tea')").fetchone()[0]))
        == 0
    )


def test_changing_what_is_gone_says_so(run: Loop, store: ConversationStore) -> None:
    with pytest.raises(StorageFailed, match="removed"):
        run(store.update(replace(TALK, id="nobody")))
    with pytest.raises(StorageFailed, match="removed"):
        run(store.append_text("nobody", "text"))


def test_a_message_comes_back_as_it_was_stored(run: Loop, store: ConversationStore) -> None:
    full = message(
        "m1",
        "مرحبا",
        reasoning="hm",
        tool_calls=(ToolCall("1", "clock", '{"tz":"UTC"}'),),
        superseded=True,
        facts=ReplyFacts(model="m", usage=Usage(1, 2, neurons=0.5), cost=Cost(0.1, True), cache="HIT"),
        trouble=Trouble("It failed.", "Because.", "Retry.", status=429, retry_after_s=1.5),
        exchange_id="e1",
    )
    run(store.add(full))
    assert run(store.messages("c1")) == [full]


def test_messages_come_in_the_order_of_their_ids(run: Loop, store: ConversationStore) -> None:
    for id in ("m2", "m3", "m1"):
        run(store.add(message(id)))
    assert [one.id for one in run(store.messages("c1"))] == ["m1", "m2", "m3"]


def test_a_streaming_message_shows_what_has_come_so_far(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "He", MessageState.STREAMING)))
    run(store.append_text("m1", "llo", "thi"))
    run(store.append_text("m1", " world", "nking"))
    (found,) = run(store.messages("c1"))
    assert (found.text, found.reasoning) == ("Hello world", "thinking")


def test_the_final_text_replaces_the_streamed_parts(
    run: Loop, store: ConversationStore, database: Database
) -> None:
    run(store.add(message("m1", "", MessageState.STREAMING)))
    run(store.append_text("m1", "draft"))
    done = message("m1", "final")
    run(store.update(done))
    assert run(store.messages("c1")) == [done]
    assert run(database.read(lambda c: c.execute("SELECT count(*) FROM message_parts").fetchone()[0])) == 0


def test_a_finished_message_cannot_be_extended(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "final")))
    with pytest.raises(StorageFailed):
        run(store.append_text("m1", "more"))
    assert run(store.messages("c1"))[0].text == "final"


def test_extending_a_long_answer_touches_neither_its_text_nor_the_index(
    run: Loop, store: ConversationStore, database: Database
) -> None:
    run(store.add(message("m1", "", MessageState.STREAMING)))
    statements: list[str] = []
    run(database.read(lambda c: c.set_trace_callback(statements.append)))
    for _ in range(20):
        run(store.append_text("m1", "word " * 100))
    run(database.read(lambda c: c.set_trace_callback(None)))
    assert not any("UPDATE" in statement or "messages_text" in statement for statement in statements)


def test_search_finds_the_beginnings_of_words_and_marks_them(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "Fallbacks are tried in order, then the route ends.")))
    (hit,) = run(store.search("rou fallb"))
    assert (hit.conversation_id, hit.conversation_title, hit.message_id) == ("c1", "Tea", "m1")
    assert "\ue000Fallbacks\ue001" in hit.excerpt
    assert "\ue000route\ue001" in hit.excerpt


@pytest.mark.parametrize("word", ["Привет", "привет", "مرحبا", "naive", "naïve"])
def test_search_knows_other_scripts_and_ignores_accents_and_case(
    run: Loop, store: ConversationStore, word: str
) -> None:
    run(store.add(message("m1", "привет مرحبا naïve")))
    assert len(run(store.search(word))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        '"',
        "AND",
        "tea OR",
        "NEAR(tea",
        "text:tea",
        "tea*",
        "(",
        "^tea",
        "-tea",
        "tea\0",
        "a'b",
        "+",
        "{x}",
    ],
)
def test_nothing_a_user_types_is_read_as_query_syntax(run: Loop, store: ConversationStore, text: str) -> None:
    run(store.add(message("m1", "green")))
    assert run(store.search(text)) == []


def test_operators_are_looked_for_as_words(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "this and that")))
    run(store.add(message("m2", "this")))
    assert [hit.message_id for hit in run(store.search("this AND"))] == ["m1"]


def test_search_follows_an_edit_and_the_end_of_a_stream(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "", MessageState.STREAMING)))
    run(store.append_text("m1", "oolong"))
    assert run(store.search("oolong")) == []
    run(store.update(message("m1", "oolong")))
    assert len(run(store.search("oolong"))) == 1
    run(store.update(message("m1", "sencha")))
    assert run(store.search("oolong")) == []
    assert len(run(store.search("sencha"))) == 1


def test_the_search_index_stays_sound_through_all_of_it(
    run: Loop, store: ConversationStore, database: Database
) -> None:
    run(store.add(message("m1", "one", MessageState.STREAMING)))
    run(store.add(message("m2", "two")))
    run(store.update(message("m1", "one more")))
    run(store.update(message("m2", "two", superseded=True)))
    run(store.delete("c1"))
    run(store.purge())
    check = "INSERT INTO messages_text (messages_text, rank) VALUES ('integrity-check', 1)"
    run(database.write(lambda c: c.execute(check)))


def test_search_gives_at_most_the_limit(run: Loop, store: ConversationStore) -> None:
    for number in range(5):
        run(store.add(message(f"m{number}", "tea")))
    assert len(run(store.search("tea", limit=3))) == 3


def test_a_list_and_a_long_conversation_are_read_by_their_indexes(run: Loop, database: Database) -> None:
    listing = run.plan(
        database, "SELECT * FROM conversations WHERE deleted_at IS NULL ORDER BY pinned DESC, updated_at DESC"
    )
    assert "conversations_in_order" in listing
    assert "TEMP B-TREE" not in listing
    assert "TEMP B-TREE" not in run.plan(
        database, "SELECT * FROM messages WHERE conversation_id = 'c' ORDER BY id"
    )
    assert "messages_streaming" in run.plan(database, "SELECT * FROM messages WHERE state = 'streaming'")


def test_recovery_cuts_what_a_dead_window_was_receiving(
    run: Loop, store: ConversationStore, database: Database
) -> None:
    run(store.add(message("m1", "", MessageState.STREAMING)))
    run(store.append_text("m1", "half an ans"))
    run(database.aclose())
    after = ConversationStore(run.database())
    assert run(after.recover()) == 1
    (found,) = run(after.messages("c1"))
    assert (found.state, found.text, found.trouble) == (MessageState.CUT, "half an ans", INTERRUPTED)
    assert len(run(after.search("half"))) == 1
    assert run(after.recover()) == 0


def test_recovery_leaves_alone_what_a_living_window_receives(run: Loop, store: ConversationStore) -> None:
    run(store.add(message("m1", "", MessageState.STREAMING)))
    second = ConversationStore(run.database())
    assert run(second.recover()) == 0
    assert run(store.recover()) == 0
    run(store.append_text("m1", "goes on"))
    assert run(second.messages("c1"))[0].text == "goes on"


STREAM = """
import asyncio, sys
from pathlib import Path
from workbench.domain.chat import Role
from workbench.domain.conversations import Conversation, MessageState, StoredMessage
from workbench.storage.conversations import ConversationStore
from workbench.storage.database import Database

async def main():
    store = ConversationStore(await Database.open(Path(sys.argv[1])))
    await store.create(Conversation("c1", "", 1.0, 1.0))
    await store.add(StoredMessage("m1", "c1", Role.ASSISTANT, "", 1.0, state=MessageState.STREAMING))
    number = 0
    while True:
        await store.append_text("m1", f"{number} ")
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
        number += 1

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_was_flushed_survives_sigkill_in_mid_stream(run: Loop) -> None:
    with subprocess.Popen([sys.executable, "-c", STREAM, str(run.path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
    assert told[-1] == b"49\n"
    store = ConversationStore(run.database())
    assert run(store.recover()) == 1
    (found,) = run(store.messages("c1"))
    assert found.state is MessageState.CUT
    assert found.text.startswith("".join(f"{number} " for number in range(50)))


def test_a_whole_conversation_is_stored_with_all_its_messages_or_not_at_all(
    run: Loop, store: ConversationStore
) -> None:
    other = Conversation("c2", "Coffee", 1.0, 1.0)
    brought = [message(f"m{number}", f"beans {number}", conversation_id="c2") for number in range(3)]
    run(store.create_whole(other, brought))
    assert run(store.messages("c2")) == brought
    assert len(run(store.search("beans"))) == 3
    with pytest.raises(StorageFailed):
        run(store.create_whole(replace(other, id="c3"), [message("new", conversation_id="c3"), brought[0]]))
    assert run(store.get("c3")) is None
    assert run(store.messages("c3")) == []
