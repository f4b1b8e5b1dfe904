"""Copying parts of a route to JSON, and pasting them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.routes.samples import documents
from workbench.domain.routes.canvas import (
    Frame,
    Point,
    drawn_ids,
    frames,
    notes,
    placed,
    positions,
    with_frame,
    with_note,
)
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import End, ModelCall, Percentage, Route, Start
from workbench.domain.routes.fragments import STEP, copied, pasted

SPLIT = Percentage(id="p", sticky="metadata.user_id", outputs={"70%": "m1", "else": "e"})
MODEL = ModelCall(id="m1", provider="openai", model="x", outputs={"success": "e"})
ROUTE = Route(
    "r", (Start(id="s", outputs={"next": "p"}), SPLIT, MODEL, End(id="e")), unknown={"owner": "team"}
)
ROUTE = placed(ROUTE, {"s": Point(0, 0), "p": Point(100, 0), "m1": Point(200, 50), "note": Point(90, 90)})
ROUTE = with_note(with_note(ROUTE, "m1", "cheap"), "note", "ask Lena")
ROUTE = with_frame(ROUTE, "frame", Frame("both", 80, -20, 300, 200))


def fragment(*ids: str) -> Route:
    """As it comes back from the clipboard."""
    return read_route(json.dumps(copied(ROUTE, ids))).route


def test_what_is_copied_is_a_route_file_of_what_was_chosen() -> None:
    assert copied(ROUTE, ["m1", "p", "note"]) == {
        "elements": [
            {"id": "p", "type": "percentage", "outputs": {"70%": {"elementId": "m1"}, "else": {}}},
            {
                "id": "m1",
                "type": "model",
                "properties": {"provider": "openai", "model": "x", "timeout": 0, "retries": 0},
                "outputs": {},
            },
        ],
        "workbench": {
            "positions": {"p": [100, 0], "m1": [200, 50], "note": [90, 90]},
            "notes": {"m1": "cheap", "note": "ask Lena"},
            "sticky": {"p": "metadata.user_id"},
        },
    }


def test_what_is_pasted_has_ids_of_its_own_and_its_wires() -> None:
    after, new = pasted(ROUTE, fragment("p", "m1"))
    assert new == ("p-2", "m1-2")
    assert after.elements[:4] == ROUTE.elements
    assert list(after.elements[4].outputs.items()) == [("70%", "m1-2"), ("else", "")]
    assert after.elements[5].outputs == {}
    assert (positions(after)["p-2"], positions(after)["m1-2"]) == (
        Point(100 + STEP, STEP),
        Point(200 + STEP, 50 + STEP),
    )
    assert notes(after)["m1-2"] == "cheap"


def test_pasted_again_it_gets_the_next_ids_and_lies_a_step_further() -> None:
    once, _ = pasted(ROUTE, fragment("m1"))
    twice, new = pasted(once, fragment("m1"))
    assert new == ("m1-3",)
    assert positions(twice)["m1-3"] == Point(200 + 2 * STEP, 50 + 2 * STEP)
    copy_of_copy, new = pasted(twice, read_route(copied(twice, ["m1-2"])).route)
    assert new == ("m1-4",)
    assert copy_of_copy.find("m1-4") is not None


def test_it_can_be_pasted_at_a_point() -> None:
    after, _ = pasted(ROUTE, fragment("p", "m1"), Point(-7, 8))
    assert (positions(after)["p-2"], positions(after)["m1-2"]) == (Point(-7, 8), Point(93, 58))


def test_notes_and_frames_come_along() -> None:
    after, new = pasted(ROUTE, fragment("note", "frame"), Point(0, 0))
    assert new == ("note-2", "frame-2")
    assert after.elements == ROUTE.elements
    assert notes(after)["note-2"] == "ask Lena"
    assert frames(after)["frame-2"] == Frame("both", 0, 0, 300, 200)
    assert positions(after)["note-2"] == Point(10, 110)


def test_a_second_start_is_left_out_with_its_wire() -> None:
    after, new = pasted(ROUTE, fragment("s", "p"))
    assert new == ("p-2",)
    assert sum(isinstance(one, Start) for one in after.elements) == 1
    assert "s-2" not in positions(after)


def test_a_route_without_a_start_gets_the_fragments_first() -> None:
    two = Route("r", (Start(id="a", outputs={"next": "e"}), Start(id="b"), End(id="e")))
    after, new = pasted(Route("r", ()), two)
    assert new == ("a", "e")
    assert after.elements == (two.elements[0], two.elements[2])


def test_links_of_a_fragment_that_lead_out_of_it_are_cut() -> None:
    after, _ = pasted(
        ROUTE, Route("", (ModelCall(id="n", provider="a", model="b", outputs={"success": "e"}),))
    )
    assert after.elements[-1].outputs == {}


def test_of_two_with_one_id_links_mean_the_first() -> None:
    twice = Route("", (Start(id="s", outputs={"next": "m"}), End(id="m"), End(id="m")))
    after, new = pasted(Route("r", ()), twice)
    assert new == ("s", "m", "m-2")
    assert after.elements[0].outputs == {"next": "m"}


@given(documents, documents, st.none() | st.builds(Point, st.integers(-9, 9), st.integers(-9, 9)))
def test_any_fragment_can_be_pasted_into_any_route(
    into: dict[str, object], of: dict[str, object], at: Point | None
) -> None:
    route, source = read_route(into).route, read_route(of).route
    back = read_route(json.dumps(copied(source, drawn_ids(source)))).route
    after, new = pasted(route, back, at)
    assert after.elements[: len(route.elements)] == route.elements
    assert len(set(new)) == len(new)
    assert not set(new) & drawn_ids(route)
    assert sum(isinstance(one, Start) for one in after.elements) <= max(
        1, sum(isinstance(one, Start) for one in route.elements)
    )
    links = {(one, to) for one, _, to in after.links() if one in new}
    assert {to for _, to in links} <= set(new)
    assert read_route(route_document(after)).route == after
