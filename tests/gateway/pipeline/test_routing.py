"""Routes that run, through a real gateway to a provider on loopback, and the traces they leave."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from tests.gateway.pipeline.desk import END, TTL, Desk, model, start
from tests.gateway.pipeline.upstream import FRAMES, Said, completion, refusal, stream
from tests.gateway.wire import V1


def test_a_route_decides_by_metadata_and_its_trace_says_why(desk: Desk) -> None:
    by_plan = {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
        "outputs": {"true": {"elementId": "small"}, "false": {"elementId": "large"}},
    }
    desk.route("plans", start("c"), by_plan, model("small", "mini"), model("large", "maxi"), END)
    free = {"cf-aig-metadata": '{"plan":"free"}', "x-workbench-trace": "true"}
    answer = desk.ask(model="dynamic/plans", headers=free)
    assert answer.headers["cf-aig-model"] == "mini"
    assert answer.headers["cf-aig-provider"] == "openai"
    assert desk.upstream.asked[-1].body["model"] == "mini"
    assert desk.ask(model="dynamic/plans").headers["cf-aig-model"] == "maxi"
    trace = desk.wire.ask("GET", f"/workbench/traces/{answer.headers['x-workbench-trace-id']}").json
    assert [(visit["element"], visit["port"]) for visit in trace["visits"]][1] == ("c", "true")
    assert (trace["route"], trace["answered"], trace["model"], trace["ended"]) == ("plans", True, "mini", "e")
    row = desk.row(answer)
    assert row["workbench"]["route"] == "plans"
    assert row["workbench"]["attempts"][0]["element"] == "plans/small"


def test_a_models_fallback_answers_in_its_place(desk: Desk) -> None:
    desk.route("safe", start("a"), model("a", "broken", otherwise="b", retries=1), model("b", "spare"), END)
    desk.upstream.script = lambda asked, nth: (
        refusal(503) if asked.body["model"] == "broken" else completion()
    )
    answer = desk.ask(model="dynamic/safe")
    assert (answer.status, answer.headers["cf-aig-model"]) == (200, "spare")
    attempts = desk.row(answer)["workbench"]["attempts"]
    assert [attempt["model"] for attempt in attempts] == ["broken", "broken", "spare"]


def test_a_stream_falls_back_before_its_first_byte_only(desk: Desk) -> None:
    desk.route("safe", start("a"), model("a", "broken", otherwise="b"), model("b", "spare"), END)
    desk.upstream.script = lambda asked, nth: (
        stream(cut=True) if asked.body["model"] == "broken" else stream()
    )
    with pytest.raises(http.client.IncompleteRead):
        desk.ask(model="dynamic/safe", stream=True)
    assert len(desk.upstream.asked) == 1


def test_a_stream_that_breaks_before_its_first_byte_falls_back(desk: Desk) -> None:
    desk.route("safe", start("a"), model("a", "broken", otherwise="b"), model("b", "spare"), END)
    silent = Said(pieces=(), headers={"content-type": "text/event-stream"}, cut=True)
    desk.upstream.script = lambda asked, nth: silent if asked.body["model"] == "broken" else stream()
    answer = desk.ask(model="dynamic/safe", stream=True)
    assert (answer.status, answer.headers["cf-aig-model"]) == (200, "spare")
    assert answer.body == b"".join(FRAMES)


def test_a_route_that_answers_nobody_names_the_element_it_ended_at(desk: Desk) -> None:
    desk.route("doomed", start("a"), model("a", "broken"), END)
    desk.upstream.says(refusal(500))
    answer = desk.ask(model="dynamic/doomed", headers={"x-workbench-trace": "true"})
    assert (answer.status, answer.json["error"][0]["code"]) == (400, 2005)
    assert "“doomed” ended at its element “e”" in answer.json["error"][0]["message"]
    assert "It answered with 500: not now" in answer.json["error"][0]["message"]
    trace = desk.wire.ask("GET", f"/workbench/traces/{answer.headers['x-workbench-trace-id']}").json
    assert trace["answered"] is False


def test_an_unknown_route_is_told_which_there_are(desk: Desk) -> None:
    desk.route("cheap", start("m"), model("m", "small"), END)
    for answer in (desk.ask(model="dynamic/nope"), desk.wire.chat(path=V1, model="dynamic/nope")):
        assert answer.status == 400
        assert b"2005" in answer.body
        assert "“cheap”" in answer.body.decode()


def rate(kind: str, limit: float) -> dict[str, Any]:
    return {
        "id": "r",
        "type": "rate",
        "properties": {"limitType": kind, "key": "metadata.user", "limit": limit, "window": 3600},
        "outputs": {"success": {"elementId": "large"}, "fallback": {"elementId": "small"}},
    }


@pytest.mark.parametrize(("kind", "limit"), [("count", 1), ("cost", 0.5)])
def test_a_limit_of_a_route_is_kept_for_each_value_of_its_key(desk: Desk, kind: str, limit: float) -> None:
    desk.route("fair", start("r"), rate(kind, limit), model("large", "maxi"), model("small", "mini"), END)

    def served(user: str) -> str:
        headers = {"cf-aig-metadata": json.dumps({"user": user}), "cf-aig-custom-cost": '{"total_cost":0.6}'}
        return desk.ask(model="dynamic/fair", headers=headers).headers["cf-aig-model"]

    assert [served("ann"), served("ann"), served("bob"), served("ann")] == ["maxi", "mini", "maxi", "mini"]


def test_an_overspent_model_of_a_route_gives_way_to_its_fallback(desk: Desk) -> None:
    rule = {
        "id": "r1",
        "enabled": True,
        "limitType": "cost",
        "limit": 0.5,
        "window": 86400,
        "technique": "fixed",
    }
    rule["model"] = {"mode": "filter", "values": ["openai/maxi"]}
    desk.set(spend_limits={"enabled": True, "rules": [rule]})
    desk.route("safe", start("a"), model("a", "maxi", otherwise="b"), model("b", "mini"), END)
    cost = {"cf-aig-custom-cost": '{"total_cost":0.6}'}
    served = [desk.ask(model="dynamic/safe", headers=cost).headers["cf-aig-model"] for _ in range(2)]
    assert served == ["maxi", "mini"]


def test_each_model_of_a_route_is_cached_and_the_route_decides_anew(desk: Desk) -> None:
    by_plan = {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
        "outputs": {"true": {"elementId": "small"}, "false": {"elementId": "large"}},
    }
    desk.route("plans", start("c"), by_plan, model("small", "mini"), model("large", "maxi"), END)
    free = {**TTL, "cf-aig-metadata": '{"plan":"free"}'}
    answers = [desk.ask(model="dynamic/plans", headers=headers) for headers in (free, TTL, free)]
    assert [answer.headers["cf-aig-model"] for answer in answers] == ["mini", "maxi", "mini"]
    assert [answer.headers["cf-aig-cache-status"] for answer in answers] == ["MISS", "MISS", "HIT"]
