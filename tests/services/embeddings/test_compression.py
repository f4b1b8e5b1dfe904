from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.compression import Storing
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import compression as module
from workbench.services.embeddings.compression import compression, sizes_of
from workbench.vectors.matrix import Vectors, vectors_of


def drawn(rows: int, dimensions: int) -> Vectors:
    return vectors_of(np.random.default_rng(1).normal(size=(rows, dimensions)).astype(np.float32))


def test_dimensions_are_halved() -> None:
    assert sizes_of(1024) == (1024, 512, 256, 128, 64)
    assert sizes_of(384) == (384, 192, 96, 48, 24)
    assert sizes_of(20) == (20,)


def test_the_recall_of_signs_and_of_half_the_dimensions_is_as_reckoned_by_hand(run_async: Run) -> None:
    vectors = drawn(60, 32)
    found = run_async(compression("k", vectors, 5))
    assert (found.queries, found.rows, found.of) == (12, 48, 60)
    order = np.random.default_rng(0).permutation(60)
    asking, asked = np.sort(order[:12]), np.sort(order[12:])
    unit = vectors.values / np.linalg.norm(vectors.values, axis=1, keepdims=True)
    truth = np.argsort(-(unit[asking] @ unit[asked].T), axis=1)[:, :5]
    forms = {(form.dimensions, form.storing): form for form in found.forms}
    assert len(forms) == 8
    assert forms[32, Storing.FLOAT32].recall == 1.0
    half = unit[:, :16] / np.linalg.norm(unit[:, :16], axis=1, keepdims=True)
    halved = np.argsort(-(half[asking] @ half[asked].T), axis=1)[:, :5]
    shared = [
        len(set(one) & set(other)) / 5 for one, other in zip(truth.tolist(), halved.tolist(), strict=True)
    ]
    assert forms[16, Storing.FLOAT32].recall == pytest.approx(np.mean(shared))
    assert forms[32, Storing.BINARY].bytes_per_row == 4
    assert forms[32, Storing.BINARY].recall < forms[32, Storing.INT8].recall <= 1.0
    assert [form.bytes_per_row for form in found.forms] == sorted(form.bytes_per_row for form in found.forms)


def test_rescoring_finds_more_again(run_async: Run) -> None:
    plain = run_async(compression("k", drawn(200, 64), 5))
    again = run_async(compression("k", drawn(200, 64), 5, rescored=4))
    assert again.forms[0].recall > plain.forms[0].recall


def test_of_very_many_rows_some_are_drawn(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 40)
    monkeypatch.setattr(module, "MOST_QUERIES", 6)
    found = run_async(compression("k", drawn(100, 16), 50, rescored=4))
    assert (found.queries, found.rows, found.of, found.k) == (6, 40, 100, 40)


def test_a_few_rows_tell_nothing(run_async: Run) -> None:
    with pytest.raises(InvalidInput):
        run_async(compression("k", drawn(9, 16), 5))
