"""Links that were opened: nothing happens before the user agrees, and what happens then is only a draft."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from tests.conftest import Run
from workbench.domain.errors import InvalidInput
from workbench.domain.targets import Target
from workbench.services.shared_routes import Outline
from workbench.ui.errands import Errands
from workbench.ui.shell.link_dialog import LinkDialog
from workbench.ui.shell.links import Links
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork

ROUTE = '{"name": "r", "elements": []}'
INLINE = f"ai-workbench:route?data={urlsafe_b64encode(ROUTE.encode()).decode()}"
ADDRESS = "https://192.168.0.7/r.json"
FETCHED = f"ai-workbench:route?url={quote(ADDRESS, safe='')}"
CONNECTION = "ai-workbench:connection?name=Mine&kind=openai&base_url=https%3A%2F%2Fxn--a.example%2Fv1"


class FakeShared:
    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.go_on = asyncio.Event()
        self.failure: Exception | None = None

    async def fetch(self, address: str, progress: Callable[[float | None], None]) -> str:
        self.fetched.append(address)
        progress(0.5)
        await self.go_on.wait()
        if self.failure:
            raise self.failure
        return ROUTE

    async def outline(self, text: str) -> Outline:
        return Outline("r", 3, tuple(f"openai/model-{number}" for number in range(20)))


class Desk:
    def __init__(self, theme: Theme) -> None:
        self.window = QWidget()
        self.did: list[object] = []
        self.said: list[Notice] = []
        notifier = Notifier(self.window)
        notifier.posted.connect(self.said.append)
        self.errands = Errands(self.did.append, self.window)
        self.errands.route_text_wanted.connect(lambda text, name: self.did.append(text))
        self.errands.connection_offered.connect(self.did.append)
        self.shared = FakeShared()
        self.running = RunningWork(self.window)
        self.links = Links(self.window, theme, self.errands, self.shared, self.running, notifier, self.window)

    async def asked(self) -> LinkDialog:
        async with asyncio.timeout(20):
            while not (found := self.window.findChildren(LinkDialog)):  # noqa: ASYNC110  dialogs set no event
                await asyncio.sleep(0.01)
        return found[0]

    async def follow(self, link: str, *, agree: bool) -> str:
        """The words of the dialog."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.links.follow(link))
            dialog = await self.asked()
            words = "\n".join(label.text().replace("\u200b", "") for label in dialog.findChildren(QLabel))
            assert self.did == []
            assert self.shared.fetched == []
            (dialog.yes if agree else dialog.no).click()
        await asyncio.sleep(0.01)
        return words


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    desk = Desk(theme)
    yield desk
    desk.window.deleteLater()


def test_a_connection_is_shown_whole_and_offered_in_the_form(run_qt: Run, desk: Desk) -> None:
    words = run_qt(desk.follow(CONNECTION, agree=True))
    assert "Mine" in words
    assert "https://xn--a.example/v1" in words
    assert "other languages" in words
    page, target = desk.did
    assert page == "connections"
    assert isinstance(target, Target)
    assert target.base_url == "https://xn--a.example/v1"


@pytest.mark.parametrize("link", [CONNECTION, INLINE, FETCHED])
def test_nothing_happens_where_the_user_does_not_agree(run_qt: Run, desk: Desk, link: str) -> None:
    run_qt(desk.follow(link, agree=False))
    assert (desk.did, desk.shared.fetched) == ([], [])


def test_a_route_in_a_link_is_outlined_and_begun(run_qt: Run, desk: Desk) -> None:
    words = run_qt(desk.follow(INLINE, agree=True))
    assert "openai/model-0" in words
    assert "and 8 more" in words
    assert desk.did == ["routes", ROUTE]


def test_a_route_is_fetched_once_the_user_agreed_and_can_be_stopped(run_qt: Run, desk: Desk) -> None:
    async def scenario() -> None:
        words = await desk.follow(FETCHED, agree=True)
        assert ADDRESS in words
        assert "your own network" in words
        assert desk.shared.fetched == [ADDRESS]
        (work,) = desk.running.items
        assert work.progress == 0.5
        work.cancel()
        await asyncio.sleep(0.01)
        assert (desk.running.items, desk.did, desk.said) == ((), [], [])
        desk.shared.fetched.clear()
        desk.shared.go_on.set()
        await desk.follow(FETCHED, agree=True)
        assert desk.did == ["routes", ROUTE]
        await desk.links.aclose()

    run_qt(scenario())


def test_a_fetch_that_fails_is_said(run_qt: Run, desk: Desk) -> None:
    async def scenario() -> None:
        desk.shared.failure = InvalidInput("It is no route.")
        desk.shared.go_on.set()
        await desk.follow(FETCHED, agree=True)
        assert [notice.text for notice in desk.said] == ["It is no route."]
        assert (desk.running.items, desk.did) == ((), [])

    run_qt(scenario())


def test_enter_does_not_agree(run_qt: Run, desk: Desk) -> None:
    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.links.follow(CONNECTION))
            dialog = await desk.asked()
            assert dialog.no.isDefault()
            assert not dialog.yes.isDefault()
            assert not dialog.yes.autoDefault()
            dialog.reject()
        assert desk.did == []

    run_qt(scenario())


def test_a_link_that_is_refused_asks_nothing(run_qt: Run, desk: Desk) -> None:
    async def scenario() -> None:
        with pytest.raises(InvalidInput):
            await desk.links.follow(f"{CONNECTION}&token=abc")
        assert desk.window.findChildren(LinkDialog) == []

    run_qt(scenario())
