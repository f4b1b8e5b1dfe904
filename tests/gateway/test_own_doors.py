"""The gateway's own doors: modes, feed, traces. (Status, upstream and faults: test_handlers.)"""

from __future__ import annotations

import json

from tests.gateway.wire import COMPAT, Wire


def test_modes_are_set_and_told(own: Wire) -> None:
    told = own.ask("PUT", "/workbench/providers", {"modes": {"openai": "caller-key", "*": "sandbox"}})
    assert told.json["modes"] == {"openai": "caller-key", "*": "sandbox"}
    assert told.json["providers"]["openai"] == "caller-key"
    assert own.ask("GET", "/workbench/providers").json == told.json
    assert own.ask("GET", "/workbench/status").json["modes"] == told.json["modes"]
    assert own.ask("PUT", "/workbench/providers", {"modes": {"openai": "maybe"}}).status == 400
    assert own.ask("PUT", "/workbench/providers", {"modes": {"nobody": "sandbox"}}).status == 400
    assert own.ask("PUT", "/workbench/providers", {"modes": ["openai"]}).status == 400
    assert own.ask("GET", "/workbench/providers").json == told.json


def test_the_feed_tells_each_request_as_it_ends(own: Wire) -> None:
    with own.open("GET", "/workbench/feed") as feed:
        assert feed.getheader("content-type") == "text/event-stream"
        answer = own.chat(path=COMPAT, model="openai/gpt-4o")
        line = b""
        while not line.startswith(b"data:"):
            line = feed.readline()
        assert json.loads(line[5:])["id"] == answer.headers["cf-aig-log-id"]


def test_a_trace_that_is_not_there_is_404(own: Wire) -> None:
    assert own.ask("GET", "/workbench/traces/nothing").status == 404
