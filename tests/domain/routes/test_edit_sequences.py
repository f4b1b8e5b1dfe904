"""Any edits, one after another, leave a route that can be written and read, and say nothing of what is not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.routes.samples import documents
from workbench.domain.routes import canvas, edits, shares
from workbench.domain.routes.canvas import Frame, Point
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import AnyElement, Kind, LimitType, Percentage, Route, Start
from workbench.domain.routes.starters import STARTERS

ROUTES = documents.map(lambda document: read_route(document).route) | st.sampled_from(STARTERS).map(
    lambda starter: starter.route
)


def ids(route: Route) -> st.SearchStrategy[str]:
    return st.sampled_from([*(one.id for one in route.elements), "nobody"])


def some_ids(route: Route) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*sorted(canvas.drawn_ids(route)), "nobody"]), max_size=4)


def ports(route: Route, id: str) -> st.SearchStrategy[str]:
    element = route.find(id)
    return st.sampled_from([*(edits.ports_of(element) if element else ()), "odd"])


def new(data: st.DataObject, route: Route) -> AnyElement:
    kind = data.draw(st.sampled_from([kind for kind in Kind if kind is not Kind.UNKNOWN]))
    return edits.new_element(route, kind, data.draw(st.sampled_from(LimitType)))


def added(data: st.DataObject, route: Route) -> Route:
    return edits.with_element(route, new(data, route))


def linked(data: st.DataObject, route: Route) -> Route:
    id = data.draw(ids(route))
    port = data.draw(ports(route, id))
    targets = sorted(edits.linkable(route, id, port))
    return edits.with_output(route, id, port, data.draw(st.sampled_from(targets))) if targets else route


def cut(data: st.DataObject, route: Route) -> Route:
    id = data.draw(ids(route))
    edit = data.draw(st.sampled_from([edits.without_output, edits.without_port]))
    return edit(route, id, data.draw(ports(route, id)))


def removed(data: st.DataObject, route: Route) -> Route:
    return edits.without_elements(route, data.draw(some_ids(route)))


def inserted(data: st.DataObject, route: Route) -> Route:
    id = data.draw(ids(route))
    return edits.inserted(route, id, data.draw(ports(route, id)), new(data, route))


def renamed(data: st.DataObject, route: Route) -> Route:
    return edits.renamed_element(
        route, data.draw(ids(route)), data.draw(st.sampled_from(["a", "b", "x y", ""]))
    )


def pasted(data: st.DataObject, route: Route) -> Route:
    copied = json.dumps(edits.copied(route, data.draw(some_ids(route))))
    at = data.draw(st.none() | st.just(Point(5, 5)))
    return edits.pasted(route, read_route(copied).route, at)[0]


def shared(data: st.DataObject, route: Route) -> Route:
    splits = [one for one in route.elements if isinstance(one, Percentage)]
    if not splits:
        return route
    element = data.draw(st.sampled_from(splits))
    port = data.draw(st.sampled_from([*element.outputs, "else"]))
    after = data.draw(
        st.sampled_from(
            [
                shares.with_share(element, port, data.draw(st.integers(0, 100))),
                shares.with_more_shares(element),
                shares.without_share(element, port),
            ]
        )
    )
    return edits.with_element(route, after)


def drawn(data: st.DataObject, route: Route) -> Route:
    id = data.draw(st.sampled_from([*sorted(canvas.drawn_ids(route)), "note", "frame"]))
    return data.draw(
        st.sampled_from(
            [
                canvas.placed(route, {id: Point(1, 2.5)}),
                canvas.moved(route, [id], 3, -1),
                canvas.with_note(route, id, data.draw(st.sampled_from(["", "why"]))),
                canvas.with_frame(route, id, Frame("all", 0, 0, 10, 20.5)),
            ]
        )
    )


EDITS = (added, linked, cut, removed, inserted, renamed, pasted, shared, drawn)


@given(ROUTES, st.lists(st.sampled_from(EDITS), max_size=8), st.data())
def test_whatever_is_edited_can_be_written_and_read(
    route: Route, steps: list[Callable[[st.DataObject, Route], Route]], data: st.DataObject
) -> None:
    for step in steps:
        before, kept = route, deepcopy(route_document(route))
        route = step(data, route)
        assert route_document(before) == kept
        assert read_route(json.dumps(route_document(route))).route == route


@given(ROUTES, st.lists(st.sampled_from(EDITS), max_size=8), st.data())
def test_edits_never_make_two_of_one_id_nor_a_second_start_nor_a_link_that_was_not_there(
    route: Route, steps: list[Callable[[st.DataObject, Route], Route]], data: st.DataObject
) -> None:
    for step in steps:
        before, route = route, step(data, route)
        assert twice(route) <= twice(before)
        assert dangling(route) <= dangling(before)
        if step is not added:
            assert starts(route) <= max(1, starts(before))


def twice(route: Route) -> int:
    return len(route.elements) - len({one.id for one in route.elements})


def dangling(route: Route) -> int:
    there = {one.id for one in route.elements}
    return sum(target not in there for _, _, target in route.links())


def starts(route: Route) -> int:
    return sum(isinstance(one, Start) for one in route.elements)
