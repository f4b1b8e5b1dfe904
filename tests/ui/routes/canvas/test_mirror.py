"""The scene shows the document, whatever is done: random edits, undone and redone, never differ from a replay."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.routes.samples import END, documents, model, route_of, start
from tests.ui.routes.canvas.conftest import CONDITION, PLACES, ROUTE
from workbench.domain.routes import canvas, edits
from workbench.domain.routes.arranging import settled
from workbench.domain.routes.canvas import Direction, Frame, Point
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.ui.routes.canvas.geometry import size_of
from workbench.ui.routes.canvas.look import Look
from workbench.ui.routes.canvas.mirror import differences, mirrors
from workbench.ui.routes.canvas.pieces import piece_of
from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.routes.canvas.steps import Steps
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.theme import Theme

_KEYS = ("conditional", "percentage", "rate", "budget", "model", "end", "start", "note", "frame", "model:a/b")
_places = st.builds(Point, st.integers(-400, 400), st.integers(-400, 400))
_numbers = st.integers(0, 30)
one_act = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(_KEYS), _places, _numbers),
    st.tuples(st.just("link"), _numbers, _numbers, _numbers),
    st.tuples(st.just("cut"), _numbers),
    st.tuples(st.just("relink"), _numbers, _numbers, _numbers),
    st.tuples(st.just("delete"), _numbers, st.booleans()),
    st.tuples(st.just("move"), _numbers, st.integers(-9, 9), st.integers(-9, 9)),
    st.tuples(st.just("duplicate"), _numbers, _numbers),
    st.tuples(st.just("rename"), _numbers, st.sampled_from(["x", "y", "m1", ""])),
    st.tuples(st.just("note"), _numbers, st.sampled_from(["", "why", "two\nlines"])),
    st.tuples(st.just("frame"), _numbers, st.integers(1, 9)),
    st.tuples(st.just("arrange"), st.sampled_from(list(Direction))),
    st.tuples(st.just("json"), _numbers),
    st.tuples(st.just("undo"), st.integers(1, 4)),
    st.tuples(st.just("redo"), st.integers(1, 4)),
)
_acts = st.lists(one_act, max_size=25)


class Desk:
    def __init__(self, route: Route) -> None:
        self.document = RouteDocument(route, settled=lambda route: settled(route, size_of))
        self.scene = RouteScene(Stage(Look(Theme("light"))), self.document)
        self.steps = Steps(self.document)
        self.told = [(self.document.route, self.document.route)]
        self.document.edited.connect(lambda step: self.told.append((step.before, step.after)))

    def act(self, name: str, *how: Any) -> None:
        getattr(self, f"_{name}")(*how)

    def _id(self, number: int) -> str:
        ids = sorted(canvas.drawn_ids(self.document.route))
        return ids[number % len(ids)] if ids else ""

    def _element(self, number: int) -> str:
        elements = self.document.route.elements
        return elements[number % len(elements)].id if elements else ""

    def _wire(self, number: int) -> tuple[str, str]:
        wires = [(source, port) for source, port, _ in self.document.route.links()]
        return wires[number % len(wires)] if wires else ("", "")

    def _port(self, id: str, number: int) -> str:
        element = self.document.route.find(id)
        ports = edits.ports_of(element) if element is not None else ()
        return ports[number % len(ports)] if ports else ""

    def _add(self, key: str, at: Point, number: int) -> None:
        piece = piece_of(key)
        assert piece is not None
        into = self._wire(number) if number % 3 == 0 else None
        self.steps.add(piece, at, into=into)

    def _link(self, source: int, port: int, target: int) -> None:
        id = self._element(source)
        self.steps.link(id, self._port(id, port), self._element(target))

    def _cut(self, number: int) -> None:
        self.steps.cut([self._wire(number)])

    def _relink(self, wire: int, source: int, port: int) -> None:
        id = self._element(source)
        self.steps.relink_source(self._wire(wire), id, self._port(id, port))

    def _delete(self, number: int, join: bool) -> None:
        self.steps.delete([self._id(number)], join=join)

    def _move(self, number: int, dx: int, dy: int) -> None:
        self.steps.move([self._id(number)], 8.0 * dx, 8.0 * dy, merge=f"move/{number}")

    def _duplicate(self, first: int, second: int) -> None:
        self.steps.duplicate({self._id(first), self._id(second)})

    def _rename(self, number: int, name: str) -> None:
        self.steps.rename(self._element(number), name)

    def _note(self, number: int, text: str) -> None:
        self.steps.write_note(self._id(number), text)

    def _frame(self, number: int, size: int) -> None:
        self.steps.change_frame(self._id(number), Frame("f", 0, 0, 100.0 * size, 80.0 * size))

    def _arrange(self, way: Direction) -> None:
        self.steps.arrange(way)

    def _json(self, number: int) -> None:
        """Somebody takes an element out of the JSON, and leaves the wires that lead to it."""
        written = route_document(self.document.route)
        if written["elements"]:
            del written["elements"][number % len(written["elements"])]
        self.document.edit("Edit JSON", read_route(written).route)

    def _undo(self, times: int) -> None:
        for _ in range(times):
            self.document.history.undo()

    def _redo(self, times: int) -> None:
        for _ in range(times):
            self.document.history.redo()


@settings(max_examples=60)
@given(acts=_acts)
def test_canvas_document_and_json_stay_equal_whatever_is_done(
    qapp: object, acts: list[tuple[Any, ...]]
) -> None:
    desk = Desk(canvas.placed(ROUTE, {id: Point(*at) for id, at in PLACES.items()}))
    first = desk.document.route
    for act in acts:
        desk.act(*act)
        route = desk.document.route
        assert differences(desk.scene, route) == []
        try:
            read = read_route(json.dumps(route_document(route))).route
        except (
            RouteError
        ):  # an element that its kind does not allow can be drawn, but says so when it is read
            continue
        assert read == route
    # What was told, step by step, leads from the first value to the last: a replay sees the same.
    assert all(before == after for (_, before), (after, _) in zip(desk.told, desk.told[1:], strict=False))
    last, history = desk.document.route, desk.document.history
    here = history.index()
    history.setIndex(0)
    assert desk.document.route == first
    assert mirrors(desk.scene, first)
    history.setIndex(here)
    assert desk.document.route == last
    assert mirrors(desk.scene, last)


@settings(max_examples=60)
@given(document=documents)
def test_whatever_can_be_read_is_shown_as_it_is(qapp: object, document: dict[str, Any]) -> None:
    desk = Desk(read_route(document).route)
    assert differences(desk.scene, desk.document.route) == []
    desk.document.edit("Load another", ROUTE)
    assert differences(desk.scene, desk.document.route) == []
    desk.document.history.undo()
    assert differences(desk.scene, desk.document.route) == []


def test_a_wire_to_nobody_is_shown_as_lost_and_found_when_there_is_somebody(qapp: object) -> None:
    desk = Desk(route_of(start("c"), CONDITION, model("m1"), END))
    wire = desk.scene.wires["c", "false"]
    assert wire.lost == "m2"
    assert "m2" in wire.toolTip()
    desk.document.edit("Add", edits.with_element(desk.document.route, model_called("m2")))
    assert wire.lost == ""
    assert wire.end == desk.scene.cards["m2"].input_place


def test_only_what_has_changed_is_made_anew(qapp: object) -> None:
    desk = Desk(ROUTE)
    before = dict(desk.scene.cards)
    faces = {key: card.face for key, card in before.items()}
    desk.document.edit("Set", edits.changed(ROUTE, "m1", model="other"))
    assert desk.scene.cards == before
    assert [key for key, card in before.items() if card.face is not faces[key]] == ["m1"]


def test_elements_that_share_an_id_are_all_to_be_seen(qapp: object) -> None:
    desk = Desk(route_of(start("m"), model("m", "end"), model("m", "end"), END))
    assert len(desk.scene.cards) == 4
    places = {(card.x(), card.y()) for card in desk.scene.cards.values()}
    assert len(places) == 4


def test_a_split_shows_its_open_shares(qapp: object) -> None:
    split = {"id": "p", "type": "percentage", "outputs": {"70%": {"elementId": "m"}, "else": None}}
    desk = Desk(route_of(start("p"), split, model("m", "end"), END))
    assert list(desk.scene.cards["p"].outputs) == ["70%", "else"]
    assert ("p", "else") not in desk.scene.wires


def test_a_route_that_turns_has_its_ports_at_the_bottom(qapp: object) -> None:
    desk = Desk(ROUTE)
    desk.steps.arrange(Direction.DOWN)
    card = desk.scene.cards["c"]
    assert all(at.y == card.size[1] for at in card.outputs.values())
    assert differences(desk.scene, desk.document.route) == []


def model_called(id: str) -> Any:
    return read_route({"elements": [model(id)]}).route.elements[0]
