"""What an embedding model takes, and within which limits (workers-ai §7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EmbeddingShape(StrEnum):
    """TEXT: `text` (bge, embeddinggemma, plamo). QUERIES: queries and documents apart (qwen3). OPENAI: `embeddings` of OpenAI's API."""

    TEXT = "text"
    QUERIES = "queries"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class EmbeddingAbilities:
    """most_texts: of one call. most_tokens: of one text; longer ones are cut by the model; None where it is not told.

    dimensions: of a vector, None where it is not told. shorter: whether fewer can be asked for. poolings: names that may be sent,
    the first is the default. instruction: queries may be given one. queries: queries are embedded otherwise than documents.
    """

    shape: EmbeddingShape = EmbeddingShape.TEXT
    most_texts: int = 100
    most_tokens: int | None = None
    dimensions: int | None = None
    shorter: bool = False
    poolings: tuple[str, ...] = ()
    instruction: bool = False
    queries: bool = False
    known: bool = True
