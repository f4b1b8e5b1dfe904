from __future__ import annotations

import pytest

from workbench.domain.routes.edits import (
    changed,
    free_id,
    plain_name,
    renamed,
    with_element,
    with_output,
    with_output_to_end,
    without_element,
    without_output,
)
from workbench.domain.routes.elements import End, ModelCall, Route, Start

START = Start(id="s", outputs={"next": "m"})
MODEL = ModelCall(id="m", provider="openai", model="x", outputs={"success": "e", "fallback": "e"})
ROUTE = Route("r", (START, MODEL, End(id="e")), sidecar={"notes": 1}, unknown={"x": 2})


def test_an_edit_leaves_the_old_route_and_what_it_does_not_touch() -> None:
    after = changed(ROUTE, "m", retries=3)
    assert ROUTE.elements[1] == MODEL
    assert (after.elements[0], after.sidecar, after.unknown) == (START, {"notes": 1}, {"x": 2})
    assert after.find("m") != MODEL


def test_an_element_takes_the_place_of_the_one_with_its_id_or_comes_last() -> None:
    assert [one.id for one in with_element(ROUTE, End(id="s")).elements] == ["s", "m", "e"]
    assert [one.id for one in with_element(ROUTE, End(id="f")).elements] == ["s", "m", "e", "f"]


def test_removing_an_element_removes_what_led_to_it() -> None:
    after = without_element(ROUTE, "e")
    assert [one.id for one in after.elements] == ["s", "m"]
    assert after.elements[1].outputs == {}
    assert after.elements[0].outputs == {"next": "m"}


def test_an_output_that_is_led_elsewhere_keeps_its_place() -> None:
    after = with_output(ROUTE, "m", "success", "s").elements[1]
    assert list(after.outputs.items()) == [("success", "s"), ("fallback", "e")]
    assert without_output(ROUTE, "m", "success").elements[1].outputs == {"fallback": "e"}


def test_an_end_is_added_only_where_there_is_none() -> None:
    assert with_output_to_end(ROUTE, "s", "next").elements[0].outputs == {"next": "e"}
    endless = Route("r", (Start(id="end"),))
    after = with_output_to_end(endless, "end", "next")
    assert after.elements == (Start(id="end", outputs={"next": "end-2"}), End(id="end-2"))


@pytest.mark.parametrize(
    "after",
    [
        changed(ROUTE, "?", retries=1),
        with_output(ROUTE, "?", "next", "e"),
        without_output(ROUTE, "?", "next"),
        without_element(ROUTE, "?"),
    ],
)
def test_an_edit_of_what_is_not_there_changes_nothing(after: Route) -> None:
    assert after == ROUTE


def test_free_ids_count_up() -> None:
    assert free_id(ROUTE, "x") == "x"
    assert free_id(with_element(ROUTE, End(id="m-2")), "m") == "m-3"


@pytest.mark.parametrize(
    ("name", "plain"), [("my route", "my-route"), (" Ärger! ", "rger"), ("§", "route"), ("a_b-1", "a_b-1")]
)
def test_a_plain_name_has_only_what_a_deployed_one_may_have(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    assert renamed(ROUTE, plain).name == plain
