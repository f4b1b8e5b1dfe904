"""The way an answer took, asked for at the real own doors, and what was sent for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gateway.journal.rows import row, trace
from tests.services.local_gateway import Here, Local, local_gateway
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.routes.trace import Trace
from workbench.domain.targets import Connection
from workbench.services.route_proof import request_from
from workbench.services.route_ways import RouteWays, sent_request, trace_id_of

ASKED = Exchange(
    "x",
    1.0,
    "POST",
    "http://127.0.0.1:8787/v1/local/default/compat/chat/completions",
    (
        ("CF-AIG-Authorization", "Bearer ••••"),
        ("cf-aig-metadata", '{"plan": "free"}'),
        ("X-Tenant", "acme"),
    ),
    b'{"model": "dynamic/by-plan", "messages": [{"role": "user", "content": "hi"}]}',
    200,
    (("X-Workbench-Trace-Id", "t1"),),
)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with local_gateway(tmp_path) as made:
        yield made


def test_the_way_of_an_answer_is_found_by_its_header(local: Local) -> None:
    async def add() -> None:
        local.journal.add(row(trace_id="t1"), trace("t1"))

    local.run(add())
    found = local.run(RouteWays(Here(), local.client).of(ASKED))
    assert found is not None
    assert (found.id, found.route, found.model) == ("t1", "by-plan", "gpt-4o-mini")
    assert [(visit.element, visit.port) for visit in found.visits] == [("c", "true")]


def test_a_way_that_is_not_kept_is_none(local: Local) -> None:
    assert local.run(RouteWays(Here(), local.client).of(ASKED)) is None


def test_an_answer_without_a_way_asks_nobody(local: Local) -> None:
    plain = replace(ASKED, response_headers=(("content-type", "text/event-stream"),))
    assert trace_id_of(plain) == ""
    assert local.run(RouteWays(Here(), local.client).of(plain)) is None
    assert local.asked == []


def test_a_gateway_that_does_not_answer_is_told(local: Local) -> None:
    class Dead:
        async def trace(self, connection: Connection, trace_id: str) -> Trace | None:
            raise RequestFailed(
                "The local gateway does not answer.", failure=Failure.CONNECT, maker=Maker.GATEWAY
            )

    with pytest.raises(RequestFailed, match="does not answer"):
        local.run(RouteWays(Here(), Dead()).of(ASKED))


def test_what_was_sent_is_told_as_a_route_sees_it() -> None:
    sent = sent_request(ASKED)
    assert sent == {
        "headers": {"cf-aig-authorization": "Bearer ••••", "x-tenant": "acme"},
        "metadata": {"plan": "free"},
        "body": json.loads(ASKED.request_body),
    }
    request = request_from(sent)
    assert (request.metadata, request.headers["x-tenant"]) == ({"plan": "free"}, "acme")
    assert request.body["model"] == "dynamic/by-plan"


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_body_or_metadata_that_is_no_object_is_empty(body: bytes) -> None:
    odd = replace(ASKED, request_body=body, request_headers=(("cf-aig-metadata", "[1"),))
    assert sent_request(odd) == {"headers": {}, "metadata": {}, "body": {}}
