"""Dice are the same for the same call and new for each further try."""

from __future__ import annotations

from msgspec.structs import replace

from tests.gateway.sandbox.asking import call_of
from workbench.gateway.sandbox.dice import Dice

CALL = call_of({"messages": []}, element="support/m1")


def test_the_same_call_of_another_request_throws_the_same() -> None:
    dice = Dice()
    assert dice.thrown(CALL, "one").random() == dice.thrown(CALL, "two").random()
    assert Dice().thrown(CALL, "one").random() == dice.thrown(CALL, "three").random()


def test_a_further_try_another_element_and_another_body_throw_anew() -> None:
    dice = Dice()
    calls = [
        CALL,
        CALL,
        replace(CALL, element="support/m2"),
        replace(CALL, model="n"),
        replace(CALL, body=b"{}"),
    ]
    assert len({dice.thrown(call, "one").random() for call in calls}) == len(calls)


def test_unseeded_dice_are_real() -> None:
    dice = Dice()
    assert len({dice.thrown(CALL, str(n), seeded=False).random() for n in range(8)}) > 1


def test_tries_of_long_ago_are_forgotten() -> None:
    dice = Dice()
    first = dice.thrown(CALL, "old").random()
    for n in range(1024):
        dice.thrown(CALL, str(n))
    assert dice.thrown(CALL, "old").random() == first
