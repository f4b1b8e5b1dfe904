"""Sets of texts to try the tab with: written for it, small, with labels and groups."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from workbench.domain.embeddings.texts import TextSet
from workbench.domain.ids import new_id
from workbench.domain.resources import resource
from workbench.services.embeddings.tables import table_of
from workbench.services.embeddings.texts import Columns, text_set


class Example(StrEnum):
    """SUPPORT: what customers write, in English, German and Arabic. QUESTIONS: each asked in three ways. MEANINGS: words with two."""

    SUPPORT = "support"
    QUESTIONS = "questions"
    MEANINGS = "meanings"


_COLUMNS = {
    Example.SUPPORT: Columns(("en", "de", "ar"), label="label"),
    Example.QUESTIONS: Columns(("text",), label="topic", group="topic"),
    Example.MEANINGS: Columns(("text",), label="label"),
}


async def read_example(
    example: Example,
    name: str,
    *,
    make_id: Callable[[], str] = new_id,
    clock: Callable[[], float] = time.time,
) -> TextSet:
    """A set of its own each time, called name."""

    def work() -> TextSet:
        data = (resource("examples") / "texts" / f"{example}.csv").read_bytes()
        table = table_of(data, f"{example}.csv", header=True)
        return text_set(table, _COLUMNS[example], make_id=make_id, clock=clock)

    return replace(await asyncio.to_thread(work), name=name)
