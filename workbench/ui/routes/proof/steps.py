"""The way of a dry run, step by step: which element, why it chose, which output it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.domain.routes.elements import FALLBACK, FALSE, SUCCESS, TRUE
from workbench.domain.routes.trace import Visit
from workbench.ui.routes.proof.rows import ROW_ROLE, Row

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ICONS = {
    "start": "play",
    "conditional": "split",
    "percentage": "scale",
    "rate": "gauge",
    "model": "bot",
    "end": "circle-stop",
}
_ROLES = {TRUE: "good", SUCCESS: "good", FALSE: "warn", FALLBACK: "warn"}


class Steps(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.visits: tuple[Visit, ...] = ()

    def show(self, visits: Sequence[Visit]) -> None:
        if tuple(visits) != self.visits:
            self.beginResetModel()
            self.visits = tuple(visits)
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.visits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.visits):
            return None
        visit = self.visits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return visit.element
            case Qt.ItemDataRole.ToolTipRole:
                return visit.why
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{visit.element}: {visit.why} → {visit.port}"
        return self._row(visit) if role == ROW_ROLE else None

    def _row(self, visit: Visit) -> Row:
        pill = (f"→ {visit.port}", _ROLES.get(visit.port, "accent")) if visit.port else ("", "muted")
        return Row(visit.element, visit.why, (ICONS.get(visit.kind, "circle-dot"), "accent"), pill)
