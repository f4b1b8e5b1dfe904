from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.management.desk import GATEWAY, Desk
from tests.storage.conftest import Loop
from workbench.gateway.management.management import MAX_BODY


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "gateways/default/nothing",
        "gateways/default/routes/a/b",
        "gateways/default/routes/a/versions/b/c",
        "routes",
    ],
)
def test_a_path_that_leads_nowhere_says_so(desk: Desk, path: str) -> None:
    told = desk.get(path)
    assert (told.status, told.code) == (404, 7000)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("gateways/default/datasets", "datasets"),
        ("gateways/default/evaluations/1", "evaluations"),
        ("evaluation-types", "evaluations"),
        ("billing/credit-balance", "billing"),
        ("gateways/default/policies", "policies"),
        ("gateways/default/custom-domains", "custom domains"),
    ],
)
def test_what_a_desk_does_not_have_is_named(desk: Desk, path: str, what: str) -> None:
    told = desk.get(path)
    assert (told.status, told.code) == (404, 7000)
    assert told.body["errors"][0]["message"].endswith(f"has no {what}")


def test_another_method_is_told_which_would_do(desk: Desk) -> None:
    told = desk.ask("PATCH", "gateways/default")
    assert told.status == 405
    assert told.headers[b"allow"] == b"GET, PUT, DELETE"


def test_head_is_answered_like_get(desk: Desk) -> None:
    assert desk.ask("HEAD", "gateways/default").body == desk.get("gateways/default").body


def test_a_slash_at_the_end_does_no_harm(desk: Desk) -> None:
    assert desk.get("gateways/").result == desk.get("gateways").result


@pytest.mark.parametrize("path", ["gateways//routes", "gateways/nowhere/logs", "gateways/nowhere/url/openai"])
def test_a_gateway_that_is_not_there_is_missing_before_anything_else(desk: Desk, path: str) -> None:
    told = desk.get(path)
    assert (told.status, told.code) == (404, 7002)


def test_logs_are_asked_for_with_what_follows_them(desk: Desk) -> None:
    assert desk.get("gateways/default/logs", "page=2").body == ["GET", "default", "", "page=2", ""]
    told = desk.ask("PATCH", "gateways/default/logs/7/request", b"x")
    assert told.body == ["PATCH", "default", "7/request", "", "x"]


def test_the_base_of_a_provider_is_on_this_desk(desk: Desk) -> None:
    assert desk.get("gateways/default/url/openai").result == "http://127.0.0.1:8787/v1/local/default/openai"
    assert desk.get("gateways/default/url/compat").result.endswith("/default/compat")
    desk.post("custom-providers", {"name": "Mine", "slug": "mine", "base_url": "http://127.0.0.1:1"})
    assert desk.get("gateways/default/url/custom-mine").result.endswith("/custom-mine")
    assert set(desk.get("gateways/default/url/custom-other").problems) == {"params.provider"}
    assert set(desk.get("gateways/default/url/nobody").problems) == {"params.provider"}


def test_a_body_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    assert desk.post("gateways", b" " * (MAX_BODY + 1)).status == 413


def test_a_locked_file_refuses_the_change_with_a_reason(desk: Desk) -> None:
    lock = desk.locked()
    told = desk.post("gateways", GATEWAY)
    assert (told.status, told.code) == (503, 8010)
    assert "busy" in told.body["errors"][0]["message"]
    assert desk.get("gateways/team").status == 404
    assert desk.get("gateways").status == 200
    lock.execute("ROLLBACK")
    lock.close()
    assert desk.post("gateways", GATEWAY).status == 200


def test_a_full_disk_refuses_the_change_and_keeps_what_was_there(desk: Desk) -> None:
    def no_more_room(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    desk.run(desk.database.read(no_more_room))
    told = desk.post("gateways", {**GATEWAY, "logpush_public_key": "x" * 900, "dlp": {"a": "x" * 500_000}})
    assert (told.status, told.code) == (503, 8010)
    assert "full" in told.body["errors"][0]["message"]
    assert [one["id"] for one in desk.get("gateways").result] == ["default"]
    desk.run(desk.database.read(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone()))
    assert desk.post("gateways", GATEWAY).status == 200


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        "id",
        "name",
        "elements",
        "workbench",
        "version_id",
        "slug",
        "base_url",
        "headers",
        "alias",
        "secret",
        "provider_slug",
    ]
)
BODIES = st.dictionaries(FIELDS, JSON, max_size=6).map(lambda body: {**GATEWAY, **body}) | JSON
STEPS = st.sampled_from(
    [
        "gateways",
        "default",
        "routes",
        "versions",
        "deployments",
        "provider_configs",
        "custom-providers",
        "url",
        "openai",
        "",
        "..",
        "\0",
    ]
)


@pytest.fixture(scope="module")
def any_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    loop = Loop(tmp_path_factory.mktemp("desk"))
    yield Desk(loop)
    loop.close()


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ÄTSCH"]),
    steps=st.lists(STEPS, max_size=6),
    query=st.text(max_size=20),
    body=BODIES.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=20),
)
def test_whatever_is_asked_is_answered_in_the_envelope(
    any_desk: Desk, method: str, steps: list[str], query: str, body: bytes
) -> None:
    told = any_desk.ask(method, "/".join(steps), body, query)
    assert told.status in (200, 400, 404, 405)
    assert told.body["success"] is (told.status == 200)
    if told.status != 200:
        assert all(isinstance(error["code"], int) and error["message"] for error in told.body["errors"])
    assert any_desk.configuration.gateway("default") is not None
