"""The whole way of a request, through a real gateway to a provider on loopback, and the row it leaves."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.pipeline.desk import COMPAT, END, MANAGE, Desk, leg, model, start
from tests.gateway.pipeline.upstream import FRAMES, Said, Upstream, completion, refusal, stream
from tests.gateway.wire import PLAIN as WORKERS_MODEL
from tests.gateway.wire import V1, running

TTL = {"cf-aig-cache-ttl": "600"}


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


# The cache


def test_a_second_request_is_answered_from_the_cache(desk: Desk) -> None:
    first, second = desk.ask(headers=TTL), desk.ask(headers={**TTL, "cf-aig-metadata": '{"user":"bob"}'})
    assert [answer.headers["cf-aig-cache-status"] for answer in (first, second)] == ["MISS", "HIT"]
    assert first.body == second.body
    assert second.headers["x-workbench-upstream"] == "cache"
    assert len(desk.upstream.asked) == 1
    row = desk.row(second)
    assert (row["cached"], row["cost"], row["tokens_in"]) == (True, 0, 10)
    assert row["workbench"]["attempts"] == []


def test_without_a_time_nothing_is_cached(desk: Desk) -> None:
    assert [desk.ask().headers["cf-aig-cache-status"] for _ in range(2)] == ["MISS", "MISS"]
    desk.set(cache_ttl=600)
    hits = [desk.ask("other").headers["cf-aig-cache-status"] for _ in range(2)]
    never = [
        desk.ask("other", headers={"cf-aig-cache-ttl": "0"}).headers["cf-aig-cache-status"] for _ in range(2)
    ]
    assert (hits, never) == (["MISS", "HIT"], ["MISS", "MISS"])


def test_a_cached_copy_can_be_passed_over_and_is_then_replaced(desk: Desk) -> None:
    desk.upstream.says(completion("old"), completion("new"))
    desk.ask(headers=TTL)
    fresh = desk.ask(headers={**TTL, "cf-aig-skip-cache": "true"})
    after = desk.ask(headers=TTL)
    assert fresh.headers["cf-aig-cache-status"] == "MISS"
    assert (after.headers["cf-aig-cache-status"], after.body) == ("HIT", fresh.body)


def test_a_custom_key_stands_for_any_request(desk: Desk) -> None:
    mine = {"cf-aig-cache-key": "mine"}
    first, second = desk.ask("one", headers=mine), desk.ask("two", model="groq/llama", headers=mine)
    assert second.headers["cf-aig-cache-status"] == "HIT"
    assert first.body == second.body
    assert desk.row(second)["workbench"]["cache_key"] == "mine"


def test_an_error_is_never_cached(desk: Desk) -> None:
    desk.upstream.says(refusal(400), completion())
    assert [desk.ask(headers=TTL).status for _ in range(2)] == [400, 200]


def test_a_finished_stream_is_replayed_as_a_stream(desk: Desk) -> None:
    desk.upstream.says(stream(), stream(*FRAMES[:1], cut=True))
    first, second = (desk.ask(stream=True, headers=TTL) for _ in range(2))
    assert (second.headers["cf-aig-cache-status"], second.body) == ("HIT", first.body)
    assert second.headers["transfer-encoding"] == "chunked"
    assert second.headers["content-type"] == "text/event-stream"
    assert desk.row(second)["tokens_out"] == 3


def test_a_stream_that_was_cut_is_not_kept(desk: Desk) -> None:
    desk.upstream.says(stream(*FRAMES[:1], cut=True), stream())
    with pytest.raises(http.client.IncompleteRead):
        desk.ask(stream=True, headers=TTL)
    assert desk.ask(stream=True, headers=TTL).headers["cf-aig-cache-status"] == "MISS"


def test_the_cache_outlives_the_gateway(tmp_path: Path, upstream: Upstream) -> None:
    for expected in ("MISS", "HIT"):
        with running(tmp_path, upstream=upstream.behind) as wire:
            answer = Desk(wire, upstream).ask(headers=TTL)
            assert answer.headers["cf-aig-cache-status"] == expected


def test_a_gateway_that_says_so_forgets_its_answers_when_it_is_changed(desk: Desk) -> None:
    desk.ask(headers=TTL)
    desk.set(collect_logs=True)
    assert desk.ask(headers=TTL).headers["cf-aig-cache-status"] == "HIT"
    desk.set(cache_invalidate_on_update=True)
    assert desk.ask(headers=TTL).headers["cf-aig-cache-status"] == "MISS"


def test_the_sandboxs_answers_are_not_taken_for_a_providers(desk: Desk) -> None:
    desk.wire.ask("PUT", "/workbench/providers", {"modes": {"openai": "sandbox"}})
    pretended = desk.ask(headers=TTL)
    assert pretended.headers["x-workbench-upstream"] == "sandbox"
    desk.wire.ask("PUT", "/workbench/providers", {"modes": {}})
    real = desk.ask(headers=TTL)
    assert (real.headers["x-workbench-upstream"], real.headers["cf-aig-cache-status"]) == ("server", "MISS")


def test_the_same_asked_at_once_is_sent_upstream_once(desk: Desk) -> None:
    go = threading.Event()
    desk.upstream.says(completion(before=go))
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(desk.ask, headers=TTL) for _ in range(4)]
        _until(lambda: desk.wire.ask("GET", "/workbench/status").json["requests"] == 4)
        go.set()
        bodies = {answer.result().body for answer in answers}
    assert len(bodies) == 1
    assert len(desk.upstream.asked) == 1
    assert sorted(answer.result().headers["cf-aig-cache-status"] for answer in answers) == ["HIT"] * 3 + [
        "MISS"
    ]
    assert len(desk.rows()) == 4


def test_requests_that_may_not_be_cached_are_never_joined(desk: Desk) -> None:
    go = threading.Event()
    desk.upstream.says(completion(before=go))
    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(desk.ask) for _ in range(2)]
        _until(lambda: len(desk.upstream.asked) == 2)
        go.set()
        assert [answer.result().status for answer in answers] == [200, 200]


# Limits and budgets


def test_a_full_gateway_says_which_limit_and_when_there_is_room(desk: Desk) -> None:
    desk.set(rate_limiting_interval=3600, rate_limiting_limit=2, rate_limiting_technique="sliding")
    assert [desk.ask().status for _ in range(2)] == [200, 200]
    refused = desk.ask()
    assert (refused.status, refused.json["error"][0]["code"], refused.json["name"]) == (
        429,
        2003,
        "AiGatewayError",
    )
    assert (
        "the gateway “default” takes 2 requests in 3600 seconds (sliding window)"
        in refused.json["error"][0]["message"]
    )
    assert 3590 <= int(refused.headers["retry-after"]) <= 3600
    assert len(desk.upstream.asked) == 2
    assert desk.row(refused)["status_code"] == 429
    rest = desk.wire.chat(path=V1, model="openai/gpt-4o")
    assert (rest.status, rest.json["errors"][0]["code"]) == (429, 2003)


def test_a_stored_key_may_have_a_limit_of_its_own(desk: Desk) -> None:
    base = f"http://127.0.0.1:{desk.upstream.port}/v1"
    desk.manage(
        "POST", "custom-providers", {"name": "Mine", "slug": "mine", "base_url": base, "enable": True}
    )
    key = {"provider_slug": "custom-mine", "alias": "default", "default_config": True, "secret": "sk-stored"}
    desk.manage(
        "POST", "gateways/default/provider_configs", {**key, "rate_limit": 1, "rate_limit_period": 3600}
    )
    first, second = (desk.ask(model="custom-mine/m") for _ in range(2))
    assert first.headers["x-workbench-upstream"] == "stored-key"
    assert desk.upstream.asked[0].headers["authorization"] == "Bearer sk-stored"
    assert second.status == 429
    assert "the stored key “default” of custom-mine" in second.json["error"][0]["message"]
    assert "retry-after" in second.headers


def test_a_spend_rule_is_booked_after_the_answer_and_refuses_the_next(desk: Desk) -> None:
    rule = {
        "id": "r1",
        "enabled": True,
        "limitType": "cost",
        "limit": 0.5,
        "window": 86400,
        "technique": "fixed",
    }
    rule["metadata"] = {"user": {"mode": "partition"}}
    desk.set(spend_limits={"enabled": True, "rules": [rule]})
    ann = {"cf-aig-custom-cost": '{"total_cost":0.6}', "cf-aig-metadata": '{"user":"ann"}'}
    assert desk.row(desk.ask(headers=ann))["cost"] == 0.6
    refused = desk.ask(headers=ann)
    assert refused.status == 429
    assert refused.json["error"] == {
        "message": "Spending limit exceeded",
        "bucket": "r1/user=ann",
        "spent": 0.6,
        "limit": 0.5,
    }
    assert "retry-after" in refused.headers
    assert desk.ask(headers={**ann, "cf-aig-metadata": '{"user":"bob"}'}).status == 200


# Attempts


def test_a_failed_attempt_is_repeated_as_the_headers_say(desk: Desk) -> None:
    desk.upstream.says(refusal(503), refusal(429), completion())
    answer = desk.ask(headers={"cf-aig-max-attempts": "3", "cf-aig-retry-delay": "1"})
    assert answer.status == 200
    attempts = desk.row(answer)["workbench"]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [503, 429, 200]
    assert [attempt["waited_ms"] for attempt in attempts] == [0, 1, 1]


def test_the_gateways_setting_repeats_where_no_header_does(desk: Desk) -> None:
    desk.set(retry_max_attempts=2, retry_delay=1, retry_backoff="constant")
    desk.upstream.says(refusal(500), completion())
    assert desk.ask().status == 200
    desk.upstream.says(refusal(500), completion())
    assert desk.ask(headers={"cf-aig-max-attempts": "1"}).status == 500


def test_a_slow_first_byte_is_an_error_for_a_direct_request(desk: Desk) -> None:
    never = threading.Event()
    desk.upstream.says(completion(before=never))
    answer = desk.ask(headers={"cf-aig-request-timeout": "30"})
    never.set()
    assert (answer.status, answer.json["error"][0]["code"]) == (504, 2005)
    assert "no first byte within 30 ms" in answer.json["error"][0]["message"]


def test_a_header_that_is_wrong_is_named(desk: Desk) -> None:
    answer = desk.ask(headers={"cf-aig-max-attempts": "many"})
    assert (answer.status, answer.json["error"][0]["code"]) == (400, 7001)
    assert "cf-aig-max-attempts" in answer.json["error"][0]["message"]
    assert desk.upstream.asked == []
    assert "cf-aig-max-attempts" in desk.row(answer)["workbench"]["error"]


# The universal endpoint


def test_the_first_leg_that_succeeds_answers_and_says_its_step(desk: Desk) -> None:
    desk.upstream.script = lambda asked, nth: completion() if asked.body["model"] == "good" else refusal(400)
    answer = desk.universal(leg("bad"), leg("good"), leg("never"))
    assert (answer.status, answer.headers["cf-aig-step"]) == (200, "1")
    row = desk.row(answer)
    assert (row["step"], row["model"]) == (1, "good")
    assert [attempt["status"] for attempt in row["workbench"]["attempts"]] == [400, 200]


def test_a_slow_leg_gives_way_to_the_next(desk: Desk) -> None:
    never = threading.Event()
    desk.upstream.script = lambda asked, nth: completion(
        before=never if asked.body["model"] == "slow" else None
    )
    answer = desk.universal(leg("slow", requestTimeout=30), leg("quick", requestTimeout=5000))
    never.set()
    assert (answer.status, answer.headers["cf-aig-step"]) == (200, "1")


def test_a_legs_own_options_hold_over_the_requests(desk: Desk) -> None:
    desk.upstream.says(refusal(500), refusal(500), refusal(500), completion())
    answer = desk.universal(
        leg(maxAttempts=3, retryDelay=1),
        leg(),
        headers={"cf-aig-max-attempts": "1", "cf-aig-retry-delay": "1"},
    )
    assert (answer.status, answer.headers["cf-aig-step"]) == (200, "1")
    assert len(desk.upstream.asked) == 4


def test_when_every_leg_fails_the_last_one_is_told(desk: Desk) -> None:
    desk.upstream.script = lambda asked, nth: refusal(400 if asked.body["model"] == "first" else 403)
    answer = desk.universal(leg("first"), leg("last"))
    assert (answer.status, answer.headers["cf-aig-step"]) == (403, "1")


def test_a_leg_may_be_a_route(desk: Desk) -> None:
    desk.route("cheap", start("m"), model("m", "small"), END)
    answer = desk.universal(leg("dynamic/cheap", provider="compat"))
    assert answer.status == 200
    assert answer.headers["cf-aig-model"] == "small"


# Routes


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
    assert "It answered with 500." in answer.json["error"][0]["message"]
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


# The journal


def test_a_request_may_leave_no_row_or_one_without_bodies(desk: Desk) -> None:
    silent = desk.ask(headers={"cf-aig-collect-log": "false"})
    assert "cf-aig-log-id" not in silent.headers
    bare = desk.ask(headers={"cf-aig-collect-log-payload": "false"})
    assert len(desk.rows()) == 1
    for part in ("request", "response"):
        kept = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs/{bare.headers['cf-aig-log-id']}/{part}")
        assert kept.body in (b"", b"null") or kept.status == 404


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
    _until(lambda: bool(desk.rows()))
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
        _until(lambda: bool(desk.upstream.asked))
    _until(lambda: bool(desk.rows()))
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
    _until(lambda: bool(desk.rows()))
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = desk.ask()
        assert answer.status == 200
        _until(lambda: warning() != "")
        other.execute("ROLLBACK")
    _until(lambda: warning() == "")
    assert desk.row(answer)["status_code"] == 200


def test_a_damaged_cache_is_put_aside(
    tmp_path: Path, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache.db").write_bytes(b"not a database at all, but long enough to look at" * 100)
    with running(tmp_path, upstream=upstream.behind) as wire:
        desk = Desk(wire, upstream)
        assert [desk.ask(headers=TTL).headers["cf-aig-cache-status"] for _ in range(2)] == ["MISS", "HIT"]
    assert (tmp_path / "cache.db.damaged").exists()
    assert "begins anew" in caplog.text


def test_a_provider_that_dies_again_and_again_costs_no_request_its_answer_or_its_row(desk: Desk) -> None:
    """64 clients, ten deaths: everybody gets an answer or a clear error, and there is exactly one row for each."""
    done = threading.Event()
    desk.upstream.script = lambda asked, nth: stream() if asked.body.get("stream") else completion()
    headers = {"cf-aig-max-attempts": "2", "cf-aig-retry-delay": "1"}

    def client(number: int) -> list[str]:
        ids = []
        while not done.is_set():
            try:
                answer = desk.ask(stream=number % 2 == 0, headers=headers)
            except (http.client.HTTPException, ConnectionError):
                ids.append("")  # cut in mid-stream: its row is there all the same
                continue
            assert answer.status in (200, 502), answer.body
            if answer.status == 502:
                assert answer.json["error"][0]["code"] == 2005
            ids.append(answer.headers["cf-aig-log-id"])
        return ids

    with ThreadPoolExecutor(64) as threads:
        clients = [threads.submit(client, number) for number in range(64)]
        for _ in range(10):
            time.sleep(0.03)
            desk.upstream.kill()
            time.sleep(0.02)
            desk.upstream.start()
        time.sleep(0.05)
        done.set()
        ids = [id for one in clients for id in one.result(30)]
    named = [id for id in ids if id]
    assert len(set(named)) == len(named)
    found = desk.wire.ask("GET", f"{MANAGE}gateways/default/logs?per_page=1").json["result_info"][
        "total_count"
    ]
    assert found == len(ids)


def _until(holds: Any) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)
