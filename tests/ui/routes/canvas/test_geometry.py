"""Where the parts of a card are."""

from __future__ import annotations

import pytest

from workbench.domain.routes.canvas import Direction
from workbench.domain.routes.edits import new_element, ports_of
from workbench.domain.routes.elements import AnyElement, Kind, Percentage, Route, Unknown
from workbench.ui.routes.canvas.geometry import CARD_WIDTH, head_of, input_of, outputs_of, size_of

ELEMENTS: list[AnyElement] = [
    *(new_element(Route("r", ()), kind) for kind in Kind if kind is not Kind.UNKNOWN),
    Percentage(id="p", outputs={f"{share}%": "" for share in (10, 20, 30, 15, 5)}),
    Unknown(id="u", type="guard", outputs={"pass": "", "block": "", "hold": ""}),
]


@pytest.mark.parametrize("way", Direction)
@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.id)
def test_every_port_has_a_place_of_its_own_on_the_edge(element: AnyElement, way: Direction) -> None:
    width, height = size_of(element, way)
    places = outputs_of(element, way)
    assert tuple(places) == ports_of(element)
    assert len(set(places.values())) == len(places)
    for x, y in places.values():
        assert (x == width and 0 < y < height) if way is Direction.RIGHT else (y == height and 0 < x < width)


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.id)
def test_cards_are_of_one_width_and_stand_on_the_grid(element: AnyElement) -> None:
    for way in Direction:
        width, height = size_of(element, way)
        assert width == CARD_WIDTH
        assert height % 8 == 0


def test_a_start_has_no_input_and_an_end_no_output() -> None:
    start, end = ELEMENTS[0], ELEMENTS[5]
    assert input_of(start) is None
    assert outputs_of(end) == {}


def test_a_card_that_runs_down_is_never_higher() -> None:
    for element in ELEMENTS:
        if len(outputs_of(element)) > 1:
            assert size_of(element, Direction.DOWN)[1] <= size_of(element)[1]
            assert size_of(element, Direction.DOWN)[1] > head_of(element)
