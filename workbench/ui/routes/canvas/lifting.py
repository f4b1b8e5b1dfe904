"""What is being dragged, as long as it is: its items move, and the wires with them; the document does not."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF

from workbench.ui.routes.canvas.scene import RouteScene


class Lifted:
    """Wires between two things that are lifted move as they are; only those that lead out are drawn anew."""

    def __init__(self, scene: RouteScene, ids: Collection[str]) -> None:
        self._scene = scene
        items = {id: item for id in ids if (item := scene.movable(id)) is not None}
        self._items = [(item, item.pos()) for item in items.values()]
        met = [scene.wires[wire] for wire in scene.wires_of(items)]
        self._inner = [wire for wire in met if wire.wire[0] in items and wire.target in items]
        self._outer = [wire for wire in met if not (wire.wire[0] in items and wire.target in items)]
        self._cards = [card for id in items if (card := scene.cards.get(id)) is not None]
        for card in self._cards:
            card.lift(True)

    def shift(self, dx: float, dy: float) -> None:
        """So far from where they were."""
        by = QPointF(dx, dy)
        for item, place in self._items:
            item.setPos(place + by)
        for wire in self._inner:
            wire.slide(by)
        for wire in self._outer:
            self._scene.lead(wire)

    def put_back(self) -> None:
        self.shift(0.0, 0.0)
        for card in self._cards:
            card.lift(False)
