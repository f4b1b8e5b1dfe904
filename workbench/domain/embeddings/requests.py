"""One call for vectors or for an order by relevance, and what came of it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from workbench.domain.chat import GatewayOptions, Served
from workbench.domain.embeddings.abilities import EmbeddingAbilities


@dataclass(frozen=True, slots=True)
class EmbeddingOptions:
    """What changes a vector besides its text: two vectors compare only where these are equal. "" and None are not sent.

    pooling: "mean" or "cls". dimensions: fewer than the model has. instruction: put before queries. query: the texts are queries.
    """

    pooling: str = ""
    dimensions: int | None = None
    instruction: str = ""
    query: bool = False


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """texts: at most abilities.most_texts, none of them empty."""

    model: str
    texts: tuple[str, ...] = field(repr=False)
    abilities: EmbeddingAbilities
    options: EmbeddingOptions = field(default_factory=EmbeddingOptions)
    gateway: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class EmbeddingReply:
    """vectors: of type "f", one for each text in its order, all as long. tokens, neurons: None where not told.

    engine: who made them behind a sandbox; vectors of two engines cannot be compared.
    """

    vectors: tuple[array[float], ...] = field(repr=False)
    tokens: int | None = None
    neurons: float | None = None
    served: Served = field(default_factory=Served)
    engine: str = ""


@dataclass(frozen=True, slots=True)
class RerankRequest:
    """texts: in the order they are known by; their indexes come back."""

    model: str
    query: str
    texts: tuple[str, ...] = field(repr=False)
    gateway: GatewayOptions = field(default_factory=GatewayOptions)


@dataclass(frozen=True, slots=True)
class RerankReply:
    """scores: one for each text, raw as the model gives them (a sigmoid makes 0–1 of them)."""

    scores: tuple[float, ...]
    tokens: int | None = None
    neurons: float | None = None
    served: Served = field(default_factory=Served)
