from __future__ import annotations

import numpy as np
import pytest

from tests.vectors.plain import close, drawn, groups
from workbench.domain.embeddings.measures import Fault
from workbench.domain.errors import InvalidInput
from workbench.vectors.compression import Coding, binary, coded, cut, int8, recall_curve
from workbench.vectors.matrix import read
from workbench.vectors.nearest import nearest
from workbench.vectors.similarity import similarity


def test_a_cut_keeps_the_first_dimensions_and_length_one() -> None:
    found = cut(read([[3, 4, 12], [0, 0, 1], None]), 2)
    close(found.values, [[0.6, 0.8], [0, 0], [0, 0]])
    assert [found.fault(row) for row in range(3)] == [Fault.NONE, Fault.ZERO, Fault.MISSING]


@pytest.mark.parametrize("dimensions", [0, 4])
def test_what_cannot_be_cut_is_refused(dimensions: int) -> None:
    with pytest.raises(InvalidInput, match="Between 1 and 3"):
        cut(read([[1, 2, 3]]), dimensions)


def test_int8_by_hand() -> None:
    found = int8(read([[1.27, -0.5, 0.004], None]))
    assert found.codes.tolist() == [[127, -50, 0], [0, 0, 0]]
    close(found.scales, [0.01, 0])


def test_int8_is_wrong_by_half_a_step_at_most() -> None:
    vectors = drawn(50, 33)
    found = int8(vectors)
    back = found.codes * found.scales[:, None]
    assert (np.abs(back - vectors.values) <= found.scales[:, None] * 0.5001).all()


def test_binary_by_hand() -> None:
    bits = binary(read([[1, -1, 0, 2, 0, 0, 0, 0.5, 3], [-1] * 9]))
    assert bits.tolist() == [[0b10010001, 0b10000000], [0, 0]]


def test_the_cosine_of_binary_vectors_counts_the_different_bits() -> None:
    vectors = drawn(20, 64)
    found = coded(vectors, Coding.BINARY)
    bits = np.unpackbits(binary(vectors), axis=1).astype(int)
    different = (bits[:, None] != bits).sum(axis=2)
    close(similarity(found, found), 1 - 2 * different / 64)


def test_rows_that_cannot_be_compared_stay_so_in_every_coding() -> None:
    for coding in Coding:
        assert coded(read([[1, 2], None]), coding).fault(1) is Fault.MISSING


def test_bytes_for_a_row() -> None:
    assert [coding.bytes_per_row(768) for coding in Coding] == [3072, 1536, 772, 96]
    assert Coding.BINARY.bytes_per_row(10) == 2


def test_recall_equals_the_plain_count_and_is_told_by_bytes() -> None:
    vectors, queries = drawn(400, 32, 1), drawn(20, 32, 2)
    found = recall_curve(queries, vectors, [32, 8], [Coding.FLOAT32, Coding.BINARY], 5)
    assert [one.bytes_per_row for one in found] == [1, 4, 32, 128]
    assert found[-1].recall == 1
    truth = nearest(queries, vectors, 5).rows
    small = nearest(cut(queries, 8), cut(vectors, 8), 5).rows
    expected = np.mean([len(np.intersect1d(one, other)) / 5 for one, other in zip(truth, small, strict=True)])
    close(found[2].recall, expected)


def test_int8_loses_next_to_nothing_and_rescoring_mends_binary() -> None:
    vectors, _ = groups(1000, 96, 10)
    queries = vectors.take(np.arange(40))
    by_coding = {one.coding: one.recall for one in recall_curve(queries, vectors, [96])}
    assert by_coding[Coding.FLOAT16] > 0.99
    assert by_coding[Coding.INT8] > 0.95
    assert by_coding[Coding.BINARY] < by_coding[Coding.INT8]
    (rescored,) = recall_curve(queries, vectors, [96], [Coding.BINARY], rescored=4)
    assert rescored.recall > by_coding[Coding.BINARY] + 0.1


def test_a_single_row_and_none_have_a_curve() -> None:
    one = read([[1, 2]])
    assert recall_curve(one, one, [2])[0].recall == 1
    assert np.isnan(recall_curve(one, read([None, [0.0, 0.0]]), [2], [Coding.INT8])[0].recall)
