"""What lies where on the canvas, and which part of it: what a press takes, and what a drop meets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.frame import FrameItem
from workbench.ui.routes.canvas.note import Note
from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.canvas.wire import WireItem

# How near is near, in pixels of the screen; ports are not to be hit where they can hardly be seen.
_PORT, _END, _CHOSEN_END, _SIDE, _LOOK = 11.0, 28.0, 9.0, 5.0, 8.0
_PORTS_FROM = 0.35
_WIRES = (1.5, 3.0, 6.0)
"""Of wires close together the nearest counts."""


@dataclass(frozen=True, slots=True)
class Spot:
    """port: of a card, `card.INPUT` for its input. end: "start" or "end" of a wire within reach. sides: of a frame, by which
    it is resized.
    """

    item: Card | Note | FrameItem | WireItem | None = None
    port: str | None = None
    end: str = ""
    sides: frozenset[str] = frozenset()


NOWHERE = Spot()


def spot_at(scene: RouteScene, at: QPointF) -> Spot:
    """What a press at this point takes: ports before cards, cards before wires, wires before frames."""
    scale = scene.stage.scale
    reach = _PORT / min(scale, 1.0) if scale >= _PORTS_FROM else 0.0
    near = _items(scene, at, max(reach, _LOOK / scale))
    chosen = scene.chosen_wire()
    if chosen is not None and (end := _end_near(chosen, at, _CHOSEN_END / min(scale, 1.0))):
        return Spot(chosen, end=end)
    return (
        _port(near, at, reach)
        or _solid(near, at)
        or _side(near, at, _SIDE / scale)
        or _wire(near, at, scale)
        or next(
            (Spot(item) for item in near if isinstance(item, FrameItem) and item.holds_by(at, scale)), NOWHERE
        )
    )


def card_near(scene: RouteScene, at: QPointF, reach: float = 12.0) -> Card | None:
    """The card under a point, or with its input close to it: what a wire that is dropped there is led to."""
    cards = [item for item in _items(scene, at, reach) if isinstance(item, Card) and not item.ghost]
    return next((card for card in cards if card.scene_rect.contains(at)), cards[0] if cards else None)


def wire_near(scene: RouteScene, at: QPointF, reach: float) -> WireItem | None:
    """A wire that leads to somebody."""
    wires = [item for item in _items(scene, at, reach) if isinstance(item, WireItem) and not item.lost]
    return next((wire for wire in wires if wire.near(at, reach)), None)


def crossed(scene: RouteScene, stroke: QPainterPath) -> list[WireItem]:
    """The wires that a line drawn by hand cuts."""
    box = stroke.boundingRect().adjusted(-1, -1, 1, 1)
    found = scene.items(box, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
    return [item for item in found if isinstance(item, WireItem) and item.crosses(stroke)]


def _items(scene: RouteScene, at: QPointF, reach: float) -> list[object]:
    box = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
    return list(scene.items(box, Qt.ItemSelectionMode.IntersectsItemBoundingRect))


def _port(near: Sequence[object], at: QPointF, reach: float) -> Spot | None:
    for item in near:
        if isinstance(item, Card) and not item.ghost and (port := item.port_at(at, reach)) is not None:
            return Spot(item, port=port)
    return None


def _solid(near: Sequence[object], at: QPointF) -> Spot | None:
    for item in near:
        solid = isinstance(item, Note) or (isinstance(item, Card) and not item.ghost)
        if solid and isinstance(item, Card | Note) and item.scene_rect.contains(at):
            return Spot(item)
    return None


def _side(near: Sequence[object], at: QPointF, reach: float) -> Spot | None:
    for item in near:
        if isinstance(item, FrameItem) and (sides := item.sides_at(at, reach)):
            return Spot(item, sides=sides)
    return None


def _wire(near: Sequence[object], at: QPointF, scale: float) -> Spot | None:
    wires = [item for item in near if isinstance(item, WireItem)]
    for reach in _WIRES:
        found = [wire for wire in wires if wire.near(at, reach / scale)]
        if found:
            wire = next((wire for wire in found if wire.chosen), found[0])
            return Spot(wire, end=_end_near(wire, at, _END / min(scale, 1.0)))
    return None


def _end_near(wire: WireItem, at: QPointF, reach: float) -> str:
    first, last = _apart(wire.start, at), _apart(wire.end, at)
    if min(first, last) > reach:
        return ""
    return "start" if first < last else "end"


def _apart(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
