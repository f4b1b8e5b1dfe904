"""What the colours of a map say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.maps import STEPS, ColourBy
from workbench.domain.embeddings.measures import Measure
from workbench.services.embeddings.colouring import (
    MOST_GROUPS,
    apart,
    by_clusters,
    by_likeness,
    by_names,
    telling_words,
)
from workbench.vectors.matrix import Vectors, vectors_of


def two_clouds() -> Vectors:
    """Four rows to the east, two to the north, one that cannot be compared."""
    east = [[1.0, 0.01 * number] for number in range(4)]
    return vectors_of(np.array([*east, [0.0, 1.0], [0.02, 1.0], [0.0, 0.0]]))


def test_the_largest_group_comes_first_and_rows_without_a_name_are_a_group(run_async: Run) -> None:
    found = run_async(by_names(ColourBy.LABEL, ["a", "b", "", "b"]))
    assert found.names == ("b", "a", "")
    assert found.sizes == (2, 1, 1)
    assert (found.nameless, found.others) == (2, -1)
    assert found.shades.tolist() == [1, 0, 2, 0]


def test_rare_names_share_a_group(run_async: Run) -> None:
    names = [f"n{number}" for number in range(MOST_GROUPS + 5)] + ["n0"]
    found = run_async(by_names(ColourBy.LABEL, names))
    assert len(found.names) == MOST_GROUPS + 1
    assert found.others == MOST_GROUPS
    assert found.sizes[found.others] == 5
    assert sum(found.sizes) == len(names)


def test_clusters_are_found_and_named_after_what_their_texts_share(run_async: Run) -> None:
    texts = ["red apple", "green apple", "an apple", "apple pie", "fast train", "late train", ""]
    found = run_async(by_clusters(two_clouds(), texts, None))
    assert found.sizes == (4, 2)
    assert found.shades.tolist() == [0, 0, 0, 0, 1, 1, -1]
    assert found.names[0].split(", ")[0] == "apple"


def test_no_more_clusters_than_asked_for(run_async: Run) -> None:
    found = run_async(by_clusters(two_clouds(), ["x"] * 7, 3))
    assert len(found.sizes) == 3
    assert sum(found.sizes) == 6


def test_telling_words_are_those_that_others_do_not_have() -> None:
    texts = ["with horse here", "with horse there", "with mouse here", "with mouse there"]
    assert telling_words(texts, [0, 0, 1, 1], 2) == ("horse", "mouse")


def test_telling_words_are_found_in_any_script() -> None:
    texts = ["قطار سريع", "قطار متأخر", "быстрый поезд", "поезд опоздал", "新しい 電車", "古い 電車"]
    assert telling_words(texts, [0, 0, 1, 1, 2, 2], 3) == ("قطار", "поезд", "電車")


def test_words_that_are_in_every_text_of_a_language_name_nothing() -> None:
    texts = [
        "Where is my parcel, please?",
        "When will my parcel be there?",
        "Warum habe ich keine Rechnung?",
        "Ich habe nur eine Rechnung",
        "أريد استرجاع المبلغ",
        "أريد أن أعرف أين المبلغ",
    ]
    assert telling_words(texts, [0, 0, 1, 1, 2, 2], 3) == ("parcel", "rechnung", "المبلغ")


def test_chinese_is_named_by_pairs_of_signs_and_japanese_by_what_is_not_grammar() -> None:
    texts = ["我要退款", "请退款给我", "注文はまだです", "注文しました", "サポートへ", "サポートです"]
    assert telling_words(texts, [0, 0, 1, 1, 2, 2], 3) == ("退款", "注文", "サポート")


def test_a_name_keeps_the_letters_of_its_language() -> None:
    assert telling_words(["Große Straße", "Straße"], [0, 0], 1) == ("straße",)


@pytest.mark.parametrize("measure", list(Measure))
def test_the_closest_has_the_highest_shade_whatever_the_measure(run_async: Run, measure: Measure) -> None:
    found = run_async(by_likeness(two_clouds(), 4, measure))
    assert found.shades[4] == found.shades[5] == STEPS - 1
    assert min(shade for shade in found.shades if shade >= 0) == 0
    assert found.shades[6] == -1
    assert found.least < found.most


def test_likeness_to_something_typed_counts_every_row(run_async: Run) -> None:
    found = run_async(by_likeness(two_clouds(), vectors_of(np.array([[2.0, 0.0]])), Measure.COSINE))
    assert found.most == pytest.approx(1.0)
    assert found.shades[0] == STEPS - 1


def test_groups_that_the_vectors_see_stand_apart(run_async: Run) -> None:
    vectors = two_clouds()
    good = run_async(by_names(ColourBy.LABEL, ["e", "e", "e", "e", "n", "n", "n"]))
    mixed = run_async(by_names(ColourBy.LABEL, ["e", "n", "e", "n", "e", "n", "e"]))
    one = run_async(by_names(ColourBy.LABEL, ["e"] * 7))
    apart_good, apart_mixed = run_async(apart(vectors, good.shades)), run_async(apart(vectors, mixed.shades))
    assert apart_good is not None
    assert apart_mixed is not None
    assert apart_good > 0.9 > apart_mixed
    assert run_async(apart(vectors, one.shades)) is None
