from __future__ import annotations

import math

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, ModelRun
from workbench.domain.embeddings.separation import ModelCost
from workbench.domain.models import Cost, Model, Price
from workbench.services.embeddings.separation import cost_of, separation
from workbench.services.embeddings.study import Column
from workbench.vectors.matrix import vectors_of

ROWS = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8], [0, 0]], np.float32)


class Models:
    def find(self, model_id: str) -> Model:
        return Model(model_id, prices=(Price("per M input tokens", 0.02),) if model_id == "m" else ())


def test_the_silhouette_by_hand_and_the_worst_label_first(run_async: Run) -> None:
    """Distances of the unit vectors: 0 within a; within b √0.4; from a to b √2 and √0.8. The last row is a zero vector."""
    found = run_async(separation(vectors_of(ROWS), ["a", "a", "b", "b", "a"]))
    within = math.sqrt(0.4)
    b = [1 - within / math.sqrt(2), 1 - within / math.sqrt(0.8)]
    assert found.silhouette == pytest.approx((1 + 1 + sum(b)) / 4, abs=1e-6)
    assert found.asked == 4
    assert [(each.label, each.rows) for each in found.labels] == [("b", 2), ("a", 2)]
    assert found.labels[0].silhouette == pytest.approx(sum(b) / 2, abs=1e-6)
    assert found.labels[1].silhouette == pytest.approx(1.0)


@pytest.mark.parametrize("labels", [["a"] * 5, [""] * 5, ["a", "", "", "", ""]])
def test_one_label_or_none_is_not_kept_apart_from_anything(labels: list[str], run_async: Run) -> None:
    assert run_async(separation(vectors_of(ROWS), labels)).silhouette is None


def test_what_a_model_costs_is_its_price_and_what_was_paid() -> None:
    done = ModelRun(ModelChoice("m"), dimensions=8, cost=Cost(0.5, charged=True))
    free = ModelRun(ModelChoice("n"), dimensions=8)
    run = EmbeddingRun("r", "s", "", 0.0, (done, free))
    own = Column("own:o", own=OwnVectors("o", "s", "mine", 2, 1, 0.0))
    assert cost_of(Models(), Column("k", run)) == ModelCost(0.02, 0.5, True, 32)
    assert cost_of(Models(), Column("l", run, 1)) == ModelCost(None, None, False, 32)
    assert cost_of(Models(), own) == ModelCost(None, None, False, 8)
