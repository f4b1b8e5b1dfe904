"""What decides a vector: who makes it, with which options, of which text. Equal keys are equal vectors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.runs import ModelChoice


def origin_of(source: str, choice: ModelChoice, abilities: EmbeddingAbilities) -> str:
    """All but the text. source: who runs the model; one of the same name elsewhere may be another.

    What makes no difference is left out: the default when it is asked for, a prefix of queries before what is none.
    """
    options = choice.options
    default = abilities.poolings[0] if abilities.poolings else ""
    instruction = options.instruction if options.query else ""
    told = {
        "source": source,
        "model": choice.model.removeprefix("workers-ai/"),
        "pooling": "" if options.pooling == default else options.pooling,
        "dimensions": None if options.dimensions == abilities.dimensions else options.dimensions,
        "instruction": instruction,
        "query": options.query and (abilities.queries or bool(instruction)),
    }
    return json.dumps(told, sort_keys=True)


def source_of(origin: str) -> str:
    """The source that was told to `origin_of`; "" of an origin that is not known yet."""
    return str(json.loads(origin)["source"]) if origin else ""


def keys_of(origin: str, texts: Iterable[str]) -> list[bytes]:
    """16 bytes for each text."""
    begun = blake2b(origin.encode() + b"\0", digest_size=16)
    keys = []
    for text in texts:
        digest = begun.copy()
        digest.update(text.encode(errors="surrogatepass"))
        keys.append(digest.digest())
    return keys
