"""Each of the chosen columns: separation of the labels, cost, and what the other parts have found out."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from workbench.domain.embeddings.separation import ModelCost, Separation
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.separation import cost_of, separation
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel, stamp
from workbench.ui.embeddings.model import EmbeddingsModel


@dataclass(frozen=True, slots=True)
class Entry:
    """separation: None where it is not reckoned yet. missing: rows of the set with a text and without a vector."""

    column: Column
    title: str
    separation: Separation | None
    cost: ModelCost
    missing: int


class BoardModel(PartModel):
    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self._found: dict[str, Separation] = {}
        self._stamps: dict[str, tuple[str, int]] = {}

    @property
    def labelled(self) -> bool:
        """The set has at least two labels."""
        return self.known.facts.labels > 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        wanted = self.known.facts.texts
        return tuple(
            Entry(
                column,
                self.shared.title_of(column),
                self._found.get(column.key),
                cost_of(self.desk.models, column),
                max(wanted - column.done, 0),
            )
            for column in self.columns
        )

    def clear(self) -> None:
        self._found.clear()
        self._stamps.clear()

    def asked(self) -> object:
        """The measure makes no difference to it."""
        return (
            self.set_id,
            tuple(map(stamp, self.columns)),
            self.labelled,
        )

    async def work(self, study: Study) -> None:
        columns = [column for column in self.columns if self._stamps.get(column.key) != stamp(column)]
        if not self.labelled:
            return
        labels = [row.label for row in study.texts.rows]
        for number, column in enumerate(columns):

            def tell(part: float, number: int = number) -> None:
                self.tell((number + part) / len(columns))

            found = await separation(await study.vectors(column.key), labels, tell)
            self._found[column.key], self._stamps[column.key] = found, stamp(column)
            self.tell((number + 1) / len(columns))
