"""What a log comes to on a draft and on what is deployed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.routes.samples import END, model, route_of, shares, start
from tests.routing.populated import a_dollar, routes
from tests.routing.test_odds import condition, rate
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.routing.logged import Logged, Tried
from workbench.routing.population import TokenPrice
from workbench.routing.replay import Replay, replay
from workbench.routing.sticky import position


def request(id: str, plan: str = "free", at: float = 0.0, **more: Any) -> Logged:
    return Logged(id, at, {"plan": plan, "user": id}, {}, {}, tokens_in=1000, tokens_out=0, **more)


def by_plan(plan: str) -> Route:
    return route_of(
        start("c"),
        condition("c", {"metadata.plan": plan}, "small", "large"),
        model("small", "end", "large"),
        model("large", "end"),
        END,
    )


PRICES = {"small": TokenPrice(1, 2), "large": TokenPrice(10, 20)}


def replayed(rows: Sequence[Logged], draft: Route, deployed: Route | None = None, **more: Any) -> Replay:
    return replay(rows, draft, deployed, lambda provider, name: PRICES.get(name), **more)


def test_both_sides_are_told_with_the_requests_that_change() -> None:
    rows = [request("1", "free"), request("2", "pro"), request("3", "team")]
    found = replayed(rows, by_plan("pro"), by_plan("free"))
    assert found.rows == 3
    assert found.deployed is not None
    assert found.draft.answers == {"openai/large": 2, "openai/small": 1}
    assert found.deployed.answers == {"openai/large": 2, "openai/small": 1}
    assert found.draft.cost_usd == pytest.approx(0.021)
    assert found.changed == 2
    first, second = found.changes
    assert (first.id, first.before, first.after) == ("1", "openai/small", "openai/large")
    assert first.why_before == "metadata.plan is free, so $eq free is true"
    assert first.why_after == "metadata.plan is free, so $eq pro is false"
    assert (second.id, second.before, second.after) == ("2", "openai/large", "openai/small")
    assert found.draft.wires["c", "true"] == 1
    assert found.caveats == ()


def test_a_model_does_for_a_request_what_it_did_then() -> None:
    failed = request("1", tries=(Tried("openai/small", 429, 100.0), Tried("openai/large", 200, 900.0)))
    fine = request("2", tries=(Tried("openai/small", 200, 300.0),))
    found = replayed([failed, fine], by_plan("free"))
    assert found.draft.answers == {"openai/large": 1, "openai/small": 1}
    assert found.draft.errors == 0
    assert found.draft.exposed == 2  # both ways ask the model that failed once
    assert found.draft.error_exposure == 1
    assert found.draft.expected_failures == pytest.approx(0.5 + 0.5)
    assert found.draft.mean_ms == pytest.approx(((200 + 900) + 200) / 2)
    assert found.deployed is None


def test_what_fails_without_a_fallback_is_an_error() -> None:
    row = request("1", "pro", tries=(Tried("openai/large", 500),))
    found = replayed([row], by_plan("free"))
    assert found.draft.errors == 1
    assert found.draft.answers == {}


def test_the_cost_is_the_logs_where_the_same_model_answers_and_unknown_without_a_price() -> None:
    paid = request("1", model="openai/small", cost=7.0)
    assert replayed([paid], by_plan("free")).draft.cost_usd == 7.0
    unknown = replay([request("2")], by_plan("free"), None, lambda provider, name: None)
    assert (unknown.draft.cost_usd, unknown.draft.unpriced) == (0.0, 1)


def limited(limit: float, **more: Any) -> Route:
    more = {"key": "metadata.plan", "window": 60, **more}
    return route_of(
        start("r"),
        rate("r", limit, "large", "small", **more),
        model("large", "end"),
        model("small", "end"),
        END,
    )


def test_limits_count_by_the_times_of_the_log() -> None:
    rows = [request(str(at), at=at) for at in (0, 10, 20, 30, 61, 70)]
    assert replayed(rows, limited(2)).draft.answers == {"openai/large": 4, "openai/small": 2}
    sliding = limited(2, technique="sliding")
    assert replayed(rows, sliding).draft.answers == {"openai/large": 4, "openai/small": 2}
    close = [request(str(at), at=at) for at in (50, 55, 61, 65, 112)]
    assert replayed(close, limited(2)).draft.answers == {"openai/large": 4, "openai/small": 1}
    assert replayed(close, sliding).draft.answers == {"openai/large": 3, "openai/small": 2}


def test_a_budget_is_charged_with_what_the_answers_cost() -> None:
    rows = [request(str(at), at=at) for at in range(5)]
    found = replayed(rows, limited(0.02, limitType="cost"))
    assert found.draft.answers == {"openai/small": 3, "openai/large": 2}


def split(share: str, **sidecar: Any) -> Route:
    ports = shares({share: "small", "else": "large"})
    return route_of(
        start("p"),
        {"id": "p", "type": "percentage", "outputs": ports},
        model("small", "end"),
        model("large", "end"),
        END,
        **sidecar,
    )


def test_both_routes_see_the_same_dice() -> None:
    rows = [request(str(number)) for number in range(400)]
    same = replayed(rows, split("30%"), split("30%"))
    assert same.changed == 0
    more = replayed(rows, split("40%"), split("30%"))
    assert {(one.before, one.after) for one in more.changes} == {("openai/large", "openai/small")}
    assert 20 < more.changed < 65


def test_a_sticky_split_places_users_where_it_always_does() -> None:
    sticky = split("30%", workbench={"sticky": {"p": "metadata.user"}})
    rows = [request(str(number)) for number in range(50)]
    found = replayed(rows, sticky)
    small = sum(position("r", "p", row.id) < 0.3 for row in rows)
    assert found.draft.answers["openai/small"] == small


def test_what_was_not_logged_is_told() -> None:
    route = route_of(
        start("c"),
        condition("c", {"body.stream": True, "headers.x": "y"}, "m1", "m1"),
        model("m1", "end"),
        END,
    )
    found = replayed([Logged("1"), request("2")], route)
    assert len(found.caveats) == 2
    assert all(caveat.startswith("1 of 2 ") for caveat in found.caveats)


def test_it_tells_how_far_it_is_and_stops_when_told() -> None:
    rows = [request(str(number)) for number in range(1200)]
    told: list[float] = []
    found = replayed(rows, by_plan("free"), progress=told.append, unused={"it asked no model": 3})
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert [(one.why, one.count) for one in found.unused] == [("it asked no model", 3)]
    asked = iter([False, True])
    assert replayed(rows, by_plan("free"), should_stop=lambda: next(asked)).rows == 500


def test_a_route_that_cannot_run_is_refused() -> None:
    with pytest.raises(RouteError, match="no start"):
        replayed([request("1")], Route("r", ()))


@given(routes(), routes(), st.lists(st.sampled_from(["free", "pro", ""]), max_size=8))
@settings(max_examples=60)
def test_every_request_is_answered_or_an_error_on_both_sides(
    draft: Route, deployed: Route, plans: list[str]
) -> None:
    rows = [request(str(number), plan, at=float(number)) for number, plan in enumerate(plans)]
    found = replay(rows, draft, deployed, a_dollar)
    assert found.deployed is not None
    for side in (found.draft, found.deployed):
        assert sum(side.answers.values()) + side.errors == len(rows) == side.requests
    assert found.changed == len(found.changes)
    assert all(one.before != one.after for one in found.changes)
    assert replay(rows, draft, draft, a_dollar).changed == 0
