"""What an embedding model takes, and within which limits (workers-ai §7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workbench.domain.input_schemas import branches, whole_fields_of

if TYPE_CHECKING:
    from workbench.domain.models import Model


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
    most_call_tokens: of all texts of a call together. cuts_when_told: a text that is too long is refused unless cutting is asked for.
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
    most_call_tokens: int | None = None
    cuts_when_told: bool = False


def embedding_abilities_of(model: Model, schema: Mapping[str, Any] | None = None) -> EmbeddingAbilities:
    """What is known of it; else what its input schema says; else what its kind most likely takes.

    schema: the `input` of `models/schema` (workers-ai §12.1).
    """
    id = model.id.removeprefix("workers-ai/")
    if id in _KNOWN:
        return _KNOWN[id]
    if not id.startswith(("@cf/", "@hf/")):
        return _openai(model)
    found = None if schema is None else _read(schema)
    if found is None:
        queries = model.schema_shape.startswith("embed-queries")
        found = _QUERIES if queries else EmbeddingAbilities(most_texts=_FEW)
        found = replace(found, known=False)
    return replace(
        found,
        dimensions=_count(model.properties.get("output_dimensions")),
        most_tokens=_count(model.properties.get("max_input_tokens")),
    )


_FEW = 32
"""Texts that surely pass at once where nothing is told (inferred)."""
_BGE = EmbeddingAbilities(
    most_texts=100, most_tokens=512, poolings=("mean", "cls"), most_call_tokens=100 * 512
)
_QUERIES = EmbeddingAbilities(EmbeddingShape.QUERIES, most_texts=32, instruction=True, queries=True)
_KNOWN = {
    "@cf/baai/bge-small-en-v1.5": replace(_BGE, dimensions=384),
    "@cf/baai/bge-base-en-v1.5": replace(_BGE, dimensions=768),
    "@cf/baai/bge-large-en-v1.5": replace(_BGE, dimensions=1024),
    "@cf/baai/bge-m3": EmbeddingAbilities(
        most_tokens=8192, dimensions=1024, most_call_tokens=60_000, cuts_when_told=True
    ),
    "@cf/google/embeddinggemma-300m": EmbeddingAbilities(most_tokens=2048, dimensions=768),
    "@cf/pfnet/plamo-embedding-1b": EmbeddingAbilities(most_tokens=4096, dimensions=2048),
    "@cf/qwen/qwen3-embedding-0.6b": replace(_QUERIES, most_tokens=8192, dimensions=1024),
}
"""most_tokens of bge-m3, embeddinggemma and plamo are those of their model cards (inferred)."""
_OPENAI = EmbeddingAbilities(EmbeddingShape.OPENAI, most_texts=_FEW, known=False)
_OPENAI_OWN = EmbeddingAbilities(
    EmbeddingShape.OPENAI, most_texts=256, most_tokens=8191, most_call_tokens=300_000
)
_OPENAI_KNOWN = {
    "text-embedding-3-small": replace(_OPENAI_OWN, dimensions=1536, shorter=True),
    "text-embedding-3-large": replace(_OPENAI_OWN, dimensions=3072, shorter=True),
    "text-embedding-ada-002": replace(_OPENAI_OWN, dimensions=1536),
}
"""OpenAI's own numbers; it would take 2,048 texts, of which a failure would lose many at once."""


def _openai(model: Model) -> EmbeddingAbilities:
    known = _OPENAI_KNOWN.get(model.short_name)
    return known or replace(_OPENAI, most_tokens=model.context_window)


def _read(schema: Mapping[str, Any]) -> EmbeddingAbilities | None:
    """None for a schema without texts to embed."""
    fields: dict[str, list[Mapping[str, Any]]] = {}
    for name, field in whole_fields_of(schema):
        fields.setdefault(name, []).append(field)
    queries = "queries" in fields
    texts = fields.get("queries") or fields.get("text")
    if texts is None:
        return None
    forms = [form for field in texts for form in branches(field)]
    most = [many for form in forms if form.get("type") == "array" and (many := _count(form.get("maxItems")))]
    many = min(most, default=_FEW) if any(form.get("type") == "array" for form in forms) else 1
    pooling = next(iter(fields.get("pooling", ())), {})
    poolings = [str(name) for name in pooling.get("enum") or ()]
    poolings.sort(key=lambda name: name != pooling.get("default"))
    return EmbeddingAbilities(
        EmbeddingShape.QUERIES if queries else EmbeddingShape.TEXT,
        most_texts=many,
        poolings=tuple(poolings),
        instruction="instruction" in fields,
        queries=queries,
        cuts_when_told="truncate_inputs" in fields,
    )


def _count(value: Any) -> int | None:
    """Some properties come as text (workers-ai §12)."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
