"""Whether a scene shows a route: every difference as a sentence. What the tests hold the canvas to."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.routes import canvas
from workbench.domain.routes.elements import Route
from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.frame import FrameItem
from workbench.ui.routes.canvas.note import Note
from workbench.ui.routes.canvas.scene import RouteScene, keyed
from workbench.ui.routes.canvas.wire import LabelItem, WireItem


def differences(scene: RouteScene, route: Route) -> list[str]:
    """Empty where the scene shows exactly this route."""
    return [*_cards(scene, route), *_wires(scene, route), *_drawn(scene, route), *_leftovers(scene)]


def mirrors(scene: RouteScene, route: Route) -> bool:
    return not differences(scene, route)


def _cards(scene: RouteScene, route: Route) -> Iterator[str]:
    elements, notes = dict(keyed(route)), canvas.notes(route)
    places = canvas.positions(route)
    for key in elements.keys() ^ scene.cards.keys():
        yield f"card {key!r} is {'missing' if key in elements else 'too many'}"
    for key in elements.keys() & scene.cards.keys():
        card = scene.cards[key]
        if card.element != elements[key]:
            yield f"card {key!r} shows another element"
        if card.note != notes.get(key, ""):
            yield f"card {key!r} shows another note"
        if card.way is not canvas.direction(route):
            yield f"card {key!r} runs another way"
        if key in places and (card.x(), card.y()) != places[key]:
            yield f"card {key!r} is elsewhere"


def _wires(scene: RouteScene, route: Route) -> Iterator[str]:
    wires = {
        (key, port): target
        for key, element in keyed(route)
        for port, target in element.outputs.items()
        if target
    }
    for wire in wires.keys() ^ scene.wires.keys():
        yield f"wire {wire} is {'missing' if wire in wires else 'too many'}"
    for wire in wires.keys() & scene.wires.keys():
        item, target = scene.wires[wire], scene.cards.get(wires[wire])
        if item.target != wires[wire]:
            yield f"wire {wire} leads to {item.target!r}"
        if bool(item.lost) != (target is None):
            yield f"wire {wire} {'is lost' if item.lost else 'is not lost'}"
        if item.start != scene.cards[wire[0]].port_place(wire[1]):
            yield f"wire {wire} begins elsewhere"
        if target is not None and item.end != target.input_place:
            yield f"wire {wire} ends elsewhere"


def _drawn(scene: RouteScene, route: Route) -> Iterator[str]:
    if {id: note.text for id, note in scene.notes.items()} != canvas.free_notes(route):
        yield "the notes are others"
    if {id: item.frame for id, item in scene.frames.items()} != canvas.frames(route):
        yield "the frames are others"


def _leftovers(scene: RouteScene) -> Iterator[str]:
    """Items that belong to nothing that is shown."""
    known = {*scene.cards.values(), *scene.wires.values(), *scene.notes.values(), *scene.frames.values()}
    labels = {item.label for item in scene.wires.values() if item.label is not None}
    for item in scene.items():
        if isinstance(item, Card | WireItem | Note | FrameItem) and item not in known:
            yield f"{item!r} is left over"
        if isinstance(item, LabelItem) and item not in labels:
            yield f"the label {item.text!r} is left over"
