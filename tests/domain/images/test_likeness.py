from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.likeness import SIMILAR_AT_MOST, distance, hash_of

GREY = st.binary(min_size=72, max_size=72)


@given(GREY)
def test_a_picture_is_like_itself_and_like_a_darker_copy(grey: bytes) -> None:
    assert distance(hash_of(grey), hash_of(grey)) == 0
    if max(grey) < 250:
        assert hash_of(bytes(value + 5 for value in grey)) == hash_of(grey)


@given(GREY, GREY)
def test_distance_is_symmetric_and_within_64(one: bytes, other: bytes) -> None:
    apart = distance(hash_of(one), hash_of(other))
    assert apart == distance(hash_of(other), hash_of(one))
    assert 0 <= apart <= 64


def test_falling_and_rising_rows_are_opposites() -> None:
    falling = bytes(range(90, 0, -10)) * 8
    assert hash_of(falling) == 2**64 - 1
    assert distance(hash_of(falling), hash_of(falling[::-1])) == 64


def test_a_little_noise_stays_similar_and_another_picture_does_not() -> None:
    dice = random.Random(5)
    grey = bytes(dice.randrange(20, 235) for _ in range(72))
    noisy = bytes(value + dice.randrange(-4, 5) for value in grey)
    other = bytes(dice.randrange(256) for _ in range(72))
    assert distance(hash_of(grey), hash_of(noisy)) <= SIMILAR_AT_MOST
    assert distance(hash_of(grey), hash_of(other)) > SIMILAR_AT_MOST


def test_another_number_of_pixels_is_a_bug() -> None:
    with pytest.raises(ValueError, match="71 bytes"):
        hash_of(b"\0" * 71)
