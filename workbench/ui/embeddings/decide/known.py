"""What is known of the set that is open: what can be told of its rows, which of them answer a query, and which two say the same.

What somebody tells is kept as it comes.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.judgements import DrawnLine, Judgements, LabelledPair
from workbench.domain.embeddings.texts import TextSet
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.set_facts import SetFacts, set_facts
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

_SOON_S = 0.4
"""A line that is being dragged is kept once it stands still for so long."""


class KnownModel(QObject):
    """trouble: why it could not be read or kept; what was told meanwhile is in `judgements` all the same.

    before: what was known before much of it was changed at once, None where there is nothing to take back.

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
        self.before: Judgements | None = None
        self.trouble: Trouble | None = None
        self.loaded = False
        self.facts = SetFacts()
        """Nothing is known of a set before it is looked through."""
        shared.opened.connect(self.load)

    async def aclose(self) -> None:
        """What was told last is kept first."""
        await self.tasks.finish()

    @Slot()
    def load(self) -> None:
        """Of the set that is open now."""
        self.judgements, self.before, self.trouble, self.loaded = Judgements(), None, None, False
        self.facts = SetFacts()
        texts = self.shared.texts
        if texts is None:
            self.tasks.cancel("load")
            self.changed.emit()
        else:
            self.tasks.start("load", self._load(texts))

    def tell(self, judgements: Judgements, *, undoable: bool = False) -> None:
        """Replace what is known, and keep it."""
        texts = self.shared.texts
        if texts is None or not self.loaded or judgements == self.judgements:
            return
        self.before = self.judgements if undoable else None
        self.judgements = judgements
        self.tasks.start(f"keep/{texts.id}", self._keep(texts.id, judgements))
        self.changed.emit()

    def draw(self, line: DrawnLine | None) -> None:
        """Keep where a line was drawn, in a while; there is no signal."""
        texts = self.shared.texts
        if texts is not None and line != self.judgements.line:
            self.judgements = replace(self.judgements, line=line)
            if self.loaded:
                self.tasks.start(f"keep/{texts.id}", self._keep(texts.id, self.judgements, _SOON_S))

    @Slot()
    def undo(self) -> None:
        """Take back what changed much at once."""
        if self.before is not None:
            self.tell(replace(self.before, line=self.judgements.line))

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

    async def _load(self, texts: TextSet) -> None:
        self.facts = await asyncio.to_thread(set_facts, texts.rows)
        try:
            self.judgements = await self._desk.sets.judgements(texts.id)
            self.loaded = True
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self.changed.emit()

    async def _keep(self, set_id: str, judgements: Judgements, after_s: float = 0.0) -> None:
        if after_s:
            await asyncio.sleep(after_s)
        before = self.trouble
        try:
            await self._desk.sets.keep_judgements(set_id, judgements)
            self.trouble = None
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        if self.trouble != before:
            self.changed.emit()
