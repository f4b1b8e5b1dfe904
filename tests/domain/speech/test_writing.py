from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import TEXTS, WORDS
from workbench.domain.speech.writing import columns_of, ends_sentence, joined, normal, units_in, words_in


@given(TEXTS)
def test_taking_a_text_apart_loses_nothing_but_spaces(text: str) -> None:
    assert "".join(words_in(text)) == "".join(units_in(text)) == "".join(text.split())


@given(TEXTS)
def test_putting_words_together_loses_nothing_but_spaces(text: str) -> None:
    assert "".join(joined(words_in(text)).split()) == "".join(text.split())


@given(st.lists(WORDS))
def test_words_put_together_are_found_again(words: list[str]) -> None:
    once = joined(words)
    assert joined(words_in(once)) == once


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("we  went,\nto (the) shop", ["we", "went,", "to", "(the)", "shop"]),
        ("「你好」，世界。OK吗", ["「你", "好」，", "世", "界。", "OK", "吗"]),
        ("ちょっとキャラー", ["ちょっ", "と", "キャ", "ラー"]),
        ("สวัสดีครับ ผม", ["สวัสดีครับ", "ผม"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("مرحبا، عالم", ["مرحبا،", "عالم"]),
        ("", []),
    ],
)
def test_words_are_found_in_every_kind_of_writing(text: str, words: list[str]) -> None:
    assert list(words_in(text)) == words


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["we", "went"], "we went"),
        (["你", "好，", "世", "界"], "你好，世界"),
        (["我", "用", "Python", "写"], "我用Python写"),
        (["สวัสดี", "ครับ", "OK"], "สวัสดีครับ OK"),
        (["大韓", "사람", "이다"], "大韓 사람 이다"),
        (["مرحبا", "عالم"], "مرحبا عالم"),
    ],
)
def test_spaces_stand_only_where_a_script_has_them(words: list[str], text: str) -> None:
    assert joined(words) == text


def test_a_thai_character_keeps_its_signs() -> None:
    assert units_in("ที่นี่") == ("ที่", "นี่")


@given(st.text(max_size=20))
def test_comparing_forms_are_stable(word: str) -> None:
    assert normal(normal(word)) == normal(word)


def test_marks_and_case_do_not_matter_to_comparing() -> None:
    assert {normal(word) for word in ("Don’t", "“don't”", "DON'T!", "don't…")} == {"don't"}
    assert normal("—") == ""
    assert (normal("C++"), normal("50%"), normal("&"), normal("U.S.")) == ("c++", "50%", "&", "u.s")


def test_sentences_end_with_marks_of_many_scripts() -> None:
    assert all(map(ends_sentence, ("end.", "end.”", "了。", "吗？」", "ہے۔", "मैं।")))
    assert not any(map(ends_sentence, ("end,", "3.5", "。x")))


def test_wide_characters_count_twice() -> None:
    assert (columns_of("abc"), columns_of("你好a"), columns_of("e\u0301")) == (3, 5, 1)
