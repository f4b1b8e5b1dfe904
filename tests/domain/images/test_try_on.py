from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.images.schema_form import problems_with
from workbench.domain.images.settings import AxisField, SeedMode
from workbench.domain.images.try_on import (
    FIELDS,
    MOST_RESULTS,
    SCHEMA,
    SENT_SCHEMA,
    StepFailed,
    StepReport,
    TryOnDraft,
    asked_again,
    cannot_hold_to_schema,
    dressed,
    empty_description,
    is_told,
    kept_description,
    prompt_of,
    question,
    read_description,
    response_format,
    seeds_in,
    size_like,
)

COAT = {
    "kind": "trench coat",
    "place": "upper body",
    "colour": "beige",
    "material": "",
    "pattern": "plain",
    "fit": "loose, knee-length",
    "details": "double-breasted",
}
OUTFIT: dict[str, Any] = {"summary": "A beige trench coat.", "garments": [COAT], "style": "classic"}
DRAFT = TryOnDraft("a" * 64, "b" * 64, description=OUTFIT, models=("one", "two"), seeds="1-3")


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        read_description(text)
    return error.value


def test_every_field_of_the_schema_is_required_as_strict_modes_want_it() -> None:
    inner = SCHEMA["properties"]["garments"]["items"]
    for each in (SCHEMA, inner):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False


def test_models_get_the_schema_without_what_is_for_forms() -> None:
    garment = SENT_SCHEMA["properties"]["garments"]["items"]
    assert garment["properties"]["details"] == {
        "type": "string",
        "description": "Collar, sleeves, closures, seams, prints, logos.",
    }
    assert garment["required"] == SCHEMA["properties"]["garments"]["items"]["required"]


def test_the_examples_that_go_along_fit_the_schema() -> None:
    for example in response_format()["json_schema"]["schema"]["examples"]:
        assert read_description(json.dumps(example)) == example


def test_step_1_sends_the_photo_and_tells_the_schema_in_words_too() -> None:
    system, user = question(b"photo")
    assert json.dumps(SENT_SCHEMA, ensure_ascii=False) in system.content
    assert user.pictures == (b"photo",)
    again = asked_again((system, user), "nonsense", InvalidInput("it is no JSON.", why="It says “nonsense”."))
    assert [message.role for message in again] == ["system", "user", "assistant", "user"]
    assert again[1].pictures == (b"photo",)
    assert "it is no JSON. It says “nonsense”." in again[3].content


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Here it is:\n\n{}\n\nI hope this helps."])
def test_a_description_is_read_with_what_models_put_around_it(around: str) -> None:
    assert read_description(around.replace("{}", json.dumps(OUTFIT))) == OUTFIT


@pytest.mark.parametrize("text", ["", "  ", "I see a coat.", '{"summary": "x"', '{"a": ' * 5000, "{'a': 1}"])
def test_what_is_no_json_is_refused_with_what_it_says(text: str) -> None:
    error = refused(text)
    assert error.what == "the answer is no JSON."
    assert error.why
    assert error.fix


def test_json_of_another_shape_is_refused_with_what_is_wrong() -> None:
    error = refused(json.dumps({"summary": 5, "garments": [{"kind": "coat"}]}))
    assert error.what == "the answer is not what was asked for."
    assert error.why.startswith("“summary” is no text. “garments.0.place” is missing.")
    assert error.why.endswith("And 5 more.")


def test_a_description_of_nothing_is_refused() -> None:
    assert (
        refused(json.dumps(OUTFIT | {"summary": "", "garments": []})).what == "the answer describes nothing."
    )


def test_a_description_by_hand_starts_with_one_garment() -> None:
    empty = empty_description()
    assert problems_with(FIELDS, empty) == ()
    assert len(empty["garments"]) == 1
    assert not is_told(empty)


def test_a_stored_description_of_another_version_is_dropped() -> None:
    assert kept_description(OUTFIT) == OUTFIT
    assert kept_description({"summary": 4}) == {}
    assert kept_description(None) == {}


@given(st.text(max_size=60))
def test_any_answer_is_read_or_refused(text: str) -> None:
    try:
        assert problems_with(FIELDS, read_description(text)) == ()
    except InvalidInput:
        pass


def test_the_prompt_names_both_pictures_and_every_garment() -> None:
    prompt = prompt_of(OUTFIT, " On a beach. ")
    assert "Image 1 shows a person. Image 2 shows an outfit." in prompt
    assert "- trench coat (upper body): beige, plain, loose, knee-length; double-breasted" in prompt
    assert prompt.endswith("Style: classic.\nOn a beach.")
    bare = dict.fromkeys(COAT, "") | {"kind": "hat", "place": "head"}
    assert "- hat (head): as in image 2" in prompt_of(
        {"summary": "", "garments": [bare, bare | {"kind": ""}], "style": ""}
    )


@pytest.mark.parametrize(
    ("text", "seeds"), [("1", (1,)), ("3, 1,3", (3, 1)), ("1-4", (1, 2, 3, 4)), ("0-20 (10)", (0, 10, 20))]
)
def test_seeds_are_read_as_they_are_typed(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_in(text) == seeds


@pytest.mark.parametrize("text", ["", " ,", "one", "-3", "4294967296", "٣"])
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as error:
        seeds_in(text)
    assert error.value.field == "seeds"


@pytest.mark.parametrize(
    ("photo", "wanted"),
    [
        ((4000, 3000), (1184, 880)),
        ((3000, 4000), (880, 1184)),
        ((600, 800), (608, 800)),
        ((10_000, 10), (10_000, 16)),
    ],
)
def test_the_picture_has_the_photo_s_proportions(photo: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert size_like(*photo) == wanted


def test_each_model_gets_each_seed_as_a_grid() -> None:
    form, planned = dressed(DRAFT, (600, 800))
    assert [(call.model, call.settings.seed, call.cell) for call in planned] == [
        ("one", 1, (0, 0)), ("one", 2, (1, 0)), ("one", 3, (2, 0)),
        ("two", 1, (0, 1)), ("two", 2, (1, 1)), ("two", 3, (2, 1)),
    ]  # fmt: skip
    assert [axis.field for axis in form.axes] == [AxisField.SEED, AxisField.MODEL]
    assert form.seed_mode is SeedMode.FIXED
    assert {call.settings.references for call in planned} == {(DRAFT.person, DRAFT.outfit)}
    assert planned[0].settings.prompt == prompt_of(OUTFIT)


def test_one_model_with_one_seed_is_no_grid() -> None:
    form, planned = dressed(replace(DRAFT, models=("one",), seeds="7"), (600, 800))
    assert form.axes == ()
    assert [(call.settings.seed, call.cell) for call in planned] == [(7, ())]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": ""}, "person"),
        ({"outfit": ""}, "outfit"),
        ({"description": {}}, "description"),
        ({"models": ()}, "models"),
        ({"seeds": "x"}, "seeds"),
        ({"seeds": f"1-{MOST_RESULTS}"}, "seeds"),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        dressed(replace(DRAFT, **change), (600, 800))
    assert error.value.field == field


def test_a_step_s_error_says_which_step_and_keeps_cause_and_fix() -> None:
    cause = RequestFailed(
        "The provider is busy.", why="429.", fix="Wait.", failure=Failure.RATE_LIMITED, maker=Maker.PROVIDER
    )
    error = StepFailed(1, cause, StepReport("m", took_ms=5.0))
    assert (error.what, error.why, error.fix) == ("Step 1: The provider is busy.", "429.", "Wait.")
    assert error.retryable == cause.retryable
    assert error.report.trouble is not None
    assert error.report.trouble.what == "Step 1: The provider is busy."
    assert error.report.took_ms == 5.0


def test_a_model_without_json_mode_is_recognised() -> None:
    def failed(why: str) -> RequestFailed:
        return RequestFailed("Refused.", why=why, failure=Failure.BAD_REQUEST, maker=Maker.PROVIDER)

    assert cannot_hold_to_schema(failed("JSON Mode couldn't be met"))
    assert cannot_hold_to_schema(failed("'/response_format' is not supported"))
    assert not cannot_hold_to_schema(failed("too many tokens"))
