from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.plain import close
from workbench.domain.embeddings.measures import Fault
from workbench.domain.errors import InvalidInput
from workbench.vectors.matrix import needed, normalised, pieces, read, vectors_of

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
ROWS = st.lists(st.one_of(st.none(), st.lists(NUMBERS, max_size=4)), max_size=12)


def test_each_row_that_cannot_be_compared_says_why() -> None:
    vectors = read([[3, 4], None, [1, 2, 3], [float("nan"), 1], [0, 0], [float("inf"), 0], [], [1, 0]])
    expected = [
        Fault.NONE,
        Fault.MISSING,
        Fault.OTHER_DIMENSIONS,
        Fault.NOT_FINITE,
        Fault.ZERO,
        Fault.NOT_FINITE,
        Fault.MISSING,
        Fault.NONE,
    ]
    assert [vectors.fault(row) for row in range(len(vectors))] == expected
    assert vectors.told() == {
        Fault.MISSING: 2,
        Fault.OTHER_DIMENSIONS: 1,
        Fault.NOT_FINITE: 2,
        Fault.ZERO: 1,
    }
    assert vectors.values[1:7].tolist() == [[0, 0]] * 6
    assert vectors.lengths.tolist() == [5, 0, 0, 0, 0, 0, 0, 1]


def test_most_rows_decide_the_dimensions() -> None:
    assert read([[1], [1, 2], [3, 4]]).dimensions == 2
    assert read([[1], [1, 2]]).dimensions == 2
    assert read([]).dimensions == 1


def test_bytes_are_little_endian_floats() -> None:
    assert read([struct.pack("<2f", 3, 4)]).values.tolist() == [[3, 4]]


def test_a_null_among_the_numbers_is_not_a_number() -> None:
    assert read([[1, 2], [1, None]]).fault(1) is Fault.NOT_FINITE  # type: ignore[list-item]


def test_lengths_that_leave_single_precision_are_told() -> None:
    vectors = vectors_of(np.array([[1e30, 0], [1e-30, 0], [1e300, 0], [1e10, 0]]))
    faults = [vectors.fault(row) for row in range(4)]
    assert faults == [Fault.NOT_FINITE, Fault.ZERO, Fault.NOT_FINITE, Fault.NONE]


@given(ROWS)
def test_no_rows_whatever_crash_and_valid_ones_are_usable(rows: list[list[float] | None]) -> None:
    vectors = read(rows)
    assert len(vectors) == len(rows)
    assert np.isfinite(vectors.values).all()
    unit = normalised(vectors)
    close(np.linalg.norm(unit.values, axis=1), vectors.valid.astype(float))


def test_a_matrix_that_may_be_changed_is_not_copied() -> None:
    values = np.ones((3, 2), np.float32)
    assert vectors_of(values, owned=True).values is values
    kept = vectors_of(values)
    kept.values[0, 0] = 7
    assert values[0, 0] == 1


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((2, 0)), np.array([["a"]]), np.array(1.0)])
def test_what_is_no_matrix_of_numbers_is_refused(values: np.ndarray) -> None:
    with pytest.raises(InvalidInput, match="not vectors"):
        vectors_of(values)


def test_half_precision_and_whole_numbers_are_taken() -> None:
    assert vectors_of(np.array([[1, 2]], np.float16)).values.dtype == np.float32
    assert vectors_of(np.array([[1, 2]], np.int8)).values.tolist() == [[1, 2]]


def test_rows_are_taken_with_their_faults() -> None:
    some = read([[1, 0], None, [0, 2]]).take(np.array([2, 1]))
    assert some.values.tolist() == [[0, 2], [0, 0]]
    assert some.fault(1) is Fault.MISSING


def test_what_is_needed_is_known_before_and_stays_within_two_and_a_half_times() -> None:
    need = needed(1_000_000, 768)
    assert need.vectors == 1_000_000 * (768 * 4 + 5)
    assert need.total <= 2.5 * 1_000_000 * 768 * 4
    assert needed(100_000, 768).total <= 2.5 * 100_000 * 768 * 4
    assert needed(10, 768, mapped=False).total < needed(10, 768).total


@given(st.integers(0, 50), st.integers(1, 9), st.integers(1, 40))
def test_pieces_cover_every_row_once(rows: int, dimensions: int, numbers: int) -> None:
    seen = [row for part in pieces(rows, dimensions, numbers=numbers) for row in range(part.start, part.stop)]
    assert seen == list(range(rows))
