"""What is suggested while a route is written, and what never is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.conftest import Run
from workbench.domain.errors import WorkbenchError
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.models import Model
from workbench.services.gateway_requests import Details
from workbench.services.route_suggestions import (
    MOST_BODIES,
    MOST_VALUES,
    REQUEST,
    USUAL,
    RouteSuggestions,
    condition_problem,
    field_problem,
)


class Log:
    def __init__(self, rows: Sequence[LogRow] = ()) -> None:
        self.rows = tuple(rows)
        self.problem: BaseException | None = None
        self.looked_at: list[str] = []

    async def page(self, query: LogQuery, number: int) -> LogPage:
        return LogPage(self.rows, len(self.rows))

    async def details(self, row: LogRow) -> Details:
        self.looked_at.append(row.id)
        if self.problem is not None:
            raise self.problem
        return Details(row)


class Catalogue:
    problem: WorkbenchError | None = None

    async def load(self, target_id: str) -> tuple[Model, ...]:
        if self.problem is not None:
            raise self.problem
        return (Model("openai/gpt-4o"), Model("@cf/zai-org/glm-4.7-flash"), Model("google/gemini-2.5-flash"))


def row(
    id: str = "1",
    metadata: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    body: object = None,
    **more: Any,
) -> LogRow:
    return LogRow(
        id,
        1.0,
        "default",
        metadata=dict(metadata or {}),
        request_head=json.dumps({"headers": dict(headers or {})}),
        request_body=json.dumps(body).encode() if body is not None else None,
        **more,
    )


def learned(run_async: Run, *rows: LogRow) -> RouteSuggestions:
    found = RouteSuggestions(Log(rows), Catalogue())
    run_async(found.refresh())
    return found


def test_fields_come_from_metadata_headers_and_body(run_async: Run) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.2}
    found = learned(run_async, row(metadata={"plan": "free"}, headers={"CF-IPCountry": "DE"}, body=body))
    assert found.fields() == (
        "metadata.plan",
        "metadata.user_id",
        *sorted(REQUEST),
        "headers.cf-ipcountry",
        "body.messages.0.content",
        "body.messages.0.role",
        "body.model",
        "body.temperature",
    )
    assert found.values("headers.cf-ipcountry") == ("DE",)
    assert found.values("body.temperature") == ("0.2",)


def test_the_most_frequent_value_comes_first_and_nothing_counts_twice(run_async: Run) -> None:
    log = Log([row("1", {"plan": "free"}), row("2", {"plan": "paid"}), row("3", {"plan": "paid"})])
    found = RouteSuggestions(log, Catalogue())
    run_async(found.refresh())
    assert found.values("metadata.plan") == ("paid", "free")
    log.rows = (row("4", {"plan": "free"}), *log.rows)
    run_async(found.refresh())
    assert sorted(log.looked_at) == ["1", "2", "3", "4"]


def test_kinds_are_told_where_all_values_agree(run_async: Run) -> None:
    found = learned(
        run_async,
        row("1", {"seats": 3, "beta": True, "mixed": 1, "plan": "free"}),
        row("2", {"seats": 4.5, "beta": False, "mixed": "one"}),
    )
    kinds = [found.kind(f"metadata.{name}") for name in ("seats", "beta", "mixed", "plan", "other")]
    assert kinds == [float, bool, None, str, None]
    assert found.kind("request.has_image") is bool
    assert found.kind("request.prompt_tokens_estimate") is float


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "Cookie", "x-my-token", "x-session", "Host"])
def test_headers_with_credentials_are_never_suggested(run_async: Run, name: str) -> None:
    found = learned(run_async, row(headers={name: "sk-very-secret"}))
    assert [field for field in found.fields() if field.startswith("headers.")] == ["headers.cf-ipcountry"]


def test_values_that_are_called_like_a_credential_or_are_masked_are_not_suggested(run_async: Run) -> None:
    found = learned(
        run_async, row(metadata={"api_key": "sk-1", "plan": "••••"}, body={"password": "p", "user": "u"})
    )
    for field in ("metadata.api_key", "metadata.plan", "body.password"):
        assert field in found.fields()
        assert found.values(field) == ()
    assert found.values("body.user") == ("u",)


@pytest.mark.parametrize("value", ["Bearer abcdef", "sk-abcdef", "ghp_abcdef", "eyJhbGciOi.x.y", "AIzaSyA1"])
def test_what_looks_like_a_credential_is_not_suggested_under_any_name(run_async: Run, value: str) -> None:
    found = learned(
        run_async, row(metadata={"who": value}, headers={"x-team": value}, body={"user": value}), row("2")
    )
    assert {found.values(field) for field in ("metadata.who", "headers.x-team", "body.user")} == {()}


def test_long_values_and_too_many_are_left_out(run_async: Run) -> None:
    rows = [row(str(n), {"user": f"u{n}"}) for n in range(MOST_VALUES + 10)]
    found = learned(run_async, *rows, row("long", {"text": "x" * 200}))
    assert len(found.values("metadata.user")) == MOST_VALUES
    assert found.values("metadata.text") == ()


def test_few_bodies_are_looked_into(run_async: Run) -> None:
    log = Log([row(str(n)) for n in range(60)])
    run_async(RouteSuggestions(log, Catalogue()).refresh())
    assert log.looked_at == [str(n) for n in range(MOST_BODIES)]


def test_a_body_that_is_no_object_teaches_nothing(run_async: Run) -> None:
    found = learned(run_async, row(body=[1]), LogRow("2", 1.0, "default", request_body=b"{"))
    assert sorted(found.fields()) == sorted((*REQUEST, *USUAL))


def test_providers_begin_with_workers_ai_and_those_whose_models_are_known(run_async: Run) -> None:
    found = learned(run_async, row(provider="custom-mine"))
    assert found.providers()[:4] == ("workers-ai", "google-ai-studio", "google-vertex-ai", "openai")
    assert "custom-mine" in found.providers()


def test_models_are_told_by_the_providers_own_ids(run_async: Run) -> None:
    found = learned(run_async)
    assert found.models("openai") == ("gpt-4o",)
    assert found.models("workers-ai") == ("@cf/zai-org/glm-4.7-flash",)
    assert found.models("google-ai-studio") == ("gemini-2.5-flash",)
    assert found.models("nobody") == ()


@pytest.mark.parametrize(
    "problem", [WorkbenchError("No gateway."), ExceptionGroup("several", [WorkbenchError("No gateway.")])]
)
def test_what_fails_leaves_what_is_known(run_async: Run, problem: Exception) -> None:
    log, catalogue = Log([row("1", {"plan": "free"})]), Catalogue()
    found = RouteSuggestions(log, catalogue)
    run_async(found.refresh())
    log.problem, catalogue.problem = problem, WorkbenchError("No disk.")
    log.rows = (row("2", {"seat": "a"}),)
    run_async(found.refresh())
    assert found.models("openai") == ("gpt-4o",)
    assert found.values("metadata.plan") == ("free",)
    assert found.values("metadata.seat") == ("a",)


def test_a_bug_is_not_swallowed(run_async: Run) -> None:
    log = Log([row()])
    log.problem = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        run_async(RouteSuggestions(log, Catalogue()).refresh())


def test_problems_are_told_in_sentences() -> None:
    assert condition_problem({"metadata.plan": {"$eq": "free"}}) == ""
    assert condition_problem({"metadata.plan": {"$regex": "(a"}}).startswith("The pattern cannot be used")
    assert "metadata.…" in condition_problem({"plan": 1})
    assert field_problem("metadata.plan") == ""
    assert "is no field" in field_problem("plan")
