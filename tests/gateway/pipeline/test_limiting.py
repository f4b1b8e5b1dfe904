"""Rate limits, budgets and attempts, through a real gateway to a provider on loopback."""

from __future__ import annotations

import threading

from tests.gateway.pipeline.desk import Desk
from tests.gateway.pipeline.upstream import completion, refusal
from tests.gateway.wire import V1


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
