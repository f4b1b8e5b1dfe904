"""A route asks for attempts, is told outcomes, and ends; the trace says which way it went and why."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.routes.samples import API, END, model, route_of, shares, start, to
from tests.routing.runs import FAILED, NOBODY, OK, Counting, rolls, run, way
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import ModelCall, Percentage, Route, Start
from workbench.domain.routes.errors import RouteError
from workbench.routing.engine import Attempt, LimitKey, Outcome, compile_route
from workbench.routing.facts import Facts
from workbench.routing.sticky import position

ROUTE = read_route(API).route
FREE = Facts({"plan": "free", "user_id": "u1"}, {}, {})
PAID = Facts({"plan": "paid"}, {}, {})


def split(outputs: dict[str, str], sticky: str = "") -> Route:
    element = {"id": "p", "type": "percentage", "outputs": shares(outputs)}
    sidecar = {"sticky": {"p": sticky}} if sticky else {}
    return route_of(start("p"), element, model("a", "end"), model("b", "end"), END, workbench=sidecar)


def limited(success: str = "a", fallback: str = "b", **properties: Any) -> Route:
    given = {"limitType": "count", "key": "metadata.user_id", "limit": 2, "window": 60, **properties}
    outputs = {port: target for port, target in (("success", success), ("fallback", fallback)) if target}
    element = {"id": "r", "type": "rate", "properties": given, "outputs": shares(outputs)}
    return route_of(start("r"), element, model("a", "end", "end"), model("b", "end", "end"), END)


def test_a_model_that_answers_ends_the_route() -> None:
    attempts, ending = run(ROUTE, FREE)
    assert attempts == [Attempt("m1", "openai", "gpt-4o-mini", 60000, 4)]
    assert (ending.answered, ending.element, ending.by) == (True, "e", "m1")
    assert way(ending.visits()) == [
        ("s", "next"),
        ("c", "true"),
        ("r", "success"),
        ("m1", "success"),
        ("e", ""),
    ]


def test_a_model_that_fails_is_followed_by_its_fallback() -> None:
    attempts, ending = run(ROUTE, FREE, [FAILED, OK])
    assert [attempt.element for attempt in attempts] == ["m1", "m2"]
    assert (ending.answered, ending.by) == (True, "m2")
    assert ending.visits()[3].why == "openai/gpt-4o-mini failed: overloaded"


def test_when_all_models_fail_nobody_has_answered() -> None:
    attempts, ending = run(ROUTE, FREE, [FAILED, FAILED])
    assert (ending.answered, ending.element, ending.by) == (False, "e", "")
    assert ending.visits()[-1].why == "No model has answered, so an error goes out"


def test_the_end_gives_the_last_answer_there_was() -> None:
    route = route_of(start("a"), model("a", "b", "end"), model("b", "end", "end"), END)
    attempts, ending = run(route, NOBODY, [OK, FAILED])
    assert [attempt.element for attempt in attempts] == ["a", "b"]
    assert (ending.answered, ending.by) == (True, "a")


def test_an_answer_that_leads_nowhere_is_an_answer() -> None:
    _, ending = run(route_of(start("a"), model("a")))
    assert (ending.answered, ending.element, ending.by) == (True, "a", "a")
    assert "leads nowhere" in ending.visits()[-1].why


def test_a_failure_that_leads_nowhere_ends_the_route() -> None:
    _, ending = run(route_of(start("a"), model("a", "end"), END), outcomes=[FAILED])
    assert (ending.answered, ending.element) == (False, "a")
    assert way(ending.visits())[-1] == ("a", "")


def test_a_way_without_a_model_ends_unanswered() -> None:
    attempts, ending = run(route_of(start("end"), END))
    assert attempts == []
    assert (ending.answered, ending.element) == (False, "end")
    _, ending = run(route_of({"id": "start", "type": "start"}))
    assert (ending.answered, ending.element, way(ending.visits())) == (False, "start", [("start", "")])


@pytest.mark.parametrize(
    ("roll", "taken"),
    [(0.0, "10%"), (0.0999, "10%"), (0.1, "50%"), (0.5999, "50%"), (0.6, "else"), (0.999, "else")],
)
def test_dice_choose_a_share(roll: float, taken: str) -> None:
    _, ending = run(ROUTE, PAID, dice=rolls(roll))
    assert way(ending.visits())[2] == ("p", taken)


def test_shares_that_leave_something_out_end_the_route_there_and_say_so() -> None:
    attempts, ending = run(split({"30%": "a", "60%": "b"}), dice=rolls(0.934))
    assert attempts == []
    assert (ending.answered, ending.element) == (False, "p")
    assert (
        ending.visits()[-1].why
        == "The dice fell on 93.40, beyond the 90 % that are shared out, and there is no else"
    )


def test_shares_that_make_a_hundred_but_for_rounding_leave_nothing_out() -> None:
    attempts, _ = run(split({"33.3%": "a", "33.30%": "a", "33.4%": "b"}), dice=rolls(0.99999999999))
    assert [attempt.element for attempt in attempts] == ["b"]


def test_a_sticky_split_chooses_by_the_value_and_rolls_no_dice() -> None:
    route = split({"50%": "a", "else": "b"}, "metadata.user_id")
    for user in ("u1", "u2", 42):
        attempts, ending = run(route, Facts({"user_id": user}, {}, {}))
        assert attempts[0].element == ("a" if position("r", "p", str(user)) < 0.5 else "b")
        assert "metadata.user_id always stands at" in ending.visits()[1].why
        assert ending.visits()[1].saw["metadata.user_id"] == user


def test_a_sticky_split_without_its_value_rolls_dice_and_says_so() -> None:
    _, ending = run(split({"50%": "a", "else": "b"}, "metadata.user_id"), dice=rolls(0.7))
    assert ending.visits()[1].why == (
        "metadata.user_id names nobody, so dice decided: they fell on 70.00, which is beyond the shares, so else"
    )


def test_a_limit_has_a_bucket_for_each_value() -> None:
    limits, route = Counting(), limited()
    taken = [
        run(route, Facts({"user_id": user}, {}, {}), limits=limits)[0][0].element
        for user in (1, 1, 1, 2, "1")
    ]
    assert taken == ["a", "a", "b", "a", "b"]
    assert LimitKey("r", "r", "1") in limits.used


def test_a_limit_that_is_reached_says_so() -> None:
    _, ending = run(limited(limit=0, fallback=""), Facts({"user_id": "u1"}, {}, {}))
    assert (ending.answered, ending.element) == (False, "r")
    visit = ending.visits()[-1]
    assert (
        visit.why
        == "metadata.user_id is u1: 0 of 0 requests in 60 s, so the limit is reached, with room again in 30 s"
    )
    assert visit.saw == {"metadata.user_id": "u1", "used": 0, "limit": 0}


@pytest.mark.parametrize(
    ("metadata", "said"),
    [({}, "is missing"), ({"user_id": None}, "names nobody"), ({"user_id": [1]}, "names nobody")],
)
def test_requests_without_the_key_share_a_bucket_and_the_trace_says_so(
    metadata: dict[str, Any], said: str
) -> None:
    limits = Counting()
    _, ending = run(limited(), Facts(metadata, {}, {}), limits=limits)
    assert list(limits.used) == [LimitKey("r", "r", "")]
    assert ending.visits()[1].why.startswith(f"metadata.user_id {said}, so all such requests share a bucket")


def test_budgets_that_let_a_request_through_are_told_for_booking() -> None:
    route = limited(limitType="cost", limit=1.5)
    _, ending = run(route, FREE)
    assert ending.budgets == ((LimitKey("r", "r", "u1"), route.elements[1]),)
    assert run(route, FREE, limits=Counting(spent=2))[1].budgets == ()
    assert run(limited(), FREE)[1].budgets == ()


def test_no_credential_gets_into_a_limit_or_a_trace() -> None:
    limits = Counting()
    facts = Facts({}, {"Authorization": "Bearer secret"}, {})
    _, ending = run(limited(key="headers.authorization"), facts, limits=limits)
    assert "secret" not in f"{limits.used} {ending.visits()} {ending}"


def test_a_run_that_is_abandoned_is_no_trouble() -> None:
    steps = compile_route(ROUTE).run(FREE, dice=rolls(), limits=Counting())
    next(steps)
    steps.close()


def test_runs_do_not_disturb_each_other() -> None:
    route = compile_route(ROUTE)
    one = route.run(FREE, dice=rolls(), limits=Counting())
    other = route.run(PAID, dice=rolls(0.3), limits=Counting())
    assert (next(one).element, next(other).element) == ("m1", "m2")


def test_a_very_long_route_runs() -> None:
    conditions = [
        {
            "id": f"c{n}",
            "type": "conditional",
            "properties": {"conditions": {"metadata.n": n}},
            "outputs": to(true="m", false=f"c{n + 1}"),
        }
        for n in range(5000)
    ]
    route = route_of(
        start("c0"), *conditions, {**model("c5000", "end"), "id": "c5000"}, model("m", "end"), END
    )
    attempts, ending = run(route)
    assert attempts[0].element == "c5000"
    assert len(ending.visits()) == 5003


# Any graph without a circle.


@st.composite
def graphs(draw: st.DrawFn) -> Route:
    """Elements lead only to later ones; some outputs lead nowhere."""
    count = draw(st.integers(1, 12))
    ids = [f"e{number}" for number in range(count)]
    elements: list[dict[str, Any]] = []
    for number, id in enumerate(ids):
        ports, more = draw(_kinds)
        later = st.sampled_from(ids[number + 1 :]) if number + 1 < count else st.nothing()
        links = draw(st.dictionaries(st.sampled_from(ports), later)) if ports and number + 1 < count else {}
        elements.append({"id": id, "outputs": shares(links), **more})
    sticky = {"p": draw(st.sampled_from(["metadata.user_id", "headers.x-user"]))}
    sidecar = {"sticky": {id: sticky["p"] for id in ids if draw(st.booleans())}}
    return route_of(start("e0"), *elements, workbench=sidecar)


_rate = {"key": "metadata.user_id", "limit": 1, "window": 60}
_kinds: st.SearchStrategy[tuple[list[str], dict[str, Any]]] = st.sampled_from(
    [
        (["true", "false"], {"type": "conditional", "properties": {"conditions": {"metadata.plan": "free"}}}),
        (["true", "false"], {"type": "conditional", "properties": {"conditions": {"request.stream": True}}}),
        (["10%", "50%", "else"], {"type": "percentage"}),
        (["25%", "25.0%"], {"type": "percentage"}),
        (["success", "fallback"], {"type": "rate", "properties": {**_rate, "limitType": "count"}}),
        (["success", "fallback"], {"type": "rate", "properties": {**_rate, "limitType": "cost"}}),
        (["success", "fallback"], {"type": "model", "properties": {"provider": "openai", "model": "m"}}),
        ([], {"type": "end"}),
    ]
)
people = st.fixed_dictionaries(
    {}, optional={"plan": st.sampled_from(["free", "paid"]), "user_id": st.text(max_size=3) | st.integers()}
)
requests = st.builds(lambda metadata, stream: Facts(metadata, {}, {"stream": stream}), people, st.booleans())
outcomes = st.lists(
    st.builds(Outcome, st.booleans(), st.sampled_from([0, 200, 429, 503]), st.text(max_size=3)), max_size=12
)


@given(graphs(), requests, outcomes, st.randoms(use_true_random=False))
def test_every_run_ends_on_a_way_that_exists(
    route: Route, facts: Facts, told: list[Outcome], dice: random.Random
) -> None:
    attempts, ending = run(route, facts, told, dice.random)
    visits = ending.visits()
    assert len(visits) <= len(route.elements)
    assert visits[-1].element == ending.element
    for visit, following in zip(visits, visits[1:], strict=False):
        element = route.find(visit.element)
        assert element is not None
        assert element.outputs[visit.port] == following.element
    assert visits[-1].port == ""
    assert [visit.element for visit in visits if visit.kind == "model"] == [
        attempt.element for attempt in attempts
    ]
    assert ending.answered is (ending.by != "")


@given(graphs(), requests, outcomes, st.integers())
def test_equal_facts_and_dice_give_equal_traces(
    route: Route, facts: Facts, told: list[Outcome], seed: int
) -> None:
    one = run(route, facts, told, random.Random(seed).random)
    other = run(route, facts, told, random.Random(seed).random)
    assert one[0] == other[0]
    assert one[1].visits() == other[1].visits()


@settings(max_examples=10)
@given(
    st.lists(st.integers(5, 45), min_size=2, max_size=4, unique=True).filter(lambda found: sum(found) <= 100),
    st.integers(),
)
def test_shares_converge(given_shares: list[int], seed: int) -> None:
    outputs = {f"{share}%": "a" for share in given_shares} | {"else": "b"}
    compiled, dice, count = compile_route(split(outputs)), random.Random(seed), 4000
    taken = dict.fromkeys(outputs, 0)
    for _ in range(count):
        steps = compiled.run(NOBODY, dice=dice.random, limits=Counting())
        next(steps)
        with pytest.raises(StopIteration) as end:
            steps.send(OK)
        taken[end.value.value.visits()[1].port] += 1
    for share in given_shares:
        assert abs(taken[f"{share}%"] / count - share / 100) < 0.05  # more than six standard deviations


# What cannot run.


@pytest.mark.parametrize(
    ("elements", "pointer", "words"),
    [
        ([], "/elements", "no start"),
        ([start("a"), {**start("a"), "id": "s2"}, model("a")], "/elements/1", "2 starts"),
        ([start("a"), model("a"), model("a")], "/elements/2/id", "Two elements"),
        ([start("gone")], "/elements/0/outputs/next", "gone"),
        ([start("a"), {**model("a"), "outputs": to(next="a")}], "/elements/1/outputs/next", "no output"),
        ([start("end"), {**END, "outputs": to(next="end")}], "/elements/1/outputs/next", "no output"),
        ([start("a"), model("a", "b"), model("b", "c"), model("c", "end", "a"), END], "/elements/1", "“a” → “b” → “c” → “a”"),
        ([start("a"), model("a", "a")], "/elements/1", "“a” → “a”"),
        ([start("p"), {"id": "p", "type": "percentage", "outputs": shares({"most": "p"})}], "/elements/1/outputs/most", "most"),
        ([start("p"), {"id": "p", "type": "percentage", "outputs": shares({"60%": "a", "50%": "a"})}, model("a")], "/elements/1/outputs", "110 %"),
        ([start("c"), {"id": "c", "type": "conditional", "properties": {"conditions": {"metadata.a": {"$near": 1}}}}], "/elements/1/properties/conditions/metadata.a/$near", "$near"),
        ([start("r"), {"id": "r", "type": "rate", "properties": {"key": "user", "limit": 1, "window": 1}}], "/elements/1/properties/key", "user"),
        ([start("r"), {"id": "r", "type": "rate", "properties": {"key": "metadata.a", "limit": 1, "window": 0}}], "/elements/1/properties/window", "second"),
        ([start("r"), {"id": "r", "type": "rate", "properties": {"key": "metadata.a", "limit": -1, "window": 1}}], "/elements/1/properties/limit", "zero"),
        ([start("a"), model("a", retries=6)], "/elements/1/properties/retries", "0 to 5"),
        ([start("a"), model("a", timeout=-1)], "/elements/1/properties/timeout", "zero"),
        ([start("a"), model("a", provider="")], "/elements/1/properties/provider", "provider"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_with_its_place(
    elements: list[dict[str, Any]], pointer: str, words: str
) -> None:
    with pytest.raises(RouteError) as error:
        compile_route(route_of(*elements))
    assert error.value.pointer == pointer
    assert words in error.value.what


def test_a_sticky_key_that_is_no_field_is_refused() -> None:
    with pytest.raises(RouteError, match="sticky"):
        compile_route(split({"50%": "a", "else": "b"}, "user"))


@pytest.mark.parametrize(
    ("outputs", "at", "why"),
    [
        ({"70%": "", "30%": "a"}, 0.5, "The dice fell on 50.00, within the share of 70%, which leads nowhere, so the route ends"),
        ({"70%": "a", "30%": ""}, 0.9, "The dice fell on 90.00, within the share of 30%, which leads nowhere, so the route ends"),
        ({"70%": "a", "else": ""}, 0.9, "The dice fell on 90.00, which is beyond the shares, so else, which leads nowhere, so the route ends"),
        ({"70%": "a"}, 0.9, "The dice fell on 90.00, beyond the 70 % that are shared out, and there is no else"),
    ],
)  # fmt: skip
def test_a_share_that_leads_nowhere_ends_the_route(outputs: dict[str, str], at: float, why: str) -> None:
    element = Percentage(id="p", outputs=outputs)
    model = ModelCall(id="a", provider="openai", model="x")
    attempts, ending = run(Route("r", (Start(id="s", outputs={"next": "p"}), element, model)), dice=rolls(at))
    assert attempts == []
    assert (ending.answered, ending.element) == (False, "p")
    assert ending.visits()[-1].port == ""
    assert ending.visits()[-1].why == why


def test_an_open_share_does_not_disturb_the_others() -> None:
    _, ending = run(split({"30%": "", "else": "a"}), dice=rolls(0.3))
    assert ending.by == "a"


def test_an_element_of_an_unknown_type_is_not_run() -> None:
    geo = {"id": "g", "type": "geo", "properties": {"by": "continent"}, "outputs": to(EU="a")}
    with pytest.raises(RouteError) as raised:
        compile_route(route_of(start("g"), geo, model("a", "end"), END))
    assert raised.value.pointer == "/elements/1/type"
    assert "“g”" in raised.value.what
    assert "“geo”" in raised.value.what
