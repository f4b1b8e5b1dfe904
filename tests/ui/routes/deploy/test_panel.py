"""The deploy panel says what is true there each time it comes to the front, where it can be seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.services.test_deployments import route, service
from tests.ui.routes.deploy.test_model import Stage
from workbench.services.route_watch import Smoke
from workbench.ui.routes.deploy.panel import DeployPanel
from workbench.ui.support.theme import Theme


class Shown(Stage):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.panel = DeployPanel(theme, self.document, self.model)
        self.panel.resize(1000, 240)
        self.panel.show()

    async def open(self) -> None:
        await self.after(self.panel.opened)

    def is_seen(self, words: str) -> bool:
        """Somewhere in the panel, whole, without scrolling."""
        self.panel.grab()  # lays it out
        label = self.panel.drift if words in self.panel.drift.text() else self.panel.state
        region = label.visibleRegion().boundingRect()
        return words in label.text() and region.height() == label.height() > 0


@pytest.fixture
def shown(theme: Theme, qtbot: QtBot) -> Shown:
    made = Shown(theme)
    qtbot.addWidget(made.panel)
    return made


def test_somebody_elses_deployment_is_told_when_the_panel_comes_back(shown: Shown, run_qt: Run) -> None:
    async def check() -> None:
        await shown.open()
        await shown.after(shown.panel.deploy.click)
        assert shown.is_seen("It runs now")
        assert shown.panel.drift.isHidden()
        shown.panel.left()
        await service(shown.gateway).deploy("local", route("o4-mini"))
        await shown.open()
        assert shown.is_seen("Somebody else has deployed since")
        assert "It runs now" not in shown.panel.state.text()
        assert shown.panel.deploy.isEnabled()
        await shown.model.aclose()

    run_qt(check())


def test_errors_need_a_second_word_and_are_no_news_where_the_route_runs(shown: Shown, run_qt: Run) -> None:
    async def check() -> None:
        shown.model.target_id = "cf"
        shown.document.edit("Rename", replace(route(), name="my route"))
        await shown.open()
        assert shown.is_seen("Errors found by the linter: 1.")
        assert shown.panel.deploy.isHidden()
        await shown.after(shown.panel.insist.click)
        await shown.open()
        assert shown.is_seen("It runs like this already.")
        assert shown.panel.insist.isHidden()
        await shown.model.aclose()

    run_qt(check())


def test_what_hangs_can_be_stopped_and_what_was_sent_is_read_again(shown: Shown, run_qt: Run) -> None:
    async def hang(*place: object, **named: object) -> Smoke:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def check() -> None:
        await shown.open()
        assert shown.panel.stop.isHidden()
        shown.smoke.smoke = hang  # type: ignore[method-assign]
        shown.panel.deploy.click()
        await reached.wait()
        assert shown.is_seen("Asking it once")
        assert not shown.panel.stop.isHidden()
        await shown.after(shown.panel.stop.click)
        assert shown.is_seen("It runs like this already.")
        assert shown.panel.stop.isHidden()
        shown.model.read()
        shown.panel.stop.click()
        assert shown.is_seen("has not been read")
        assert not shown.panel.deploy.isEnabled()
        await shown.model.aclose()

    reached = asyncio.Event()
    run_qt(check())
