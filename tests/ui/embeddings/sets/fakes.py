"""Sets and runs in memory."""

from __future__ import annotations

from dataclasses import replace

from tests.services.fakes import FULL
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, ModelRun, RunState
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import WorkbenchError
from workbench.ui.embeddings.sets.model import KeptSet


def entry(id: str, name: str, count: int = 2) -> KeptSet:
    return KeptSet(id, name, 1_790_000_000.0, count)


class FakeSets:
    """trouble: raised by whatever is asked next."""

    def __init__(self, *there: KeptSet) -> None:
        self.kept = {one.id: one for one in there}
        self.rows: dict[str, tuple[TextRow, ...]] = {}
        self.trouble: WorkbenchError | None = None

    def _fail(self) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble

    def be_full(self) -> None:
        self.trouble = FULL

    async def put(self, texts: TextSet) -> None:
        self._fail()
        self.kept[texts.id] = KeptSet(texts.id, texts.name, texts.created_at, len(texts.rows))
        self.rows[texts.id] = texts.rows

    async def all(self) -> list[KeptSet]:
        self._fail()
        return sorted(self.kept.values(), key=lambda one: one.id, reverse=True)

    async def rename(self, set_id: str, name: str) -> None:
        self._fail()
        self.kept[set_id] = replace(self.kept[set_id], name=name)

    async def delete(self, set_id: str) -> None:
        self._fail()
        del self.kept[set_id]


class FakeRuns:
    def __init__(self, *of: str) -> None:
        self.open = tuple(
            EmbeddingRun(
                f"run of {set_id}", set_id, "", 0.0, (ModelRun(ModelChoice("m"), state=RunState.RUNNING),)
            )
            for set_id in of
        )
        self.stopped: list[str] = []

    async def stop(self, run_id: str) -> None:
        self.stopped.append(run_id)


class FakeOpening:
    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, set_id: str) -> None:
        self.opened.append(set_id)
