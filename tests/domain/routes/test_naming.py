"""An element's id, and all that names it."""

from __future__ import annotations

import pytest

from workbench.domain.routes.canvas import (
    Frame,
    Point,
    frames,
    notes,
    placed,
    positions,
    with_frame,
    with_note,
)
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.edits import with_element
from workbench.domain.routes.elements import (
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Technique,
)
from workbench.domain.routes.naming import free_id, free_like, id_problem, renamed_element

MODEL = ModelCall(id="m", provider="openai", model="small", outputs={"success": "e", "fallback": "e"})
ROUTE = Route("r", (Start(id="s", outputs={"next": "m"}), MODEL, End(id="e")))


def renamed_tests(old: str, new: str, *tests: object, route: Route = ROUTE) -> object:
    return renamed_element(Route("r", route.elements, {"tests": list(tests)}), old, new).sidecar["tests"]


def test_what_led_to_it_leads_to_it_still_and_the_rest_is_the_same() -> None:
    after = renamed_element(ROUTE, "m", "cheap")
    assert [one.id for one in after.elements] == ["s", "cheap", "e"]
    assert after.elements[0].outputs == {"next": "cheap"}
    assert after.elements[1].outputs == MODEL.outputs
    assert after.elements[2] is ROUTE.elements[2]


def test_position_and_note_go_along() -> None:
    route = with_note(placed(ROUTE, {"m": Point(1, 2), "gone": Point(3, 4)}), "m", "cheap")
    after = renamed_element(route, "m", "gone")
    assert positions(after) == {"gone": Point(1, 2)}
    assert notes(after) == {"gone": "cheap"}


def test_sticky_keys_and_techniques_go_along_and_what_is_left_of_others_is_not_taken_over() -> None:
    split = Percentage(id="p", sticky="metadata.user_id", outputs={"50%": "m"})
    limit = Rate(
        id="l", limit_type=LimitType.COUNT, key="metadata.x", limit=1, window_s=1, technique=Technique.SLIDING
    )
    stale = {"sticky": {"old": "metadata.a"}, "technique": {"old": "sliding"}}
    route = Route("r", (split, limit), stale)
    for id in ("p", "l"):
        after = renamed_element(route, id, "old")
        assert read_route(route_document(after)).route == after


def test_tests_name_it_by_its_new_id() -> None:
    test = {"outcomes": {"m": 429, "x": 1}, "expect": {"element": "m"}}
    several = {"expect": {"element": ["m", "n"]}}
    assert renamed_tests("m", "cheap", test, several, 7) == [
        {"outcomes": {"cheap": 429, "x": 1}, "expect": {"element": "cheap"}},
        {"expect": {"element": ["cheap", "n"]}},
        7,
    ]


def test_an_outcome_told_of_a_model_of_that_name_stays_told_of_it() -> None:
    namesake = with_element(ROUTE, ModelCall(id="n", provider="openai", model="m"))
    after = renamed_tests("m", "cheap", {"outcomes": {"m": 429}}, route=namesake)
    assert after == [{"outcomes": {"cheap": 429, "m": 429}}]


@pytest.mark.parametrize(("new", "word"), [("", "needs an id"), ("e", "Another element"), ("note", "note or a frame"), ("f", "note or a frame")])  # fmt: skip
def test_an_id_that_is_taken_says_so_and_is_not_given(new: str, word: str) -> None:
    route = with_frame(with_note(ROUTE, "note", "x"), "f", Frame("both", 0, 0, 1, 1))
    assert word in id_problem(route, "m", new)
    assert renamed_element(route, "m", new) is route
    assert frames(route)


def test_its_own_id_is_no_problem_and_nobody_is_renamed_to_nothing() -> None:
    assert id_problem(ROUTE, "m", "m") == ""
    assert renamed_element(ROUTE, "?", "x") is ROUTE


def test_of_two_with_one_id_the_later_is_renamed_and_links_mean_the_first() -> None:
    twice = Route("r", (*ROUTE.elements, MODEL))
    after = renamed_element(twice, "m", "n")
    assert [one.id for one in after.elements] == ["s", "m", "e", "n"]
    assert after.elements[0].outputs == {"next": "m"}


def test_a_free_id_is_nobodys_and_nothing_is_said_about_it() -> None:
    route = with_note(placed(ROUTE, {"n": Point(0, 0)}), "n-2", "a note")
    assert free_id(route, "n") == "n-3"
    assert (free_like({"m1"}, "m1"), free_like({"m1", "m1-2"}, "m1-2"), free_like({"m1-2"}, "m1-2")) == (
        "m1-2",
        "m1-3",
        "m1-3",
    )
