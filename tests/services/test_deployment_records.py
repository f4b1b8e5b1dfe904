"""What is known before and after a deployment: the very calls, who deployed what, and whether somebody else did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.fakes.deployments import MemoryRecords
from tests.services.test_deployments import FakeGateway, route, service
from workbench.domain.errors import RequestFailed
from workbench.domain.routes.canvas import Point, placed, with_note
from workbench.services.deployment_plan import Overtaken, Step
from workbench.services.deployments import NEW_VERSION


def test_the_calls_of_a_new_route_are_told_before(run_async: Run) -> None:
    plan = run_async(service(FakeGateway()).plan("cf", route()))
    (call,) = plan.calls
    assert call.method == "POST"
    assert call.url.endswith("/accounts/a/ai-gateway/gateways/prod/routes")
    assert call.document == {"name": "support", "elements": list(plan.elements)}


def test_the_calls_of_a_new_version_are_told_with_a_place_for_its_id(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    save, run = run_async(service(gateway).plan("cf", route("gpt-4o"))).calls
    assert save.url.endswith("/routes/r-support/versions")
    assert run.url.endswith("/routes/r-support/deployments")
    assert run.document == {"version_id": NEW_VERSION}


def test_what_runs_already_needs_no_call(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    assert run_async(service(gateway).plan("cf", route())).calls == ()


def test_a_moved_box_and_a_note_are_no_change(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("local", route()))
    moved = with_note(placed(route(), {"m": Point(80, 8)}), "m", "cheap on purpose")
    plan = run_async(service(gateway).plan("local", moved))
    assert (plan.step, plan.differences) == (Step.NOTHING, ())


def test_a_changed_test_is_told_and_needs_no_new_version(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("local", route()))
    tested = replace(route(), sidecar={"tests": [{"expect": {"error": False}}]})
    plan = run_async(service(gateway).plan("local", tested))
    assert plan.step is Step.NOTHING
    assert [change.part for change in plan.differences] == ["workbench.tests"]


def test_versions_tell_who_deployed_them_from_here_and_why(run_async: Run) -> None:
    gateway, records = FakeGateway(), MemoryRecords()
    desk = service(gateway, records)
    run_async(desk.deploy("cf", route(), note=" first try "))
    run_async(desk.deploy("cf", route("gpt-4o")))
    run_async(desk.roll_back("cf", "support", "1", note="too dear"))
    newest, oldest = run_async(desk.versions("cf", "support"))
    assert [(one.who, one.note) for one in oldest.records] == [("lena", "first try"), ("lena", "too dear")]
    assert [one.note for one in newest.records] == [""]
    assert oldest.live


def test_a_deployment_by_somebody_else_is_drift(run_async: Run) -> None:
    gateway, records = FakeGateway(), MemoryRecords()
    run_async(service(gateway, records).deploy("cf", route()))
    assert run_async(service(gateway, records).plan("cf", route("gpt-4o"))).drift is None
    run_async(service(gateway).deploy("cf", route("o4-mini")))
    drift = run_async(service(gateway, records).plan("cf", route("gpt-4o"))).drift
    assert drift is not None
    assert (drift.live_id, drift.ours.version_id) == ("v-0002", "v-0001")


def test_a_route_that_somebody_deleted_is_drift(run_async: Run) -> None:
    gateway, records = FakeGateway(), MemoryRecords()
    run_async(service(gateway, records).deploy("cf", route()))
    gateway.routes_kept.clear()
    drift = run_async(service(gateway, records).plan("cf", route())).drift
    assert drift is not None
    assert drift.live_id == ""


def test_what_was_never_deployed_from_here_does_not_drift(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    assert run_async(service(gateway).plan("cf", route("gpt-4o"))).drift is None


def test_nothing_is_done_where_another_version_runs_than_the_one_compared_with(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("cf", route()))
    seen = run_async(service(gateway).plan("cf", route("gpt-4o")))
    run_async(service(gateway).deploy("cf", route("o4-mini")))
    with pytest.raises(Overtaken):
        run_async(service(gateway).deploy("cf", route("gpt-4o"), seen=seen))
    assert len(gateway.routes_kept["r-support"].versions) == 2


@pytest.mark.parametrize("failing", ["routes", "add_version", "deploy"])
def test_a_deployment_that_breaks_off_leaves_what_ran_and_no_record(run_async: Run, failing: str) -> None:
    gateway, records = FakeGateway(), MemoryRecords()
    run_async(service(gateway, records).deploy("cf", route()))
    gateway.failing = failing
    with pytest.raises(RequestFailed):
        run_async(service(gateway, records).deploy("cf", route("gpt-4o"), note="second"))
    gateway.failing = ""
    assert [one.version_id for one in records.all] == ["v-0001"]
    live = [version.id for version in run_async(service(gateway).versions("cf", "support")) if version.live]
    assert live == ["v-0001"]


def test_an_earlier_version_can_be_looked_at(run_async: Run) -> None:
    gateway = FakeGateway()
    run_async(service(gateway).deploy("local", route()))
    run_async(service(gateway).deploy("local", route("gpt-4o")))
    assert run_async(service(gateway).of_version("local", "support", "v-0001")) == route()
