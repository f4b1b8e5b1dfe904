from __future__ import annotations

import asyncio

from tests.conftest import Run
from tests.fakes.targets import CLOUD, LOCAL, FakeTargets
from workbench.domain.targets import Reach, TargetStatus
from workbench.ui.support.targets import TargetsModel


def test_selecting_a_target_tells_which_and_how_it_is_doing(run_qt: Run) -> None:
    async def scenario() -> None:
        model, heard = TargetsModel(FakeTargets()), list[object]()
        model.current_changed.connect(heard.append)
        model.status_changed.connect(lambda _, status: heard.append(status.reach))
        model.select("cf")
        await asyncio.sleep(0.02)
        assert heard == [CLOUD, Reach.CHECKING, Reach.READY]
        assert model.status().latency_ms == 3.0
        await model.aclose()

    run_qt(scenario())


def test_a_known_status_stays_shown_while_it_is_looked_up_again(run_qt: Run) -> None:
    async def scenario() -> None:
        source = FakeTargets()
        model, seen = TargetsModel(source), list[Reach]()
        model.status_changed.connect(lambda _, status: seen.append(status.reach))
        model.refresh()
        await asyncio.sleep(0.02)
        source.statuses["local"] = TargetStatus(Reach.UNREACHABLE, what="Nothing listens.")
        model.refresh()
        await asyncio.sleep(0.02)
        assert seen == [Reach.CHECKING, Reach.READY, Reach.UNREACHABLE]
        await model.aclose()

    run_qt(scenario())


def test_a_failure_of_the_service_is_passed_on(run_qt: Run) -> None:
    async def scenario() -> None:
        source = FakeTargets()
        source.statuses["local"] = OSError("no")
        model, seen = TargetsModel(source), list[object]()
        model.failed.connect(seen.append)
        model.refresh()
        await asyncio.sleep(0.02)
        assert isinstance(seen[0], OSError)
        await model.aclose()

    run_qt(scenario())


def test_nothing_is_known_before_the_first_look() -> None:
    assert TargetsModel(FakeTargets()).status(LOCAL.id).reach is Reach.UNKNOWN
