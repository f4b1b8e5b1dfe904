"""Each of the chosen columns: separation of the labels, cost, and what the other parts have found out."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from workbench.domain.embeddings.separation import ModelCost, Separation
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.separation import cost_of, separation
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.part import PartModel
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
    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(shared, desk, parent)
        self._found: dict[str, tuple[int, Separation]] = {}

    @property
    def labelled(self) -> bool:
        """The set has at least two labels."""
        return len({row.label for row in self.shared.rows if row.label}) > 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        wanted = sum(1 for row in self.shared.rows if row.text.strip())
        return tuple(
            Entry(
                column,
                self.shared.title_of(column),
                self._found[column.key][1] if column.key in self._found else None,
                cost_of(self.desk.models, column),
                max(wanted - column.done, 0),
            )
            for column in self.columns
        )

    def clear(self) -> None:
        self._found.clear()

    def asked(self) -> object:
        """The measure makes no difference to it."""
        return (
            self.shared.texts and self.shared.texts.id,
            tuple((column.key, column.done) for column in self.columns),
        )

    async def work(self, study: Study) -> None:
        columns = [column for column in self.columns if self._found.get(column.key, (-1,))[0] != column.done]
        if not self.labelled:
            return
        labels = [row.label for row in study.texts.rows]
        for number, column in enumerate(columns):

            def tell(part: float, number: int = number) -> None:
                self.tell((number + part) / len(columns))

            found = await separation(await study.vectors(column.key), labels, tell)
            self._found[column.key] = (column.done, found)
            self.tell((number + 1) / len(columns))
