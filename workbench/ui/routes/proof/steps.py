"""The way of a dry run, step by step: which element, why it chose, which output it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.domain.routes.elements import FALLBACK, FALSE, SUCCESS, TRUE, AnyElement, End, Route, Start
from workbench.domain.routes.trace import Visit
from workbench.ui.routes.proof.rows import ROW_ROLE, Row
from workbench.ui.routes.words import icon_of, kind_name, title_of

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_ROLES = {TRUE: "good", SUCCESS: "good", FALSE: "warn", FALLBACK: "warn"}


class Steps(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.visits: tuple[Visit, ...] = ()
        self._elements: dict[str, AnyElement] = {}

    def show(self, route: Route, visits: Sequence[Visit]) -> None:
        met = {visit.element for visit in visits}
        elements = {element.id: element for element in route.elements if element.id in met}
        if tuple(visits) != self.visits or elements != self._elements:
            self.beginResetModel()
            self.visits, self._elements = tuple(visits), elements
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.visits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.visits):
            return None
        visit = self.visits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(visit)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{visit.element}\n{visit.why}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._title(visit)}: {visit.why} → {visit.port}"
        return self._row(visit) if role == ROW_ROLE else None

    def _row(self, visit: Visit) -> Row:
        pill = (f"→ {visit.port}", _ROLES.get(visit.port, "accent")) if visit.port else ("", "muted")
        element = self._elements.get(visit.element)
        icon = icon_of(element) if element is not None else "circle-dot"
        return Row(self._title(visit), visit.why, (icon, "accent"), pill)

    def _title(self, visit: Visit) -> str:
        """What the element does; where that says nothing, what it is."""
        element = self._elements.get(visit.element)
        if element is None:
            return visit.element
        return kind_name(element) if isinstance(element, Start | End) else title_of(element)
