"""What somebody knows of the set that is open: which rows answer a query, and which two say the same. Kept as it is told."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.judgements import Judgements, LabelledPair
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope


class KnownModel(QObject):
    """trouble: why it could not be read or kept; what was told meanwhile is in `judgements` all the same.

    Signals: changed, failed (Exception).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self.tasks = TaskScope(self)
        self.tasks.failed.connect(self.failed)
        self.judgements = Judgements()
        self.trouble: Trouble | None = None
        self.loaded = False
        shared.opened.connect(self.load)

    async def aclose(self) -> None:
        """What was told last is kept first."""
        await self.tasks.finish()

    @Slot()
    def load(self) -> None:
        """Of the set that is open now."""
        self.judgements, self.trouble, self.loaded = Judgements(), None, False
        texts = self.shared.texts
        if texts is None:
            self.tasks.cancel("load")
            self.changed.emit()
        else:
            self.tasks.start("load", self._load(texts.id))

    def tell(self, judgements: Judgements) -> None:
        """Replace what is known, and keep it."""
        texts = self.shared.texts
        if texts is None or not self.loaded or judgements == self.judgements:
            return
        self.judgements = judgements
        self.tasks.start(f"keep/{texts.id}", self._keep(texts.id, judgements))
        self.changed.emit()

    def pair(self, left: int, right: int, similar: bool) -> None:
        """Two rows of the set."""
        rows = self.shared.rows
        told = LabelledPair(rows[left].id, rows[right].id, similar)
        self.tell(self.judgements.with_pairs([told]))

    @Slot()
    def keep_again(self) -> None:
        """After a trouble: read what could not be read, or keep what could not be kept."""
        texts = self.shared.texts
        if texts is not None and not self.loaded:
            self.load()
        elif texts is not None:
            self.tasks.start(f"keep/{texts.id}", self._keep(texts.id, self.judgements))

    async def _load(self, set_id: str) -> None:
        try:
            self.judgements = await self._desk.sets.judgements(set_id)
            self.loaded = True
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self.changed.emit()

    async def _keep(self, set_id: str, judgements: Judgements) -> None:
        before = self.trouble
        try:
            await self._desk.sets.keep_judgements(set_id, judgements)
            self.trouble = None
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        if self.trouble != before:
            self.changed.emit()
