"""A route proved on the desk: lint with what was learned, dry runs, the tests in the file and the edits of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.domain.errors import WorkbenchError
from workbench.domain.gateways import CustomProvider
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.models import Model
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Percentage, Route
from workbench.domain.routes.errors import RouteError
from workbench.services.gateway_providers import ProviderState
from workbench.services.gateway_requests import Details
from workbench.services.route_proof import (
    Request,
    RouteProof,
    Verdict,
    as_test,
    expected_of,
    free_test_name,
    kept_tests,
    renamed_test,
    request_from,
    request_json,
    rolls_of,
    shares_of,
    with_copied_test,
    with_test,
    without_test,
)


def to(**targets: str) -> dict[str, Any]:
    return {port.strip("_"): {"elementId": target} for port, target in targets.items()}


def model(id: str, name: str, **targets: str) -> dict[str, Any]:
    return {
        "id": id,
        "type": "model",
        "properties": {"provider": "openai", "model": name, "timeout": 0, "retries": 0},
        "outputs": to(**targets),
    }


ROUTE = read_route(
    {
        "name": "plans",
        "elements": [
            {"id": "start", "type": "start", "outputs": to(next="split")},
            {
                "id": "split",
                "type": "percentage",
                "outputs": {"30%": {"elementId": "again"}, "else": {"elementId": "small"}},
            },
            {"id": "again", "type": "percentage", "outputs": {"50%": {"elementId": "big"}, "50.0%": {"elementId": "small"}}},
            model("big", "gpt-4o", success="end", fallback="small"),
            model("small", "gpt-4o-mini", success="end", fallback="end"),
            {"id": "end", "type": "end", "outputs": {}},
        ],
    }
).route  # fmt: skip


class Log:
    def __init__(self, rows: Sequence[LogRow] = (), *, broken: bool = False) -> None:
        self.rows = tuple(rows)
        self.broken = broken

    async def page(self, query: LogQuery, number: int) -> LogPage:
        if self.broken:
            raise WorkbenchError("No gateway.")
        return LogPage(self.rows[(number - 1) * 50 : number * 50], len(self.rows))

    async def details(self, row: LogRow) -> Details:
        if self.broken:
            raise ExceptionGroup("several", [WorkbenchError("No gateway.")])
        return Details(row)


class Catalogue:
    async def load(self, target_id: str) -> tuple[Model, ...]:
        return (Model("openai/gpt-4o"),)


class Providers:
    async def all(self, gateway_id: str) -> tuple[ProviderState, ...]:
        own = CustomProvider("1", "Mine", "mine", "http://127.0.0.1:9")
        return (ProviderState("openai"), ProviderState("custom-mine", custom=own))


def proof(rows: Sequence[LogRow] = (), *, broken: bool = False) -> RouteProof:
    return RouteProof(Log(rows, broken=broken), Catalogue(), Providers())


def row(**values: Any) -> LogRow:
    return LogRow(**{"id": "1", "created_at": 1.0, "gateway": "default", **values})


def test_the_linter_learns_models_providers_and_metadata(run_async: Run) -> None:
    proved = proof([row(metadata={"plan": "free"})])
    assert run_async(proved.learn())
    assert set(proved.facts.models) == {"openai/gpt-4o"}
    assert proved.facts.custom == {"mine": "http://127.0.0.1:9"}
    assert proved.facts.metadata_seen == {"plan"}
    assert not run_async(proved.learn())


def test_without_a_gateway_the_linter_keeps_what_it_knows(run_async: Run) -> None:
    proved = proof(broken=True)
    run_async(proved.learn())
    assert proved.facts.metadata_seen == frozenset()
    assert proved.facts.models


def test_a_split_goes_the_way_of_its_greatest_share_unless_another_is_picked() -> None:
    likely = proof().dry_run(ROUTE, Request(), {})
    assert [visit.element for visit in likely.visits()] == ["start", "split", "small", "end"]
    picked = proof().dry_run(ROUTE, Request(), {}, picks={"split": "30%", "again": "50.0%"})
    assert [visit.element for visit in picked.visits()] == ["start", "split", "again", "small", "end"]
    assert rolls_of(picked) == {"split": 15.0, "again": 75.0}


def test_a_pick_may_be_a_number_the_dice_fall_on() -> None:
    run = proof().dry_run(ROUTE, Request(), {}, picks={"split": 29.0, "again": 10.0})
    assert run.model == "gpt-4o"


def test_outcomes_are_told_by_element() -> None:
    run = proof().dry_run(ROUTE, Request(), {"big": 429}, picks={"split": "30%", "again": "50%"})
    assert (run.model, len(run.tried)) == ("gpt-4o-mini", 2)


def test_a_seed_throws_the_same_dice_again() -> None:
    first, second = (proof().dry_run(ROUTE, Request(), {}, 7) for _ in range(2))
    assert first.dice == second.dice


def test_a_sticky_split_needs_no_pick_where_its_value_is_there() -> None:
    split = ROUTE.find("split")
    assert isinstance(split, Percentage)
    sticky = tuple(replace(split, sticky="metadata.user") if one is split else one for one in ROUTE.elements)
    run = proof().dry_run(replace(ROUTE, elements=sticky), Request({"user": "u1"}), {}, picks={})
    assert "split" not in rolls_of(run)


def test_shares_tell_where_each_begins_and_ends() -> None:
    split = ROUTE.find("split")
    assert isinstance(split, Percentage)
    assert shares_of(split) == (("30%", 0.0, 30.0), ("else", 30.0, 100.0))


def holding(*tests: Any) -> Route:
    return replace(ROUTE, sidecar={"tests": list(tests)})


GOOD = {"name": "small", "request": {}, "dice": [0.9], "expect": {"model": "gpt-4o-mini"}}
WRONG = {"name": "always big", "request": {}, "expect": {"model": "gpt-4o"}}
UNREADABLE = {"name": "typo", "request": {}, "expects": {}}


def test_a_test_that_cannot_be_read_leaves_the_others_alone() -> None:
    results = list(proof().tests(holding(UNREADABLE, GOOD, WRONG, 7)))
    assert [one.verdict for one in results] == [
        Verdict.UNREADABLE,
        Verdict.PASSED,
        Verdict.FAILED,
        Verdict.UNREADABLE,
    ]
    assert [one.name for one in results] == ["typo", "small", "always big", "test 4"]
    assert results[0].pointer == "/workbench/tests/0/expects"
    assert "expected gpt-4o" in results[2].why


def test_no_test_runs_on_a_route_that_cannot_run() -> None:
    (result,) = proof().tests(replace(holding(GOOD), elements=ROUTE.elements[1:]))
    assert result.verdict is Verdict.STOPPED
    assert result.why


def test_tests_that_are_no_list_are_told_and_kept() -> None:
    odd = replace(ROUTE, sidecar={"tests": {"a": 1}})
    (result,) = proof().tests(odd)
    assert result.verdict is Verdict.UNREADABLE
    with pytest.raises(RouteError):
        with_test(odd, GOOD)


def test_a_dry_run_kept_as_a_test_passes() -> None:
    request, outcomes = request_from({"metadata": {"plan": "free"}, "body": {"messages": []}}), {"big": 500}
    run = proof().dry_run(ROUTE, request, outcomes, picks={"split": "30%", "again": "50%"})
    test = as_test("big is down", request, outcomes, expected_of(run), run.dice)
    (result,) = proof().tests(with_test(ROUTE, test))
    assert (result.verdict, result.name) == (Verdict.PASSED, "big is down")
    assert request_from(request_json(request)) == request


def test_tests_are_edited_as_values() -> None:
    route = with_test(with_test(ROUTE, GOOD), WRONG)
    assert [test["name"] for test in kept_tests(renamed_test(route, 1, "big"))] == ["small", "big"]
    assert [test["name"] for test in kept_tests(with_copied_test(route, 0, "copy"))] == ["small", "copy", "always big"]  # fmt: skip
    assert kept_tests(with_test(route, UNREADABLE, 0)) == (UNREADABLE, WRONG)
    assert without_test(without_test(route, 1), 0) == ROUTE
    assert free_test_name(route, "small") == "small 2"


def test_a_logged_request_has_what_the_log_kept_but_no_credentials(run_async: Run) -> None:
    head = '{"headers": {"CF-IPCountry": "DE", "Authorization": "Bearer sk-…"}}'
    kept = row(metadata={"plan": "pro"}, request_head=head, request_body=b'{"messages": []}')
    logged = run_async(proof().request_of(kept))
    assert logged.request == Request({"plan": "pro"}, {"cf-ipcountry": "DE"}, {"messages": []})
    assert not logged.note
    assert "not kept" in run_async(proof().request_of(row())).note
    assert "no JSON object" in run_async(proof().request_of(row(request_body=b"\xff"))).note


def test_recent_rows_are_the_newest_of_several_pages(run_async: Run) -> None:
    rows = [row(id=str(number)) for number in range(120)]
    assert len(run_async(proof(rows).recent(70))) == 70
    assert len(run_async(proof(rows).recent(500))) == 120


def test_a_request_that_cannot_be_fetched_fails_as_one_error(run_async: Run) -> None:
    with pytest.raises(WorkbenchError):
        run_async(proof(broken=True).request_of(row()))


def test_only_what_cannot_work_is_repaired_without_asking() -> None:
    broken = read_route(
        {"name": "r", "elements": [*({**one, "outputs": {**one["outputs"], "odd": {"elementId": "end"}}} for one in [model("m", "gpt-4o", success="end")]), {"id": "end", "type": "end"}, {"id": "lost", "type": "end"}]}
    ).route  # fmt: skip
    mended = proof().repaired(broken)
    assert mended.start is not None
    assert mended.find("lost") is not None
    element = mended.find("m")
    assert element is not None
    assert "odd" not in element.outputs
