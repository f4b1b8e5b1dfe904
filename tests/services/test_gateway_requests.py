"""The journal as the window reads it, against the real logs API and the real own doors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from tests.gateway.journal.rows import row, trace
from tests.services.local_gateway import ADDRESS, HERE, Here, Local, local_gateway
from workbench.client.gateway_logs import FeedEvent, Missed
from workbench.domain.errors import RequestFailed
from workbench.domain.journal import AttemptRow, CostSource, LogRow
from workbench.domain.log_query import ANY_ROUTE, Ended, LogQuery
from workbench.domain.secret import Secret
from workbench.services.gateway_requests import Details, GatewayRequests, as_csv, as_json, headers_in
from workbench.services.gateway_settings import NEW
from workbench.services.snippets import Language, languages, snippet


class Feed:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def feed(self, address: str, token: Secret, since: str = "") -> AsyncGenerator[FeedEvent, None]:
        self.asked.append((address, since))
        yield Missed(3)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as made:
        yield made


def requests(local: Local, *rows: LogRow) -> GatewayRequests:
    async def add() -> None:
        for one in rows:
            local.journal.add(one)

    local.run(add())
    return GatewayRequests(Here(), local.client, Feed())


ROWS = (
    row(id="ok", created_at=1.0, model="gpt-4o-mini"),
    row(id="routed", created_at=2.0, route="by-plan", provider="workers-ai", metadata={"plan": "free"}),
    row(id="cached", created_at=3.0, cached=True, upstream="cache", cost=0.0, cost_source=CostSource.CACHED),
    row(id="limited", created_at=4.0, status_code=429, success=False, error="The limit is spent."),
    row(id="bad", created_at=5.0, status_code=400, success=False),
    row(id="broken", created_at=6.0, status_code=502, success=False),
    row(id="elsewhere", created_at=7.0, gateway="team"),
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (LogQuery(), ["broken", "bad", "limited", "cached", "routed", "ok"]),
        (LogQuery("default", text="by-PLAN"), ["routed"]),
        (LogQuery("default", text="free"), ["routed"]),
        (LogQuery(ended=Ended.OK), ["cached", "routed", "ok"]),
        (LogQuery(ended=Ended.FAILED), ["broken", "bad", "limited"]),
        (LogQuery(ended=Ended.LIMITED), ["limited"]),
        (LogQuery(ended=Ended.CALLER_ERROR), ["bad"]),
        (LogQuery(ended=Ended.SERVER_ERROR), ["broken"]),
        (LogQuery(provider="workers-ai"), ["routed"]),
        (LogQuery(route=ANY_ROUTE), ["routed"]),
        (LogQuery(route="by-plan"), ["routed"]),
        (LogQuery(route="another"), []),
        (LogQuery(cached=True), ["cached"]),
        (LogQuery(cached=False, ended=Ended.OK), ["routed", "ok"]),
        (LogQuery(until=3.0), ["routed", "ok"]),
        (LogQuery(without=("bad", "ok")), ["broken", "limited", "cached", "routed"]),
    ],
)
def test_the_gateway_finds_what_a_live_row_would_be_let_through_for(
    local: Local, query: LogQuery, ids: list[str]
) -> None:
    found = local.run(requests(local, *ROWS).page(query, 1))
    assert [one.id for one in found.rows] == ids
    assert found.total == len(ids)
    assert sorted(one.id for one in ROWS if query.holds(one)) == sorted(ids)


def test_a_row_comes_back_as_the_journal_has_it(local: Local) -> None:
    attempts = (AttemptRow("openai", "m", 500, 0.0, 1.5, 2.0, "by-plan/m", "It broke."),)
    stored = row(
        id="full",
        created_at=1_700_000_000.25,
        duration_ms=12.0,
        upstream="sandbox",
        tokens_in=7,
        tokens_out=9,
        tokens_estimated=True,
        cost=0.5,
        cost_source=CostSource.CUSTOM,
        metadata={"plan": "free", "n": 1},
        attempts=attempts,
        route="by-plan",
        trace_id="t",
        error="Odd.",
        feedback=-1,
        score=40.0,
    )
    assert local.run(requests(local, stored).page(LogQuery(), 1)).rows == (stored,)


def test_details_have_heads_bodies_and_the_way_through_the_route(local: Local) -> None:
    stored = row(
        id="one",
        route="by-plan",
        trace_id="t",
        path="chat/completions",
        request_head='{"authorization":"Bearer ••••","content-type":"application/json"}',
        response_head='{"cf-aig-step":"0"}',
        request_body=b'{"model":"dynamic/by-plan"}',
        response_body=b"\x00\xff",
    )

    async def add() -> None:
        local.journal.add(stored, trace("t"))

    desk = requests(local)
    local.run(add())
    details = local.run(desk.details(stored))
    assert (details.row.request_body, details.row.response_body) == (stored.request_body, b"\x00\xff")
    assert details.trace == trace("t")
    assert ("authorization", "Bearer ••••") in headers_in(details.row.request_head)
    code = snippet(details.exchange, Language.CURL)
    assert f"{ADDRESS}/v1/local/default/compat/chat/completions" in code
    assert "$GATEWAY_TOKEN" in code


def test_a_body_that_was_not_kept_makes_no_code(local: Local) -> None:
    stored = row(id="one")
    details = local.run(requests(local, stored).details(stored))
    assert details.row.request_body is None
    assert details.trace is None
    assert languages(details.exchange) == ()


@pytest.mark.parametrize(
    ("body", "route", "path"),
    [
        (b'{"model":"openai/gpt-5"}', "", "compat/chat/completions"),
        (b'{"model":"dynamic/x"}', "x", "compat/chat/completions"),
        (b'{"model":"gpt-5"}', "", "openai/responses"),
        (b"\xff", "", "openai/responses"),
    ],
)
def test_code_is_for_the_door_the_request_came_through(body: bytes, route: str, path: str) -> None:
    details = Details(row(request_body=body, route=route, path="responses"), None, ADDRESS)
    assert details.exchange.url == f"{ADDRESS}/v1/local/default/{path}"


def test_a_row_that_is_gone_is_told_as_such(local: Local) -> None:
    with pytest.raises(BaseExceptionGroup) as raised:
        local.run(requests(local).details(row(id="gone", trace_id="t")))
    failed = raised.value.exceptions[0]
    assert isinstance(failed, RequestFailed)
    assert (failed.status, failed.what) == (404, "This is not there any more.")


def test_what_an_answer_was_worth_is_kept(local: Local) -> None:
    stored = row(id="one")
    desk = requests(local, stored)
    local.run(desk.rate(stored, feedback=1, score=80.5))
    (found,) = local.run(desk.page(LogQuery(), 1)).rows
    assert (found.feedback, found.score) == (1, 80.5)
    local.run(desk.rate(stored, feedback=None, score=None))
    (found,) = local.run(desk.page(LogQuery(), 1)).rows
    assert (found.feedback, found.score) == (None, None)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (LogQuery(), set()),
        (LogQuery(ended=Ended.FAILED), {"ok", "routed", "cached"}),
        (LogQuery(text="by-plan"), {"ok", "cached", "limited", "bad", "broken"}),
        (LogQuery(text="nowhere"), {"ok", "routed", "cached", "limited", "bad", "broken"}),
    ],
)
def test_only_what_was_looked_for_is_deleted(local: Local, query: LogQuery, left: set[str]) -> None:
    desk = requests(local, *ROWS)
    local.run(local.client.create_gateway(HERE, {**NEW, "id": "team"}))
    local.run(desk.delete(query))
    assert {one.id for one in local.run(desk.page(LogQuery(), 1)).rows} == left
    assert local.run(desk.page(LogQuery("team"), 1)).total == 1


def test_many_rows_that_hold_a_text_are_deleted_page_by_page(local: Local) -> None:
    desk = requests(local, *(row(id=f"id{at}", error="spent") for at in range(120)), row(id="kept"))
    local.run(desk.delete(LogQuery(text="spent")))
    assert [one.id for one in local.run(desk.page(LogQuery(), 1)).rows] == ["kept"]


def test_everything_found_is_exported_across_pages(local: Local) -> None:
    desk = requests(local, *(row(id=f"id{at}", metadata={"at": at}) for at in range(70)))
    rows = local.run(desk.export(LogQuery()))
    assert len(rows) == 70
    told = json.loads(as_json(rows))
    assert {one["id"] for one in told} == {f"id{at}" for at in range(70)}
    table = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert {one["metadata"] for one in table} == {f'{{"at": {at}}}' for at in range(70)}


def test_a_table_cell_is_never_a_formula() -> None:
    (cells,) = csv.DictReader(io.StringIO(as_csv([row(error="=cmd()", model="+1", success=True)])))
    assert (cells["error"], cells["model"], cells["success"]) == ("'=cmd()", "'+1", "true")


def test_a_question_goes_through_the_unified_door(local: Local) -> None:
    local.run(requests(local).ask("dynamic/x", "Hi", gateway="team", metadata={"plan": "free"}))
    (sent,) = local.questions
    assert sent.url.path == "/v1/local/team/compat/chat/completions"
    assert json.loads(sent.content) == {"model": "dynamic/x", "messages": [{"role": "user", "content": "Hi"}]}
    assert json.loads(sent.headers["cf-aig-metadata"]) == {"plan": "free"}


def test_the_feed_is_that_of_the_running_gateway(local: Local) -> None:
    feed = Feed()
    desk = GatewayRequests(Here(), local.client, feed)

    async def read() -> list[FeedEvent]:
        return [event async for event in desk.feed("mark")]

    assert local.run(read()) == [Missed(3)]
    assert feed.asked == [(ADDRESS, "mark")]


@pytest.mark.parametrize("head", [None, "", "no json", "[1]"])
def test_a_head_that_cannot_be_read_has_no_headers(head: str | None) -> None:
    assert headers_in(head) == ()
