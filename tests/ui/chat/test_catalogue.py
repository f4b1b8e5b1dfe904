"""The models one may choose from."""

from __future__ import annotations

from dataclasses import replace

from tests.conftest import Run
from tests.ui.chat.fakes import FLASH, KIMI, OLD, Desk
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.trouble import Trouble
from workbench.ui.chat.catalogue import EVERYTHING, Freshness

DOWN = RequestFailed("Nobody answers.", failure=Failure.CONNECT, maker=Maker.NETWORK)


def test_there_is_a_list_at_once_and_the_targets_own_when_it_comes(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.backend.fetched = (FLASH,)
            assert {each.id for each in desk.catalogue.shown} == {FLASH.id, KIMI.id}
            desk.catalogue.refresh()
            assert desk.catalogue.freshness is Freshness.LOADING
            await until(lambda: desk.catalogue.freshness is Freshness.MERGED)
            assert desk.catalogue.models == (FLASH,)

    run_qt(story())


def test_a_list_that_does_not_come_leaves_the_older_one_and_says_why(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.backend.trouble = DOWN
            desk.catalogue.refresh()
            await until(lambda: desk.catalogue.freshness is Freshness.FAILED)
            assert desk.catalogue.trouble == Trouble.of(DOWN)
            assert len(desk.catalogue.shown) == 2

    run_qt(story())


def test_retired_models_and_those_that_do_not_chat_are_hidden_until_asked_for(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            assert OLD not in desk.catalogue.shown
            desk.catalogue.set_filter(replace(EVERYTHING, retired=True))
            assert OLD in desk.catalogue.shown

    run_qt(story())


def test_a_favourite_comes_first_and_is_the_next_default(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.catalogue.toggle_favourite(KIMI.id)
            assert desk.catalogue.shown[0] == KIMI
            assert desk.catalogue.default_model() == KIMI.id
            desk.catalogue.toggle_favourite(KIMI.id)
            assert desk.catalogue.favourites == ()

    run_qt(story())
