from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.conftest import Run
from tests.fakes.targets import FakeTargets
from workbench.domain.errors import Failure, InvalidInput
from workbench.services.doctor import Check, CheckState
from workbench.ui.doctor.model import DoctorModel, FixKind, Stage
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.targets import TargetsModel

OK, FAILED, SKIPPED, WARNING = CheckState.OK, CheckState.FAILED, CheckState.SKIPPED, CheckState.WARNING
GOOD = Check("dns", "Name found", OK, "It is there.", ms=3.0)
BAD = Check(
    "token", "API token", FAILED, "Refused.", "It expired.", "Make a new one.", 40.0, failure="unauthorized"
)
LEFT = Check("model", "Model", SKIPPED, why="“API token” must be mended first.")


class FakeDoctor:
    """results: what a run yields; an exception among them is raised, None waits for ever, and says so in waiting. asked, closed: the runs."""

    def __init__(self, *results: Check | Exception | None) -> None:
        self.results = results
        self.asked: list[str] = []
        self.closed = 0
        self.waiting = asyncio.Event()

    async def run(self, target_id: str = "", model: str = "") -> AsyncGenerator[Check, None]:
        self.asked.append(target_id)
        try:
            for result in self.results:
                await asyncio.sleep(0)
                if result is None:
                    self.waiting.set()
                    await asyncio.Event().wait()
                elif isinstance(result, Exception):
                    raise result
                else:
                    yield result
        finally:
            self.closed += 1


class Desk:
    def __init__(self, doctor: FakeDoctor) -> None:
        self.doctor = doctor
        self.source = FakeTargets()
        self.targets = TargetsModel(self.source)
        self.notices: list[Notice] = []
        notifier = Notifier()
        notifier.posted.connect(self.notices.append)
        self.model = DoctorModel(doctor, self.targets, notifier)

    async def settled(self) -> None:
        await self.model._tasks.finish()
        await self.targets._tasks.finish()


def do(run_qt: Run, desk: Desk, *actions: Callable[[], object]) -> None:
    async def all_of_it() -> None:
        for action in actions:
            action()
            await desk.settled()

    run_qt(all_of_it())


def test_a_run_gathers_every_check_of_the_current_connection(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD, BAD, LEFT))
    do(run_qt, desk, desk.model.run)
    assert desk.doctor.asked == ["local"]
    assert desk.model.checks == (GOOD, BAD, LEFT)
    assert desk.model.stage is Stage.DONE
    assert desk.model.failed is BAD
    assert desk.model.total_ms == 43.0


def test_a_cancelled_run_keeps_what_it_found_and_closes_the_doctor(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD, None))

    async def cancelled() -> None:
        desk.model.run()
        await desk.doctor.waiting.wait()
        desk.model.cancel()
        await desk.settled()

    run_qt(cancelled())
    assert desk.model.stage is Stage.STOPPED
    assert desk.model.checks == (GOOD,)
    assert desk.doctor.closed == 1


def test_running_again_begins_anew(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD))
    do(run_qt, desk, desk.model.run, desk.model.run)
    assert desk.model.checks == (GOOD,)


def test_a_run_that_cannot_begin_says_why(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(InvalidInput("There is no such connection.")))
    do(run_qt, desk, desk.model.run)
    assert desk.model.stage is Stage.BROKEN
    assert str(desk.model.error) == "There is no such connection."
    assert not desk.notices


def test_choosing_another_connection_forgets_what_was_found(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD))
    do(run_qt, desk, desk.model.run, lambda: desk.model.choose("cf"))
    assert desk.model.stage is Stage.READY
    assert desk.model.checks == ()
    do(run_qt, desk, lambda: desk.model.run_for("local"))
    assert desk.doctor.asked == ["local", "local"]


def test_it_follows_the_window_to_another_connection(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD))
    do(run_qt, desk, desk.model.run, lambda: desk.targets.select("cf"))
    assert desk.model.target.id == "cf"
    assert desk.model.checks == ()


@pytest.mark.parametrize(
    ("check", "kind", "model"),
    [
        (BAD, FixKind.CONNECTION, ""),
        (Check("configured", "", FAILED), FixKind.CONNECTION, ""),
        (Check("request", "", FAILED, failure=Failure.GATEWAY_NOT_FOUND), FixKind.CONNECTION, ""),
        (Check("model", "", FAILED, failure=Failure.MODEL_NOT_FOUND), FixKind.MODEL, ""),
        (Check("request", "", FAILED, failure=Failure.MODEL_RETIRED, replacement="@cf/a/new"), FixKind.MODEL, "@cf/a/new"),
        (Check("request", "", FAILED, failure=Failure.MODEL_PAID_ONLY), FixKind.MODEL, ""),
        (Check("request", "", FAILED, failure=Failure.RATE_LIMITED), FixKind.AGAIN, ""),
        (Check("dns", "", FAILED, failure=Failure.DNS), FixKind.AGAIN, ""),
    ],
)  # fmt: skip
def test_a_failed_check_offers_the_button_that_helps(
    run_qt: Run, check: Check, kind: FixKind, model: str
) -> None:
    desk = Desk(FakeDoctor(check))
    desk.model.choose("cf")
    do(run_qt, desk, desk.model.run)
    fix = desk.model.fix_for(check)
    assert fix is not None
    assert (fix.kind, fix.model) == (kind, model)
    assert fix.label


@pytest.mark.parametrize("check", [GOOD, LEFT, Check("request", "", FAILED, failure=Failure.OUT_OF_NEURONS)])
def test_what_no_button_can_mend_has_none(run_qt: Run, check: Check) -> None:
    desk = Desk(FakeDoctor(check))
    do(run_qt, desk, desk.model.run)
    assert desk.model.fix_for(check) is None


def test_the_local_connection_is_not_sent_to_a_form_it_does_not_have(run_qt: Run) -> None:
    check = Check("port", "Port answers", FAILED, failure=Failure.CONNECT)
    desk = Desk(FakeDoctor(check))
    do(run_qt, desk, desk.model.run)
    fix = desk.model.fix_for(check)
    assert fix is not None
    assert fix.kind is FixKind.AGAIN


def test_a_fix_is_asked_of_the_window(run_qt: Run) -> None:
    retired = Check("request", "", FAILED, replacement="@cf/a/new")
    desk = Desk(FakeDoctor(BAD, retired))
    asked: list[tuple[str, str]] = []
    desk.model.connection_wanted.connect(lambda target_id: asked.append(("connection", target_id)))
    desk.model.model_wanted.connect(lambda model_id: asked.append(("model", model_id)))
    desk.model.choose("cf")
    do(run_qt, desk, desk.model.run)
    for check in (BAD, retired):
        fix = desk.model.fix_for(check)
        assert fix is not None
        desk.model.apply(fix)
    assert asked == [("connection", "cf"), ("model", "@cf/a/new")]


def test_the_report_has_all_that_was_found(run_qt: Run) -> None:
    desk = Desk(FakeDoctor(GOOD, BAD, LEFT))
    do(run_qt, desk, desk.model.run)
    assert desk.model.report() == (
        "Doctor: Local gateway\n"
        "[ok] Name found (3 ms)\n"
        "    It is there.\n"
        "[failed] API token (40 ms)\n"
        "    Refused.\n"
        "    It expired.\n"
        "    Make a new one.\n"
        "[skipped] Model\n"
        "    “API token” must be mended first.\n"
    )
