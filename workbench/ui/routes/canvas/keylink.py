"""Connecting by keyboard: a port is chosen, then where it leads, all by arrows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from workbench.domain.routes import edits
from workbench.domain.routes.canvas import Direction, Point
from workbench.ui.routes import words
from workbench.ui.routes.canvas.card import INPUT, Card
from workbench.ui.routes.canvas.following import nearest
from workbench.ui.routes.canvas.hands import HandsView
from workbench.ui.routes.canvas.linking import loose_wire
from workbench.ui.routes.overlay import Wire


class KeyLink(QObject):
    """One connection in the making, from a card that has ports. It shows itself until it is done or given up."""

    def __init__(self, view: HandsView, card: Card) -> None:
        super().__init__(view)
        self._view = view
        self._card = card
        self._ports = edits.ports_of(card.element)
        free = [port for port in self._ports if not card.element.outputs.get(port)]
        self._at = self._ports.index(free[0]) if free else 0
        self._target: Card | None = None
        self._wire = loose_wire(view)
        self._wire.hide()
        self._show()

    @property
    def source(self) -> Wire:
        return self._card.key, self._ports[self._at]

    @property
    def target(self) -> str:
        """What it would lead to, "" while no target is chosen."""
        return self._target.id if self._target is not None else ""

    def point(self, dx: int, dy: int) -> None:
        """An arrow. Along the edge with the ports it chooses a port, until a target is chosen; else the nearest target."""
        scene = self._view.route_scene
        down = scene.way is Direction.DOWN
        along_ports = dx if down else dy
        if self._target is None and along_ports:
            self._at = (self._at + along_ports) % len(self._ports)
        else:
            self._choose(dx, dy)
        self._show()

    def end(self) -> None:
        """Take it off the canvas."""
        self._view.hint("")
        self._card.hover(False)
        if self._target is not None:
            self._target.hover(False)
        for card in self._view.route_scene.cards.values():
            card.refuse(False)
        self._view.route_scene.removeItem(self._wire)
        self.deleteLater()

    def _choose(self, dx: int, dy: int) -> None:
        scene = self._view.route_scene
        takers = edits.linkable(self._view.document.route, *self.source)
        places: Mapping[str, Point] = {
            key: Point(*scene.cards[key].scene_rect.center().toTuple())
            for key in takers
            if key in scene.cards
        }
        here = self._target or self._card
        places = {key: at for key, at in places.items() if key != here.key}
        found = nearest(places, Point(*here.scene_rect.center().toTuple()), dx, dy)
        if found is None:
            if self._target is not None and (dx, dy) == ((0, -1) if scene.way is Direction.DOWN else (-1, 0)):
                self._target.hover(False)
                self._target = None
            return
        if self._target is not None:
            self._target.hover(False)
        self._target = scene.cards[found]

    def _show(self) -> None:
        scene = self._view.route_scene
        source, port = self.source
        takers = edits.linkable(self._view.document.route, source, port)
        for key, card in scene.cards.items():
            card.refuse(key not in takers and card is not self._card)
        self._card.hover(True, port)
        begin = self._card.port_place(port)
        if self._target is None:
            self._wire.hide()
            text = self.tr("{0}: {1}. Arrows choose a port and a target; A adds one.").format(
                port, words.port_words(self._card.element, port)
            )
            self._view.hint_at(text, begin)
            return
        self._target.hover(True, INPUT)
        self._wire.show()
        self._wire.lead(begin, self._target.input_place)
        self._view.bring_in(self._target.scene_rect)
        text = self.tr("{0} → {1}. Enter connects.").format(port, words.title_of(self._target.element))
        self._view.hint_at(text, self._target.scene_rect.bottomLeft())
