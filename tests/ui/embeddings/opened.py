"""A set that is open in the tab, with the vectors of two models: a real database, no requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np

from tests.services.embeddings.desk import Desk, window
from tests.waiting import until
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own import Own
from workbench.storage.own_vectors import OwnVectorStore
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.vectors.matrix import vectors_of

ROWS = tuple(
    TextRow(str(number), text, label)
    for number, (text, label) in enumerate(
        (("red", "colour"), ("one", "number"), ("blue", "colour"), ("two", "number"), ("nothing", "")),
        start=1,
    )
)
PLACES = {  # of ROWS; the last cannot be compared
    "left": [[1, 0.1], [0.1, 1], [1, 0.2], [0.2, 1], [0, 0]],
    "right": [[1, 0], [1, 0.1], [0, 1], [0.1, 1], [0, 0]],
}


@asynccontextmanager
async def opened(
    folder: Path, rows: tuple[TextRow, ...] = ROWS, **places: Any
) -> AsyncIterator[EmbeddingsModel]:
    """places: the vectors of each model, by its name; PLACES where none are given."""
    async with window(folder) as one:
        desk = desk_of(one, folder)
        await desk.sets.put(TextSet("s1", "A set", rows, 1.0))
        for name, values in (places or PLACES).items():
            await desk.own.add("s1", name, vectors_of(np.array(values, dtype=np.float32)))
        shared = EmbeddingsModel(desk)
        shared.desk = desk  # type: ignore[attr-defined]  # for the tests
        shared.open("s1")
        await until(lambda: shared.study is not None)
        try:
            yield shared
        finally:
            await shared.aclose()


def desk_of(one: Desk, folder: Path) -> EmbeddingsDesk:
    return EmbeddingsDesk(
        targets=cast("Any", None),
        models=cast("Any", one.models),
        calls=one.embedding,
        sets=one.texts,
        runs=one.runs,
        own=Own(OwnVectorStore(one.database, folder / "own")),
    )
