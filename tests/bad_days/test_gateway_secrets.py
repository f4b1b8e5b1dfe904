"""No key, whoever's, is in anything the gateway keeps, tells or prints: on success, on every failure, on a cut."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bad_days import hostile
from tests.bad_days.children import Child, child
from tests.bad_days.gateways import LOGS, MANAGE, THEIRS, rows
from tests.bad_days.hostile import Hostile, Manner
from tests.gateway.wire import BEARER, COMPAT, TOKEN, Wire

UPSTREAM, GATEWAY, STORED, HEADER, CALLER = (
    f"canary-{whose}-4e1d0c7d9b" for whose in ("upstream", "gateway", "stored", "header", "caller")
)
CANARIES = (TOKEN, UPSTREAM, GATEWAY, STORED, HEADER, CALLER)
NATIVE = "/v1/acc/default/"
CUSTOM = f"{NATIVE}custom-nearby/chat/completions"
ASK = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
MANNERS = (
    hostile.well, hostile.hangs_up, hostile.resets_in_the_head, hostile.promises_more_than_it_sends, hostile.redirects,
    hostile.answers_with_a_page, hostile.speaks_something_else, hostile.ends_the_stream_early, hostile.calls_a_page_json,
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile.hostile() as server:
        yield server


def prepare(wire: Wire, server: Hostile) -> None:
    custom = {"name": "c", "slug": "nearby", "base_url": f"{server.address}/v1", "enable": True,
              "headers": json.dumps({"x-secret": HEADER})}  # fmt: skip
    key = {"alias": "default", "default_config": True, "provider_slug": "custom-nearby", "secret": STORED}
    assert wire.ask("POST", f"{MANAGE}custom-providers", custom).status == 200
    assert wire.ask("POST", f"{MANAGE}gateways/default/provider_configs", key).status == 200
    route = [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "m"}}},
        {"id": "m", "type": "model", "properties": {"provider": "custom-nearby", "model": "m", "retries": 0, "timeout": 1000},
         "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}}},
        {"id": "e", "type": "end", "outputs": {}},
    ]  # fmt: skip
    made = wire.ask("POST", f"{MANAGE}gateways/default/routes", {"name": "mine", "elements": route})
    assert made.status == 200


def behind(server: Hostile, kind: str) -> dict[str, str]:
    tokens = {"api_token": UPSTREAM, "gateway_token": GATEWAY}
    if kind == "openai":
        return {"kind": kind, "base_url": f"{server.address}/v1", **tokens}
    bases = {"api_base": f"{server.address}/client/v4", "gateway_base": f"{server.address}/v1"}
    return {"kind": kind, "account": "acc", "gateway": "g", **bases, **tokens}


def requests(wire: Wire, *, stream: bool) -> Iterator[bytes]:
    """Every way in which a key comes along or is added; yields what was answered."""
    body = {**ASK, "stream": stream}
    leg = {"endpoint": "chat/completions", "query": body}
    with_key = {"authorization": f"Bearer {CALLER}", "cf-aig-authorization": f"Bearer {TOKEN}"}
    traced = {"x-workbench-trace": "true", "cf-aig-metadata": '{"team": "a"}'}
    yield ask(wire, COMPAT, {**body, "model": THEIRS}, {})
    yield ask(wire, COMPAT, {**body, "model": THEIRS}, with_key)
    yield ask(wire, COMPAT, {**body, "model": "dynamic/mine"}, traced)
    yield ask(wire, CUSTOM, body, {"cf-aig-max-attempts": "2", "cf-aig-cache-ttl": "60"})
    yield ask(wire, CUSTOM, body, with_key)
    yield ask(wire, f"{CUSTOM}?key={CALLER}&api_key={CALLER}", body, {})
    google = f"{NATIVE}google-ai-studio/v1beta/models/gemini-2.5-flash:generateContent?key={CALLER}"
    yield ask(wire, google, {"contents": [{"parts": [{"text": "Hello"}]}]}, {})
    yield ask(
        wire, f"{NATIVE}anthropic/v1/messages", {**body, "max_tokens": 9}, {"x-api-key": CALLER, **with_key}
    )
    legs = [
        {"provider": "custom-nearby", **leg, "headers": {"Authorization": f"Bearer {CALLER}"}},
        {
            "provider": "openai",
            **leg,
            "headers": {"authorization": f"Bearer {CALLER}", "x-goog-api-key": CALLER},
        },
        {"provider": "custom-nearby", **leg, "endpoint": f"chat/completions?key={CALLER}"},
    ]
    yield ask(wire, NATIVE.rstrip("/"), legs, {})
    yield ask(wire, NATIVE.rstrip("/"), [{**legs[0], "headers": {"authorization": [CALLER]}, "query": 5}], {})


def ask(wire: Wire, path: str, body: object, headers: dict[str, str]) -> bytes:
    try:
        answer = wire.ask("POST", path, body, headers, token="cf-aig-authorization" not in headers)
    except http.client.IncompleteRead as cut:
        return cut.partial
    return answer.body + str(answer.headers).encode()


def told(wire: Wire) -> bytes:
    """All that can be asked of it, over one connection: there is much."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", wire.port, timeout=20)) as line:

        def get(path: str) -> bytes:
            line.request("GET", path, headers=BEARER)
            return line.getresponse().read()

        pieces = [get(f"/workbench/{door}") for door in ("status", "providers", "faults")]
        pieces += [
            get(f"{MANAGE}{path}")
            for path in ("gateways", "custom-providers", "gateways/default/provider_configs")
        ]
        for row in rows(wire):
            pieces.append(json.dumps(row).encode())
            pieces += [get(f"{LOGS}/{row['id']}{part}") for part in ("", "/request", "/response")]
            if trace := row["workbench"]["trace_id"]:
                pieces.append(get(f"/workbench/traces/{trace}"))
    return b"\n".join(pieces)


class Feed(threading.Thread):
    """Reads the feed until the gateway ends."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(name="feed")
        self._wire = wire
        self.lines: list[bytes] = []
        self.reads = threading.Event()

    def run(self) -> None:
        with (
            self._wire.open("GET", "/workbench/feed") as feed,
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            while line := feed.readline():
                self.lines.append(line)
                self.reads.set()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def misbehave(gateway: Child, server: Hostile, kind: str, manners: tuple[Manner, ...]) -> bytes:
    wire = gateway.wire
    answered = [wire.ask("PUT", "/workbench/upstream", behind(server, kind)).body]
    for server.manner in manners:
        for stream in (False, True):
            server.go_on()
            answered += requests(wire, stream=stream)
    refused = {**behind(server, "openai"), "api_token": f"{UPSTREAM}\n"}
    answered.append(wire.ask("PUT", "/workbench/upstream", refused).body)
    answered.append(wire.ask("GET", f"/nowhere?token={TOKEN}").body)
    return b"\n".join(answered)


@pytest.mark.parametrize("kind", ["openai", "cloudflare"])
def test_no_key_is_kept_told_or_printed(server: Hostile, tmp_path: Path, kind: str) -> None:
    with child(tmp_path) as gateway:
        prepare(gateway.wire, server)
        feed = Feed(gateway.wire)
        feed.start()
        feed.reads.wait(10)
        answered = misbehave(gateway, server, kind, MANNERS)
        found = told(gateway.wire)
        kept_running = files(tmp_path)
        code, printed = gateway.ended()
        feed.join(10)
        everything = {
            "answers": answered,
            "doors": found,
            "output": printed.encode(),
            "feed": b"".join(feed.lines),
            **{f"{path}, running": data for path, data in kept_running.items()},
            **files(tmp_path),
        }
    assert (code, printed) == (0, "")
    assert sum(path.endswith((".db", ".db-wal")) for path in everything) >= 3
    assert found.count(b'"success": false') > 20, "it was meant to go wrong"
    sent = {name: value for asked in server.asked for name, value in asked.headers.items()}
    assert sent["x-secret"] == HEADER, "the keys were in use"
    leaks = [
        (place, canary)
        for place, data in everything.items()
        for canary in CANARIES
        if canary.encode() in data
    ]
    assert leaks == []
