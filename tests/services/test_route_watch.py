"""A route at work: watching, trying, smoke after a deployment, and faults on order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.client.gateway_logs import FeedEvent, Missed, Warned
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.elements import End, ModelCall, Percentage, Route, Start
from workbench.domain.routes.trace import Trace
from workbench.domain.targets import Connection, Credentials, Target, TargetKind
from workbench.routing.rehearsal import Request
from workbench.services.route_watch import SHOWN, Passed, RouteWatch

SPLIT = Route(
    "support",
    (
        Start(id="start", outputs={"next": "half"}),
        Percentage(id="half", outputs={"50%": "small", "else": "large"}),
        ModelCall(id="small", provider="openai", model="gpt-4o-mini", outputs={"success": "end"}),
        ModelCall(id="large", provider="openai", model="gpt-4o", outputs={"success": "end"}),
        End(id="end"),
    ),
)
REFUSED = RequestFailed("Too many requests.", failure=Failure.RATE_LIMITED, maker=Maker.GATEWAY, status=429)


class Targets:
    kind = TargetKind.LOCAL

    async def connection(self, target_id: str = "") -> Connection:
        return Connection(
            Target(target_id, "Desk", self.kind, account="local", gateway="default"), Credentials()
        )


class Client:
    def __init__(self) -> None:
        self.orders: dict[str, str] = {"gpt-4o*": "pace=max", "route/sales/m": "hang"}
        self.traces: list[str] = []

    async def trace(self, connection: Connection, trace_id: str) -> Trace | None:
        self.traces.append(trace_id)
        return Trace(trace_id, "support", "v1", 0.0, (), "end", True)

    async def faults(self, connection: Connection) -> Mapping[str, str]:
        return self.orders

    async def set_faults(self, connection: Connection, orders: Mapping[str, str]) -> Mapping[str, str]:
        self.orders = dict(orders)
        return self.orders


class Requests:
    def __init__(self, *events: FeedEvent, rows: int = 0) -> None:
        self.events = events
        self.rows = [row(f"old-{number}") for number in range(rows)]
        self.asked: list[LogQuery] = []

    async def page(self, query: LogQuery, number: int) -> LogPage:
        self.asked.append(query)
        return LogPage(tuple(self.rows[(number - 1) * 50 : number * 50]), len(self.rows))

    async def feed(self, since: str = "") -> AsyncGenerator[FeedEvent, None]:
        for event in self.events:
            yield event


class Probe:
    def __init__(self, end: Served | RequestFailed) -> None:
        self.end = end
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    async def ask(self, connection: Connection, route: str, **request: Any) -> Served:
        self.asked.append((route, request["metadata"]))
        if isinstance(self.end, RequestFailed):
            raise self.end
        return self.end


def row(id: str, route: str = "support", gateway: str = "default") -> LogRow:
    return LogRow(id, 1.0, gateway, route=route, trace_id=f"trace-of-{id}")


def watch(
    *events: FeedEvent, rows: int = 0, end: Served | RequestFailed = REFUSED, targets: Targets | None = None
) -> RouteWatch:
    return RouteWatch(
        targets or Targets(), Client(), Requests(*events, rows=rows), Probe(end), now=lambda: 1.0
    )


def test_requests_through_the_route_come_with_their_traces_and_no_others_do(run_async: Run) -> None:
    desk = watch(
        row("a"), row("b", route="sales"), Warned(""), Missed(3), row("c", gateway="other"), row("d")
    )

    async def followed() -> list[Passed | Missed]:
        return [one async for one in desk.follow("support")]

    first, missed, last = run_async(followed())
    assert isinstance(first, Passed)
    assert isinstance(last, Passed)
    assert (first.row.id, last.row.id, missed) == ("a", "d", Missed(3))
    assert first.trace is not None
    assert first.trace.id == "trace-of-a"


def test_traces_are_left_out_of_requests_that_come_faster_than_they_can_be_looked_up(run_async: Run) -> None:
    requests = Requests(*(row(str(number)) for number in range(3)))
    now = iter([0.0, 1.5, 4.0, 2.0])
    desk = RouteWatch(Targets(), Client(), requests, Probe(REFUSED), now=lambda: next(now))

    async def followed() -> list[Passed | Missed]:
        return [one async for one in desk.follow("support")]

    passed = [one for one in run_async(followed()) if isinstance(one, Passed)]
    assert [one.trace is not None for one in passed] == [True, False, True]


def test_who_stops_watching_leaves_nothing_running(run_async: Run) -> None:
    async def watched() -> None:
        passing = watch(row("a"), row("b")).follow("support")
        await anext(passing)
        await passing.aclose()

    run_async(watched())


def test_what_passed_lately_comes_oldest_first_and_not_without_end(run_async: Run) -> None:
    passed = run_async(watch(rows=130).recent("support"))
    assert len(passed) == SHOWN
    assert (passed[0].row.id, passed[-1].row.id) == (f"old-{SHOWN - 1}", "old-0")


def test_a_smoke_request_passes_where_one_of_the_models_that_should_answers(run_async: Run) -> None:
    smoke = run_async(
        watch(end=Served("gpt-4o-2024-11-20", "openai")).smoke(
            "local", SPLIT, request=Request({"plan": "free"})
        )
    )
    assert smoke.passed
    assert smoke.expected == ("openai/gpt-4o-mini", "openai/gpt-4o")


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (Served("o4-mini", "openai"), "openai/o4-mini answered, and by the graph"),
        (Served("", ""), "does not say who answered"),
        (REFUSED, "Nobody answered. Too many requests."),
    ],
)
def test_a_smoke_request_says_what_is_not_as_expected(
    run_async: Run, end: Served | RequestFailed, why: str
) -> None:
    smoke = run_async(watch(end=end).smoke("local", SPLIT))
    assert why in smoke.why


def test_a_failure_of_the_route_is_told_and_not_raised(run_async: Run) -> None:
    sent = run_async(watch().send("local", "support", Request()))
    assert sent.error is REFUSED
    assert sent.served is None


def test_nothing_is_sent_where_no_route_can_run(run_async: Run) -> None:
    targets = Targets()
    targets.kind = TargetKind.OPENAI
    with pytest.raises(InvalidInput, match="no gateway"):
        run_async(watch(targets=targets).send("ollama", "support", Request()))


def test_an_order_for_one_element_leaves_all_others_as_they_are(run_async: Run) -> None:
    client = Client()
    desk = RouteWatch(Targets(), client, Requests(), Probe(REFUSED))

    async def ordered() -> None:
        assert await desk.order("support", "small", "status=500") == {"small": "status=500"}
        assert await desk.faults("support") == {"small": "status=500"}
        assert await desk.order("support", "small", "") == {}

    asyncio.run(ordered())
    assert client.orders == {"gpt-4o*": "pace=max", "route/sales/m": "hang"}


def test_the_smoke_request_is_that_of_the_first_test_in_which_nobody_fails(run_async: Run) -> None:
    probe = Probe(Served("gpt-4o", "openai"))
    desk = RouteWatch(Targets(), Client(), Requests(), probe)
    tests = [
        {"request": {"metadata": {"plan": "pro"}}, "outcomes": {"small": 500}, "expect": {"error": True}},
        {"request": {"metadata": {"plan": "free"}}, "expect": {"error": False}},
    ]
    run_async(desk.smoke("local", replace(SPLIT, sidecar={"tests": tests})))
    assert probe.asked == [("support", {"plan": "free"})]
