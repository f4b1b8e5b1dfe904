"""Maps: laid out, kept, laid over one another, drawn, written."""

from __future__ import annotations

import csv
import io
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.fakes import FULL
from workbench.domain.embeddings.maps import MapKind, View
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.maps import Maps, PointMap, as_csv, dots, laid_over, middles, point_map
from workbench.storage.embedding_maps import EmbeddingMapFiles
from workbench.vectors.matrix import Vectors, vectors_of

VIEW = View(left=0.0, top=10.0, scale=10.0, width=100, height=100)


def some(seed: int = 1, rows: int = 40) -> Vectors:
    """The last cannot be compared."""
    values = np.random.default_rng(seed).standard_normal((rows, 8))
    values[-1] = 0.0
    return vectors_of(values)


def points(*places: tuple[float, float]) -> PointMap:
    return point_map(MapKind.COMPONENTS, 0, np.array(places, dtype=np.float32).reshape(-1, 2))


class FullFiles:
    def get(self, name: str) -> bytes | None:
        return None

    def put(self, name: str, data: bytes) -> None:
        raise FULL


class BrokenFiles:
    def get(self, name: str) -> bytes | None:
        return b'{"rows": 40}\nxyz'

    def put(self, name: str, data: bytes) -> None: ...


@pytest.mark.parametrize("kind", list(MapKind))
def test_a_row_that_cannot_be_compared_is_nowhere(run_async: Run, kind: MapKind) -> None:
    made = run_async(Maps().laid_out(some(), kind))
    assert made.place(39) is None
    assert all(made.place(row) is not None for row in range(39))


@pytest.mark.parametrize("kind", list(MapKind))
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_very_few_rows_have_a_map_too(run_async: Run, kind: MapKind, rows: int) -> None:
    made = run_async(Maps().laid_out(some(rows=rows + 1), kind))
    assert made.bounds is not None


def test_a_set_without_anything_to_compare_has_no_bounds(run_async: Run) -> None:
    made = run_async(Maps().laid_out(vectors_of(np.zeros((3, 2))), MapKind.COMPONENTS))
    assert made.bounds is None


def test_a_kept_map_is_there_again_with_its_trust(run_async: Run, tmp_path: Path) -> None:
    vectors, maps = some(), Maps(EmbeddingMapFiles(tmp_path))
    made = run_async(maps.laid_out(vectors, MapKind.NEIGHBOURS, 3))
    judged = run_async(maps.judged(made, vectors))
    told: list[float] = []
    again = run_async(Maps(EmbeddingMapFiles(tmp_path)).laid_out(vectors, MapKind.NEIGHBOURS, 3, told.append))
    assert not told
    assert again.trust == judged.trust
    assert again.trust is not None
    assert np.array_equal(again.coordinates, made.coordinates, equal_nan=True)


def test_other_vectors_or_another_seed_have_a_map_of_their_own(run_async: Run, tmp_path: Path) -> None:
    maps = Maps(EmbeddingMapFiles(tmp_path))
    for vectors, seed in ((some(1), 0), (some(2), 0), (some(1), 1)):
        run_async(maps.laid_out(vectors, MapKind.NEIGHBOURS, seed))
    assert len(list(tmp_path.glob("*.map"))) == 3


@pytest.mark.parametrize("files", [FullFiles(), BrokenFiles()])
def test_a_map_that_cannot_be_kept_or_read_is_made_all_the_same(
    run_async: Run, files: FullFiles | BrokenFiles
) -> None:
    made = run_async(Maps(files).laid_out(some(), MapKind.COMPONENTS))
    assert len(made) == 40
    assert sum(made.shares) <= 1


def test_a_turned_map_is_laid_exactly_over_the_other(run_async: Run) -> None:
    onto = run_async(Maps().laid_out(some(), MapKind.COMPONENTS))
    turned = replace(onto, coordinates=3 * onto.coordinates @ np.array([[0, 1], [-1, 0]], np.float32) + 7)
    found = run_async(laid_over(turned, onto))
    assert found.disparity == pytest.approx(0, abs=1e-5)
    assert np.allclose(found.coordinates, onto.coordinates, atol=1e-4, equal_nan=True)


def test_names_stand_in_the_middle_of_their_group(run_async: Run) -> None:
    made = points((0, 0), (2, 4), (100, 100), (1, 2), (np.nan, 1))
    found = run_async(middles(made, array("i", [0, 0, -1, 0, 2]), 3))
    assert found == ((1.0, 2.0), None, None)


def test_the_name_of_a_group_in_two_heaps_stands_on_the_larger(run_async: Run) -> None:
    dice = np.random.default_rng(1)
    small, large = dice.normal((0, 0), 1, (40, 2)), dice.normal((100, 50), 1, (80, 2))
    made = points(*map(tuple, np.concatenate([small, large])))
    [place] = run_async(middles(made, array("i", [0] * 120), 1))
    assert place == pytest.approx((100, 50), abs=1.5)


def test_only_a_map_that_was_laid_out_is_kept(run_async: Run, tmp_path: Path) -> None:
    vectors, maps = some(), Maps(EmbeddingMapFiles(tmp_path))
    assert run_async(maps.kept(vectors, MapKind.NEIGHBOURS)) is None
    made = run_async(maps.laid_out(vectors, MapKind.NEIGHBOURS))
    found = run_async(maps.kept(vectors, MapKind.NEIGHBOURS))
    assert found is not None
    assert np.array_equal(found.coordinates, made.coordinates, equal_nan=True)
    assert run_async(maps.kept(vectors, MapKind.NEIGHBOURS, 1)) is None
    assert run_async(Maps().kept(vectors, MapKind.NEIGHBOURS)) is None


def test_points_are_found_by_their_row_whatever_lies_on_top(run_async: Run) -> None:
    made = points((1, 9), (5, 5), (9, 1))
    for lit in (None, [0], [1, 2], []):
        one = run_async(dots(made, array("i", [0, 1, 0]), 2, lit))
        assert one.at(VIEW, 10, 10, 3) == 0
        assert one.at(VIEW, 52, 50, 3) == 1
        assert one.at(VIEW, 70, 70, 3) == -1
        assert one.inside([(4, 4), (4, 6), (6, 6), (6, 4)]).tolist() == [1]
        assert one.inside([(0, 0), (0, 10), (10, 10), (10, 0)]).tolist() == [0, 1, 2]
        assert one.next(1, 9, 1, 1, 0) == 1


def test_points_that_stand_out_lie_on_the_faded_ones(run_async: Run) -> None:
    one = run_async(dots(points((5, 5), (5, 5)), array("i", [0, 1]), 2, [0]))
    assert [(row, shade) for row, _, _, shade in one.places(VIEW, 0)] == [(1, 3), (0, 0)]
    picture = np.frombuffer(one.drawn(VIEW, [0xFF0000, 0x00FF00, 0x110000, 0x001100], 1.0), dtype=np.uint32)
    assert picture.reshape(100, 100)[50, 50] == 0xFFFF0000


def test_a_hidden_point_is_neither_found_nor_counted(run_async: Run) -> None:
    one = run_async(dots(points((1, 9), (5, 5)), array("i", [-1, 0]), 1, None))
    assert one.seen(VIEW) == 1
    assert one.at(VIEW, 10, 10, 5) == -1
    assert one.inside([(0, 0), (0, 10), (10, 10), (10, 0)]).tolist() == [1]


def test_the_next_point_is_in_the_direction_that_was_asked_for(run_async: Run) -> None:
    one = run_async(dots(points((5, 5), (8, 5), (5, 9), (2, 5), (5, 1)), array("i", [0] * 5), 1, None))
    found = [one.next(5, 5, *way, 0) for way in ((1, 0), (0, -1), (-1, 0), (0, 1))]
    assert found == [1, 2, 3, 4]
    assert one.next(8, 5, 1, 0, 1) == -1


def test_an_outline_of_a_click_holds_nothing(run_async: Run) -> None:
    one = run_async(dots(points((5, 5)), array("i", [0]), 1, None))
    assert not one.inside([(5, 5)])


def test_csv_has_a_pair_of_columns_for_each_map_and_any_text() -> None:
    rows = [TextRow("1", 'مرحبا, "you"\nthere', "a", "ar"), TextRow("2", "x")]
    one, other = points((1, 2), (np.nan, np.nan)), points((3, 4), (5, 6))
    text = as_csv(rows, ["a", ""], [("m", one), ("n", other)]).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [
        ["id", "text", "label", "language", "group", "x m", "y m", "x n", "y n"],
        ["1", 'مرحبا, "you"\nthere', "a", "ar", "a", "1", "2", "3", "4"],
        ["2", "x", "", "", "", "", "", "5", "6"],
    ]
    assert (
        as_csv(rows, ["", ""], [("m", one)])
        .decode("utf-8-sig")
        .startswith("id,text,label,language,group,x,y")
    )
