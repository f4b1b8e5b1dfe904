"""Which models, with which options, are to make vectors: for each target, kept from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.models import Model

Choices = tuple[ModelChoice, ...]
FIRST = ("bge-m3", "bge-small", "embeddinggemma", "all-minilm", "nomic-embed")
"""Small models, the most useful first, by how their names begin: two of them are chosen at first."""
_AT_FIRST = 2


def first_choices(models: Sequence[Model]) -> Choices:
    """What is chosen before the user has chosen: small ones where there are any."""
    usable = [model for model in models if not model.deprecated]
    small = [model for begin in FIRST for model in usable if model.short_name.casefold().startswith(begin)]
    return tuple(ModelChoice(id) for id in dict.fromkeys(model.id for model in (*small, *usable)))[:_AT_FIRST]


def fitting(choice: ModelChoice, abilities: EmbeddingAbilities) -> ModelChoice:
    """With what the model has of its options; the others would be refused, or mean nothing."""
    options = choice.options
    may_query = abilities.queries or abilities.instruction
    return replace(
        choice,
        options=EmbeddingOptions(
            pooling=options.pooling if options.pooling in abilities.poolings[1:] else "",
            dimensions=options.dimensions if fits(options.dimensions, abilities) else None,
            instruction=options.instruction.strip() if abilities.instruction else "",
            query=options.query and may_query,
        ),
    )


def fits(dimensions: int | None, abilities: EmbeddingAbilities) -> bool:
    """Whether so many can be asked for."""
    if dimensions is None or not abilities.shorter:
        return dimensions is None
    return 0 < dimensions <= (abilities.dimensions or dimensions)


def written(choices: Mapping[str, Iterable[ModelChoice]]) -> str:
    return json.dumps(
        {
            target: [{"model": each.model, **_told(each.options)} for each in chosen]
            for target, chosen in choices.items()
        },
        ensure_ascii=False,
    )


def read(kept: str) -> dict[str, Choices]:
    """What `written` gave; what cannot be read is as if nothing had been chosen."""
    try:
        value = json.loads(kept or "{}")
        return {str(target): tuple(map(_choice, chosen)) for target, chosen in value.items()}
    except (ValueError, TypeError, AttributeError, KeyError):
        return {}


def _told(options: EmbeddingOptions) -> dict[str, Any]:
    return {name: value for name, value in asdict(options).items() if value not in ("", None, False)}


def _choice(value: Mapping[str, Any]) -> ModelChoice:
    dimensions = value.get("dimensions")
    if dimensions is not None and (isinstance(dimensions, bool) or not isinstance(dimensions, int)):
        raise TypeError
    return ModelChoice(
        str(value["model"]),
        EmbeddingOptions(
            pooling=str(value.get("pooling", "")),
            dimensions=dimensions,
            instruction=str(value.get("instruction", "")),
            query=bool(value.get("query", False)),
        ),
    )
