"""What is chosen for a dry run: how each model ends, how each limit stands, which way each split goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.domain.routes.elements import AnyElement, ModelCall, Percentage, Rate
from workbench.services.route_proof import Pick, shares_of
from workbench.ui.routes.proof.rows import ROW_ROLE, Row
from workbench.ui.routes.words import detail_of, icon_of, title_of

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENDINGS: tuple[str | int, ...] = ("ok", "timeout", 429, 500, 503, 401, 404, 400)
"""How a model can end, as tests in the file write it."""


class Option(NamedTuple):
    """value: None for what happens without a choice."""

    value: Any
    words: str


class Choices(QAbstractListModel):
    """Elements where something can be chosen: those on the way first, in its order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.elements: tuple[AnyElement, ...] = ()
        self._met: frozenset[str] = frozenset()
        self._outcomes: Mapping[str, Any] = {}
        self._picks: Mapping[str, Pick] = {}
        self._rolls: Mapping[str, float] = {}

    def show(
        self,
        elements: Sequence[AnyElement],
        way: Sequence[str],
        outcomes: Mapping[str, Any],
        picks: Mapping[str, Pick],
        rolls: Mapping[str, float],
    ) -> None:
        """way: ids that are met, in order. rolls: where dice fell, in percent."""
        place = {id: number for number, id in enumerate(way)}
        found = [one for one in elements if isinstance(one, ModelCall | Rate | Percentage)]
        found.sort(key=lambda one: place.get(one.id, len(place)))
        same = [one.id for one in found] == [one.id for one in self.elements]
        if not same:
            self.beginResetModel()
        self.elements, self._met = tuple(found), frozenset(way)
        self._outcomes, self._picks, self._rolls = dict(outcomes), dict(picks), dict(rolls)
        if not same:
            self.endResetModel()
        elif found:
            self.dataChanged.emit(self.index(0), self.index(len(found) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.elements)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.elements):
            return None
        element = self.elements[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return element.id
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(element)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title_of(element)} ({element.id}): {self.chosen(element)}"
        return self._row(element) if role == ROW_ROLE else None

    def options(self, element: AnyElement) -> tuple[Option, ...]:
        if isinstance(element, ModelCall):
            return tuple(Option(None if value == "ok" else value, self._ending(value)) for value in ENDINGS)
        if isinstance(element, Rate):
            return Option(None, self.tr("has room")), Option("over", self.tr("is over"))
        if isinstance(element, Percentage):
            shares = (Option(port, self.tr("goes {0}").format(port)) for port, _, _ in shares_of(element))
            return Option(None, self.tr("goes the likeliest way")), *shares
        return ()

    def value(self, element: AnyElement) -> Any:
        return (self._picks if isinstance(element, Percentage) else self._outcomes).get(element.id)

    def chosen(self, element: AnyElement) -> str:
        """In words."""
        value = self.value(element)
        if isinstance(value, float):
            return self.tr("dice at {0}").format(f"{value:g}")
        found = next((one for one in self.options(element) if one.value == value), None)
        return found.words if found is not None else self._ending(value)

    def _row(self, element: AnyElement) -> Row:
        met = element.id in self._met
        action = f"{self._in_short(element)} ▾"
        if element.id in self._rolls:
            more = self.tr("dice at {0}").format(f"{self._rolls[element.id]:g}")
        else:
            more = detail_of(element)
        detail = f"{element.id} · {more}" if more else element.id
        icon = (icon_of(element), "accent" if met else "muted")
        return Row(title_of(element), detail, icon, action=action, dim=not met)

    def _in_short(self, element: AnyElement) -> str:
        """Of the choice, for a row has little room."""
        value = self.value(element)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(element, Percentage):
            return self.tr("likeliest") if value is None else str(value)
        return self.chosen(element)

    def _tooltip(self, element: AnyElement) -> str:
        if element.id not in self._met:
            return self.tr("This request does not meet it.")
        return self.tr("Choose with a click or Enter.")

    def _ending(self, value: Any) -> str:
        match value:
            case "ok" | None:
                return self.tr("answers")
            case "timeout":
                return self.tr("times out")
            case 429:
                return self.tr("429 too many requests")
            case 500:
                return self.tr("500 server error")
            case 503:
                return self.tr("503 unavailable")
            case 401:
                return self.tr("401 not allowed in")
            case 404:
                return self.tr("404 not found")
            case 400:
                return self.tr("400 bad request")
        return str(value)
