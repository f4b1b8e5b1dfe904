"""Where elements go when nobody has placed them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.arranging import NOTE_SIZE, arranged, rearranged, settled
from workbench.domain.routes.canvas import (
    Direction,
    Frame,
    Point,
    direction,
    frames,
    placed,
    positions,
    unplaced,
    with_frame,
    with_note,
)
from workbench.domain.routes.elements import AnyElement, Conditional, End, Percentage, Route, Start
from workbench.domain.routes.starters import STARTERS

WIDTH, HEIGHT = 224.0, 96.0


def size_of(element: AnyElement) -> tuple[float, float]:
    return WIDTH, HEIGHT


def split(id: str, *targets: str) -> Percentage:
    return Percentage(id=id, outputs={f"{number}%": target for number, target in enumerate(targets, 1)})


@st.composite
def drafts(draw: st.DrawFn) -> Route:
    """Any graph: loops, wires to nowhere, pieces of their own."""
    ids = [f"e{number}" for number in range(draw(st.integers(1, 12)))]
    targets = st.sampled_from([*ids, "nobody", ""])
    elements = [split(id, *draw(st.lists(targets, max_size=4))) for id in ids]
    return Route("draft", tuple(elements))


def overlaps(at: dict[str, Point]) -> list[tuple[str, str]]:
    """Pairs of cards and notes, each of its own size, that lie on each other."""
    ids = list(at)
    sizes = {id: NOTE_SIZE if id.startswith("note-") else (WIDTH, HEIGHT) for id in ids}
    return [
        (a, b)
        for place, a in enumerate(ids)
        for b in ids[place + 1 :]
        if at[a].x < at[b].x + sizes[b][0]
        and at[b].x < at[a].x + sizes[a][0]
        and at[a].y < at[b].y + sizes[b][1]
        and at[b].y < at[a].y + sizes[a][1]
    ]


@given(drafts(), st.sampled_from(Direction))
def test_everything_gets_a_place_and_nothing_lies_on_anything_else(route: Route, way: Direction) -> None:
    at = arranged(route, size_of, way)
    assert set(at) == {element.id for element in route.elements}
    assert overlaps(at) == []
    assert arranged(route, size_of, way) == at


@pytest.mark.parametrize("way", Direction)
@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.id)
def test_requests_run_one_way_in_every_starter(starter: object, way: Direction) -> None:
    route = starter.route  # type: ignore[attr-defined]
    at = arranged(route, size_of, way)
    for source, _, target in route.links():
        step = at[target].x - at[source].x if way is Direction.RIGHT else at[target].y - at[source].y
        assert step > 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_branches_of_a_tree_keep_the_order_of_their_ports(sizes: list[int]) -> None:
    leaves = [f"leaf{number}" for number in range(sum(sizes))]
    left = iter(leaves)
    middle = [split(f"m{number}", *(next(left) for _ in range(many))) for number, many in enumerate(sizes)]
    route = Route(
        "tree", (split("root", *(one.id for one in middle)), *middle, *(End(id=id) for id in leaves))
    )
    at = arranged(route, size_of)
    tops = [at[one.id].y for one in middle]
    assert tops == sorted(tops)
    assert [at[id].y for id in leaves] == sorted(at[id].y for id in leaves)


def test_a_chain_is_a_straight_line() -> None:
    chain = tuple(split(f"e{number}", f"e{number + 1}") for number in range(5))
    at = arranged(Route("chain", (*chain, split("e5", "nobody"))), size_of)
    assert len({place.y for place in at.values()}) == 1


def test_pieces_of_their_own_stand_one_under_the_other() -> None:
    route = Route("two", (Start(id="a", outputs={"next": "b"}), End(id="b"), End(id="c")))
    at = arranged(route, size_of)
    assert at["c"].y > max(at["a"].y, at["b"].y) + HEIGHT


def test_a_route_without_any_places_is_arranged_whole() -> None:
    route = STARTERS[0].route
    bare = replace(route, sidecar={})
    assert positions(settled(bare, size_of)) == arranged(bare, size_of)


def test_what_has_a_place_stays_and_what_is_new_stands_behind_what_leads_to_it() -> None:
    route = placed(
        Route(
            "r",
            (
                Start(id="s", outputs={"next": "c"}),
                Conditional(id="c", conditions={}, outputs={"true": "n", "false": "e"}),
                End(id="e"),
                End(id="n"),
            ),
        ),
        {"s": Point(0, 0), "c": Point(300, 40), "e": Point(620, 40)},
    )
    at = positions(settled(route, size_of))
    assert (at["s"], at["c"], at["e"]) == (Point(0, 0), Point(300, 40), Point(620, 40))
    assert at["n"].x > 300 + WIDTH
    assert overlaps(at) == []


@given(drafts(), st.data())
def test_settling_moves_nothing_and_leaves_nothing_without_a_place(route: Route, data: st.DataObject) -> None:
    ids = [element.id for element in route.elements]
    some = data.draw(st.sets(st.sampled_from(ids)))
    route = placed(route, {id: Point(400.0 * number, 0) for number, id in enumerate(ids) if id in some})
    before, after = positions(route), positions(settled(route, size_of))
    assert set(after) == set(ids)
    assert all(after[id] == place for id, place in before.items())
    assert overlaps(after) == []


def test_where_everything_has_a_place_the_route_is_the_very_same() -> None:
    route = settled(STARTERS[0].route, size_of)
    assert settled(route, size_of) is route


def test_a_note_of_its_own_gets_a_place_too() -> None:
    route = settled(with_note(settled(STARTERS[0].route, size_of), "note-1", "hello"), size_of)
    assert "note-1" in positions(route)


def test_what_only_passes_fallbacks_is_above_them() -> None:
    """The wire of a model's answer goes by the models that would be asked next, not behind them."""
    at = arranged(STARTERS[2].route, size_of)
    assert at["end"].y < at["second"].y < at["third"].y


def test_what_ends_next_stands_before_the_end() -> None:
    """However early a branch begins, its model is near what it leads to, and its one long wire is level."""
    route = Route(
        "r",
        (
            Conditional(id="a", conditions={}, outputs={"true": "m", "false": "b"}),
            Conditional(id="b", conditions={}, outputs={"true": "n", "false": "o"}),
            split("m", "e", "e"),
            split("n", "e", "e"),
            split("o", "e", "e"),
            End(id="e"),
        ),
    )
    at = arranged(route, size_of)
    assert at["m"].x == at["n"].x == at["o"].x
    assert at["m"].y < at["n"].y < at["o"].y


def test_what_is_wired_to_nothing_stands_in_rows_under_the_rest() -> None:
    loose = tuple(End(id=f"loose{number}") for number in range(7))
    at = arranged(Route("r", (*loose, Start(id="a", outputs={"next": "b"}), End(id="b"))), size_of)
    assert at["loose0"].y > at["a"].y
    assert at["loose0"].y == at["loose4"].y < at["loose5"].y


def test_ids_that_are_there_twice_are_no_matter() -> None:
    route = Route("r", (split("a", "b"), split("a", "c"), End(id="b"), End(id="b"), End(id="c")))
    assert set(arranged(route, size_of)) == {"a", "b", "c"}
    assert set(positions(settled(route, size_of))) == {"a", "b", "c"}


@pytest.mark.parametrize("way", Direction)
def test_a_note_stays_with_what_it_was_beside(way: Direction) -> None:
    route = placed(
        with_note(STARTERS[0].route, "note-1", "hello"),
        {"note-1": Point(5000, 5150), "spare": Point(5000, 5000)},
    )
    at = arranged(route, size_of, way)
    assert abs(at["note-1"].x - at["spare"].x) + abs(at["note-1"].y - at["spare"].y) < 400


def test_a_frame_is_drawn_anew_around_what_it_held() -> None:
    route = Route("r", (Start(id="a", outputs={"next": "b"}), End(id="b"), End(id="c")))
    route = placed(route, {"a": Point(0, 0), "b": Point(0, 900), "c": Point(0, 500)})
    route = with_frame(route, "f", Frame("both ends", -20, 480, 400, 600))
    route = with_frame(route, "empty", Frame("", 5000, 5000, 100, 100))
    after = rearranged(route, size_of, Direction.DOWN)
    at, frame = positions(after), frames(after)["f"]
    assert at == arranged(route, size_of, Direction.DOWN)
    assert frame.title == "both ends"
    for id in ("b", "c"):
        assert frame.x < at[id].x
        assert frame.y < at[id].y
        assert at[id].x + WIDTH < frame.x + frame.width
        assert at[id].y + HEIGHT < frame.y + frame.height
    assert frames(after)["empty"] == frames(route)["empty"]
    assert direction(after) is Direction.DOWN


def test_many_new_elements_are_arranged_among_themselves_under_the_rest() -> None:
    new = [split(f"n{number}", f"n{number + 1}") for number in range(100)]
    route = placed(Route("r", (Start(id="s", outputs={"next": "n0"}), *new)), {"s": Point(64, 640)})
    at = positions(settled(route, size_of))
    assert at["s"] == Point(64, 640)
    assert overlaps(at) == []
    assert len({at[one.id].y for one in new}) == 1


def test_a_place_that_is_none_is_given_anew() -> None:
    bad = {"positions": {"a": [0, 0], "b": ["x", 1], "c": [1e9, 0], "d": [True, 1]}, "notes": {"n": "hello"}}
    route = Route("r", tuple(End(id=id) for id in "abcd"), bad)
    assert unplaced(route) == {"b", "c", "d", "n"}
    assert set(positions(settled(route, size_of))) == {"a", "b", "c", "d", "n"}
    assert unplaced(settled(route, size_of)) == frozenset()


@given(drafts(), st.lists(st.tuples(st.integers(-900, 900), st.integers(-900, 900)), max_size=4), st.data())
def test_notes_lie_on_nothing_wherever_they_were(
    route: Route, spots: list[tuple[int, int]], data: st.DataObject
) -> None:
    ids = [element.id for element in route.elements]
    some = data.draw(st.sets(st.sampled_from(ids)))
    at = {id: Point(300.0 * number, 0) for number, id in enumerate(ids) if id in some}
    for number, spot in enumerate(spots):
        route = with_note(route, f"note-{number}", "hello")
        at[f"note-{number}"] = Point(*spot)
    route = placed(route, at)
    assert overlaps(arranged(route, size_of)) == []
    if not some:  # what is new makes room for the notes that are there
        after = positions(settled(route, size_of))
        new = {id: place for id, place in after.items() if id in ids}
        assert set(new) == set(ids)
        assert all(not overlaps({**new, id: after[id]}) for id in after)
