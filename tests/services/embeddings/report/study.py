"""A set in three languages, and two columns that were made so that one is better."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from tests.services.embeddings.desk import Desk, window
from workbench.domain.embeddings.judgements import Judgements, Query
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.services.embeddings.maps import Maps
from workbench.services.embeddings.own import Own
from workbench.services.embeddings.report.findings import Sources
from workbench.services.embeddings.report.pictures import Palette, Palettes
from workbench.services.embeddings.study import Column, Study
from workbench.storage.own_vectors import OwnVectorStore
from workbench.vectors.matrix import vectors_of

ROWS = tuple(
    TextRow(f"{group}/{language}", f"<{language}> text & {group}", f"label {group % 3}", language, str(group))
    for group in range(12)
    for language in ("en", "de")
)
PALETTES = Palettes(
    Palette(
        "#ffffff", "#111111", "#555555", "#dddddd", "#1b7f4b", "#c0342b", "#eeeeee", "#2f5bea",
        tuple(f"#{place * 25:02x}8040" for place in range(10)),
    ),
    Palette(
        "#111111", "#eeeeee", "#aaaaaa", "#333333", "#4cc38a", "#f2776b", "#222222", "#7c9bff",
        tuple(f"#{place * 25:02x}c080" for place in range(10)),
    ),
)  # fmt: skip


def places(noise: float) -> np.ndarray:
    dice = np.random.default_rng(1)
    labels, groups = dice.standard_normal((3, 16)) * 2, dice.standard_normal((12, 16))
    found = [labels[int(row.group) % 3] + groups[int(row.group)] for row in ROWS]
    return np.array(found) + dice.standard_normal((len(ROWS), 16)) * noise


class Set:
    def __init__(self, desk: Desk, study: Study, sources: Sources) -> None:
        self.desk, self.study, self.sources = desk, study, sources

    @property
    def titled(self) -> list[tuple[str, Column]]:
        return [(column.choice.model, column) for column in self.study.columns]


@asynccontextmanager
async def opened_set(
    folder: Path,
    rows: tuple[TextRow, ...] = ROWS,
    judgements: Judgements | None = None,
    **columns: np.ndarray,
) -> AsyncIterator[Set]:
    """columns: vectors by their names; a good and a poor one where none are given."""
    async with window(folder) as one:
        own = Own(OwnVectorStore(one.database, folder / "own"))
        texts = TextSet("s1", "Fruit & <veg>", rows, 1.0)
        await one.texts.put(texts)
        if judgements is not None:
            await one.texts.keep_judgements("s1", judgements)
        for name, values in (columns or {"good": places(0.2), "poor": places(4.0)}).items():
            await own.add("s1", name, vectors_of(values.astype(np.float32)))
        study = Study(texts, one.runs, own)
        await study.load()
        try:
            yield Set(one, study, Sources(one.models, Maps(), one.embedding, one.texts))
        finally:
            study.close()


def judged_by_group() -> Judgements:
    """Each English text asks for its translation."""
    return Judgements(
        tuple(
            Query(f"q{row.group}", row=row.id, grades=((f"{row.group}/de", 1.0),))
            for row in ROWS
            if row.language == "en"
        )
    )
