from __future__ import annotations

import pytest

from tests.ui.images.form.fakes import GEMINI, INPAINTING, PHOENIX, SCHNELL
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.fitting import Change, ChangeKind
from workbench.domain.models import Model
from workbench.ui.images.form.numbers import read_number, read_whole, written_number
from workbench.ui.images.form.outlook import Outlook, Receipt
from workbench.ui.images.form.words import changes_text, facts_text, outlook_text, remark_on

pytestmark = pytest.mark.usefixtures("qapp")
DROPPED, CHANGED = ChangeKind.DROPPED, ChangeKind.CHANGED


def plain(text: str) -> str:
    return text.replace("\u2066", "").replace("\u2069", "")


def test_values_that_become_the_same_are_told_together() -> None:
    steps = [Change("steps", CHANGED, str(value), "8") for value in (9, 10, 20, 30)]
    told = changes_text([*steps, Change("size", CHANGED, "1024x768", "16:9"), Change("mask", DROPPED, "abc")])
    assert tuple(map(plain, told)) == ("steps 9, 10, 20 … → 8", "size 1024×768 → 16:9", "mask dropped")


def test_a_source_that_becomes_a_reference_is_not_told_by_its_digest() -> None:
    change = Change("source", CHANGED, "source", "reference")
    assert changes_text([change]) == ("source picture sent as a reference",)
    assert plain(remark_on("source", [Receipt(GEMINI, 1, (change,))])) == (
        "gemini-2.5-flash-image gets it as a reference."
    )


@pytest.mark.parametrize(
    ("outlook", "text"),
    [
        (Outlook(1, (), 0.0006), "1 picture, about $0.00060"),
        (Outlook(27, (3, 3, 3), 0.12), "27 pictures: 3 × 3 × 3, about $0.120"),
        (Outlook(4, (4,), 0.0, 4), "4 pictures, price not known"),
    ],
)
def test_what_pressing_the_button_means_is_one_line(outlook: Outlook, text: str) -> None:
    assert plain(outlook_text(outlook)) == text


@pytest.mark.parametrize(
    ("model", "facts"),
    [
        (SCHNELL, "up to 8 steps"),
        (PHOENIX, "up to 2048×2048 pixels, up to 50 steps, guidance, seed, negative prompt"),
        (GEMINI, "3 aspect ratios, 3 reference pictures"),
    ],
)
def test_facts_tell_what_a_model_takes(model: Model, facts: str) -> None:
    assert model.image is not None
    assert plain(", ".join(facts_text(model.image))) == facts


def test_what_a_model_needs_and_what_is_not_known_is_told() -> None:
    assert INPAINTING.image is not None
    assert "needs a source picture" in facts_text(INPAINTING.image)
    assert facts_text(Abilities(known=False)) == ("Not known what it takes; everything is offered",)


@pytest.mark.parametrize(
    ("text", "value"),
    [("7,5", 7.5), (" 3 ", 3), ("\u22121", -1), ("1e3", 1000), ("1_0", None), ("inf", None), ("x", None)],
)
def test_a_number_is_read_as_people_write_it(text: str, value: float | None) -> None:
    assert read_number(text) == value


def test_a_whole_number_is_no_other() -> None:
    assert (read_whole("8"), read_whole("8.5")) == (8, None)
    assert (written_number(8.0), written_number(0.5), written_number(None)) == ("8", "0.5", "")
