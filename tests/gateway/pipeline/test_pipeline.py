"""The whole way of a request, through a real gateway to a provider on loopback, and the row it leaves."""

from __future__ import annotations

import json

from tests.gateway.pipeline.desk import MANAGE, TTL, Desk
from tests.gateway.pipeline.upstream import FRAMES, stream


def test_an_answer_passes_and_leaves_its_row(desk: Desk) -> None:
    answer = desk.ask(headers={"cf-aig-metadata": '{"user":"ann"}', "cf-aig-event-id": "mine"})
    assert answer.json["choices"][0]["message"]["content"] == "Hello"
    assert answer.headers["x-workbench-upstream"] == "server"
    row = desk.row(answer)
    assert (row["provider"], row["model"], row["status_code"], row["success"]) == (
        "openai",
        "gpt-4o",
        200,
        True,
    )
    assert (row["tokens_in"], row["tokens_out"], row["cached"], row["step"]) == (10, 5, False, 0)
    assert json.loads(row["metadata"]) == {"user": "ann"}
    assert row["event_id"] == "mine"
    assert row["workbench"]["upstream"] == "server"
    assert [attempt["status"] for attempt in row["workbench"]["attempts"]] == [200]
    asked = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs/{row['id']}/request")
    assert asked.json["messages"][0]["content"] == "hello"
    said = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs/{row['id']}/response")
    assert said.body == answer.body


def test_nothing_of_the_gateways_own_reaches_the_provider(desk: Desk) -> None:
    desk.ask(headers={"cf-aig-metadata": "{}", "cf-aig-authorization": "Bearer x", **TTL})
    assert not [name for name in desk.upstream.asked[0].headers if name.startswith("cf-")]
    assert "authorization" not in desk.upstream.asked[0].headers


def test_a_stream_passes_frame_by_frame_and_is_counted(desk: Desk) -> None:
    desk.upstream.says(stream())
    answer = desk.ask(stream=True)
    assert answer.body == b"".join(FRAMES)
    row = desk.row(answer)
    assert (row["tokens_in"], row["tokens_out"]) == (7, 3)
    assert row["workbench"]["first_byte_ms"] <= row["workbench"]["last_byte_ms"]
