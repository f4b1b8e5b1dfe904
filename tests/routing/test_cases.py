"""The tests in a route file, run on the engine."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.runs import rolls
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import AnyElement, End, ModelCall, Percentage, Route, Start
from workbench.domain.routes.errors import RouteError
from workbench.routing.cases import CaseResult, cases_of, run_cases
from workbench.routing.engine import compile_route
from workbench.routing.rehearsal import Outcomes, outcome_of, read_request, rehearse

SMALL, LARGE = "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"
ELEMENTS = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c"}}},
    {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
        "outputs": {"true": {"elementId": "r"}, "false": {"elementId": "p"}},
    },
    {
        "id": "r",
        "type": "rate",
        "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 10, "window": 60},
        "outputs": {"success": {"elementId": "small"}, "fallback": {"elementId": "e"}},
    },
    {
        "id": "p",
        "type": "percentage",
        "outputs": {"10%": {"elementId": "small"}, "else": {"elementId": "large"}},
    },
    {
        "id": "small",
        "type": "model",
        "properties": {"provider": "openai", "model": "gpt-4o-mini", "timeout": 0, "retries": 0},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
    },
    {
        "id": "large",
        "type": "model",
        "properties": {"provider": "anthropic", "model": "claude-sonnet-4-5", "timeout": 0, "retries": 0},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "small"}},
    },
    {"id": "e", "type": "end", "outputs": {}},
]


def route(*tests: dict[str, Any]) -> Route:
    document = {"name": "support", "elements": ELEMENTS, "workbench": {"tests": list(tests)}}
    return read_route(document).route


def result(**test: Any) -> CaseResult:
    [only] = run_cases(route(test))
    return only


FREE = {"metadata": {"plan": "free"}}


def test_a_request_comes_to_the_model_that_is_expected() -> None:
    passed = result(name="free", request=FREE, expect={"model": SMALL})
    assert (passed.passed, passed.why, passed.ways) == (True, "", 1)
    assert [visit.element for visit in passed.run.visits()] == ["s", "c", "r", "small", "e"]


@pytest.mark.parametrize("expect", [{"model": "gpt-4o-mini"}, {"element": "small"}, {"error": False}])
def test_a_model_may_be_named_shortly_or_by_its_element_or_not_at_all(expect: dict[str, Any]) -> None:
    assert result(request=FREE, expect=expect).passed


def test_a_failure_says_who_answered_and_who_should_have() -> None:
    failed = result(request=FREE, expect={"model": [LARGE, "openai/o5"]})
    assert not failed.passed
    assert failed.why == f"{SMALL} answered, expected {LARGE} or openai/o5"


def test_a_split_is_tried_on_every_way_the_dice_can_fall() -> None:
    failed = result(expect={"model": LARGE})
    assert not failed.passed
    assert failed.why == f"{SMALL} answered, expected {LARGE} (where the dice fall on 5)"
    both = result(expect={"model": [LARGE, SMALL]})
    assert (both.passed, both.ways) == (True, 2)


@pytest.mark.parametrize(("dice", "model"), [(0.05, SMALL), (0.1, LARGE), ([0.95], LARGE)])
def test_dice_can_be_pinned(dice: Any, model: str) -> None:
    pinned = result(dice=dice, expect={"model": model})
    assert (pinned.passed, pinned.ways) == (True, 1)


def test_a_seed_pins_them_too_and_always_alike() -> None:
    first = result(seed=7, expect={"error": False})
    assert first.run.dice == result(seed=7, expect={"error": False}).run.dice
    assert first.ways == 1


@pytest.mark.parametrize(
    "outcomes", [{"large": 429}, {LARGE: "timeout"}, {"claude-sonnet-4-5": 500}, {"large": "503"}]
)
def test_a_model_can_be_made_to_fail_by_any_of_its_names(outcomes: dict[str, Any]) -> None:
    assert result(dice=0.9, outcomes=outcomes, expect={"element": "small"}).passed


def test_an_error_is_expected_where_every_model_fails() -> None:
    assert result(outcomes={"*": 500}, expect={"error": True}).passed
    failed = result(outcomes={"*": 500}, expect={"model": SMALL}, dice=0)
    assert failed.why == f"nobody answered, expected {SMALL} (where the dice fall on 0)"
    assert result(request=FREE, expect={"error": True}).why == f"{SMALL} answered, expected an error"


def test_a_limit_has_room_unless_it_is_told_to_be_over() -> None:
    assert result(request=FREE, outcomes={"r": "over"}, expect={"error": True}).passed
    assert result(request=FREE, outcomes={"r": "ok"}, expect={"model": SMALL}).passed


def test_metadata_may_be_in_its_header_and_a_chat_body_may_stand_alone() -> None:
    request = read_request({"headers": {"CF-AIG-Metadata": '{"plan": "free"}'}})
    assert request.metadata == {"plan": "free"}
    assert read_request({"messages": []}).body == {"messages": []}
    assert read_request({"headers": {"cf-aig-metadata": "{half"}}).metadata == {}


@pytest.mark.parametrize(
    ("test", "where"),
    [
        ({"expect": {}}, "/expect"),
        ({}, "/expect"),
        ({"expect": {"modell": "x"}}, "/expect/modell"),
        ({"expect": {"model": []}}, "/expect/model"),
        ({"expect": {"model": 3}}, "/expect/model"),
        ({"expect": {"element": "m9"}}, "/expect/element"),
        ({"expect": {"element": ["small", "e"]}}, "/expect/element"),
        ({"expect": {"error": "yes"}}, "/expect/error"),
        ({"expect": {"error": True, "model": "x"}}, "/expect/error"),
        ({"expect": {"error": True}, "outcome": {}}, "/outcome"),
        ({"expect": {"error": True}, "outcomes": {"m9": 500}}, "/outcomes/m9"),
        ({"expect": {"error": True}, "outcomes": {"small": "later"}}, "/outcomes/small"),
        ({"expect": {"error": True}, "outcomes": {"small": 42}}, "/outcomes/small"),
        ({"expect": {"error": True}, "outcomes": {"r": 429}}, "/outcomes/r"),
        ({"expect": {"error": True}, "outcomes": []}, None),
        ({"expect": {"error": True}, "outcomes": [1]}, "/outcomes"),
        ({"expect": {"error": True}, "dice": 1}, "/dice"),
        ({"expect": {"error": True}, "dice": []}, "/dice"),
        ({"expect": {"error": True}, "dice": True}, "/dice"),
        ({"expect": {"error": True}, "seed": "x"}, "/seed"),
        ({"expect": {"error": True}, "request": {"meta": {}}}, "/request"),
        ({"expect": {"error": True}, "request": {"body": {}, "meta": {}}}, "/request/meta"),
        ({"expect": {"error": True}, "request": {"body": 3}}, "/request/body"),
    ],
)
def test_a_test_that_cannot_be_read_is_refused_with_its_place(
    test: dict[str, Any], where: str | None
) -> None:
    if where is None:
        assert cases_of(route(test))
        return
    with pytest.raises(RouteError) as raised:
        cases_of(route({"expect": {"error": False}}, test))
    assert raised.value.pointer == f"/workbench/tests/1{where}"


def test_tests_that_are_no_list_are_refused() -> None:
    broken = read_route({"elements": ELEMENTS, "workbench": {"tests": {"a": 1}}}).route
    with pytest.raises(RouteError) as raised:
        cases_of(broken)
    assert raised.value.pointer == "/workbench/tests"


def test_a_route_without_tests_has_none_and_a_test_without_a_name_gets_its_number() -> None:
    assert run_cases(read_route({"elements": ELEMENTS}).route) == ()
    assert result(expect={"error": False}).case.name == "test 1"


def test_tests_survive_being_written_and_read() -> None:
    kept = route({"name": "t", "request": FREE, "expect": {"model": SMALL}})
    assert cases_of(read_route(route_document(kept)).route)[0].name == "t"


def test_splits_one_after_another_are_tried_on_every_way_without_trying_each_twice() -> None:
    splits: list[dict[str, Any]] = [{"id": "s", "type": "start", "outputs": {"next": {"elementId": "p0"}}}]
    splits += [
        {
            "id": f"p{n}",
            "type": "percentage",
            "outputs": {
                "50%": {"elementId": f"p{n + 1}" if n < 11 else "large"},
                "else": {"elementId": f"p{n + 1}" if n < 11 else "small"},
            },
        }
        for n in range(12)
    ]
    tests = {"tests": [{"expect": {"error": False}}]}
    [tried] = run_cases(read_route({"elements": splits + ELEMENTS[4:], "workbench": tests}).route)
    assert (tried.passed, tried.ways) == (True, 13)


def test_what_only_the_last_of_many_ways_comes_to_is_found() -> None:
    """Twelve splits in a row: 4096 ways, and one share of the last leads to a failure."""
    splits: list[dict[str, Any]] = [{"id": "s", "type": "start", "outputs": {"next": {"elementId": "p0"}}}]
    for n in range(12):
        on = f"p{n + 1}" if n < 11 else "small"
        outputs = {"50%": {"elementId": on}, "else": {"elementId": on if n < 11 else "large"}}
        splits.append({"id": f"p{n}", "type": "percentage", "outputs": outputs})
    tests = {"tests": [{"expect": {"model": SMALL}}]}
    [tried] = run_cases(read_route({"elements": splits + ELEMENTS[4:], "workbench": tests}).route)
    assert not tried.passed
    assert (tried.run.by, len(tried.run.dice)) == ("large", 12)


@st.composite
def _routes(draw: st.DrawFn) -> Route:
    """Splits and models that lead on to later ones, in any shape; an end last, and shares that lead nowhere."""
    ids = [f"e{number}" for number in range(draw(st.integers(2, 5)))]
    elements: list[AnyElement] = [Start(id="s", outputs={"next": ids[0]})]
    for number, id in enumerate(ids):
        later = st.sampled_from([*ids[number + 1 :], "end", "end"])
        if draw(st.booleans()):
            ports = draw(st.lists(st.sampled_from(["0%", "10%", "30%", "50%", "else"]), unique=True))
            elements.append(Percentage(id=id, outputs={port: draw(later | st.just("")) for port in ports}))
        else:
            outputs = {"success": draw(later), "fallback": draw(later)}
            elements.append(
                ModelCall(id=id, provider="a", model=draw(st.sampled_from("xy")), outputs=outputs)
            )
    return Route("r", (*elements, End(id="end")))


@given(_routes(), st.sampled_from(["ok", "timeout"]), st.sampled_from(["x", "y"]))
def test_a_test_holds_where_it_holds_for_each_fall_of_the_dice(route: Route, how: str, model: str) -> None:
    test = {"outcomes": {"*": how} if how == "ok" else {"x": how}, "expect": {"model": model}}
    names = {element.model for element in route.elements if isinstance(element, ModelCall)}
    test = test if "x" in names or how == "ok" else {"expect": {"model": model}}
    route = replace(route, sidecar={"tests": [test]})
    [case], compiled = cases_of(route), compile_route(route)
    borders = [0, 10, 30, 40, 50, 60, 80, 90, 100]
    falls = [(low + high) / 200 for low, high in pairwise(borders)]
    whole = all(
        not case.expected.unmet(run.provider, run.model, run.by)
        for dice in product(falls, repeat=sum(isinstance(one, Percentage) for one in route.elements))
        if (run := rehearse(compiled, case.request, case.outcomes, rolls(*dice)))
    )
    [result] = run_cases(route)
    assert result.passed is whole


def test_a_rehearsal_tells_each_attempt_and_how_it_ended() -> None:
    compiled = compile_route(route())
    told = Outcomes(compiled.route, {"large": 429})
    run = rehearse(compiled, read_request({}), told, lambda: 0.5)
    assert [(attempt.element, outcome.status) for attempt, outcome in run.tried] == [
        ("large", 429),
        ("small", 200),
    ]
    assert (run.provider, run.model, run.by, run.answered) == ("openai", "gpt-4o-mini", "small", True)
    assert bool(told)
    assert not Outcomes(compiled.route, {"large": "ok", "r": "ok"})


def test_a_status_that_is_no_error_is_an_answer() -> None:
    assert outcome_of(200).ok
    assert not outcome_of("404").ok
