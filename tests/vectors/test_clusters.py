from __future__ import annotations

import math

import numpy as np
import pytest

from tests.vectors.plain import close, drawn, groups
from workbench.vectors.clusters import chosen_k, clusters, labelled, separation
from workbench.vectors.matrix import normalised, read, vectors_of
from workbench.vectors.watch import Stopped, Watch


def same_groups(one: list[int], other: list[int]) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def test_groups_that_stand_apart_are_found() -> None:
    vectors, of = groups(200, 12, 5, spread=0.2)
    found = clusters(vectors, 5, seed=1)
    assert same_groups(found.groups.tolist(), of)


def test_centres_are_means_and_the_spread_is_what_is_left() -> None:
    vectors = normalised(drawn(80, 6))
    found = clusters(vectors, 4)
    left = 0.0
    for group in range(4):
        rows = vectors.values[found.groups == group].astype(np.float64)
        close(found.centres[group], rows.mean(axis=0))
        left += float(((rows - rows.mean(axis=0)) ** 2).sum())
    close(found.spread, left)


def test_every_row_is_with_its_nearest_centre() -> None:
    vectors = normalised(drawn(80, 6))
    found = clusters(vectors, 7)
    apart = np.linalg.norm(vectors.values[:, None] - found.centres, axis=2)
    assert (apart.argmin(axis=1) == found.groups).all()


def test_the_number_of_groups_is_chosen_by_silhouette() -> None:
    vectors, _ = groups(240, 16, 6, spread=0.25)
    best, tried = chosen_k(vectors)
    assert best == 6
    assert tried[6] == max(tried.values())


def test_nothing_is_chosen_of_next_to_no_rows() -> None:
    assert chosen_k(read([[1, 0], [0, 1]])) == (1, {})
    assert clusters(read([None]), 3).groups.tolist() == [-1]
    assert clusters(read([[1, 0], None]), 3).groups.tolist() == [0, -1]
    assert sorted(clusters(read([[1, 0], [1, 0], [1, 0]]), 3).groups.tolist())[0] >= 0


def test_the_same_seed_gives_the_same_groups() -> None:
    vectors = drawn(100, 4)
    assert (clusters(vectors, 5, seed=2).groups == clusters(vectors, 5, seed=2).groups).all()


def test_it_can_be_stopped() -> None:
    with pytest.raises(Stopped):
        clusters(drawn(50, 4), 3, watch=Watch(should_stop=lambda: True))


def test_silhouette_by_hand() -> None:
    """Four points of the unit circle in two groups: 0° and 60°, 120° and 180°; chords are 1, √3 and 2."""
    angle = np.radians([0, 60, 120, 180])
    vectors = vectors_of(np.stack([np.cos(angle), np.sin(angle)], axis=1) * 3)
    found = separation(vectors, np.array([0, 0, 1, 1], np.int32))
    outer = 1 - 1 / ((math.sqrt(3) + 2) / 2)
    inner = 1 - 1 / ((1 + math.sqrt(3)) / 2)
    close(found.silhouette, (outer + inner) / 2)
    close(found.by_group, [(outer + inner) / 2] * 2)


def test_silhouette_equals_its_definition() -> None:
    vectors = normalised(drawn(60, 5))
    of = np.random.default_rng(0).integers(0, 4, 60).astype(np.int32)
    points = vectors.values.astype(np.float64)
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    expected = []
    for row in range(60):
        own = [j for j in range(60) if of[j] == of[row] and j != row]
        a = apart[row, own].mean()
        b = min(apart[row, of == group].mean() for group in range(4) if group != of[row])
        expected.append((b - a) / max(a, b))
    close(separation(vectors, of).silhouette, np.mean(expected))


def test_a_row_alone_counts_nothing_and_one_group_is_not_apart() -> None:
    vectors = read([[1, 0], [0, 1], [0.1, 1]])
    found = separation(vectors, np.array([0, 1, 1], np.int32))
    assert found.by_group[0] == 0
    assert separation(vectors, np.zeros(3, np.int32)).silhouette == 0
    assert np.isnan(separation(vectors, np.array([0, 2, 2], np.int32)).by_group[1])


def test_labels_have_a_middle_and_a_tightness() -> None:
    found = labelled(
        read([[2, 0], [0, 3], [0, 0], [1, 0], [5, 5]]),
        ["pets", "pets", "pets", "cars", None],
    )
    assert found.names == ("pets", "cars")
    assert found.groups.tolist() == [0, 0, -1, 1, -1]
    assert found.counts.tolist() == [2, 1]
    close(found.centres, [[0.5, 0.5], [1, 0]])
    close(found.tightness, [math.sqrt(0.5), 1])


def test_no_labels_are_no_error() -> None:
    found = labelled(read([[1, 0], [0, 1]]), [None, ""])
    assert found.names == ()
    assert found.centres.shape == (0, 2)
    assert separation(read([[1, 0], [0, 1]]), found.groups).rows == 0
