"""Which texts go together in one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.domain.embeddings.abilities import EmbeddingAbilities

MOST_TOKENS = 100 * 512
"""Of a call to a model that tells no limit of its own (inferred)."""
_SURE = 0.8
"""Counts are estimates: so much of what is allowed is used."""


def batches(
    items: Iterable[int], tokens: Sequence[int], abilities: EmbeddingAbilities
) -> list[tuple[int, ...]]:
    """items, in their order, in batches that fit into a call. tokens: estimated, by item. A text that alone is too much goes alone."""
    room = (abilities.most_call_tokens or MOST_TOKENS) * _SURE
    found: list[tuple[int, ...]] = []
    batch: list[int] = []
    held = 0
    for item in items:
        if batch and (len(batch) == abilities.most_texts or held + tokens[item] > room):
            found.append(tuple(batch))
            batch, held = [], 0
        batch.append(item)
        held += tokens[item]
    if batch:
        found.append(tuple(batch))
    return found
