"""What models cost, by the list that comes with the program."""

from __future__ import annotations

import math
from collections.abc import Iterable

from workbench.domain.models import Model
from workbench.routing.flow import Prices
from workbench.services.route_odds import RouteOdds


class _Listed:
    """As services.catalogue.Catalogue, without a target."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = {model.id: model for model in models}

    def find(self, model_id: str) -> Model:
        return self._models.get(model_id) or Model(model_id, known=False)


def prices_of(models: Iterable[Model]) -> Prices:
    return RouteOdds(_Listed(models)).price_of


def dollars(usd: float) -> str:
    """Three digits and never zero for what is not: "$0.00042", "$12.46", "$1,204"."""
    if usd >= 100:
        return f"${usd:,.0f}"
    if usd >= 1 or usd <= 0:
        return f"${usd:.2f}"
    return f"${usd:.{2 - math.floor(math.log10(usd))}f}"


def duration(ms: float | None) -> str:
    if ms is None:
        return "–"
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"
