"""A route that is open: its document, the file it belongs to, and what there is to say of either."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.services.route_files import Fingerprint
from workbench.ui.routes.document import RouteDocument

SUFFIX = ".route.json"


class OpenRoute(QObject):
    """Signals: changed (title, file, or what is said of it).

    id: of its draft. path: None for one that was never saved. remarks: sentences about how it came to be what is shown (an
    import's changes, a recovery); problem: why it could not be saved. on_disk_changed: another program wrote the file since.
    """

    changed = Signal()

    def __init__(
        self,
        id: str,
        document: RouteDocument,
        path: Path | None = None,
        fingerprint: Fingerprint | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.id = id
        self.document = document
        self.path = path
        self.fingerprint = fingerprint
        self.remarks: tuple[str, ...] = ()
        self.problem: WorkbenchError | None = None
        self.on_disk_changed = False
        document.setParent(self)
        document.clean_changed.connect(self.changed)
        document.edited.connect(self.changed)

    @property
    def title(self) -> str:
        return self.document.route.name or self.tr("Untitled")

    @property
    def unsaved(self) -> bool:
        """There is something that its file does not have; what was never saved and never touched has nothing to lose."""
        return not self.document.clean

    @property
    def proposed_name(self) -> str:
        """What its file may be called."""
        return f"{self.document.route.name or 'route'}{SUFFIX}"

    def say(self, *remarks: str) -> None:
        self.remarks = remarks
        self.changed.emit()

    def fail(self, problem: WorkbenchError | None) -> None:
        self.problem = problem
        self.changed.emit()

    def saved(self, path: Path, fingerprint: Fingerprint) -> None:
        """It is in this file now, just as it is."""
        self.path, self.fingerprint = path, fingerprint
        self.problem, self.on_disk_changed = None, False
        self.document.mark_saved()
        self.changed.emit()
