"""All that leaves the tab, and the vectors that come into it from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.report.pictures import Palettes
from workbench.ui.embeddings.leave.bringing import BringingModel
from workbench.ui.embeddings.leave.coding import CodingModel
from workbench.ui.embeddings.leave.taking import TakingModel
from workbench.ui.embeddings.model import EmbeddingsModel


class LeaveModel(QObject):
    """taking: out of the tab. bringing: into it. coding: to do it elsewhere. palettes: of a report. Signals: set_made (TextSet that came with its
    vectors), failed (Exception).
    """

    set_made = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        palettes: Palettes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.taking = TakingModel(shared, desk, palettes, self)
        self.bringing = BringingModel(shared, desk, self)
        self.coding = CodingModel(shared, desk, self)
        self.bringing.set_made.connect(self.set_made)
        for part in (self.taking, self.bringing, self.coding):
            part.failed.connect(self.failed)

    async def aclose(self) -> None:
        for part in (self.taking, self.bringing, self.coding):
            await part.aclose()
