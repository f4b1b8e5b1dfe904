from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings import languages as module
from workbench.services.embeddings.languages import Translations, language_accuracy, translations
from workbench.vectors.matrix import vectors_of


def row(id: str, language: str, group: str, text: str = "x") -> TextRow:
    return TextRow(id, text, "", language, group)


def test_rows_of_a_group_in_two_languages_are_translations() -> None:
    rows = [
        row("1", "en", "a"), row("2", "de", "a"), row("3", "en", "a"), row("4", "de", "b"), row("5", "en", "b"),
        row("6", "fr", "a"), row("7", "", "b"), row("8", "en", ""), row("9", "de", "c", " "), row("10", "en", "c"),
    ]  # fmt: skip
    assert translations(rows) == (Translations("en", "de", (0, 4), (1, 3), 2),)


def test_of_very_many_translations_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 5)
    rows = [
        row(f"{number}{language}", language, str(number)) for number in range(20) for language in ("en", "de")
    ]
    (found,) = translations(rows)
    assert (len(set(found.left)), len(found.right), found.of) == (5, 5, 20)
    assert all(
        rows[one].group == rows[other].group for one, other in zip(found.left, found.right, strict=True)
    )


def test_accuracy_by_hand(run_async: Run) -> None:
    """English at 0°, 30°, 60°; German at 5°, 50°, 70°, which the second and the third of the English are nearest to in turn."""
    angles = np.radians(np.array([0, 30, 60, 5, 50, 70]))
    vectors = vectors_of(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))
    pairs = [Translations("en", "de", (0, 1, 2), (3, 4, 5))]
    found = run_async(language_accuracy("k", vectors, pairs, 1, Measure.COSINE))
    forth, back = found.directions
    assert (forth.source, forth.target, back.source) == ("en", "de", "de")
    assert forth.accuracy.mean == pytest.approx(
        1.0
    )  # 60° is as far from 50° as from 70°: a tie does not count against it
    assert back.accuracy.mean == pytest.approx(2 / 3)  # 50° is nearer to 60° than to 30°
    assert back.accuracy.low <= back.accuracy.mean <= back.accuracy.high
    assert dict(found.by_language) == pytest.approx({"en": 5 / 6, "de": 5 / 6})
    two = run_async(language_accuracy("k", vectors, pairs, 2, Measure.COSINE))
    assert [each.accuracy.mean for each in two.directions] == [1.0, 1.0]


def test_pairs_without_a_vector_are_left_out(run_async: Run) -> None:
    values = np.array([[1, 0], [0, 1], [1, 0], [np.nan, 0]], np.float32)
    pairs = [Translations("en", "de", (0, 1), (2, 3))]
    found = run_async(language_accuracy("k", vectors_of(values), pairs, 1, Measure.COSINE))
    assert [(each.accuracy.mean, each.accuracy.count) for each in found.directions] == [(1.0, 1), (1.0, 1)]


def test_intervals_are_those_of_statsmodels(run_async: Run) -> None:
    """proportion_confint(1, 4, method="wilson") of 0.15.0, and (0, 4): where nothing is found it may still be some."""
    values = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0], [0, -1], [1, 0], [0, 1]], np.float32)
    pairs = [Translations("en", "de", (0, 1, 2, 3), (4, 5, 6, 7))]
    found = run_async(language_accuracy("k", vectors_of(values), pairs, 1, Measure.COSINE))
    forth = found.directions[0].accuracy
    assert (forth.mean, forth.count) == (0.25, 4)
    assert (forth.low, forth.high) == pytest.approx((0.0455873, 0.6993582), abs=1e-6)
    turned = [Translations("en", "de", (0, 1, 2, 3), (7, 4, 6, 7))]
    nothing = run_async(language_accuracy("k", vectors_of(values), turned, 1, Measure.COSINE))
    assert nothing.directions[0].accuracy.mean == 0.0
    assert (nothing.directions[0].accuracy.low, nothing.directions[0].accuracy.high) == pytest.approx(
        (0.0, 0.4898908), abs=1e-6
    )
