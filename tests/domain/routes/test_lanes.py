"""Wires that pass are not hidden behind what they pass."""

from __future__ import annotations

from functools import partial

import pytest

from workbench.domain.routes.arranging import arranged
from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.elements import Route
from workbench.domain.routes.starters import STARTERS, Starter
from workbench.ui.routes.canvas.geometry import input_of, outputs_of, size_of

REACH = 220.0


def hidden(route: Route, way: Direction) -> list[tuple[str, str, str]]:
    """(from, to, behind what) of every wire that runs behind a card, as the canvas draws both."""
    at = arranged(route, partial(size_of, way=way), way)
    cards = {element.id: size_of(element, way) for element in route.elements}
    found = []
    for source, port, target in route.links():
        leaves, arrives = route.find(source), route.find(target)
        assert leaves is not None
        assert arrives is not None
        inlet = input_of(arrives, way)
        assert inlet is not None
        begin = _plus(at[source], outputs_of(leaves, way)[port])
        end = _plus(at[target], inlet)
        for id, (width, height) in cards.items():
            left, top = at[id]
            if id not in (source, target) and any(
                left < x < left + width and top < y < top + height for x, y in _curve(begin, end, way)
            ):
                found.append((source, target, id))
    return found


def _plus(one: Point, other: Point) -> Point:
    return Point(one.x + other.x, one.y + other.y)


def _curve(begin: Point, end: Point, way: Direction) -> list[tuple[float, float]]:
    if way is Direction.DOWN:
        return [(x, y) for y, x in _curve(Point(begin.y, begin.x), Point(end.y, end.x), Direction.RIGHT)]
    reach = min((end.x - begin.x) / 2, REACH)
    first, second = begin.x + reach, end.x - reach
    points = []
    for step in range(1, 60):
        u = step / 60
        v = 1 - u
        x = v**3 * begin.x + 3 * v * v * u * first + 3 * v * u * u * second + u**3 * end.x
        points.append((x, begin.y + (end.y - begin.y) * u * u * (3 - 2 * u)))
    return points


@pytest.mark.parametrize("way", Direction)
@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.id)
def test_no_wire_of_a_starter_runs_behind_an_element(starter: Starter, way: Direction) -> None:
    assert hidden(starter.route, way) == []


@pytest.mark.parametrize("way", Direction)
@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.id)
def test_the_first_wire_of_a_starter_is_level(starter: Starter, way: Direction) -> None:
    route = starter.route
    at = arranged(route, partial(size_of, way=way), way)
    assert route.start is not None
    port, target = next(iter(route.start.outputs.items()))
    first = route.find(target)
    assert first is not None
    inlet = input_of(first, way)
    assert inlet is not None
    end = _plus(at[target], inlet)
    begin = _plus(at[route.start.id], outputs_of(route.start, way)[port])
    assert (end.x == begin.x) if way is Direction.DOWN else (end.y == begin.y)
