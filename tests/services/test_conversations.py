from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from tests.services.fakes import FakeStore
from workbench.domain.chat import GatewayOptions
from workbench.domain.conversations import ChatSettings
from workbench.domain.errors import InvalidInput
from workbench.services.conversations import KEEP_DELETED_S, TITLE_LENGTH, Conversations, title_of


def desk() -> tuple[FakeStore, Conversations]:
    store = FakeStore()
    return store, Conversations(store, clock=lambda: 5000.0)


def test_a_new_conversation_has_times_and_no_title(run_async: Run) -> None:
    store, service = desk()
    made = run_async(service.create(ChatSettings("m")))
    assert (made.title, made.created_at, made.updated_at, made.settings.model) == ("", 5000.0, 5000.0, "m")
    assert store.conversations[made.id] == made


def test_changes_made_at_once_do_not_undo_each_other(run_async: Run) -> None:
    store, service = desk()

    async def scenario() -> str:
        made = await service.create()
        async with asyncio.TaskGroup() as group:
            group.create_task(service.pin(made.id))
            group.create_task(service.set_draft(made.id, "half a thought"))
            group.create_task(service.rename(made.id, " A \n title "))
        return made.id

    kept = store.conversations[run_async(scenario())]
    assert (kept.pinned, kept.draft, kept.title) == (True, "half a thought", "A title")


def test_a_draft_does_not_move_the_conversation_up(run_async: Run) -> None:
    store, service = desk()

    async def scenario() -> float:
        made = await service.create()
        store.conversations[made.id] = made
        return (await service.set_draft(made.id, "x")).updated_at - made.updated_at

    assert run_async(scenario()) == 0


def test_an_empty_title_is_refused(run_async: Run) -> None:
    _, service = desk()
    with pytest.raises(InvalidInput) as raised:
        run_async(service.rename("c", "  "))
    assert raised.value.field == "title"


def test_a_conversation_that_is_gone_says_so(run_async: Run) -> None:
    _, service = desk()
    with pytest.raises(InvalidInput, match="not there any more"):
        run_async(service.get("nope"))


def test_settings_with_an_impossible_option_are_refused(run_async: Run) -> None:
    _, service = desk()

    async def scenario() -> None:
        made = await service.create()
        await service.set_settings(made.id, ChatSettings(options=GatewayOptions(cache_ttl_s=5)))

    with pytest.raises(InvalidInput):
        run_async(scenario())


def test_start_up_closes_lost_answers_and_drops_what_was_deleted_long_ago(run_async: Run) -> None:
    store, service = desk()
    assert run_async(service.tidy()) == 2
    assert store.log == [f"purge {5000.0 - KEEP_DELETED_S}"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Hello", "Hello"),
        ("\n\n## Heading\nmore", "Heading"),
        ("> quoted", "quoted"),
        ("   ", ""),
        ("a b " * 40, ("a b " * 15).strip() + "…"),
        ("x" * 100, "x" * TITLE_LENGTH + "…"),
    ],
)
def test_a_title_is_the_first_line_cut_at_a_word(question: str, title: str) -> None:
    assert title_of(question) == title
