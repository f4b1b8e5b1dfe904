"""The page Decide: its parts, of which one is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.ui.embeddings.decide.agreement.model import AgreementModel
from workbench.ui.embeddings.decide.board.model import BoardModel
from workbench.ui.embeddings.decide.compression.model import CompressionModel
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.languages.model import LanguagesModel
from workbench.ui.embeddings.decide.part import PartModel
from workbench.ui.embeddings.decide.retrieval.model import RetrievalModel
from workbench.ui.embeddings.decide.threshold.model import ThresholdModel
from workbench.ui.embeddings.model import EmbeddingsModel


class Part(StrEnum):
    MODELS = "models"
    AGREEMENT = "agreement"
    RETRIEVAL = "retrieval"
    THRESHOLD = "threshold"
    LANGUAGES = "languages"
    COMPRESSION = "compression"


class DecideModel(QObject):
    """Signals: part_changed, failed (Exception)."""

    part_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        parent: QObject | None = None,
        *,
        try_example: Callable[[str], None] | None = None,
    ) -> None:
        """try_example: opens one of the examples by its name, for those whose own set has not what a part needs."""
        super().__init__(parent)
        self.shared = shared
        self.part = Part.MODELS
        self.known = KnownModel(shared, desk, self)
        self.board = BoardModel(shared, desk, self.known, self)
        self.agreement = AgreementModel(shared, desk, self.known, self)
        self.retrieval = RetrievalModel(shared, desk, self.known, self)
        self.threshold = ThresholdModel(shared, desk, self.known, self)
        self.languages = LanguagesModel(shared, desk, self.known, self, try_example=try_example)
        self.compression = CompressionModel(shared, desk, self.known, self)
        self.parts: Mapping[Part, PartModel] = {
            Part.MODELS: self.board,
            Part.AGREEMENT: self.agreement,
            Part.RETRIEVAL: self.retrieval,
            Part.THRESHOLD: self.threshold,
            Part.LANGUAGES: self.languages,
            Part.COMPRESSION: self.compression,
        }
        self.known.failed.connect(self.failed)
        for part in self.parts.values():
            part.failed.connect(self.failed)
        if shared.texts is not None:
            self.known.load()

    async def aclose(self) -> None:
        for part in self.parts.values():
            await part.aclose()
        await self.known.aclose()

    def show_part(self, part: Part) -> None:
        if part is not self.part:
            self.part = part
            self.part_changed.emit()
