"""Putting boxes in line, joining neighbours, going about: the rules behind the canvas, without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.routes.samples import END, documents, model, route_of, start
from tests.ui.routes.canvas.conftest import PLACES, ROUTE
from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.codec import read_route
from workbench.ui.routes.canvas.aligning import Axis, Box, Side, aligned, distributed
from workbench.ui.routes.canvas.following import nearest, reading_order, siblings_of, sources_of, targets_of
from workbench.ui.routes.canvas.joining import without_and_joined

_boxes = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(Box, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 50), st.integers(1, 50)),
)


@given(boxes=_boxes, side=st.sampled_from(Side))
def test_what_is_aligned_stays_within_its_bounds_and_moves_one_way_only(
    boxes: dict[str, Box], side: Side
) -> None:
    places = aligned(boxes, side)
    assert places.keys() == boxes.keys()
    across = side in (Side.LEFT, Side.CENTRE, Side.RIGHT)
    for id, box in boxes.items():
        assert places[id].y == box.y if across else places[id].x == box.x
        assert min(b.x for b in boxes.values()) <= places[id].x
        assert places[id].x + box.width <= max(b.x + b.width for b in boxes.values())


def test_alignment_by_the_middle_and_the_far_side() -> None:
    boxes = {"a": Box(0, 0, 100, 10), "b": Box(50, 90, 20, 30)}
    assert aligned(boxes, Side.RIGHT)["b"] == Point(80, 90)
    assert aligned(boxes, Side.CENTRE)["b"] == Point(40, 90)
    assert aligned(boxes, Side.BOTTOM)["a"] == Point(0, 110)


@given(boxes=_boxes, axis=st.sampled_from(Axis))
def test_distributed_gaps_are_even_and_the_ends_stay(boxes: dict[str, Box], axis: Axis) -> None:
    places = distributed(boxes, axis)
    side = 0 if axis is Axis.ACROSS else 1
    order = sorted(boxes, key=lambda id: boxes[id][side])
    if len(order) < 3:
        return
    assert places[order[0]][side] == boxes[order[0]][side]
    assert places[order[-1]][side] == pytest.approx(boxes[order[-1]][side])
    ends = [(places[id][side], places[id][side] + boxes[id][side + 2]) for id in order]
    gaps = [after[0] - before[1] for before, after in zip(ends, ends[1:], strict=False)]
    assert max(gaps) - min(gaps) < 1e-6


def test_a_chain_is_joined_over_what_is_deleted() -> None:
    route = route_of(start("a"), model("a", "b"), model("b", "end"), END)
    assert without_and_joined(route, {"a"}).start.outputs == {"next": "b"}  # type: ignore[union-attr]
    assert without_and_joined(route, {"a", "b"}).start.outputs == {"next": "end"}  # type: ignore[union-attr]
    assert without_and_joined(route, {"end"}).find("b").outputs == {}  # type: ignore[union-attr]


def test_nothing_is_joined_where_there_are_several_ways() -> None:
    assert without_and_joined(ROUTE, {"c"}).start.outputs == {}  # type: ignore[union-attr]


@given(document=documents, number=st.integers(0, 5))
def test_joining_never_leads_to_what_is_gone_nor_into_a_circle(
    document: dict[str, object], number: int
) -> None:
    route = read_route(document).route
    if not route.elements:
        return
    gone = route.elements[number % len(route.elements)].id
    before = {(source, port) for source, port, target in route.links() if target != gone}
    after = without_and_joined(route, {gone})
    assert after.find(gone) is None
    for source, port, target in after.links():
        assert target != gone
        assert (source, port) in before or target != source


def test_reading_order_goes_by_columns_or_by_rows() -> None:
    places = {id: Point(*at) for id, at in PLACES.items()}
    assert reading_order(places, Direction.RIGHT) == ("start", "c", "m1", "m2", "end")
    assert reading_order(places, Direction.DOWN) == ("m1", "start", "c", "end", "m2")


def test_what_is_next_along_the_wires() -> None:
    assert targets_of(ROUTE, "c") == (("true", "m1"), ("false", "m2"))
    assert sources_of(ROUTE, "m2") == (("c", "false"), ("m1", "fallback"))
    assert siblings_of(ROUTE, "m2") == ("m1", "m2")
    assert siblings_of(ROUTE, "start") == ("start",)


def test_nearest_is_what_the_arrow_points_at() -> None:
    places = {id: Point(*at) for id, at in PLACES.items() if id != "c"}
    assert nearest(places, Point(296, 152), 1, 0) == "m1"
    assert nearest(places, Point(296, 152), -1, 0) == "start"
    assert nearest({}, Point(0, 0), 1, 0) is None
