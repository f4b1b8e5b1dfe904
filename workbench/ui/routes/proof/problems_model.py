"""What the linter says of the route, as rows: the gravest first, each with the edit that puts it right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from workbench.domain.routes.findings import Finding, Severity
from workbench.services.route_proof import RouteProof, safe_fix
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.proof.rows import ROW_ROLE, Row
from workbench.ui.support.timers import once

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
LATER_MS = 50
ICONS = {
    Severity.ERROR: ("circle-x", "bad"),
    Severity.WARNING: ("triangle-alert", "warn"),
    Severity.INFO: ("info", "accent"),
}


class ProblemsModel(QAbstractListModel):
    """Signals: counts_changed (errors, warnings); refreshed."""

    counts_changed = Signal(int, int)
    refreshed = Signal()

    def __init__(self, document: RouteDocument, proof: RouteProof, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._proof = proof
        self.findings: tuple[Finding, ...] = ()
        self._counts = (-1, -1)
        self._later = once(self, LATER_MS, self.refresh)
        document.findings_changed.connect(self._later.start)
        self._later.start()

    @property
    def errors(self) -> int:
        return sum(one.severity is Severity.ERROR for one in self.findings)

    @property
    def warnings(self) -> int:
        return sum(one.severity is Severity.WARNING for one in self.findings)

    @property
    def safe(self) -> int:
        """How many can be put right without looking."""
        return sum(safe_fix(one) is not None for one in self.findings)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.findings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.findings):
            return None
        finding = self.findings[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return finding.what
            case Qt.ItemDataRole.ToolTipRole:
                fix = self.tr("Fix: {0}").format(finding.fixes[0].title) if finding.fixes else ""
                return "\n".join(part for part in (finding.what, finding.why, fix) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.severity(finding)}: {finding.what} {finding.why}".strip()
        return self._row(finding) if role == ROW_ROLE else None

    def severity(self, finding: Finding) -> str:
        words = {
            Severity.ERROR: self.tr("Error"),
            Severity.WARNING: self.tr("Warning"),
            Severity.INFO: self.tr("Note"),
        }
        return words[finding.severity]

    def reveal(self, row: int) -> None:
        """Bring the element of that finding into view, and the output where it is one's."""
        if 0 <= row < len(self.findings) and (finding := self.findings[row]).element:
            self._document.reveal(finding.element)
            if finding.port:
                self._document.select(wire=(finding.element, finding.port))

    def fix(self, row: int, number: int = 0) -> None:
        """Make one of the finding's edits."""
        self.refresh_now()
        if 0 <= row < len(self.findings) and number < len(self.findings[row].fixes):
            fix = self.findings[row].fixes[number]
            self._document.edit(fix.title, fix.apply(self._document.route))

    def fix_all_safe(self) -> None:
        """Make every edit that changes nothing that works, as one step."""
        route = self._document.route
        self._document.edit(self.tr("Fix all safe problems"), self._proof.repaired(route))

    @Slot()
    def refresh(self) -> None:
        found = self._document.findings
        if found is not self.findings:
            self.beginResetModel()
            self.findings = found
            self.endResetModel()
        counts = (self.errors, self.warnings)
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(*counts)
        self.refreshed.emit()

    def refresh_now(self) -> None:
        """A fix is for the very route its finding is about."""
        if self._later.isActive():
            self.stop()
            self.refresh()

    def stop(self) -> None:
        self._later.stop()

    def _row(self, finding: Finding) -> Row:
        return Row(
            finding.what,
            f"{finding.code} · {finding.why}" if finding.why else finding.code,
            ICONS[finding.severity],
            (finding.element, "muted") if finding.element else ("", "muted"),
            finding.fixes[0].title if finding.fixes else "",
        )
