from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import MAX_SEED
from workbench.domain.images.planning import (
    MOST,
    axis_lengths,
    expanded,
    groups_in,
    planned,
    problem_with_axis,
    size_in,
    values_of,
)
from workbench.domain.images.recalling import plain
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode

DICE = Random(1)
DRAFT = Draft(("m",), ImageSettings(prompt="a cat"))


def test_a_group_gives_one_prompt_for_each_choice() -> None:
    assert expanded("a {red|blue} {cat|dog}") == (
        "a red cat",
        "a red dog",
        "a blue cat",
        "a blue dog",
    )


def test_groups_nest_and_may_hold_nothing() -> None:
    assert expanded("a {big {red|blue}|small} cat{| in snow}") == (
        "a big red cat",
        "a big red cat in snow",
        "a big blue cat",
        "a big blue cat in snow",
        "a small cat",
        "a small cat in snow",
    )


def test_the_same_prompt_is_made_once() -> None:
    assert expanded("{a|a|b}") == ("a", "b")


def test_braces_without_a_choice_and_escaped_ones_stand_for_themselves() -> None:
    assert expanded('{"scene": "a port"}') == ('{"scene": "a port"}',)
    assert expanded(r"\{a\|b\} \\ {x|y\|z}") == (r"{a|b} \ x", r"{a|b} \ y|z")


@pytest.mark.parametrize("prompt", ["a {b", "a } b", "{a|{b|c}", "{a|b}}"])
def test_braces_that_do_not_match_are_told(prompt: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        expanded(prompt)
    assert raised.value.field == "prompt"
    assert not groups_in(prompt) or prompt.count("{") != prompt.count("}")


def test_too_many_prompts_are_refused_before_they_are_made() -> None:
    with pytest.raises(InvalidInput, match="1,000"):
        expanded("{a|b}" * 40)


@given(st.text(alphabet="ab{}|\\ ", max_size=30))
def test_expanding_ends_with_prompts_or_a_sentence(prompt: str) -> None:
    try:
        found = expanded(prompt)
    except InvalidInput:
        return
    assert found
    assert len(set(found)) == len(found)


@given(st.text())
def test_a_prompt_written_plainly_stands_for_itself(prompt: str) -> None:
    assert expanded(plain(prompt)) == (prompt,)


def test_groups_are_found_with_what_they_stand_for() -> None:
    assert groups_in("a {red|blue} cat \\{x\\} {y} {in|out {there|here}}") == (
        ("{red|blue}", ("red", "blue")),
        ("{in|out {there|here}}", ("in", "out there", "out here")),
    )


def test_values_are_split_at_commas_or_lines_and_spans_are_counted_out() -> None:
    assert values_of(AxisField.SEED, "1-4, 9") == ("1", "2", "3", "4", "9")
    assert values_of(AxisField.STEPS, "10-30 (10)") == ("10", "20", "30")
    assert values_of(AxisField.PROMPT, "a cat, asleep\na dog") == ("a cat, asleep", "a dog")
    assert values_of(AxisField.GUIDANCE, "1-13 (6), 20.0") == ("1", "7", "13", "20.0")
    assert values_of(AxisField.GUIDANCE, "6.5-8 (0.5)") == ("6.5", "7", "7.5", "8")
    assert values_of(AxisField.STRENGTH, "0.7-1") == ("0.7", "0.8", "0.9", "1")
    assert values_of(AxisField.GUIDANCE, "8-6") == ("8-6",)
    assert values_of(AxisField.SIZE, "1-4") == ("1-4",)
    assert values_of(AxisField.SEED, "0-99999999") == ("0-99999999",)


def test_sizes_are_read_as_people_write_them() -> None:
    assert size_in("1024x768") == size_in(" 1024 × 768 ") == (1024, 768)
    assert size_in("1024") is size_in("0x9") is None


def test_every_model_gets_every_prompt_as_often_as_asked() -> None:
    draft = Draft(("m", "n"), ImageSettings(prompt="a {cat|dog}"), count=2)
    calls = planned(draft, DICE)
    assert [(call.settings.prompt, call.model) for call in calls] == [
        ("a cat", "m"),
        ("a cat", "m"),
        ("a cat", "n"),
        ("a cat", "n"),
        ("a dog", "m"),
        ("a dog", "m"),
        ("a dog", "n"),
        ("a dog", "n"),
    ]


def test_random_seeds_are_the_same_for_all_models_so_that_they_compare() -> None:
    draft = Draft(("m", "n"), ImageSettings(prompt="a cat"), count=2)
    first, second, third, fourth = (call.settings.seed for call in planned(draft, Random(7)))
    assert (first, second) == (third, fourth)
    assert first != second


def test_seeds_are_fixed_or_counted_up_from_the_first() -> None:
    draft = replace(DRAFT, settings=ImageSettings(prompt="a cat", seed=7), count=3)
    fixed = planned(replace(draft, seed_mode=SeedMode.FIXED), DICE)
    counted = planned(replace(draft, seed_mode=SeedMode.INCREMENT), DICE)
    assert [call.settings.seed for call in fixed] == [7, 7, 7]
    assert [call.settings.seed for call in counted] == [7, 8, 9]


def test_counting_up_does_not_leave_what_a_model_takes() -> None:
    draft = Draft(("m",), ImageSettings(prompt="a", seed=MAX_SEED), SeedMode.INCREMENT, 2)
    assert [call.settings.seed for call in planned(draft, DICE)] == [MAX_SEED, 0]


def test_a_grid_has_a_call_for_each_cell_with_x_changing_fastest() -> None:
    draft = replace(
        DRAFT, axes=(Axis(AxisField.STEPS, ("4", "8")), Axis(AxisField.PROMPT, ("dog", "owl"), "cat"))
    )
    calls = planned(draft, DICE)
    assert [(call.cell, call.settings.steps, call.settings.prompt) for call in calls] == [
        ((0, 0), 4, "a dog"),
        ((1, 0), 8, "a dog"),
        ((0, 1), 4, "a owl"),
        ((1, 1), 8, "a owl"),
    ]
    assert axis_lengths(draft) == (2, 2)


def test_models_seeds_and_sizes_may_be_axes() -> None:
    draft = Draft(
        (),
        ImageSettings(prompt="a cat", aspect_ratio="1:1"),
        axes=(
            Axis(AxisField.MODEL, ("m", "n")),
            Axis(AxisField.SEED, ("5",)),
            Axis(AxisField.SIZE, ("512x768",)),
        ),
    )
    calls = planned(draft, DICE)
    assert [call.model for call in calls] == ["m", "n"]
    assert {
        (c.settings.seed, c.settings.width, c.settings.height, c.settings.aspect_ratio) for c in calls
    } == {(5, 512, 768, "")}


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (Axis(AxisField.SEED, ("-1",)), "seed"),
        (Axis(AxisField.SEED, ("x",)), "seed"),
        (Axis(AxisField.STEPS, ("0",)), "steps"),
        (Axis(AxisField.GUIDANCE, ("nan",)), "number"),
        (Axis(AxisField.STRENGTH, ("1.5",)), "strength"),
        (Axis(AxisField.SIZE, ("big",)), "size"),
        (Axis(AxisField.PROMPT, ("dog",), "horse"), "not in the prompt"),
        (Axis(AxisField.PROMPT, ("dog",)), "which part"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_axis(axis: Axis, words: str) -> None:
    draft = replace(DRAFT, axes=(axis,))
    assert words in problem_with_axis(axis, draft)
    with pytest.raises(InvalidInput) as raised:
        planned(draft, DICE)
    assert raised.value.field == "axes.0"


def test_two_axes_cannot_change_the_same() -> None:
    axis = Axis(AxisField.STEPS, ("4",))
    assert problem_with_axis(axis, replace(DRAFT, axes=(axis, Axis(AxisField.STEPS, ("8",)))))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft((), ImageSettings(prompt="a")), "models"),
        (Draft(("m",), ImageSettings(prompt=" ")), "prompt"),
        (Draft(("m",), ImageSettings(prompt="a"), count=0), "count"),
    ],
)
def test_what_is_missing_is_named(draft: Draft, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        planned(draft, DICE)
    assert raised.value.field == field


def test_a_grid_too_large_is_refused() -> None:
    seeds = Axis(AxisField.SEED, tuple(map(str, range(100))))
    steps = Axis(AxisField.STEPS, tuple(map(str, range(1, 12))))
    with pytest.raises(InvalidInput, match="1,000"):
        planned(replace(DRAFT, axes=(seeds, steps)), DICE)
    assert len(planned(replace(DRAFT, count=MOST), DICE)) == MOST
