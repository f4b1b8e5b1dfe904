"""The sets that come along."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import Run
from workbench.services.embeddings.examples import Example, read_example
from workbench.services.embeddings.row_facts import row_facts
from workbench.vectors.watch import QUIET


@pytest.mark.parametrize("example", Example)
def test_every_text_is_there_once_and_has_a_label(run_async: Run, example: Example) -> None:
    texts = run_async(read_example(example, "Try me"))
    facts = row_facts(texts.rows, QUIET)
    assert texts.name == "Try me"
    assert not facts.empty
    assert not facts.duplicates
    assert all(row.label for row in texts.rows)


def test_support_requests_are_the_same_in_three_languages(run_async: Run) -> None:
    rows = run_async(read_example(Example.SUPPORT, "x")).rows
    assert Counter(row.language for row in rows) == {"en": 96, "de": 96, "ar": 96}
    assert set(Counter(row.group for row in rows).values()) == {3}
    assert set(Counter(row.label for row in rows).values()) == {36}


def test_each_question_is_asked_in_three_ways(run_async: Run) -> None:
    rows = run_async(read_example(Example.QUESTIONS, "x")).rows
    assert set(Counter(row.group for row in rows).values()) == {3}
