from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.batching import MOST_TOKENS, batches


@pytest.mark.parametrize(
    ("tokens", "most_texts", "room", "found"),
    [
        ([1] * 5, 2, None, [(0, 1), (2, 3), (4,)]),
        ([1, 1, 1], 10, None, [(0, 1, 2)]),
        ([40, 40, 41, 39], 10, 100, [(0, 1), (2, 3)]),
        ([500, 1, 500], 10, 100, [(0,), (1,), (2,)]),
        ([], 10, None, []),
    ],
)
def test_a_batch_holds_no_more_than_a_call_takes(
    tokens: list[int], most_texts: int, room: int | None, found: list[tuple[int, ...]]
) -> None:
    abilities = EmbeddingAbilities(most_texts=most_texts, most_call_tokens=room)
    assert batches(range(len(tokens)), tokens, abilities) == found


def test_a_model_that_tells_no_limit_is_not_sent_everything() -> None:
    assert len(batches(range(3), [MOST_TOKENS // 2] * 3, EmbeddingAbilities())) == 3


@given(st.lists(st.integers(0, 200), max_size=60), st.integers(1, 9), st.integers(1, 500))
def test_every_item_is_in_one_batch_and_the_order_stays(tokens: list[int], most: int, room: int) -> None:
    items = [item for item in range(len(tokens)) if tokens[item] % 3]
    found = batches(items, tokens, EmbeddingAbilities(most_texts=most, most_call_tokens=room))
    assert [item for batch in found for item in batch] == items
    for batch in found:
        assert 0 < len(batch) <= most
        assert len(batch) == 1 or sum(tokens[item] for item in batch) <= room
