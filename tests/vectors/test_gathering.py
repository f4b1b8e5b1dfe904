from __future__ import annotations

import numpy as np

from workbench.domain.embeddings.measures import Fault
from workbench.vectors.gathering import Gathering


def packed(*numbers: float) -> bytes:
    return np.array(numbers, "<f4").tobytes()


def test_vectors_lie_where_they_were_put_and_the_rest_is_missing() -> None:
    gathering = Gathering(5, 2)
    gathering.put([3, 0], [packed(1, 2), packed(3, 4)])
    gathering.put([1], [None])
    found = gathering.vectors()
    assert found.values.tolist() == [[3, 4], [0, 0], [0, 0], [1, 2], [0, 0]]
    assert [found.fault(row) for row in range(5)] == [
        Fault.NONE, Fault.MISSING, Fault.MISSING, Fault.NONE, Fault.MISSING,
    ]  # fmt: skip
    assert found.lengths.tolist() == [5.0, 0.0, 0.0, np.float32(np.sqrt(5)), 0.0]


def test_what_is_wrong_with_a_vector_is_told() -> None:
    gathering = Gathering(4, 2)
    vectors = [packed(1, 2, 3), packed(0, 0), packed(float("nan"), 1), packed(1, 1)]
    gathering.put(range(4), vectors)
    found = gathering.vectors()
    assert [found.fault(row) for row in range(4)] == [
        Fault.OTHER_DIMENSIONS, Fault.ZERO, Fault.NOT_FINITE, Fault.NONE,
    ]  # fmt: skip
    assert found.values[:3].tolist() == [[0, 0]] * 3


def test_nothing_is_gathered_too() -> None:
    assert len(Gathering(0, 3).vectors()) == 0
