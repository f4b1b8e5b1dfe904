"""Wires under the hand: drawn from a port, led elsewhere by an end, dropped on a card or on empty ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from workbench.domain.routes import edits
from workbench.domain.routes.elements import Route
from workbench.ui.routes.canvas.card import INPUT, Card
from workbench.ui.routes.canvas.gestures import Gesture, Modifiers
from workbench.ui.routes.canvas.look import DETAILS
from workbench.ui.routes.canvas.spots import card_near
from workbench.ui.routes.canvas.wire import WireItem
from workbench.ui.routes.overlay import Wire

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.hands import HandsView

_LOOSE: Wire = ("\0", "")


class Link(Gesture):
    """Leads an output to the card it is dropped on; on empty ground it asks what to add there. A wire that is there already
    is the one that moves.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: HandsView, at: QPointF, source: Wire) -> None:
        super().__init__(view, at)
        self._source = source
        self._card = self.scene.cards[source[0]]
        self._old = self.scene.wires.get(source)
        self._wire = loose_wire(view)
        if self._old is not None:
            self._old.hide()
            if self._old.label is not None:
                self._old.label.hide()
        self._takers = edits.linkable(view.document.route, *source)
        self._target: Card | None = None
        for key, card in self.scene.cards.items():
            if key not in self._takers and card is not self._card:
                card.refuse(True)

    def move(self, at: QPointF, held: Modifiers) -> None:
        self.at = at
        card = card_near(self.scene, at)
        hit = card if card is not self._card or (card and card.scene_rect.contains(at)) else None
        takes = hit if hit is not None and hit.key in self._takers else None
        if takes is not self._target:
            if self._target is not None:
                self._target.hover(False)
            if takes is not None:
                takes.hover(True, INPUT)
            self._target = takes
        problem = ""
        if hit is not None and takes is None and (hit is not self._card or not self._back_home(at)):
            problem = edits.link_problem(self.view.document.route, *self._source, hit.id)
        self.view.hint(problem, bad=True)
        end = takes.input_place if takes is not None else at
        self._wire.lead(self._card.port_place(self._source[1]), end)

    def end(self, at: QPointF, held: Modifiers) -> None:
        target, card = self._target, card_near(self.scene, at)
        self.cancel()
        if target is not None:
            self.view.steps.link(*self._source, target.id)
        elif card is None:
            self.view.ask_for_piece(at, source=self._source)

    def cancel(self) -> None:
        self.view.hint("")
        self.scene.removeItem(self._wire)
        if self._old is not None:
            self._old.show()
            if self._old.label is not None:
                self._old.label.setVisible(self.scene.stage.scale >= DETAILS)
        if self._target is not None:
            self._target.hover(False)
            self._target = None
        for card in self.scene.cards.values():
            card.refuse(False)

    def _back_home(self, at: QPointF) -> bool:
        """Not far yet from where it began."""
        return (at - self.begin).manhattanLength() < 24


class LinkBack(Gesture):
    """From an input, or by the beginning of a wire: looks for the output that is to lead there. wire: the one that moves."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: HandsView, at: QPointF, target: str, wire: WireItem | None = None) -> None:
        super().__init__(view, at)
        self._goal = target
        self._old = wire
        self._wire = loose_wire(view)
        self._found: tuple[Card, str] | None = None
        route = view.document.route
        self._route: Route = edits.without_output(route, *wire.wire) if wire is not None else route
        if wire is not None:
            wire.hide()
            if wire.label is not None:
                wire.label.hide()
        givers = _givers(self._route, target)
        for key, card in self.scene.cards.items():
            if key not in givers and key != target:
                card.refuse(True)

    def move(self, at: QPointF, held: Modifiers) -> None:
        card = card_near(self.scene, at, 14.0)
        found, problem = None, ""
        if card is not None and card.id != self._goal:
            port = self._port_of(card, at)
            if port is not None:
                problem = edits.link_problem(self._route, card.id, port, self._goal)
                found = None if problem else (card, port)
            elif not card.outputs:
                problem = self.view.tr("Nothing leaves an end.")
        if found != self._found:
            if self._found is not None:
                self._found[0].hover(False)
            if found is not None:
                found[0].hover(True, found[1])
            self._found = found
        self.view.hint(problem, bad=True)
        begin = found[0].port_place(found[1]) if found is not None else at
        self._wire.lead(begin, self.scene.cards[self._goal].input_place)

    def end(self, at: QPointF, held: Modifiers) -> None:
        found, old, card = self._found, self._old, card_near(self.scene, at)
        self.cancel()
        if found is not None and old is not None:
            self.view.steps.relink_source(old.wire, found[0].id, found[1])
        elif found is not None:
            self.view.steps.link(found[0].id, found[1], self._goal)
        elif old is None and card is None:
            self.view.ask_for_piece(at, goal=self._goal)

    def cancel(self) -> None:
        self.view.hint("")
        self.scene.removeItem(self._wire)
        if self._old is not None:
            self._old.show()
            if self._old.label is not None:
                self._old.label.setVisible(self.scene.stage.scale >= DETAILS)
        if self._found is not None:
            self._found[0].hover(False)
            self._found = None
        for card in self.scene.cards.values():
            card.refuse(False)

    def _port_of(self, card: Card, at: QPointF) -> str | None:
        """The output under the pointer; elsewhere on a card its first that is free."""
        port = card.port_at(at, 14.0)
        if port:
            return port
        return self._first_free(card)

    def _first_free(self, card: Card) -> str | None:
        ports = edits.ports_of(card.element)
        free = [port for port in ports if not card.element.outputs.get(port)]
        return next(iter(free or ports), None)


def loose_wire(view: HandsView) -> WireItem:
    """A wire that is no part of the route."""
    made = WireItem(view.route_scene.stage, _LOOSE, view.route_scene.way)
    made.lit = True
    made.setZValue(90)
    view.route_scene.addItem(made)
    return made


def _givers(route: Route, target: str) -> set[str]:
    """Ids of the elements that may lead to target: those it does not lead to itself."""
    behind: set[str] = set()
    waiting = [target]
    while waiting:
        here = waiting.pop()
        element = route.find(here)
        if here not in behind and element is not None:
            behind.add(here)
            waiting += [to for to in element.outputs.values() if to]
    return {one.id for one in route.elements if one.id not in behind and edits.ports_of(one)}
