"""Search over all messages."""

from __future__ import annotations

from tests.conftest import Run
from tests.ui.chat.fakes import Desk, conversation
from tests.waiting import until
from workbench.domain.conversations import SearchHit

HIT = SearchHit("c", "talk", "m", "a \ue000needle\ue001")


def test_only_the_last_of_quick_typing_is_looked_for(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.store.hits = (HIT,)
            for typed in ("n", "ne", "need"):
                desk.model.finder.search(typed)
            await until(lambda: desk.model.finder.hits)
            assert desk.store.searched == ["need"]
            assert not desk.model.finder.searching

    run_qt(story())


def test_an_empty_field_ends_the_search(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(conversation("talk")) as desk:
            desk.store.hits = (HIT,)
            desk.model.finder.search("needle")
            await until(lambda: desk.model.finder.hits)
            desk.model.finder.search(" ")
            assert not desk.model.finder.active
            assert desk.model.finder.hits == ()

    run_qt(story())
