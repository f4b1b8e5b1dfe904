from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.management.desk import GATEWAY, Desk
from workbench.gateway.management.answers import Refused
from workbench.gateway.management.fields import Fields
from workbench.gateway.management.gateways import gateway_document, read_gateway


def with_(**changes: Any) -> dict[str, Any]:
    return {**GATEWAY, **changes}


def test_the_default_gateway_is_listed_before_anything_was_made(desk: Desk) -> None:
    told = desk.get("gateways")
    assert told.body["result_info"] == {"page": 1, "per_page": 20, "count": 1, "total_count": 1}
    (default,) = told.result
    assert default["id"] == "default"
    assert default["is_default"] is True
    assert default["authentication"] is True
    assert datetime.fromisoformat(default["created_at"]).year > 2000


def test_a_gateway_is_made_and_told_back(desk: Desk) -> None:
    made = desk.post(
        "gateways", with_(cache_ttl=300, rate_limiting_interval=60, rate_limiting_limit=100)
    ).result
    assert desk.get("gateways/team").result == made
    assert (made["cache_ttl"], made["rate_limiting_limit"], made["is_default"]) == (300, 100, False)
    found = desk.configuration.wanted_gateway("team")
    assert (found.cache_ttl, found.rate_limiting_interval, found.cache_invalidate_on_update) == (
        300,
        60,
        True,
    )


def test_every_field_with_a_local_meaning_reaches_the_settings_and_comes_back(desk: Desk) -> None:
    fields = {
        "authentication": False, "byok_only": True, "cache_ttl": None, "collect_logs": False, "log_management": 20_000,
        "log_management_strategy": "STOP_INSERTING", "rate_limiting_technique": "sliding", "retry_backoff": "linear",
        "retry_delay": 5000, "retry_max_attempts": 5, "rate_limiting_interval": None, "rate_limiting_limit": None,
        "workbench": {"cache_streams": False, "coalesce": False, "collect_payloads": False},
    }  # fmt: skip
    made = desk.post("gateways", with_(**fields)).result
    assert {name: made[name] for name in fields} == fields
    found = desk.configuration.wanted_gateway("team")
    assert (found.delete_oldest_logs, found.retry_delay_ms, found.coalesce) == (False, 5000, False)


def test_documented_fields_without_a_local_meaning_are_kept_and_said_to_be_idle(desk: Desk) -> None:
    fields = {
        "dlp": {"enabled": True, "action": "BLOCK", "profiles": ["p"]},
        "guardrails": {"prompt": {"S1": "BLOCK"}, "response": {}},
        "logpush": False,
        "log_classification": True,
        "store_id": None,
        "workers_ai_billing_mode": "unified",
        "zdr": True,
    }
    told = desk.post("gateways", with_(**fields))
    assert {name: told.result[name] for name in fields} == fields
    assert desk.get("gateways/team").result["guardrails"] == fields["guardrails"]
    (message,) = told.body["messages"]
    assert "dlp, guardrails, zdr" in message["message"]
    assert "logpush" not in message["message"]


def test_keys_of_collectors_are_not_kept(desk: Desk) -> None:
    otel = [
        {
            "url": "https://u:canary@c/?api_key=canary",
            "headers": {"Authorization": "canary"},
            "authorization": "ref",
        }
    ]
    told = desk.post(
        "gateways", with_(otel=otel, stripe={"authorization": "canary", "usage_events": []})
    ).result
    assert list(told["otel"][0]["headers"]) == ["Authorization"]
    assert told["otel"][0]["authorization"] == "ref"
    desk.run(desk.database.aclose())
    files = [path for path in desk.run.path.parent.iterdir() if path.is_file()]
    assert b"canary" not in b"".join(path.read_bytes() for path in files)


def test_required_fields_are_named_all_at_once(desk: Desk) -> None:
    problems = desk.post("gateways", {}).problems
    assert set(problems) == {f"body.{name}" for name in GATEWAY}
    assert set(problems.values()) == {"Required"}
    assert len(desk.configuration.gateways()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cache_ttl", 59),
        ("cache_ttl", 2_678_401),
        ("cache_ttl", -1),
        ("cache_ttl", "300"),
        ("cache_ttl", True),
        ("cache_ttl", 60.5),
        ("collect_logs", "yes"),
        ("collect_logs", 1),
        ("rate_limiting_limit", -1),
        ("rate_limiting_limit", 5),
        ("rate_limiting_technique", "burst"),
        ("rate_limiting_technique", 7),
        ("retry_max_attempts", 0),
        ("retry_max_attempts", 6),
        ("retry_delay", 60_001),
        ("retry_backoff", "random"),
        ("log_management", 9_999),
        ("log_management_strategy", "KEEP"),
        ("dlp", []),
        ("otel", {}),
        ("otel", [1]),
        ("zdr", "on"),
        ("workbench", 1),
        ("spend_limits", []),
        ("id", ""),
        ("id", "a/b"),
        ("id", "x" * 65),
        ("id", "späti"),
        ("id", 7),
        ("id", "team\n"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_nothing_is_made(
    desk: Desk, field: str, value: Any
) -> None:
    (path,) = desk.post("gateways", with_(**{field: value})).problems
    assert path.startswith(f"body.{field}") or (field, path) == (
        "rate_limiting_limit",
        "body.rate_limiting_interval",
    )
    assert len(desk.configuration.gateways()) == 1


def test_the_message_says_what_would_do(desk: Desk) -> None:
    problems = desk.post("gateways", with_(cache_ttl=5, retry_max_attempts=9)).problems
    assert problems == {
        "body.cache_ttl": "Expected 0, or a whole number from 60 to 2678400",
        "body.retry_max_attempts": "Expected a whole number from 1 to 5",
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(desk: Desk, body: bytes) -> None:
    assert set(desk.post("gateways", body).problems) == {"body"}


def test_unknown_fields_are_ignored(desk: Desk) -> None:
    assert "colour" not in desk.post("gateways", with_(colour="red")).result


def test_a_field_that_was_nearly_hit_is_not_ignored(desk: Desk) -> None:
    told = desk.post("gateways", with_(spendLimits={"rules": []}, **{"cache-ttl": 60}))
    assert told.problems == {
        "body.spendLimits": "Unknown; did you mean spend_limits?",
        "body.cache-ttl": "Unknown; did you mean cache_ttl?",
    }


def test_a_gateway_that_exists_is_not_made_again(desk: Desk) -> None:
    problems = desk.post("gateways", with_(id="default")).problems
    assert "exists already" in problems["body.id"]


def test_a_put_replaces_everything(desk: Desk) -> None:
    made = desk.post("gateways", with_(retry_max_attempts=3, dlp={"enabled": False})).result
    put = desk.ask(
        "PUT", "gateways/team", {name: value for name, value in GATEWAY.items() if name != "id"}
    ).result
    assert (put["retry_max_attempts"], "dlp" in put) == (None, False)
    assert put["created_at"] == made["created_at"] < put["modified_at"]


def test_what_was_told_may_be_put_back(desk: Desk) -> None:
    limits = {
        "rules": [{"limit": 1, "limitType": "cost", "window": 60, "metadata": {"u": {"mode": "partition"}}}]
    }
    made = desk.post(
        "gateways", with_(spend_limits=limits, otel=[{"url": "https://c/", "headers": {"a": "b"}}])
    ).result
    put = desk.ask("PUT", "gateways/team", made).result
    assert {**put, "modified_at": ""} == {**made, "modified_at": ""}


def test_a_put_does_not_rename(desk: Desk) -> None:
    desk.post("gateways", GATEWAY)
    assert set(desk.ask("PUT", "gateways/team", with_(id="other")).problems) == {"body.id"}


def test_the_default_gateway_can_be_changed_but_not_deleted(desk: Desk) -> None:
    desk.ask("PUT", "gateways/default", with_(id="default", cache_ttl=60))
    assert desk.configuration.wanted_gateway("default").cache_ttl == 60
    assert "cannot be deleted" in desk.ask("DELETE", "gateways/default").problems["body.id"]
    assert desk.get("gateways/default").result["cache_ttl"] == 60


def test_a_deleted_gateway_is_told_once_more_and_gone(desk: Desk) -> None:
    made = desk.post("gateways", GATEWAY).result
    assert desk.ask("DELETE", "gateways/team").result == made
    for method in ("GET", "PUT", "DELETE"):
        told = desk.ask(method, "gateways/team", GATEWAY)
        assert (told.status, told.code) == (404, 7002)


def test_the_list_is_searched_and_paged(desk: Desk) -> None:
    for number in range(5):
        desk.post("gateways", with_(id=f"Team-{number}"))
    told = desk.get("gateways", "search=team&page=2&per_page=2")
    assert [one["id"] for one in told.result] == ["Team-2", "Team-3"]
    assert told.body["result_info"] == {"page": 2, "per_page": 2, "count": 2, "total_count": 5}
    behind = desk.get("gateways", "page=9")
    assert behind.result == []
    assert behind.body["result_info"]["total_count"] == 6


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=a", "per_page=101", "per_page=1e3", "page=" + "9" * 5000]
)
def test_a_page_that_cannot_be_is_refused(desk: Desk, query: str) -> None:
    assert set(desk.get("gateways", query).problems) == {f"query.{query.partition('=')[0]}"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([
    *GATEWAY, "authentication", "byok_only", "dlp", "guardrails", "log_management", "log_management_strategy", "logpush",
    "otel", "rate_limiting_technique", "retry_backoff", "retry_delay", "retry_max_attempts", "spend_limits", "stripe",
    "store_id", "workbench", "zdr",
])  # fmt: skip


@given(changes=st.dictionaries(NAMES, JSON, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_read_or_refused_and_what_is_read_reads_the_same_again(changes: dict[str, Any]) -> None:
    with suppress(Refused):
        read = read_gateway(Fields(with_(**changes)), "team")
        told = json.loads(json.dumps(gateway_document(read)))
        try:
            again = read_gateway(Fields(told), "team")
        except Refused as refused:
            raise AssertionError("what was told is refused") from refused
        assert again == read
