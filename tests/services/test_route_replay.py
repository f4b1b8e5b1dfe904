"""Replays of the journal, page by page, and of files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.domain.routes.samples import END, model, route_of, start, to
from tests.gateway.journal.rows import row
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.elements import Route
from workbench.services.gateway_requests import Details
from workbench.services.route_replay import RouteReplay

PAGE = 50


class Requests:
    """A journal in memory, newest first."""

    def __init__(
        self, rows: Sequence[LogRow], body: bytes = b'{"stream": true}', failing: bool = False
    ) -> None:
        self._rows = rows
        self._body = body
        self._failing = failing
        self.asked: list[LogQuery] = []
        self.looked_into = 0

    async def page(self, query: LogQuery, number: int) -> LogPage:
        self.asked.append(query)
        return LogPage(tuple(self._rows[(number - 1) * PAGE : number * PAGE]), len(self._rows))

    async def details(self, row: LogRow) -> Details:
        self.looked_into += 1
        if self._failing:
            raise RequestFailed("No.", failure=Failure.CONNECT, maker=Maker.NETWORK)
        return Details(replace(row, request_body=self._body))


def by(query: dict[str, object]) -> Route:
    return route_of(
        start("c"),
        {
            "id": "c",
            "type": "conditional",
            "properties": {"conditions": query},
            "outputs": to(true="m1", false="m2"),
        },
        model("m1", "end"),
        model("m2", "end"),
        END,
    )


FREE, STREAMED = by({"metadata.plan": "free"}), by({"body.stream": True})
ROWS = [row(created_at=float(900 - at), metadata={"plan": "free" if at % 2 else "pro"}) for at in range(120)]


def service(requests: Requests) -> RouteReplay:
    return RouteReplay(requests, lambda provider, name: None)


def test_the_last_rows_are_replayed_and_bodies_fetched_only_where_a_route_asks_them(run_async: Run) -> None:
    requests = Requests(ROWS)
    found = run_async(service(requests).of_journal(FREE, None, count=70, gateway="team", route="support"))
    assert found.rows == 70
    assert found.draft.answers == {"openai/m1": 35, "openai/m2": 35}
    assert requests.looked_into == 0
    assert requests.asked[0] == LogQuery("team", route="support")
    assert len(requests.asked) == 2
    both = run_async(service(requests).of_journal(FREE, STREAMED, count=500))
    assert requests.looked_into == both.rows == 120
    assert both.deployed is not None
    assert both.deployed.answers == {"openai/m1": 120}
    assert both.changed == 60


def test_rows_that_are_of_no_use_are_counted(run_async: Run) -> None:
    found = run_async(service(Requests(ROWS[:3], body=b"--form")).of_journal(STREAMED, None))
    assert found.rows == 0
    assert [(one.why, one.count) for one in found.unused] == [("its body is no JSON object", 3)]


def test_an_empty_journal_is_an_empty_replay(run_async: Run) -> None:
    found = run_async(service(Requests([])).of_journal(STREAMED, FREE))
    assert (found.rows, found.changed, found.draft.error_exposure) == (0, 0, 0.0)


def test_a_gateway_that_does_not_answer_is_said_as_such(run_async: Run) -> None:
    with pytest.raises(RequestFailed):
        run_async(service(Requests(ROWS, failing=True)).of_journal(STREAMED, None))


def test_a_file_is_replayed(run_async: Run, tmp_path: Path) -> None:
    rows = [
        {"id": str(at), "model": "m1", "provider": "openai", "metadata": {"plan": "free"}} for at in range(3)
    ]
    file = tmp_path / "export.jsonl"
    file.write_text("\n".join(map(json.dumps, [*rows, rows[0]])), encoding="utf-8")
    told: list[float] = []
    found = run_async(service(Requests([])).of_file(FREE, STREAMED, file, progress=told.append))
    assert found.rows == 3
    assert found.changed == 3
    assert [(one.why, one.count) for one in found.unused] == [("its id came before", 1)]


def test_a_file_that_is_not_there_or_too_large_is_refused(run_async: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        run_async(service(Requests([])).of_file(FREE, None, tmp_path / "none.json"))
    large = tmp_path / "large.json"
    large.write_text("[" + " " * 2000 + "]", encoding="utf-8")
    small = RouteReplay(Requests([]), lambda provider, name: None, most_bytes=1000)
    with pytest.raises(InvalidInput, match=r"large\.json is larger"):
        run_async(small.of_file(FREE, None, large))
