"""The logs API answers as the reference has it, whatever client asks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cloudflare import Cloudflare
from cloudflare.types.ai_gateway import LogGetResponse, LogListResponse

from tests.conftest import Run
from tests.gateway.journal.rows import opened, row
from workbench.domain.journal import AttemptRow, CostSource, LogRow
from workbench.gateway.journal.logs_api import LogsApi
from workbench.gateway.replies import Reply


@dataclass
class Client:
    api: LogsApi

    async def ask(self, method: str = "GET", tail: str = "", query: str = "", body: Any = None) -> Reply:
        sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.api.answer(method, "default", tail, query, sent)

    async def ids(self, query: str = "") -> list[str]:
        return [item["id"] for item in self.good(await self.ask(query=query))["result"]]

    async def get(self, log_id: str) -> Any:
        return self.good(await self.ask(tail=log_id))["result"]

    @staticmethod
    def good(reply: Reply) -> Any:
        body = json.loads(reply.body)
        assert reply.status == 200, body
        assert body["success"] is True
        return body

    async def refused(self, *asked: Any, **more: Any) -> tuple[str, list[Any]]:
        reply = await self.ask(*asked, **more)
        body = json.loads(reply.body)
        assert (reply.status, body["success"], body["result"]) == (400, False, None)
        (error,) = body["errors"]
        assert error["code"] == 7001
        return error["message"], error.get("path", [])


@asynccontextmanager
async def api(folder: Path, rows: Sequence[LogRow] = ()) -> AsyncIterator[Client]:
    journal = await opened(folder)
    for one in rows:
        journal.add(one)
    try:
        yield Client(LogsApi(journal))
    finally:
        await journal.aclose()


def filters(*given: tuple[str, str, Sequence[Any]]) -> str:
    """As the official SDK sends them."""
    named = [{"key": key, "operator": operator, "value": list(value)} for key, operator, value in given]
    return Cloudflare(api_token="x").qs.stringify({"filters": named})


FULL = row(
    id="full",
    created_at=1_700_000_000.25,
    path="chat/completions",
    metadata={"plan": "free", "seats": 3},
    tokens_in=7,
    tokens_out=9,
    cost=0.5,
    cost_source=CostSource.CUSTOM,
    model_type="Text Generation",
    request_type="provider",
    request_content_type="application/json",
    response_content_type="text/event-stream",
    request_head='{"accept":"*/*"}',
    request_body=b'{"a":1}',
    response_body=b"data: {}\n\n",
    request_size=7,
    response_size=10,
    attempts=(AttemptRow("openai", "gpt-4o-mini", 200, 0.0, 12.0),),
    route="by-plan",
    trace_id="t1",
)


def test_a_log_has_the_documented_fields(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with api(tmp_path, [FULL]) as client:
            (item,) = client.good(await client.ask())["result"]
            assert item | {"workbench": None} == {
                "id": "full",
                "created_at": "2023-11-14T22:13:20.250Z",
                "provider": "openai",
                "model": "gpt-4o-mini",
                "model_type": "Text Generation",
                "path": "chat/completions",
                "duration": 12,
                "success": True,
                "cached": False,
                "status_code": 200,
                "tokens_in": 7,
                "tokens_out": 9,
                "cost": 0.5,
                "custom_cost": True,
                "metadata": '{"plan":"free","seats":3}',
                "request_type": "provider",
                "request_content_type": "application/json",
                "response_content_type": "text/event-stream",
                "step": 0,
                "event_id": "",
                "feedback": None,
                "score": None,
                "workbench": None,
            }
            assert item["workbench"]["attempts"][0]["ended_ms"] == 12.0
            assert item["workbench"]["trace_id"] == "t1"
            whole = await client.get("full")
            assert whole["request_head"] == '{"accept":"*/*"}'
            assert (whole["request_head_complete"], whole["response_head_complete"]) == (True, False)
            assert (whole["request_size"], whole["response_size"]) == (7, 10)
            LogListResponse.model_validate(item, strict=False)
            LogGetResponse.model_validate(whole, strict=False)

    run_async(main())


def test_bodies_come_as_they_were(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with api(tmp_path, [FULL, row(id="bare")]) as client:
            request, response = await client.ask(tail="full/request"), await client.ask(tail="full/response")
            assert (request.status, request.body, dict(request.headers)[b"content-type"]) == (
                200,
                b'{"a":1}',
                b"application/json",
            )
            assert (response.body, dict(response.headers)[b"content-type"]) == (
                b"data: {}\n\n",
                b"text/event-stream",
            )
            assert (await client.ask(tail="bare/request")).status == 204

    run_async(main())


@pytest.mark.parametrize(
    ("method", "tail", "status", "code"),
    [
        ("GET", "none", 404, 7002),
        ("GET", "none/request", 404, 7002),
        ("PATCH", "none", 404, 7002),
        ("GET", "full/other", 404, 7000),
        ("POST", "", 405, 7000),
        ("DELETE", "full", 405, 7000),
        ("PUT", "full/request", 405, 7000),
    ],
)
def test_what_is_not_there_is_said_in_the_envelope(
    tmp_path: Path, run_async: Run, method: str, tail: str, status: int, code: int
) -> None:
    async def main() -> None:
        async with api(tmp_path, [FULL]) as client:
            reply = await client.ask(method, tail, body={} if method == "PATCH" else None)
            body = json.loads(reply.body)
            assert (reply.status, body["errors"][0]["code"], body["success"]) == (status, code, False)

    run_async(main())


def test_another_gateways_logs_are_not_shown_changed_or_deleted(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with api(tmp_path, [row(id="theirs", gateway="other")]) as client:
            assert await client.ids() == []
            assert (await client.ask(tail="theirs")).status == 404
            assert (await client.ask("PATCH", "theirs", body={"feedback": 1})).status == 404
            client.good(await client.ask("DELETE"))
            assert json.loads((await client.api.answer("GET", "other", "theirs", "", b"")).body)["success"]

    run_async(main())


def test_pages_and_their_facts(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        rows = [row(id=f"r{at:02}", created_at=float(at), cost=at / 10, tokens_in=at) for at in range(45)]
        async with api(tmp_path, rows) as client:
            body = client.good(await client.ask(query="page=2&per_page=20"))
            assert [item["id"] for item in body["result"]] == [f"r{at:02}" for at in range(24, 4, -1)]
            assert body["result_info"] == {"page": 2, "per_page": 20, "count": 20, "total_count": 45}
            info = client.good(await client.ask(query="meta_info=true&min_tokens_in=5&per_page=1"))[
                "result_info"
            ]
            assert info["total_count"] == 40
            assert (info["min_cost"], info["max_cost"]) == (0.5, 4.4)
            assert (info["min_total_tokens"], info["max_total_tokens"]) == (5, 44)
            assert {"min_duration", "max_duration", "min_tokens_in", "max_tokens_out"} <= info.keys()
            oldest = await client.ids("order_by=created_at&order_by_direction=asc&per_page=2")
            assert oldest == await client.ids("direction=asc&per_page=2") == ["r00", "r01"]

    run_async(main())


ROWS = (
    row(id="a", created_at=1e9, model="llama", cached=True, feedback=1, metadata={"plan": "free", "n": 7}),
    row(id="b", created_at=1e9 + 60, provider="groq", success=False, status_code=500, feedback=-1, cost=2.0),
    row(id="c", created_at=1e9 + 120, duration_ms=900.0, tokens_in=5, tokens_out=6, metadata={"plan": "paid", "free": True}),
)  # fmt: skip
FLAT = {
    "model=llama": "a",
    "provider=groq": "b",
    "success=false": "b",
    "success=true": "ca",
    "cached=true": "a",
    "cached=0": "cb",
    "feedback=1": "a",
    "feedback=0": "b",
    "start_date=2001-09-09T01:47:00Z": "cb",
    "end_date=2001-09-09T01:47:00": "a",
    "start_date=2001-09-09T03:47:30%2B02:00": "cb",
    "start_date=2001-09-09T03:47:30+02:00": "cb",
    "min_cost=1": "b",
    "max_duration=100": "ba",
    "min_total_tokens=11": "c",
    "max_total_tokens=10": "ba",
    "search=GROQ": "b",
    "search=paid": "c",
    "model=llama&provider=groq": "",
    "order_by=provider&direction=asc": "bac",
}
LISTS: Sequence[tuple[Sequence[tuple[str, str, Sequence[Any]]], str]] = (
    ([("model", "eq", ["llama"])], "a"),
    ([("model", "eq", ["llama", "gpt-4o-mini"])], "cba"),
    ([("model", "neq", ["llama"])], "cb"),
    ([("model", "contains", ["GPT"])], "cb"),
    ([("success", "eq", [False])], "b"),
    ([("duration", "gt", [100])], "c"),
    ([("cost", "lt", [3])], "b"),
    ([("tokens", "gt", [10])], "c"),
    ([("created_at", "gt", ["2001-09-09T01:47:00Z"])], "cb"),
    ([("model", "contains", ["gpt"]), ("success", "eq", [True])], "c"),
    ([("metadata.key", "eq", ["free"])], "c"),
    ([("metadata.value", "eq", ["free"])], "a"),
    ([("metadata.value", "gt", [6])], "a"),
    ([("metadata.key", "eq", ["plan"]), ("metadata.value", "eq", ["paid"])], "c"),
    ([("metadata.key", "eq", ["plan"]), ("metadata.value", "neq", ["paid"])], "ba"),
    ([("wholesale", "eq", [False])], "cba"),
    ([("wholesale", "eq", [True])], ""),
    ([("dlp_action", "neq", ["BLOCK"])], "cba"),
)


@pytest.mark.parametrize(("query", "expected"), FLAT.items())
def test_the_flat_query_finds(tmp_path: Path, run_async: Run, query: str, expected: str) -> None:
    async def main() -> None:
        async with api(tmp_path, ROWS) as client:
            assert "".join(await client.ids(query)) == expected

    run_async(main())


@pytest.mark.parametrize(("wanted", "expected"), LISTS)
def test_filters_find_in_whatever_form_they_are_sent(
    tmp_path: Path, run_async: Run, wanted: Sequence[tuple[str, str, Sequence[Any]]], expected: str
) -> None:
    named = [{"key": key, "operator": operator, "value": values} for key, operator, values in wanted]
    numbered = [
        f"filters[{at}]{form.format(name)}={quote(str(value))}"
        for form in ("[{}]", ".{}")
        for at, (key, operator, values) in enumerate(wanted)
        for name, value in (("key", key), ("operator", operator), *(("value", value) for value in values))
    ]
    half = len(numbered) // 2
    forms = [
        filters(*wanted),
        "&".join(numbered[:half]),
        "&".join(numbered[half:]),
        f"filters={quote(json.dumps(named))}",
        "&".join(f"filters[]={quote(json.dumps(one))}" for one in named),
    ]
    if all(len(values) == 1 for _, _, values in wanted):  # sorted by name, as some proxies do
        forms.append("&".join(sorted(filters(*wanted).split("&"), key=lambda pair: pair.split("=")[0])))

    async def main() -> None:
        async with api(tmp_path, ROWS) as client:
            for form in forms:
                assert "".join(await client.ids(form)) == expected, form

    run_async(main())


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("page=0", ["query", "page"]),
        ("per_page=51", ["query", "per_page"]),
        ("per_page=many", ["query", "per_page"]),
        ("success=perhaps", ["query", "success"]),
        ("min_cost=cheap", ["query", "min_cost"]),
        ("start_date=yesterday", ["query", "start_date"]),
        ("order_by=cost", ["query", "order_by"]),
        ("order_by_direction=up", ["query", "order_by_direction"]),
        ("filters={", ["query", "filters"]),
        ("filters=3", ["query", "filters"]),
        ("filters.key=nothing&filters.operator=eq&filters.value=1", ["query", "filters", 0, "key"]),
        ("filters.operator=eq&filters.value=1", ["query", "filters", 0, "key"]),
        ("filters.key=model&filters.value=1", ["query", "filters", 0, "operator"]),
        ("filters.key=model&filters.operator=gte&filters.value=1", ["query", "filters", 0, "operator"]),
        ("filters.key=model&filters.operator=eq", ["query", "filters", 0, "value"]),
        ("filters.key=cost&filters.operator=gt&filters.value=x", ["query", "filters", 0, "value"]),
        ("filters.key=success&filters.operator=gt&filters.value=true", ["query", "filters", 0, "value"]),
    ],
)
def test_a_query_that_cannot_be_is_refused_and_says_where(
    tmp_path: Path, run_async: Run, query: str, path: list[Any]
) -> None:
    async def main() -> None:
        async with api(tmp_path) as client:
            message, where = await client.refused(query=query)
            assert where == path
            assert message

    run_async(main())


def test_a_row_can_be_rated_and_tagged(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with api(tmp_path, [FULL]) as client:
            client.good(await client.ask("PATCH", "full", body={"feedback": -1, "score": 87.5}))
            found = await client.get("full")
            assert (found["feedback"], found["score"]) == (-1, 87.5)
            assert found["metadata"] == '{"plan":"free","seats":3}'
            client.good(await client.ask("PATCH", "full", body={"feedback": None, "metadata": {"a": True}}))
            found = await client.get("full")
            assert (found["feedback"], found["score"], found["metadata"]) == (None, 87.5, '{"a":true}')
            client.good(await client.ask("PATCH", "full", body={"metadata": None}))
            assert (await client.get("full"))["metadata"] == "{}"

    run_async(main())


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"feedback": 2}, ["body", "feedback"]),
        ({"feedback": True}, ["body", "feedback"]),
        ({"score": "high"}, ["body", "score"]),
        ({"metadata": [1]}, ["body", "metadata"]),
        ({"metadata": {"a": {"b": 1}}}, ["body", "metadata"]),
        (b"[", []),
        (b"", []),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(
    tmp_path: Path, run_async: Run, body: Any, path: list[Any]
) -> None:
    async def main() -> None:
        async with api(tmp_path, [FULL]) as client:
            before = await client.get("full")
            sent = {**body, "score": body.get("score", 1)} if isinstance(body, dict) else body
            _, where = await client.refused("PATCH", "full", body=sent)
            assert where == path
            assert await client.get("full") == before

    run_async(main())


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ""),
        ("limit=1", "cb"),
        ("limit=1&order_by=created_at&order_by_direction=desc", "ba"),
        (filters(("success", "eq", [True])), "b"),
        (filters(("model", "neq", ["llama"])) + "&limit=1&order_by=duration&order_by_direction=desc", "ba"),
    ],
)
def test_delete_takes_what_was_asked_for(tmp_path: Path, run_async: Run, query: str, left: str) -> None:
    async def main() -> None:
        async with api(tmp_path, ROWS) as client:
            assert client.good(await client.ask("DELETE", query=query))["success"] is True
            assert "".join(await client.ids()) == left

    run_async(main())


@pytest.mark.parametrize(
    "query", ["limit=0", "order_by=path", "filters.key=nothing&filters.operator=eq&filters.value=1"]
)
def test_a_delete_that_cannot_be_understood_deletes_nothing(
    tmp_path: Path, run_async: Run, query: str
) -> None:
    async def main() -> None:
        async with api(tmp_path, ROWS) as client:
            await client.refused("DELETE", query=query)
            assert len(await client.ids()) == 3

    run_async(main())


def test_a_journal_that_cannot_be_read_is_an_error_in_the_envelope(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        (tmp_path / "journal.db").write_bytes(b"not a database, but some other file" * 100)
        async with api(tmp_path) as client:
            reply = await client.ask()
            assert (reply.status, json.loads(reply.body)["success"]) == (500, False)
            assert b"not a readable database" in reply.body

    run_async(main())
