"""Each column's accuracy between every two languages of the set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Slot

from workbench.domain.embeddings.languages import LanguageAccuracy
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.examples import Example
from workbench.services.embeddings.languages import Translations, language_accuracy, translations
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel
from workbench.ui.embeddings.model import EmbeddingsModel

KS = (1, 3, 5, 10)


class LanguagesModel(PartModel):
    """pairs: of languages with translations; None while they are not looked for yet. results: one for each column."""

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
        *,
        try_example: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self._try_example = try_example
        self.k = 1
        self._shown = ""
        self.pairs: tuple[Translations, ...] | None = None
        self.results: tuple[LanguageAccuracy, ...] = ()

    @property
    def shown(self) -> Column | None:
        """The column whose directions are drawn."""
        columns = self.columns
        return next((each for each in columns if each.key == self._shown), columns[0] if columns else None)

    @property
    def result(self) -> LanguageAccuracy | None:
        """Of the column that is drawn."""
        key = self.shown.key if self.shown is not None else ""
        return next((result for result in self.results if result.key == key), None)

    @property
    def has_example(self) -> bool:
        return self._try_example is not None

    @Slot()
    def try_example(self) -> None:
        """Open the example that has translations."""
        if self._try_example is not None:
            self._try_example(Example.SUPPORT)

    def set_k(self, k: int) -> None:
        self.k = k
        self.refresh()

    def show_column(self, key: str) -> None:
        self._shown = key
        self.changed.emit()

    def clear(self) -> None:
        self.pairs, self.results = None, ()

    def asked(self) -> Hashable:
        return (super().asked(), self.k)

    async def work(self, study: Study) -> None:
        self.pairs = await asyncio.to_thread(translations, study.texts.rows)
        found: list[LanguageAccuracy] = []
        columns = self.columns if self.pairs else ()
        for number, column in enumerate(columns):

            def tell(part: float, number: int = number) -> None:
                self.tell((number + part) / len(columns))

            vectors = await study.vectors(column.key)
            measure = self.shared.measure
            found.append(await language_accuracy(column.key, vectors, self.pairs, self.k, measure, tell))
        self.results = tuple(found)
