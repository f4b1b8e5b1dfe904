"""Code that makes the vectors of a column again."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.run_code import RunLanguage, run_code, run_command
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope


class CodingModel(QObject):
    """key: of the column that it is about. code: "" while there is none. trouble: why there is none. Signals: changed, failed."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.language = RunLanguage.COMMAND
        self.key = ""
        self.code = ""
        self.trouble: Trouble | None = None
        self._wanted = False
        shared.columns_changed.connect(self._follow)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those that a model made."""
        return tuple(column for column in self.shared.columns if column.run is not None)

    @property
    def column(self) -> Column | None:
        return next((column for column in self.columns if column.key == self.key), None)

    def set_wanted(self, wanted: bool) -> None:
        """Whether anybody looks at it: nothing is written before."""
        self._wanted = wanted
        self._follow()

    def set_column(self, key: str) -> None:
        if key != self.key:
            self.key = key
            self._write()

    def set_language(self, language: RunLanguage) -> None:
        if language is not self.language:
            self.language = language
            self._write()

    @Slot()
    def _follow(self) -> None:
        if self.column is None:
            self.key = self.columns[0].key if self.columns else ""
        self._write()

    def _write(self) -> None:
        if self._wanted:
            self._tasks.start("write", self._written())

    async def _written(self) -> None:
        column = self.column
        code, trouble = "", None
        try:
            code = await self._code(column) if column is not None else ""
        except WorkbenchError as error:
            trouble = Trouble.of(error)
        self.code, self.trouble = code, trouble
        self.changed.emit()

    async def _code(self, column: Column) -> str:
        assert column.run is not None
        if self.language is RunLanguage.COMMAND:
            return run_command(column.choice, self._target_name(column.run.target))
        exchange = await self._exchange(column)
        return run_code(exchange, column.choice, self._together(column), self.language)

    def _together(self, column: Column) -> int:
        """Texts for each call: as many as the model takes, or fewer where these were so long that it was asked more often."""
        most = self._desk.models.abilities(column.choice.model).most_texts
        model = column.model
        if model is None or model.calls < 2:
            return most
        return max(1, min(most, math.ceil((model.done - model.kept) / model.calls)))

    async def _exchange(self, column: Column) -> Exchange:
        """Of a call that made such vectors, in this run or another of the set. Raises InvalidInput where none is kept."""
        assert column.run is not None
        runs = [column.run, *await self._desk.runs.of(column.run.text_set_id)]
        for model in (model for run in runs for model in run.models):
            if model.origin == column.key and model.exchange_id:
                found = await self._desk.runs.exchange(model.exchange_id)
                if found is not None and found.method:
                    return found
        raise InvalidInput(
            "There is no request to write code from.",
            why="These vectors were known already, so nothing was sent, or its record is no longer kept.",
            fix="Use the command line.",
        )

    def _target_name(self, target_id: str) -> str:
        try:
            return self._desk.targets.get(target_id).name if target_id else ""
        except WorkbenchError:
            return ""
