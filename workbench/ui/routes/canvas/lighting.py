"""The overlay on the items: what is lit and what is dimmed, what is said under a card, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.routes.edits import ports_of
from workbench.domain.routes.elements import NEXT, SUCCESS
from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.note import Says
from workbench.ui.routes.canvas.wire import WireItem
from workbench.ui.routes.overlay import NOTHING, Overlay

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.scene import RouteScene


class Lighting:
    def __init__(self, scene: RouteScene) -> None:
        self._scene = scene
        self._overlay: Overlay = NOTHING
        self.says: dict[str, Says] = {}
        self.ghosts: list[Card] = []

    def show(self, overlay: Overlay) -> None:
        if overlay is not self._overlay:
            self._overlay = overlay
            self._apply()

    def renew(self) -> None:
        """The items are others now."""
        if self._overlay is not NOTHING:
            self._apply()

    def forget(self, key: str) -> None:
        """This card goes, and what is said under it with it."""
        self.says.pop(key, None)

    def words_on(self, item: WireItem) -> str:
        """The label of a wire: its port, where that is not the usual way on, and what the overlay tells of it."""
        port = item.wire[1]
        plain = port in (NEXT, SUCCESS) or len(ports_of(self._scene.cards[item.wire[0]].element)) < 2
        more = self._overlay.labels.get(item.wire, "")
        return " · ".join(part for part in ("" if plain else port, more) if part)

    def _apply(self) -> None:
        overlay, scene = self._overlay, self._scene
        for key, card in scene.cards.items():
            card.show_figures(overlay.figures.get(key, ""))
            card.show_mark(overlay.marks.get(key))
            card.dim(overlay.elements is not None and key not in overlay.elements)
            self._say(card, overlay.says.get(key, ""))
        lit = overlay.wires
        for wire, item in scene.wires.items():
            item.show_flow(overlay.flow.get(wire, 0.0 if overlay.flow else None))
            item.show_state(lit=lit is not None and wire in lit, dimmed=lit is not None and wire not in lit)
            scene.label(item, self.words_on(item))
        self._show_ghosts()

    def _say(self, card: Card, text: str) -> None:
        says = self.says.get(card.key)
        if says is not None and not says.fits(card, text):
            del self.says[card.key]
            self._scene.removeItem(says)
            says = None
        if text and says is None:
            self.says[card.key] = Says(self._scene.stage, card, text)

    def _show_ghosts(self) -> None:
        scene = self._scene
        for ghost in self.ghosts:
            scene.stage.pictures.drop(ghost)
            scene.removeItem(ghost)
        self.ghosts = []
        for one in self._overlay.ghosts:
            ghost = Card(scene.stage, one.element.id, one.element, scene.way, ghost=True)
            ghost.setPos(*one.at)
            scene.addItem(ghost)
            self.ghosts.append(ghost)
