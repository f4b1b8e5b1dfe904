"""How long texts are for a model, and what their vectors cost: estimated before, charged by the provider after."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.requests import EmbeddingReply, RerankReply
from workbench.domain.models import Cost, Model, charged, estimated_tokens


def token_estimates(texts: Iterable[str]) -> array[int]:
    """A rough count for each text; show them with “≈”. Takes a while for many: use a thread."""
    return array("q", map(estimated_tokens, texts))


def cut_rows(tokens: Sequence[int], abilities: EmbeddingAbilities) -> tuple[int, ...]:
    """The rows that, by these counts, the model will not read to their end. Empty where its limit is not known."""
    most = abilities.most_tokens
    return () if most is None else tuple(row for row, count in enumerate(tokens) if count > most)


def read_tokens(tokens: Iterable[int], abilities: EmbeddingAbilities) -> int:
    """How many the model reads, and is paid for (inferred): what it cuts off is not counted."""
    most = abilities.most_tokens
    return sum(tokens) if most is None else sum(min(count, most) for count in tokens)


def tokens_usd(model: Model, tokens: int) -> float | None:
    """US dollars for so many tokens; None without a price, for "unknown" is not "free"."""
    price = model.price_per_m("input")
    return price * tokens / 1_000_000 if price else None


def embedding_cost(model: Model, reply: EmbeddingReply | RerankReply, tokens: int) -> Cost:
    """What a reply cost: the neurons the provider charged if it told and is no sandbox, else by the tokens it counted, else by
    the estimate.
    """
    by_tokens = Cost(tokens_usd(model, tokens if reply.tokens is None else reply.tokens))
    return charged(reply.neurons, reply.served) or by_tokens
