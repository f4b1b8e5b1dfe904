from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.conftest import Run
from tests.ui.targets.fakes import FakeConnections
from workbench.domain.settings import Settings
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.targets import TargetsModel
from workbench.ui.targets.model import ConnectionsModel


@dataclass
class MemorySink:
    saved: list[Settings] = field(default_factory=list)

    def save(self, settings: Settings) -> None:
        self.saved.append(settings)


class Desk:
    """The models with a fake service behind them, and what the notifier was told."""

    def __init__(self) -> None:
        self.backend = FakeConnections()
        self.notifier = Notifier()
        self.notices: list[Notice] = []
        self.notifier.posted.connect(self.notices.append)
        self.targets = TargetsModel(self.backend)
        self.settings = SettingsModel(Settings(), MemorySink())
        self.model = ConnectionsModel(self.backend, self.targets, self.notifier)

    async def settled(self) -> None:
        await self.model._tasks.finish()
        await self.targets._tasks.finish()


Do = Callable[..., None]


@pytest.fixture
def desk(qapp: object) -> Desk:
    return Desk()


@pytest.fixture
def after(desk: Desk, run_qt: Run) -> Do:
    """Do things on the Qt loop, one after another, each to its end."""

    def run(*actions: Callable[[], object]) -> None:
        async def all_of_it() -> None:
            for action in actions:
                action()
                await desk.settled()

        run_qt(all_of_it())

    return run
