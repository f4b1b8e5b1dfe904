"""What is kept of a request, however it ends, through a real gateway to a provider on loopback."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.gateway.pipeline.desk import COMPAT, MANAGE, TTL, Desk, until
from tests.gateway.pipeline.upstream import FRAMES, Upstream, completion, refusal, stream
from tests.gateway.wire import PLAIN as WORKERS_MODEL
from tests.gateway.wire import V1, running


def test_a_request_may_leave_no_row_or_one_without_bodies(desk: Desk) -> None:
    silent = desk.ask(headers={"cf-aig-collect-log": "false"})
    assert "cf-aig-log-id" not in silent.headers
    bare = desk.ask(headers={"cf-aig-collect-log-payload": "false"})
    assert len(desk.rows()) == 1
    for part in ("request", "response"):
        kept = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs/{bare.headers['cf-aig-log-id']}/{part}")
        assert kept.body in (b"", b"null") or kept.status == 404


def test_the_row_of_a_failure_says_it_in_the_providers_words(desk: Desk) -> None:
    desk.upstream.says(refusal(429), completion(), refusal(503))
    recovered = desk.row(desk.ask(headers={"cf-aig-max-attempts": "2"}))["workbench"]
    assert [attempt["error"] for attempt in recovered["attempts"]] == ["It answered with 429: not now", ""]
    assert recovered["error"] == ""
    assert desk.row(desk.ask())["workbench"]["error"] == "not now"


def test_without_bodies_a_failure_is_told_by_its_status_alone(desk: Desk) -> None:
    desk.upstream.says(refusal(503))
    row = desk.row(desk.ask(headers={"cf-aig-collect-log-payload": "false"}))["workbench"]
    assert row["error"] == row["attempts"][0]["error"] == "It answered with 503."


def test_a_request_past_the_gateway_has_no_gateway_headers_and_still_a_row(desk: Desk) -> None:
    answer = desk.wire.chat(path=V1, model=WORKERS_MODEL, headers=TTL)
    assert answer.status == 200
    assert not [name for name in answer.headers if name.startswith("cf-aig-")]
    assert answer.headers["x-workbench-upstream"] == "server"
    through = desk.wire.chat(path=V1, model=WORKERS_MODEL, headers={"cf-aig-gateway-id": "default"})
    assert through.headers["cf-aig-log-id"] == desk.rows()[0]["id"]


def test_a_row_never_holds_a_key(desk: Desk) -> None:
    answer = desk.ask(headers={"x-api-key": "sk-canary-55", "cf-aig-authorization": "Bearer canary"})
    assert "canary" not in json.dumps(desk.row(answer))


def test_a_client_that_leaves_in_mid_stream_ends_the_call_and_the_row_says_so(desk: Desk) -> None:
    never = threading.Event()
    desk.upstream.says(stream(between=never))
    body = {"model": "openai/gpt-4o", "stream": True, "messages": []}
    with desk.wire.open("POST", COMPAT.format(gateway="default"), body) as reply:
        assert reply.read(5) == b"data:"
    assert desk.upstream.gone.wait(10)
    never.set()
    until(lambda: bool(desk.rows()))
    (row,) = desk.rows()
    assert (row["workbench"]["client_gone"], row["success"]) == (True, False)


def test_a_client_that_leaves_before_the_answer_ends_the_call_too(desk: Desk) -> None:
    go = threading.Event()
    desk.upstream.says(completion(before=go))
    body = json.dumps({"model": "openai/gpt-4o", "messages": []}).encode()
    with socket.create_connection(("127.0.0.1", desk.wire.port)) as connection:
        head = f"POST {COMPAT.format(gateway='default')} HTTP/1.1\r\nHost: 127.0.0.1:{desk.wire.port}\r\n"
        head += f"Authorization: Bearer {desk.wire.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        until(lambda: bool(desk.upstream.asked))
    until(lambda: bool(desk.rows()))
    go.set()
    (row,) = desk.rows()
    assert row["workbench"]["client_gone"] is True
    assert row["workbench"]["attempts"][0]["error"] == "It was given up."


def test_an_answer_cut_by_the_provider_is_cut_and_told(desk: Desk) -> None:
    desk.upstream.says(stream(*FRAMES[:1], cut=True))
    with pytest.raises(http.client.IncompleteRead) as read:
        desk.ask(stream=True)
    assert read.value.partial == FRAMES[0]
    (row,) = desk.rows()
    assert (row["success"], row["workbench"]["client_gone"]) == (False, False)
    assert row["workbench"]["error"] == "The answer broke off in the middle."


def test_a_gateway_that_stops_writes_the_rows_of_what_it_ends(tmp_path: Path, upstream: Upstream) -> None:
    never = threading.Event()
    upstream.says(stream(between=never))
    body = {"model": "openai/gpt-4o", "stream": True, "messages": []}
    with (
        running(tmp_path, upstream=upstream.behind) as wire,
        wire.open("POST", COMPAT.format(gateway="default"), body) as reply,
    ):
        reply.read(5)
        wire.stop()
        with pytest.raises(http.client.IncompleteRead):
            reply.read()
    never.set()
    with running(tmp_path) as wire:
        (row,) = Desk(wire, upstream).rows()
    assert row["workbench"]["error"] == "The gateway was stopped."
    assert row["workbench"]["client_gone"] is False


def test_a_journal_that_is_locked_holds_up_nobody_and_is_told(desk: Desk, tmp_path: Path) -> None:
    def warning() -> str:
        told: str = desk.wire.ask("GET", "/workbench/status").json["journal"]["warning"]
        return told

    desk.ask()
    until(lambda: bool(desk.rows()))
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = desk.ask()
        assert answer.status == 200
        until(lambda: warning() != "")
        other.execute("ROLLBACK")
    until(lambda: warning() == "")
    assert desk.row(answer)["status_code"] == 200
