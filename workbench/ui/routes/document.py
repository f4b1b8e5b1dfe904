"""One route while it is edited: its state is a single value, and every edit, named, replaces it.

Canvas, inspector, JSON and the panels all show `route` and change it through `edit`; none keeps a copy of its own. So undo,
redo and reload are the same thing: another value. A route shares what did not change with the one before, so that whoever
shows it can tell by identity what there is to draw again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from workbench.domain.routes.canvas import drawn_ids
from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import Finding
from workbench.ui.routes.overlay import NOTHING, Overlay, Wire

MOST_STEPS = 1000
"""Steps that can be undone."""

Linter = Callable[[Route], Sequence[Finding]]
"""services.route_proof.RouteProof.lint: what is wrong with a route, with what is known of models and providers."""


@dataclass(frozen=True, slots=True)
class Edited:
    """From one value to the next. name: of the step, in the user's words."""

    before: Route
    after: Route
    name: str


class RouteDocument(QObject):
    """Signals: edited (Edited); findings_changed; selection_changed; overlay_changed; reveal_wanted (id of an element, note or
    frame that should come into view); clean_changed (bool: nothing differs from what was last saved).
    """

    edited = Signal(object)
    findings_changed = Signal()
    selection_changed = Signal()
    overlay_changed = Signal()
    reveal_wanted = Signal(str)
    clean_changed = Signal(bool)

    def __init__(
        self,
        route: Route,
        lint: Linter = lambda route: (),
        settled: Callable[[Route], Route] = lambda route: route,
        parent: QObject | None = None,
    ) -> None:
        """settled: gives a place to what has none; applied to every route, so that whatever is shown has one."""
        super().__init__(parent)
        self._lint = lint
        self._settled = settled
        self._route = settled(route)
        self._findings: tuple[Finding, ...] | None = None
        self.history = QUndoStack(self)
        self.history.setUndoLimit(MOST_STEPS)
        self.history.cleanChanged.connect(self.clean_changed)
        self.selected: frozenset[str] = frozenset()
        self.selected_wire: Wire | None = None
        self.overlay: Overlay = NOTHING

    @property
    def route(self) -> Route:
        return self._route

    @property
    def clean(self) -> bool:
        return self.history.isClean()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the linter says of the route as it is; found out when it is first asked for."""
        if self._findings is None:
            self._findings = tuple(self._lint(self._route))
        return self._findings

    def edit(self, name: str, route: Route, *, merge: str = "") -> None:
        """Replace the route, as one step called name ("Add model"). The same value is no step.

        merge: steps of the same non-empty merge, one right after the other, count as one: typing in a field, dragging a slider.
        """
        after = self._settled(route)
        if _same(after, self._route):
            return
        self.history.push(_Step(self, Edited(self._route, after, name), merge))

    def relint(self) -> None:
        """What the linter knows has changed: models, providers, metadata that was seen."""
        self._findings = None
        self.findings_changed.emit()

    def select(self, ids: Iterable[str] = (), wire: Wire | None = None) -> None:
        """Select elements, notes and frames, or one wire; what does not exist is left out."""
        there = drawn_ids(self._route)
        selected = frozenset(id for id in ids if id in there)
        if wire is not None and not self.has_wire(wire):
            wire = None
        if (selected, wire) != (self.selected, self.selected_wire):
            self.selected, self.selected_wire = selected, wire
            self.selection_changed.emit()

    def has_wire(self, wire: Wire) -> bool:
        element = self._route.find(wire[0])
        return element is not None and bool(element.outputs.get(wire[1]))

    def reveal(self, id: str) -> None:
        """Select it and bring it into view."""
        self.select([id])
        self.reveal_wanted.emit(id)

    def show_overlay(self, overlay: Overlay = NOTHING) -> None:
        """Show this over the route; without one, the route alone."""
        if overlay != self.overlay:
            self.overlay = overlay
            self.overlay_changed.emit()

    def mark_saved(self) -> None:
        self.history.setClean()

    def _become(self, route: Route, step: Edited) -> None:
        self._route = route
        self._findings = None
        self.edited.emit(step)
        self.findings_changed.emit()
        self.select(self.selected, self.selected_wire)


class _Step(QUndoCommand):
    """The one kind of step there is: from this value to that."""

    _MERGES = 1

    def __init__(self, document: RouteDocument, step: Edited, merge: str) -> None:
        super().__init__(step.name)
        self._document = document
        self._step = step
        self.merge = merge

    def id(self) -> int:
        return self._MERGES if self.merge else -1

    def redo(self) -> None:
        self._document._become(self._step.after, self._step)

    def undo(self) -> None:
        step = self._step
        self._document._become(step.before, Edited(step.after, step.before, step.name))

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other.merge != self.merge:
            return False
        self._step = Edited(self._step.before, other._step.after, self._step.name)
        self.setObsolete(_same(self._step.before, self._step.after))
        return True


def _same(one: Route, other: Route) -> bool:
    """As written: ports have an order, and 1 is not true, neither of which Python's equality sees."""
    return one is other or (one == other and repr(one) == repr(other))
