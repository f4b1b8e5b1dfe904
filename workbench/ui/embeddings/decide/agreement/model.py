"""Two columns, and the rows that they see most differently."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject

from workbench.domain.embeddings.agreement import Agreement
from workbench.services.embeddings.agreement import agreement
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel, stamp
from workbench.ui.embeddings.model import EmbeddingsModel

KS = (1, 3, 5, 10, 20, 50)


class AgreementModel(PartModel):
    """result: of `compared`, the two columns it is about."""

    least_columns = 2

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self.k = 10
        self._keys = ("", "")
        self.result: Agreement | None = None
        self.compared: tuple[Column, Column] | None = None

    @property
    def pair(self) -> tuple[Column, Column] | None:
        """What is compared: as it was chosen, else the first two. None where there are not two."""
        columns = self.columns
        if len(columns) < 2:
            return None
        by_key = {column.key: column for column in columns}
        one = by_key.get(self._keys[0]) or next(each for each in columns if each.key != self._keys[1])
        other = by_key.get(self._keys[1])
        if other is None or other.key == one.key:
            other = next(each for each in columns if each.key != one.key)
        return one, other

    def choose(self, one: str, other: str) -> None:
        """By their keys. The same one twice swaps them."""
        now = self.pair
        if one == other and now is not None:
            one, other = (now[1].key, now[0].key)
        self._keys = (one, other)
        self.refresh()

    def set_k(self, k: int) -> None:
        self.k = k
        self.refresh()

    def select(self, number: int) -> None:
        """One of the rows that have changed, in all pages."""
        if self.result is not None and 0 <= number < len(self.result.changed):
            self.shared.select([self.result.changed[number].row])

    def clear(self) -> None:
        self.result, self.compared = None, None

    def asked(self) -> Hashable:
        pair = self.pair
        keys = None if pair is None else tuple(map(stamp, pair))
        return (self.set_id, keys, self.k, self.shared.measure)

    async def work(self, study: Study) -> None:
        pair = self.pair
        assert pair is not None
        one, other = await study.vectors(pair[0].key), await study.vectors(pair[1].key)
        found = await agreement(one, other, self.k, self.shared.measure, self.tell)
        self.result, self.compared = found, pair
