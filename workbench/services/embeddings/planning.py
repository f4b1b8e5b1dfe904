"""What a run will take, before anything is paid for: calls, tokens, money, memory and disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.batching import batches
from workbench.domain.embeddings.costs import cut_rows, read_tokens, token_estimates, tokens_usd
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.errors import RequestFailed
from workbench.services.embeddings.embedding import Asking, Embedding


@dataclass(frozen=True, slots=True)
class Distinct:
    """texts: each once. rows: of each text, those that have it. empty: rows without a text, which are left out."""

    texts: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    empty: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """rows: that will have a vector. distinct: different texts among them. kept: of these, those that are known and cost nothing;
    None where that could not be found out. calls, tokens: still to come, tokens estimated. cut: rows, counted from 0, that the
    model will not read to their end. usd: None where there is no price.

    dimensions: None where not told; then memory_bytes and disk_bytes are None. memory_bytes: to hold, search and map all vectors.
    """

    choice: ModelChoice
    rows: int
    distinct: int
    kept: int | None
    calls: int
    tokens: int
    cut: tuple[int, ...]
    usd: float | None
    dimensions: int | None
    memory_bytes: int | None
    disk_bytes: int | None


def distinct(texts: Sequence[str]) -> Distinct:
    """Takes a while for many: use a thread."""
    places: dict[str, list[int]] = {}
    empty = []
    for row, text in enumerate(texts):
        if text.strip():
            places.setdefault(text, []).append(row)
        else:
            empty.append(row)
    return Distinct(tuple(places), tuple(map(tuple, places.values())), tuple(empty))


async def plan(
    embedding: Embedding, texts: Sequence[str], choices: Sequence[ModelChoice], target_id: str = ""
) -> list[ModelPlan]:
    """For each of the choices. Raises InvalidInput, StorageFailed."""
    found = await asyncio.to_thread(distinct, texts)
    tokens = await asyncio.to_thread(token_estimates, found.texts)
    return [await _plan(embedding, found, tokens, choice, target_id) for choice in choices]


async def _plan(
    embedding: Embedding, found: Distinct, tokens: Sequence[int], choice: ModelChoice, target_id: str
) -> ModelPlan:
    known: list[bool] | None = None
    try:
        asking = await embedding.asking(target_id, choice)
        known = await embedding.known(asking.origin, found.texts)
    except RequestFailed:  # it cannot be asked just now; what it would take can be told all the same
        asking = embedding.offline(target_id, choice)
    return await asyncio.to_thread(_reckoned, found, tokens, asking, known)


def _reckoned(
    found: Distinct, tokens: Sequence[int], asking: Asking, known: Sequence[bool] | None
) -> ModelPlan:
    abilities = asking.abilities
    left = [place for place in range(len(found.texts)) if known is None or not known[place]]
    paid = read_tokens((tokens[place] for place in left), abilities)
    dimensions = asking.choice.options.dimensions or abilities.dimensions
    rows = sum(map(len, found.rows))
    return ModelPlan(
        asking.choice,
        rows,
        len(found.texts),
        None if known is None else sum(known),
        len(batches(left, tokens, abilities)),
        paid,
        _cut(found, tokens, abilities),
        0.0 if not left else tokens_usd(asking.model, paid),
        dimensions,
        None if dimensions is None else memory_of(rows + len(found.empty), dimensions),
        None if dimensions is None else len(left) * dimensions * 4,
    )


def _cut(found: Distinct, tokens: Sequence[int], abilities: EmbeddingAbilities) -> tuple[int, ...]:
    return tuple(sorted(row for place in cut_rows(tokens, abilities) for row in found.rows[place]))


def memory_of(rows: int, dimensions: int) -> int:
    """Bytes to hold, search and map so many vectors."""
    from workbench.vectors.matrix import needed

    return needed(rows, dimensions).total
