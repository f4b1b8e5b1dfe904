"""One column's vectors, made smaller."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject

from workbench.domain.embeddings.compression import Compression, SmallerForm
from workbench.services.embeddings.compression import compression
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel, stamp
from workbench.ui.embeddings.model import EmbeddingsModel

KS = (1, 3, 5, 10, 20, 50)
RESCORED = (1, 2, 4, 10)
ENOUGH = 0.95
"""Recall that most people will not tell from all of it."""


class CompressionModel(PartModel):
    """results are kept for each column, so that going back to one costs nothing."""

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self.k = 10
        self.rescored = 1
        self._shown = ""
        self._results: dict[Hashable, Compression] = {}
        self._last: Compression | None = None

    @property
    def shown(self) -> Column | None:
        """The column that is looked at."""
        columns = self.columns
        return next((each for each in columns if each.key == self._shown), columns[0] if columns else None)

    @property
    def result(self) -> Compression | None:
        """Of the column that is looked at; what it was before, while something newer is reckoned."""
        found = self._results.get(self.asked())
        shown = self.shown
        if found is None and self._last is not None and shown is not None and self._last.key == shown.key:
            return self._last
        return found

    @property
    def enough(self) -> SmallerForm | None:
        """The smallest that still finds nearly all."""
        forms = self.result.forms if self.result is not None else ()
        return next((form for form in forms if form.recall >= ENOUGH), None)

    def set_k(self, k: int) -> None:
        self.k = k
        self.refresh()

    def set_rescored(self, rescored: int) -> None:
        self.rescored = rescored
        self.refresh()

    def show_column(self, key: str) -> None:
        self._shown = key
        self.refresh()

    def clear(self) -> None:
        self._results.clear()
        self._last = None

    def asked(self) -> Hashable:
        """The measure makes no difference to it."""
        column = self.shown
        key = None if column is None else stamp(column)
        return (self.set_id, key, self.k, self.rescored)

    async def work(self, study: Study) -> None:
        column, asked = self.shown, self.asked()
        if column is None:
            return
        if asked not in self._results:
            vectors = await study.vectors(column.key)
            self._results[asked] = await compression(
                column.key, vectors, self.k, self.tell, rescored=self.rescored
            )
        self._last = self._results[asked]
