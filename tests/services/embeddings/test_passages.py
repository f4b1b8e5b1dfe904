"""Running text as rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.embeddings.passages import passages, sentences, set_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one\r\n\n two \rthree", ("one", "two", "three")),
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("Dr. Smith came on 3. May. He left.", ("Dr. Smith came on 3. May.", "He left.")),
        ("It is e.g. here. Or there.", ("It is e.g. here.", "Or there.")),
        ("He said: “Come!” Then he left.", ("He said: “Come!”", "Then he left.")),
        ("これは一つ。これは二つ！", ("これは一つ。", "これは二つ！")),
        ("كيف حالك؟ أنا بخير.", ("كيف حالك؟", "أنا بخير.")),
        ("Pi is 3.14 here", ("Pi is 3.14 here",)),
        ("First. Second\nThird. Fourth", ("First. Second", "Third. Fourth")),
        ("  ", ()),
    ],
)
def test_lines_are_texts_and_so_are_the_sentences_of_a_single_line(text: str, found: tuple[str, ...]) -> None:
    assert passages(text) == found


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_sentences_lose_nothing_but_spaces(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_set_of_texts_has_ids_from_one_on() -> None:
    made = set_of(("a", "b"), "Two", make_id=lambda: "s", clock=lambda: 5.0)
    assert [(row.id, row.text) for row in made.rows] == [("1", "a"), ("2", "b")]
    assert (made.id, made.name, made.created_at) == ("s", "Two", 5.0)
