"""A set that is open, with models that see it more or less well, and the page's model on top of it."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self, cast
from zlib import crc32

from tests.services.embeddings.desk import FakeWire, window
from tests.waiting import until
from workbench.domain.chat import Served
from workbench.domain.embeddings.requests import EmbeddingReply, EmbeddingRequest
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own import Own
from workbench.storage.own_vectors import OwnVectorStore
from workbench.ui.embeddings.decide.model import DecideModel, Part
from workbench.ui.embeddings.model import EmbeddingsModel

NOISE = {"@cf/baai/good": 0.4, "@cf/baai/poor": 1.2, "@cf/qwen/other": 0.8}
GOOD, POOR, OTHER = map(ModelChoice, NOISE)
ROWS = tuple(
    TextRow(
        f"{label}{number}{language}", f"{label} {number} in {language}", label, language, f"{label}{number}"
    )
    for label in ("ant", "bee", "cat")
    for number in range(4)
    for language in ("en", "de", "ar")
)
"""Texts that say the same have the same first two words."""


class SeeingWire(FakeWire):
    """A model sees a text's first word, a little of its second, and its own noise."""

    def __init__(self, dimensions: int = 16) -> None:
        super().__init__()
        self.dimensions = dimensions
        self.known: dict[str, str] = {}

    async def embed(
        self, connection: Connection, request: EmbeddingRequest, exchange: Exchange
    ) -> EmbeddingReply:
        await super().embed(connection, request, exchange)
        vectors = tuple(array("f", self._seen(request.model, text)) for text in request.texts)
        return EmbeddingReply(vectors, tokens=3 * len(request.texts), served=Served())

    def _seen(self, model: str, text: str) -> Sequence[float]:
        text = self.known.get(text, text)
        label, number, *_ = (*text.split(), "", "")
        parts = ((label, 1.0), (f"{label} {number}", 0.7), (f"{model} {text}", NOISE.get(model, 1.0)))
        found = [0.0] * self.dimensions
        for word, weight in parts:
            dice = random.Random(crc32(word.encode()))
            found = [value + weight * dice.gauss(0, 1) for value in found]
        return found


class Stage:
    """shared: the tab's model, with the set open and the vectors of some models; model: the page's."""

    def __init__(self, folder: Path, rows: Sequence[TextRow] = ROWS, **options: Any) -> None:
        self._folder, self._rows = folder, rows
        self._stack = AsyncExitStack()
        self.wire = options.pop("wire", None) or SeeingWire()
        self.choices: Sequence[ModelChoice] = options.pop("choices", (GOOD, POOR))
        self.failures: list[Exception] = []

    async def __aenter__(self) -> Self:
        one = self.window = await self._stack.enter_async_context(window(self._folder, wire=self.wire))
        own = Own(OwnVectorStore(one.database, self._folder / "own"), clock=lambda: 5.0)
        self.desk = EmbeddingsDesk(
            cast(Any, one.connections), cast(Any, one.models), one.embedding, one.texts, one.runs, own
        )
        await one.texts.put(TextSet("s1", "creatures", tuple(self._rows)))
        if self.choices:
            await self.embed(*self.choices)
        self.shared = EmbeddingsModel(self.desk)
        self.model = DecideModel(self.shared, self.desk)
        for model in (self.shared, self.model):
            model.failed.connect(self.failures.append)
        self.shared.open("s1")
        await until(lambda: self.shared.study is not None and self.model.known.loaded)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.model.aclose()
        await self.shared.aclose()
        await self._stack.aclose()
        for failure in self.failures:
            raise failure

    async def embed(self, *choices: ModelChoice) -> None:
        run = await self.window.runs.begin("s1", choices)
        await self.window.over(run)

    async def settled(self) -> None:
        """Nothing runs any more in the page's model."""
        model = self.model
        for _ in range(3):
            for scope in (model.known.tasks, *(each.tasks for each in model.parts.values())):
                await scope.finish()

    async def look_at(self, part: Part) -> None:
        """As the page does it when the part is shown."""
        self.model.show_part(part)
        self.model.parts[part].set_seen(True)
        await self.settled()

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.shared.columns]
