from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.errors import RouteError
from workbench.routing.lengths import Histogram, Lengths, LogNormal, read_lengths

NUMBERS = st.integers(1, 5000)
LENGTHS: st.SearchStrategy[Lengths] = st.one_of(
    st.builds(lambda low, more: LogNormal(low, low + more), NUMBERS, st.integers(0, 9000)),
    st.lists(
        st.builds(
            lambda low, more, share: (low, low + more, share),
            st.integers(0, 900),
            st.integers(0, 90),
            NUMBERS,
        ),
        min_size=1,
        max_size=4,
    ).map(lambda bins: Histogram(tuple(bins))),
)


@given(LENGTHS, st.lists(st.integers(0, 6000), max_size=4))
def test_parts_make_the_whole(lengths: Lengths, cuts: list[int]) -> None:
    borders = [-1, *sorted({*cuts}), math.inf]
    parts = [lengths.within(low + 1, high) for low, high in zip(borders, borders[1:], strict=False)]
    assert sum(chance for chance, _ in parts) == pytest.approx(1)
    assert sum(mass for _, mass in parts) == pytest.approx(lengths.mean)
    for (chance, mass), low, high in zip(parts, borders, borders[1:], strict=False):
        assert low * chance - 1e-9 <= mass <= high * chance + 1e-9 or chance == 0


@given(LENGTHS)
def test_what_is_written_is_read_again(lengths: Lengths) -> None:
    assert read_lengths(json.loads(json.dumps(lengths.document())), ()) == lengths


@given(LENGTHS, st.integers(0, 6000))
def test_what_is_drawn_is_as_likely_as_it_is_told(lengths: Lengths, most: int) -> None:
    many = 4000
    drawn = np.ceil(lengths.draw(np.random.default_rng(1), many).astype(float))
    told = lengths.within(-math.inf, most)[0]
    assert abs((drawn <= most).mean() - told) < 6 * math.sqrt(max(0.0, told * (1 - told)) / many) + 2e-3


def test_half_are_up_to_the_median_and_95_of_100_up_to_p95() -> None:
    lengths = LogNormal(400, 4000)
    assert lengths.up_to(400) == pytest.approx(0.5)
    assert lengths.up_to(4000) == pytest.approx(0.95)
    assert lengths.p99 > 4000


def test_a_number_is_always_that_number() -> None:
    lengths = read_lengths("500", ())
    assert lengths.within(500, 500) == (1, 500)
    assert lengths.within(501, 900) == (0, 0)
    assert read_lengths(0, ()).within(0, 0) == (1, 0)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"median": 10, "p95": 5}, "/prompt/p95"),
        ({"median": "many"}, "/prompt/median"),
        ({"p95": 5}, "/prompt/median"),
        (True, "/prompt"),
        (-1, "/prompt"),
        (math.nan, "/prompt"),
        ({"histogram": []}, "/prompt/histogram"),
        ({"histogram": [[1, 2]]}, "/prompt/histogram/0"),
        ({"histogram": [[1, 2, 1], [9, 2, 1]]}, "/prompt/histogram/1"),
        ({"histogram": [[1, 2, 0]]}, "/prompt/histogram"),
    ],
)
def test_what_is_no_length_is_refused_with_its_place(value: Any, pointer: str) -> None:
    with pytest.raises(RouteError) as caught:
        read_lengths(value, ("prompt",))
    assert caught.value.pointer == pointer
