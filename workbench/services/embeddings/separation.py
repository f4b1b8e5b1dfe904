"""How well models keep the labels of a set apart, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from workbench.domain.embeddings.separation import LabelSeparation, ModelCost, Separation
from workbench.domain.models import Model
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.services.embeddings.study import Column

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch


class Models(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def find(self, model_id: str) -> Model: ...


async def separation(vectors: Vectors, labels: Sequence[str], progress: Progress | None = None) -> Separation:
    """labels: one for each row, "" for none. By the silhouette (Rousseeuw 1987) of the unit vectors, of 2,000 rows drawn by lot where
    there are more.
    """
    return await reckoned(lambda watch: _separation(vectors, labels, watch), progress)


def cost_of(models: Models, column: Column) -> ModelCost:
    """Of vectors that were brought along nothing is known."""
    size = column.dimensions * 4
    run = column.model
    if run is None:
        return ModelCost(None, None, False, size)
    cost = run.cost
    return ModelCost(
        models.find(run.choice.model).price_per_m("input"),
        None if cost is None else cost.usd,
        cost is not None and cost.charged,
        size,
    )


def _separation(vectors: Vectors, labels: Sequence[str], watch: Watch) -> Separation:
    from workbench.vectors.clusters import labelled, separation

    groups = labelled(vectors, labels)
    watch.at(0.3)
    found = separation(vectors, groups.groups)
    each = [
        LabelSeparation(name, int(count), float(value))
        for name, count, value in zip(groups.names, groups.counts, found.by_group, strict=True)
    ]
    apart = [one for one in each if not math.isnan(one.silhouette)]
    each.sort(key=lambda one: (math.isnan(one.silhouette), one.silhouette))
    return Separation(found.silhouette if len(apart) > 1 else None, found.rows, tuple(each))
