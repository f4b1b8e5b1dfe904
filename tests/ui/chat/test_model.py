"""The chat tab through its model, with no widget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.conftest import Run
from tests.ui.chat.fakes import FLASH, KIMI, OLD, Desk, answer, conversation, question
from tests.waiting import until
from workbench.domain.chat import ChatParameters
from workbench.domain.conversations import MessageState, ReplyFacts
from workbench.domain.errors import Failure, StorageFailed
from workbench.domain.trouble import Trouble
from workbench.ui.chat.fixes import Fix, FixKind
from workbench.ui.chat.library import Phase

FULL = StorageFailed("The disk is full.", fix="Make room, then try again.")


def test_a_first_start_opens_an_empty_conversation_with_a_usual_model(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            assert desk.model.messages == ()
            assert desk.model.settings.model == FLASH.id
            assert [each.title for each in desk.model.conversations] == [""]

    run_qt(story())


def test_the_newest_conversation_is_open_after_a_start(run_qt: Run) -> None:
    async def story() -> None:
        older, newer = conversation("older", 1.0), conversation("newer", 2.0, draft="half a thou")
        async with Desk(older, newer) as desk:
            assert desk.model.current_id == newer.id
            assert desk.model.draft == "half a thou"

    run_qt(story())


def test_the_conversation_that_was_open_last_is_open_after_a_start(run_qt: Run) -> None:
    async def story() -> None:
        older, newer = conversation("older", 1.0), conversation("newer", 2.0)
        desk = Desk(older, newer)
        desk.model.prefer(older.id)
        async with desk:
            assert desk.model.current_id == older.id

    run_qt(story())


def test_a_database_that_cannot_be_read_says_why_and_can_be_tried_again(run_qt: Run) -> None:
    async def story() -> None:
        desk = Desk(conversation("kept"))
        desk.store.trouble = FULL
        desk.model.load()
        await until(lambda: desk.model.library.phase is Phase.FAILED)
        assert desk.model.library.trouble == Trouble.of(FULL)
        desk.store.trouble = None
        await desk.open()
        assert desk.model.library.phase is Phase.READY
        await desk.model.aclose()

    run_qt(story())


def test_a_question_is_stored_answered_and_taken_out_of_the_composer(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            seen: list[str] = []
            desk.model.reply_extended.connect(lambda _, text, __: seen.append(text))
            await desk.ask("Hi")
            asked, answered = desk.model.messages
            assert (asked.text, answered.text) == ("Hi", "Hello there")
            assert seen == ["Hello ", "there"]
            assert desk.model.draft == ""
            assert not desk.work.items

    run_qt(story())


def test_what_was_typed_while_the_question_was_stored_stays(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.model.set_draft("Hi")
            desk.model.send("Hi")
            desk.model.set_draft("Hi and more")
            await until(lambda: not desk.model.busy)
            assert desk.model.draft == "and more"

    run_qt(story())


def test_an_empty_question_is_refused_with_the_reason(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.model.send("  \n ")
            assert desk.refusals[-1] == Trouble("Write a question first.")
            assert desk.chat.asked == []

    run_qt(story())


def test_a_question_that_could_not_be_stored_stays_in_the_composer(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.chat.refuses = FULL
            await desk.ask("Hi")
            assert desk.refusals[-1] == Trouble.of(FULL)
            assert desk.model.draft == "Hi"
            assert desk.model.messages == ()

    run_qt(story())


def test_the_settings_are_stored_before_the_question_is_asked(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            wanted = replace(desk.model.settings, parameters=ChatParameters(temperature=0.2))
            desk.model.set_settings(wanted)
            await desk.ask("Hi")
            assert desk.chat.settings == [wanted]

    run_qt(story())


def test_stop_keeps_what_has_come(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.chat.hold = True
            desk.model.send("Hi")
            await until(lambda: desk.model.messages and desk.model.messages[-1].text)
            assert [work.title for work in desk.work.items] == ["Answer in “talk”"]
            desk.work.items[0].cancel()
            await until(lambda: not desk.model.busy)
            assert desk.model.messages[-1].state is MessageState.STOPPED
            assert desk.model.messages[-1].text == "Hello "

    run_qt(story())


def test_stop_before_anything_happened_frees_the_conversation(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.model.send("Hi")
            desk.model.stop()
            assert not desk.model.busy
            await desk.ask("Hi again")
            assert desk.chat.asked == ["Hi again"]

    run_qt(story())


def test_an_answer_goes_on_while_another_conversation_is_open(run_qt: Run) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0)
        async with Desk(first, second) as desk:
            desk.chat.hold = True
            desk.model.send("Hi")
            await until(lambda: desk.model.messages and desk.model.messages[-1].text)
            desk.model.select(second.id)
            await until(lambda: desk.model.loaded)
            assert desk.model.streaming == {first.id}
            assert not desk.model.busy
            desk.model.send("Hi too")
            await until(lambda: len(desk.model.streaming) == 2)
            desk.model.select(first.id)
            assert desk.model.messages[-1].text == "Hello "
            desk.chat.go.set()
            await until(lambda: not desk.model.streaming)
            assert desk.model.messages[-1].text == "Hello there"

    run_qt(story())


def test_retry_folds_the_old_answer_and_asks_again(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            await desk.ask("Hi")
            old = desk.model.messages[-1].id
            desk.model.retry()
            await until(lambda: not desk.model.busy)
            assert desk.chat.retried == [old]
            assert [each.superseded for each in desk.model.messages] == [False, True, False]

    run_qt(story())


def test_editing_a_question_replaces_what_follows_and_gives_the_draft_back(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            await desk.ask("Hi")
            desk.model.set_draft("for later")
            texts: list[str] = []
            desk.model.draft_replaced.connect(texts.append)
            first = desk.model.messages[0].id
            desk.model.edit(first)
            desk.model.set_draft("Hi, edited")
            desk.model.send("Hi, edited")
            await until(lambda: not desk.model.busy)
            assert desk.chat.edited == [(first, "Hi, edited")]
            assert texts == ["Hi", "for later"]
            assert desk.model.draft == "for later"
            assert [each.text for each in desk.model.messages if not each.superseded] == [
                "Hi, edited",
                "Hello there",
            ]

    run_qt(story())


def test_leaving_an_edit_gives_the_draft_back(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk", draft="for later")) as desk:
            asked = question(desk.model.current_id, "Hi")
            desk.store.put(asked)
            other = conversation("other", 0.0)
            desk.store.kept[other.id], desk.store.threads[other.id] = other, {}
            await desk.open()
            desk.model.edit(asked.id)
            desk.model.cancel_edit()
            assert not desk.model.editing
            assert desk.model.draft == "for later"

    run_qt(story())


def test_a_draft_is_stored_while_typing_and_when_the_program_ends(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("talk")
        desk = Desk(talk)
        await desk.open()
        desk.model.set_draft("half")
        await until(lambda: desk.store.kept[talk.id].draft == "half")
        desk.model.set_draft("half a thought")
        await desk.model.aclose()
        assert desk.store.kept[talk.id].draft == "half a thought"

    run_qt(story())


def test_a_draft_is_stored_when_another_conversation_is_opened(run_qt: Run) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0)
        async with Desk(first, second) as desk:
            desk.model.set_draft("half")
            desk.model.select(second.id)
            await until(lambda: desk.model.loaded)
            assert desk.store.kept[first.id].draft == "half"
            desk.model.select(first.id)
            assert desk.model.draft == "half"
            await until(lambda: desk.model.loaded)

    run_qt(story())


def test_a_new_conversation_takes_the_model_along_and_an_untouched_one_is_used_again(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("talk")
        async with Desk(talk) as desk:
            desk.model.set_model(KIMI.id)
            desk.model.new()
            await until(lambda: desk.model.current_id != talk.id)
            fresh = desk.model.current_id
            assert desk.model.settings.model == KIMI.id
            desk.model.new()
            desk.model.select(talk.id)
            await until(lambda: desk.model.loaded)
            assert [each.id for each in desk.model.conversations] == [talk.id]
            desk.model.new()
            assert desk.model.current_id == fresh
            await until(lambda: desk.model.loaded)

    run_qt(story())


def test_the_first_question_gives_the_conversation_its_title(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            await desk.ask("Why is the sky blue?")
            await until(lambda: desk.model.current and desk.model.current.title)
            assert desk.model.current is not None
            assert desk.model.current.title == "Why is the sky blue?"

    run_qt(story())


def test_delete_offers_undo_and_undo_brings_the_conversation_back(run_qt: Run) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0)
        async with Desk(first, second) as desk:
            desk.model.library.delete(first.id)
            await until(lambda: desk.notices and desk.model.loaded)
            assert desk.model.current_id == second.id
            assert desk.notices[-1].text == "“first” was deleted."
            undo = desk.notices[-1].action
            assert undo is not None
            undo()
            await until(lambda: desk.model.current_id == first.id and desk.model.loaded)
            assert {each.title for each in desk.model.conversations} == {"first", "second"}

    run_qt(story())


def test_a_rename_that_cannot_be_stored_is_taken_back_and_said(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("talk")
        async with Desk(talk) as desk:
            desk.store.trouble = FULL
            desk.model.library.rename(talk.id, "chat")
            assert desk.model.library.name_of(talk.id) == "chat"
            await until(lambda: desk.notices)
            assert desk.model.library.name_of(talk.id) == "talk"
            assert desk.notices[-1].text == FULL.what
            desk.store.trouble = None

    run_qt(story())


def test_a_retired_model_is_replaced_and_the_question_asked_again(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.chat.trouble = Trouble("gone", failure=Failure.MODEL_RETIRED, replacement=KIMI.id)
            await desk.ask("Hi")
            failed = desk.model.messages[-1]
            desk.chat.trouble = None
            desk.model.mend(failed.id)
            await until(lambda: not desk.model.busy)
            assert desk.chat.settings[-1].model == KIMI.id
            assert desk.chat.retried == [failed.id]
            assert desk.model.messages[-1].state is MessageState.DONE

    run_qt(story())


def test_the_catalogue_knows_what_replaces_a_model_that_is_gone(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.chat.trouble = Trouble("no such model", failure=Failure.MODEL_NOT_FOUND)
            desk.chat.facts = ReplyFacts(model=OLD.id)
            await desk.ask("Hi")
            assert desk.model.fix_for(desk.model.messages[-1]) == Fix(FixKind.USE_MODEL, OLD.replacement)

    run_qt(story())


def test_an_edited_question_is_estimated_without_what_it_replaces(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            alone = desk.model.estimate("Hi again")
            await desk.ask("Hi")
            desk.model.edit(desk.model.messages[0].id)
            assert desk.model.estimate("Hi again") == alone

    run_qt(story())


def test_a_fix_elsewhere_in_the_window_is_announced(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            wanted: list[Fix] = []
            desk.model.fix_wanted.connect(wanted.append)
            desk.chat.trouble = Trouble("401", failure=Failure.UNAUTHORIZED)
            await desk.ask("Hi")
            desk.model.mend(desk.model.messages[-1].id)
            assert wanted == [Fix(FixKind.OPEN_CONNECTION)]

    run_qt(story())


def test_a_hit_opens_its_conversation_and_shows_its_message(run_qt: Run) -> None:
    async def story() -> None:
        first, second = conversation("first", 2.0), conversation("second", 1.0)
        async with Desk(first, second) as desk:
            found = answer(second.id, "a needle")
            desk.store.put(found)
            shown: list[tuple[str, str]] = []
            desk.model.hit_opened.connect(lambda *hit: shown.append(hit))
            desk.model.select(second.id, found.id, "needle")
            await until(lambda: shown)
            assert shown == [(found.id, "needle")]

    run_qt(story())


def test_the_estimate_counts_what_goes_before_the_draft(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            assert desk.model.estimate("") is None
            alone = desk.model.estimate("a question of some length")
            await desk.ask("Hi")
            later = desk.model.estimate("a question of some length")
            assert alone is not None
            assert later is not None
            assert later.tokens == alone.tokens + 31 + 412
            assert later.usd is not None
            assert later.usd > 0

    run_qt(story())


def test_an_exported_conversation_opens_as_a_new_one(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("here")) as desk:
            desk.model.open_file(Path("rivers.chat.json"))
            await until(lambda: desk.model.messages)
            assert [each.text for each in desk.model.messages] == ["What was asked?"]
            assert {each.title for each in desk.model.conversations} == {"here", "rivers.chat.json"}

    run_qt(story())


def test_what_is_wanted_while_the_conversations_are_read_waits_for_them(run_qt: Run) -> None:
    async def story() -> None:
        desk = Desk(conversation("here"))
        desk.model.open_file(Path("rivers.chat.json"))
        desk.model.new()
        desk.catalogue.set_target("local")
        desk.model.load()
        await until(lambda: len(desk.model.library.conversations) == 3)
        await desk.model.aclose()

    run_qt(story())


def test_a_file_that_is_no_conversation_is_said_and_opens_nothing(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("here")) as desk:
            before = desk.model.current_id
            desk.store.trouble = FULL
            desk.model.open_file(Path("broken.chat.json"))
            await until(lambda: desk.notices)
            assert (desk.notices[0].text, desk.model.current_id) == (FULL.what, before)

    run_qt(story())


def test_a_conversation_is_saved_to_a_file(run_qt: Run) -> None:
    async def story() -> None:
        here = conversation("here")
        async with Desk(here) as desk:
            desk.model.export(here.id, Path("here.chat.json"))
            await until(lambda: desk.notices)
            assert desk.store.exported == [(here.id, Path("here.chat.json"))]
            assert "here.chat.json" in desk.notices[0].text

    run_qt(story())
