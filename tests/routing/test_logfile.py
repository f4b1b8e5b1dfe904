"""Logs as they are exported, in the shapes in which they come."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.journal import LogRow
from workbench.routing.logfile import read_log
from workbench.routing.logged import Logged
from workbench.services.gateway_requests import as_csv, as_json

ROW: dict[str, Any] = {
    "id": "01",
    "created_at": "2026-11-22T14:30:00Z",
    "provider": "openai",
    "model": "gpt-4o-mini",
    "duration": 640,
    "success": True,
    "cached": False,
    "tokens_in": 12,
    "tokens_out": 30,
    "cost": 0.0004,
    "metadata": '{"plan": "free"}',
    "status_code": 200,
    "request_head": '{"headers": {"X-Team": "search"}}',
    "request_body": '{"messages": []}',
}


def only(content: str) -> Logged:
    log = read_log(content.encode())
    assert log.unused == {}
    (found,) = log.rows
    return found


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([ROW]),
        json.dumps(ROW),
        json.dumps(ROW) + "\n",
        "\ufeff" + json.dumps([ROW], indent=2),
        json.dumps({"success": True, "result": [ROW], "result_info": {"page": 1}}),
        json.dumps({"data": {"logs": [ROW]}}),
        json.dumps([{key.title().replace("_", " "): value for key, value in ROW.items()}]),
        json.dumps([{key.title().replace("_", ""): value for key, value in ROW.items()}]),
    ],
)
def test_a_row_is_found_in_every_shape(content: str) -> None:
    found = only(content)
    assert (found.id, found.model, found.tokens_in, found.cost) == ("01", "openai/gpt-4o-mini", 12, 0.0004)
    assert found.metadata == {"plan": "free"}
    assert found.body == {"messages": []}
    assert found.headers == {"X-Team": "search"}
    assert found.at == 1795357800
    assert found.tries[0].took_ms == 640


def test_csv_is_read_by_its_names() -> None:
    out = io.StringIO()
    lines = csv.DictWriter(out, [*ROW, "colour"])
    lines.writeheader()
    lines.writerow(ROW)
    found = only(out.getvalue())
    assert found.metadata == {"plan": "free"}
    assert found.tokens_out == 30


def test_what_this_window_exports_is_read() -> None:
    row = LogRow(
        "a", 1795357800.0, "default", provider="workers-ai", model="@cf/x", status_code=429, metadata={"n": 1}
    )
    for content in (as_json([row]), as_csv([row])):
        found = only(content)
        assert (found.id, found.model, found.status, found.metadata) == (
            "a",
            "workers-ai/@cf/x",
            429,
            {"n": 1},
        )
        assert found.tries[0].failed


def test_lines_that_are_broken_are_counted_and_the_rest_is_read() -> None:
    sealed = {"key": "k", "iv": "i", "data": "d"}
    lines = [
        json.dumps(ROW),
        '{"id": "02", "model"',
        json.dumps({**ROW, "id": "03", "metadata": "{"}),
        json.dumps({**ROW, "id": "04", "metadata": sealed}),
        json.dumps({**ROW, "id": "05", "request_body": "hello"}),
        json.dumps({"id": "06", "provider": "openai"}),
        json.dumps({**ROW, "id": "07", "path": "/v1/audio/speech"}),
        json.dumps(ROW),
        "7",
    ]
    log = read_log("\n".join(lines).encode())
    assert [row.id for row in log.rows] == ["01"]
    assert log.unused == {
        "it is no JSON object": 2,
        "its metadata cannot be read": 1,
        "its metadata is encrypted": 1,
        "its body is no JSON object": 1,
        "it asked no model": 1,
        "it is no chat": 1,
        "its id came before": 1,
    }


def test_a_body_that_is_encrypted_is_a_body_that_was_not_kept() -> None:
    assert (
        only(
            json.dumps([{**ROW, "RequestBody": None, "request_body": {"key": "", "iv": "", "data": ""}}])
        ).body
        is None
    )


def test_a_model_may_have_its_provider_before_it_already() -> None:
    assert only(json.dumps([{**ROW, "model": "openai/gpt-4o-mini"}])).model == "openai/gpt-4o-mini"


def test_a_failure_without_its_status_is_one_all_the_same() -> None:
    found = only(json.dumps([{**ROW, "status_code": None, "success": False}]))
    assert found.tries[0].failed


@pytest.mark.parametrize("content", ["", "[]", "hello", "a,b\n1,2\n", "[{", "{half", '{"result": []}'])
def test_what_is_no_log_is_refused(content: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_log(content.encode(), "export.json")
    assert "export.json" in caught.value.what


@given(st.binary(max_size=60) | st.text('[]{}",:\n\r idmodel0', max_size=60).map(str.encode))
def test_nothing_that_is_read_breaks_anything(content: bytes) -> None:
    try:
        log = read_log(content)
    except InvalidInput:
        return
    assert len(log.rows) + sum(log.unused.values()) > 0
