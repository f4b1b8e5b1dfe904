"""Examples that are tried at a click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.ui.support.example_card import ExampleCards
from workbench.ui.support.theme import Theme


@pytest.fixture
def examples(theme: Theme) -> Iterator[ExampleCards]:
    made = ExampleCards(theme, [("a", "play", "First", "One."), ("b", "play", "Second", "Two.")])
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def test_a_click_tells_which_was_chosen(examples: ExampleCards) -> None:
    chosen: list[str] = []
    examples.chosen.connect(chosen.append)
    for name in ("b", "a"):
        examples.cards[name].click()
    assert chosen == ["b", "a"]


def test_none_is_chosen_while_they_are_off(examples: ExampleCards) -> None:
    chosen: list[str] = []
    examples.chosen.connect(chosen.append)
    examples.setEnabled(False)
    examples.cards["a"].click()
    assert chosen == []


def test_cards_stand_one_below_the_other_and_are_read_by_their_titles(examples: ExampleCards) -> None:
    first, second = examples.cards.values()
    assert first.geometry().bottom() < second.geometry().top()
    assert [card.accessibleName() for card in (first, second)] == ["First", "Second"]
