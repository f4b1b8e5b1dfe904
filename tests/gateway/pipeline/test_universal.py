"""The universal endpoint, through a real gateway to a provider on loopback."""

from __future__ import annotations

import threading

from tests.gateway.pipeline.desk import END, Desk, leg, model, start
from tests.gateway.pipeline.upstream import completion, refusal


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
