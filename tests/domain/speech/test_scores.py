from __future__ import annotations

import pytest
from hypothesis import given

from tests.domain.speech.saying import TEXTS
from workbench.domain.speech.scores import Errors, character_errors, word_errors


def test_the_three_kinds_of_errors_are_counted() -> None:
    assert word_errors(
        "a cat sat by the red mat that was wet", "a cat sit by the mat that was wet now"
    ) == Errors(1, 1, 1, 10)
    assert word_errors("one two three four", "one too three").rate == pytest.approx(0.5)


def test_case_and_marks_do_not_count() -> None:
    assert word_errors("Hello, World! It’s “fine” — Straße", "hello world it's fine STRASSE").count == 0
    assert word_errors("the well-known 50%", "the well known 50").count == 3


def test_signs_that_only_some_models_write_do_not_count() -> None:
    assert word_errors("مَرْحَبًا", "مرحبا").count == 0
    assert word_errors("cafe\u0301", "café").count == 0


def test_writing_without_spaces_is_counted_by_character() -> None:
    assert word_errors("你好，世界。", "你好 世人") == Errors(1, 0, 0, 4)


def test_characters_are_counted_without_spaces() -> None:
    assert character_errors("every day", "everyday").count == 0
    assert character_errors("colour", "color") == Errors(0, 0, 1, 6)


def test_what_is_counted_apart_in_a_long_text_is_what_is_counted_at_once() -> None:
    said = [f"word{place}" for place in range(120)]
    heard = said.copy()
    heard[30], heard[60], heard[90:92] = "wort30", "something", []
    apart, at_once = (
        character_errors(" ".join(said), " ".join(heard)),
        word_errors(" ".join("".join(said)), " ".join("".join(heard))),
    )
    assert apart == at_once
    assert apart.count > 10


def test_without_a_reference_there_is_no_rate() -> None:
    assert word_errors("", "a b").rate is None
    assert word_errors("…", "").rate is None
    assert word_errors("a", "b c d").rate == 3


@given(TEXTS)
def test_a_text_has_no_errors_against_itself(text: str) -> None:
    assert word_errors(text, text.upper().lower()).inserted >= 0
    assert word_errors(text, text).count == character_errors(text, text).count == 0
