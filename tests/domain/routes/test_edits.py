from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.routes.samples import END, route_of
from workbench.domain.routes.canvas import Frame, Point, placed, with_frame, with_note
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.edits import (
    changed,
    free_id,
    inserted,
    insertion_problem,
    new_element,
    plain_name,
    ports_of,
    renamed,
    with_element,
    with_output,
    with_output_to_end,
    without_element,
    without_elements,
    without_output,
    without_port,
)
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    Kind,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.errors import RouteError

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


def test_removing_elements_leaves_the_shares_that_led_there_open_and_nothing_drawn() -> None:
    split = Percentage(id="p", outputs={"70%": "m", "else": "n"})
    geo = Unknown(id="u", type="geo", outputs={"eu": "m", "us": "n"})
    route = Route("r", (split, geo, MODEL, replace(MODEL, id="n", outputs={"fallback": "m"})))
    route = with_note(placed(route, {"m": Point(1, 2)}), "m", "cheap")
    route = with_note(with_frame(route, "f", Frame("both", 0, 0, 9, 9)), "note", "x")
    after = without_elements(route, {"m", "f", "note"})
    assert [list(one.outputs.items()) for one in after.elements] == [
        [("70%", ""), ("else", "n")],
        [("eu", ""), ("us", "n")],
        [],
    ]
    assert after.sidecar == {}


def test_what_a_removal_does_not_touch_stays_the_same_object() -> None:
    after = without_elements(ROUTE, {"e"})
    assert after.elements[0] is ROUTE.elements[0]


def test_a_cut_wire_leaves_its_share_and_a_removed_port_does_not() -> None:
    split = Percentage(
        id="p", outputs={"70%": "m", "else": "m"}, unknown={"outputs": {"70%": {"label": 1}}, "x": 1}
    )
    route = Route("r", (split,))
    assert list(without_output(route, "p", "70%").elements[0].outputs.items()) == [("70%", ""), ("else", "m")]
    assert without_output(route, "p", "70%").elements[0].unknown == split.unknown
    assert without_port(route, "p", "70%").elements[0] == Percentage(
        id="p", outputs={"else": "m"}, unknown={"x": 1}
    )


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNKNOWN])
def test_a_new_element_has_a_free_id_and_can_be_written(kind: Kind) -> None:
    route = ROUTE
    for _ in range(3):
        element = new_element(route, kind)
        assert element.kind is kind
        assert not any(element.outputs.values())
        route = with_element(route, element)
    assert len({one.id for one in route.elements}) == len(route.elements) == 6
    assert read_route(route_document(route)).route == route


def test_a_new_limit_counts_requests_or_dollars() -> None:
    count, cost = (new_element(ROUTE, Kind.RATE, type) for type in LimitType)
    assert isinstance(count, Rate)
    assert isinstance(cost, Rate)
    assert (count.id, count.limit_type, cost.id, cost.limit_type) == (
        "limit",
        LimitType.COUNT,
        "budget",
        LimitType.COST,
    )


def test_an_element_of_an_unknown_type_cannot_be_made() -> None:
    with pytest.raises(RouteError):
        new_element(ROUTE, Kind.UNKNOWN)


def model(id: str, **outputs: str) -> ModelCall:
    return ModelCall(id=id, provider="openai", model=id, outputs=outputs)


@pytest.mark.parametrize(
    ("wire", "element", "outputs"),
    [
        (("s", "next"), Conditional(id="c", conditions={}), {"true": "m", "false": "m"}),
        (("s", "next"), Percentage(id="p", outputs={"50%": "", "else": ""}), {"50%": "m", "else": "m"}),
        (("s", "next"), Percentage(id="p", outputs={"50%": ""}), {"50%": "m", "else": "m"}),
        (("s", "next"), model("n"), {"success": "e", "fallback": "m"}),
        (("m", "success"), model("n"), {"success": "e", "fallback": "e"}),
        (("s", "next"), Unknown(id="u", type="geo", outputs={"eu": "", "us": "e"}), {"eu": "m", "us": "e"}),
        (("s", "next"), model("n", fallback="e"), {"success": "e", "fallback": "e"}),
    ],
)
def test_an_element_in_a_wire_leads_on_to_where_the_wire_led(
    wire: tuple[str, str], element: AnyElement, outputs: dict[str, str]
) -> None:
    after = inserted(ROUTE, *wire, element)
    assert after.find(wire[0]).outputs[wire[1]] == element.id  # type: ignore[union-attr]
    assert after.find(element.id).outputs == outputs  # type: ignore[union-attr]


def test_a_limit_in_a_wire_lets_through_and_its_refusals_wait_for_a_way() -> None:
    limit = new_element(ROUTE, Kind.RATE)
    assert inserted(ROUTE, "s", "next", limit).find("limit").outputs == {"success": "m"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wire", "element", "word"),
    [
        (("s", "next"), End(id="f"), "after an end"),
        (("s", "next"), Start(id="t"), "it is a start"),
        (("m", "maybe"), model("n"), "No wire leaves “m”"),
        (("?", "next"), model("n"), "No wire leaves “?”"),
        (("s", "next"), MODEL, "no free output"),
        (("m", "success"), START, "no free output"),
        (("s", "next"), Unknown(id="u", type="geo"), "no free output"),
        (("m", "success"), replace(MODEL, outputs={}), "itself"),
    ],
)
def test_what_cannot_stand_in_a_wire_says_why_and_changes_nothing(
    wire: tuple[str, str], element: AnyElement, word: str
) -> None:
    assert word in insertion_problem(ROUTE, *wire, element)
    assert inserted(ROUTE, *wire, element) is ROUTE


def test_an_element_that_leads_back_cannot_stand_in_the_wire() -> None:
    route = Route(
        "r", (model("a", success="b"), model("b"), Conditional(id="c", conditions={}, outputs={"true": "a"}))
    )
    assert "leads back" in insertion_problem(route, "a", "success", route.elements[2])


def test_ports_that_wait_are_told_with_the_others() -> None:
    assert ports_of(new_element(ROUTE, Kind.PERCENTAGE)) == ("50%", "else")


@pytest.mark.parametrize(
    "written", [None, ["q", 1], {"elementId": 5}, {"elementId": 5, "weight": 3}, {"weight": 3}]
)
def test_a_link_takes_the_place_of_what_an_unknown_type_had_there(written: Any) -> None:
    geo = {"id": "g", "type": "geo", "outputs": {"EU": written, "x": None}}
    after = with_output(route_of(geo, END), "g", "EU", "end")
    assert read_route(route_document(after)).route == after
    kept = {"weight": 3} if isinstance(written, dict) and "weight" in written else {}
    outputs = route_document(after)["elements"][0]["outputs"]
    assert outputs == {"EU": {"elementId": "end", **kept}, "x": None}
