from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.conftest import Run
from tests.ui.targets.conftest import Desk
from tests.ui.targets.fakes import CLOUDFLARE
from workbench.services.discovery import FoundServer
from workbench.ui.support.theme import Theme
from workbench.ui.targets.fields import Link
from workbench.ui.targets.welcome import WelcomeCard
from workbench.ui.targets.welcome_model import WelcomeModel

OLLAMA = FoundServer("Ollama", "http://127.0.0.1:11434/v1")


async def only_ollama() -> Sequence[FoundServer]:
    return [OLLAMA]


@pytest.fixture
def model(desk: Desk) -> WelcomeModel:
    desk.backend.targets = desk.backend.targets[:1]
    return WelcomeModel(desk.backend, desk.targets, desk.settings, only_ollama, desk.notifier)


@pytest.fixture
def card(model: WelcomeModel, theme: Theme) -> Iterator[WelcomeCard]:
    card = WelcomeCard(theme, model)
    yield card
    card.close()
    card.deleteLater()


async def finish(desk: Desk, model: WelcomeModel) -> None:
    await model._tasks.finish()
    await desk.settled()


def looked(desk: Desk, model: WelcomeModel, run_qt: Run) -> None:
    async def look() -> None:
        model.look()
        await finish(desk, model)

    run_qt(look())


def test_the_card_names_the_permissions_and_links_to_the_token_page(card: WelcomeCard) -> None:
    words = " ".join(label.text() for label in card.cloudflare.findChildren(type(card.cloudflare.title)))
    for permission in ("Workers AI – Read", "Workers AI – Edit", "AI Gateway – Run"):
        assert permission in words
    links = [link.address for link in card.findChildren(Link)]
    assert "https://dash.cloudflare.com/profile/api-tokens" in links


def test_a_found_server_is_one_click_from_use(
    desk: Desk, model: WelcomeModel, card: WelcomeCard, run_qt: Run
) -> None:
    assert card.servers == []
    looked(desk, model, run_qt)
    (offer,) = card.servers
    assert offer.title.text() == "Ollama runs on this machine"

    async def click() -> None:
        offer.button.click()
        await finish(desk, model)

    run_qt(click())
    assert desk.backend.current.base_url == OLLAMA.base_url
    assert card.servers == []


def test_a_server_that_is_a_connection_already_is_not_offered(
    desk: Desk, model: WelcomeModel, run_qt: Run
) -> None:
    desk.backend.targets.append(FoundServer("Mine", "http://localhost:11434/v1").target())
    looked(desk, model, run_qt)
    assert model.servers == ()


def test_the_card_goes_for_good_when_it_is_closed(desk: Desk, model: WelcomeModel, card: WelcomeCard) -> None:
    assert not card.isHidden()
    card.close_button.click()
    assert card.isHidden()
    assert desk.settings.value.welcome_dismissed
    desk.settings.flush()
    again = WelcomeModel(desk.backend, desk.targets, desk.settings, only_ollama, desk.notifier)
    assert not again.wanted


def test_the_card_goes_when_it_has_nothing_left_to_offer(
    desk: Desk, model: WelcomeModel, card: WelcomeCard
) -> None:
    desk.backend.targets.append(CLOUDFLARE)
    desk.targets.changed.emit()
    assert card.isHidden()


def test_connecting_an_account_is_asked_for_elsewhere(model: WelcomeModel, card: WelcomeCard) -> None:
    wanted: list[bool] = []
    model.connect_wanted.connect(lambda: wanted.append(True))
    card.cloudflare.button.click()
    assert wanted == [True]
