"""Which ports an element has, and where they may lead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.domain.routes.samples import documents
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.edits import with_output
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    ModelCall,
    Percentage,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.links import link_problem, linkable, ports_of


def model(id: str, **outputs: str) -> ModelCall:
    return ModelCall(id=id, provider="openai", model="x", outputs=outputs)


ROUTE = Route(
    "r",
    (
        Start(id="s", outputs={"next": "c"}),
        Conditional(id="c", conditions={}, outputs={"true": "m1"}),
        model("m1", fallback="m2"),
        model("m2", success="e"),
        End(id="e"),
        Unknown(id="u", type="geo", outputs={"eu": "", "us": "m2"}),
        model("alone"),
    ),
)


@pytest.mark.parametrize(
    ("element", "ports"),
    [
        (Start(id="s"), ("next",)),
        (Conditional(id="c", conditions={}, outputs={"false": "m"}), ("true", "false")),
        (model("m", fallback="e"), ("success", "fallback")),
        (End(id="e"), ()),
        (Percentage(id="p", outputs={"30%": "", "70%": "m"}), ("30%", "70%")),
        (Percentage(id="p", outputs={"30%": "m"}), ("30%", "else")),
        (Percentage(id="p", outputs={"else": "m", "30%": "m"}), ("else", "30%")),
        (Percentage(id="p"), ("else",)),
        (Unknown(id="u", type="geo", outputs={"eu": "", "us": "m"}), ("eu", "us")),
    ],
)
def test_all_ports_are_told_in_order_linked_or_not(element: AnyElement, ports: tuple[str, ...]) -> None:
    assert ports_of(element) == ports


def test_a_written_output_that_the_kind_does_not_have_can_be_seen() -> None:
    assert ports_of(model("m", maybe="e")) == ("success", "fallback", "maybe")
    assert ports_of(End(id="e", outputs={"next": "m"})) == ("next",)


@pytest.mark.parametrize(
    ("element", "port", "target", "word"),
    [
        ("m2", "fallback", "c", "“c” → “m1” → “m2” leads back"),
        ("m1", "success", "s", "it is a start"),
        ("m1", "success", "m1", "cannot lead to itself"),
        ("m1", "success", "nobody", "There is no element “nobody”"),
        ("nobody", "next", "m1", "There is no element “nobody”"),
        ("e", "next", "m1", "it is an end, and has no outputs"),
        ("m1", "maybe", "e", "has no output “maybe”"),
        ("u", "asia", "e", "whose type is “geo”"),
    ],
)
def test_a_link_that_may_not_be_made_says_why(element: str, port: str, target: str, word: str) -> None:
    problem = link_problem(ROUTE, element, port, target)
    assert word in problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("element", "port", "target"),
    [("c", "false", "m2"), ("m1", "fallback", "e"), ("m1", "fallback", "m2"), ("u", "eu", "m1"), ("alone", "success", "c")],
)  # fmt: skip
def test_a_link_may_be_made_or_led_elsewhere(element: str, port: str, target: str) -> None:
    assert link_problem(ROUTE, element, port, target) == ""


def test_what_can_take_a_wire_is_told_in_one_go() -> None:
    assert linkable(ROUTE, "m1", "success") == {"m2", "e", "u", "alone"}
    assert linkable(ROUTE, "e", "next") == frozenset()
    assert linkable(ROUTE, "nobody", "next") == frozenset()


@given(documents)
def test_the_bulk_form_and_the_reasons_agree(document: dict[str, object]) -> None:
    route = read_route(document).route
    for element in route.elements:
        for port in (*ports_of(element), "odd"):
            takes = linkable(route, element.id, port)
            assert takes == {
                one.id for one in route.elements if not link_problem(route, element.id, port, one.id)
            }


@given(documents)
def test_links_without_a_problem_never_close_a_circle(document: dict[str, object]) -> None:
    route = read_route(document).route
    route = Route("r", tuple(replace(one, outputs={}) for one in route.elements))
    for element in route.elements:
        for port in ports_of(element):
            for target in sorted(linkable(route, element.id, port)):
                route = with_output(route, element.id, port, target)
    for element in route.elements:
        assert not _comes_back(route, element.id)


def _comes_back(route: Route, begin: str) -> bool:
    met: set[str] = set()
    waiting = [to for one, _, to in route.links() if one == begin]
    while waiting:
        here = waiting.pop()
        if here not in met:
            met.add(here)
            waiting += [to for one, _, to in route.links() if one == here]
    return begin in met
