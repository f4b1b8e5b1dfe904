"""What is told of rows, and their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.row_facts import Order, RowFacts, SortBy, arranged, cut_by, row_facts
from workbench.vectors.watch import QUIET, Stopped, Watch

ROWS = (
    TextRow("2", "Hello there", "greeting", "en", "g1"),
    TextRow("10", "", "", "", ""),
    TextRow("1", "hallo", "greeting", "de", "g1"),
    TextRow("9", "Hello there", "other", "en", "g10"),
    TextRow("a", "   ", "", "", "g2"),
    TextRow("b", "Hello there", "", "", ""),
)


def order(by: SortBy, *, descending: bool = False, facts: RowFacts | None = None) -> list[int]:
    return list(arranged(ROWS, facts, "", None, Order(by, descending), QUIET))


def test_duplicates_know_the_first_of_them_and_empty_rows_are_none() -> None:
    facts = row_facts(ROWS, QUIET)
    assert list(facts.same_as) == [-1, -1, -1, 0, -1, 0]
    assert facts.duplicates == (3, 5)
    assert facts.empty == (1, 4)
    assert list(facts.tokens[:2]) == [3, 0]
    assert facts.labels == {"greeting": 2, "other": 1}
    assert facts.languages == {"en": 2, "de": 1}


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (SortBy.NUMBER, [0, 1, 2, 3, 4, 5]),
        (SortBy.ID, [1, 2, 0, 3, 4, 5]),
        (SortBy.LABEL, [0, 2, 3, 1, 4, 5]),
        (SortBy.LANGUAGE, [2, 0, 3, 1, 4, 5]),
        (SortBy.GROUP, [0, 2, 4, 3, 1, 5]),
        (SortBy.TEXT, [1, 4, 2, 0, 3, 5]),
    ],
)
def test_rows_come_in_the_order_of_a_column_with_the_empty_ones_last(by: SortBy, rows: list[int]) -> None:
    wanted = [2, 0, 3, 1, 4, 5] if by is SortBy.ID else rows
    assert order(by) == wanted


def test_tokens_are_an_order_once_they_are_counted() -> None:
    assert order(SortBy.TOKENS) == [0, 1, 2, 3, 4, 5]
    found = order(SortBy.TOKENS, descending=True, facts=row_facts(ROWS, QUIET))
    assert set(found[:3]) == {0, 3, 5}


def test_all_words_have_to_be_in_a_row() -> None:
    assert list(arranged(ROWS, None, "hello OTHER", None, Order(), QUIET)) == [3]
    assert list(arranged(ROWS, None, "hello", frozenset({0, 1}), Order(descending=True), QUIET)) == [0]


@given(st.lists(st.integers(0, 50), max_size=60), st.booleans())
def test_many_pieces_make_one_order(lengths: list[int], descending: bool) -> None:
    rows = [TextRow(str(number), "x" * length) for number, length in enumerate(lengths)] * 100
    found = arranged(rows, None, "", None, Order(SortBy.TEXT, descending), QUIET)
    assert sorted(found) == list(range(len(rows)))
    texts = [rows[row].text for row in found]
    assert texts == sorted(texts, reverse=descending)


def test_rows_that_a_model_would_cut_are_found() -> None:
    assert cut_by(row_facts(ROWS, QUIET).tokens, 2, QUIET) == (0, 3, 5)


def test_counting_is_given_up_when_nobody_waits() -> None:
    with pytest.raises(Stopped):
        row_facts(ROWS, Watch(should_stop=lambda: True))
