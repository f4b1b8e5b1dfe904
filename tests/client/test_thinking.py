"""Thinking and answer are told apart, wherever the network cut the tags."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.thinking import ThinkSplitter, implies_thinking


def split(*pieces: str, implied: bool = False, complete: bool = True) -> tuple[str, str]:
    splitter = ThinkSplitter(implied=implied)
    found = [part for piece in pieces for part in splitter.feed(piece)] + splitter.end(complete=complete)
    return "".join(p.text for p in found if p.thinking), "".join(p.text for p in found if not p.thinking)


def test_a_tagged_thought_is_cut_from_the_answer() -> None:
    assert split("<think>\nhm\n</think>\n\nYes.") == ("hm\n", "Yes.")


def test_blank_space_before_the_tag_does_not_hide_it() -> None:
    assert split(" \n<thi", "nk>hm</think>Yes.") == ("hm", "Yes.")


def test_a_tag_later_in_the_text_is_text() -> None:
    assert split("Write <think>a</think> first.") == ("", "Write <think>a</think> first.")


def test_a_text_that_only_looks_like_the_tag_comes_out_whole() -> None:
    assert split("<th", "e end>") == ("", "<the end>")
    assert split("<thin") == ("", "<thin")


def test_a_missing_opening_tag_is_read_in_where_the_model_is_known_for_it() -> None:
    assert split("hm", "</thi", "nk>\n\nYes.", implied=True) == ("hm", "Yes.")
    assert split("hm</think>Yes.") == ("", "hm</think>Yes.")


def test_with_no_tag_at_all_the_thought_was_the_answer() -> None:
    assert split("Yes.", implied=True) == ("Yes.", "Yes.")
    assert split("I wonder", implied=True, complete=False) == ("I wonder", "")


def test_an_open_thought_that_was_cut_stays_a_thought() -> None:
    assert split("<think>hm </thin") == ("hm </thin", "")


def test_a_less_than_sign_in_a_thought_is_kept() -> None:
    assert split("<think>1 < 2 </ 3</think>Yes.") == ("1 < 2 </ 3", "Yes.")


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", True),
        ("@cf/qwen/qwq-32b", True),
        ("deepseek-r1:8b", True),
        ("@cf/qwen/qwen3-30b-a3b-fp8", False),
        ("gpt-4.1", False),
        ("mixtral-ar12", False),
    ],
)
def test_distilled_reasoners_are_known_by_name(model: str, thinks: bool) -> None:
    assert implies_thinking(model) is thinks


@given(
    st.sampled_from(["<think>\na<b</think>\n\nc</think>d", " <think>x", "plain <think>", "", "</think>a", "<<think>"]),
    st.booleans(),
    st.data(),
)  # fmt: skip
def test_any_split_gives_the_same_parts_as_none(text: str, implied: bool, draws: st.DataObject) -> None:
    cuts = sorted(draws.draw(st.sets(st.integers(0, len(text)))) | {0, len(text)})
    assert split(*(text[a:b] for a, b in pairwise(cuts)), implied=implied) == split(text, implied=implied)
