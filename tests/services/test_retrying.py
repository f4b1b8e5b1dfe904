from __future__ import annotations

import random
from typing import Any

import pytest

from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.services.retrying import LONGEST_PAUSE_S, is_of_the_model, pause_s


def failed(failure: Failure = Failure.SERVER, **more: Any) -> RequestFailed:
    return RequestFailed("No.", failure=failure, maker=Maker.WORKERS_AI, **more)


def test_a_pause_is_as_told() -> None:
    assert pause_s(failed(retry_after_s=7.0), 1, random.Random(1)) == 7.0
    assert pause_s(failed(retry_after_s=-1.0), 1, random.Random(1)) == 0.0


def test_else_it_doubles_up_to_a_limit_less_what_the_dice_take_off() -> None:
    for attempt, longest in ((1, 2.0), (2, 4.0), (3, 8.0), (9, LONGEST_PAUSE_S)):
        pauses = [pause_s(failed(), attempt, random.Random(seed)) for seed in range(50)]
        assert longest / 2 <= min(pauses) < max(pauses) <= longest


@pytest.mark.parametrize(
    ("error", "of_the_model"),
    [
        (failed(Failure.RATE_LIMITED), True),
        (failed(Failure.OUT_OF_NEURONS, status=429), True),
        (failed(status=503, retry_after_s=2.0), True),
        (failed(Failure.CUT), False),
        (failed(status=500), False),
    ],
)
def test_a_limit_is_the_models_and_a_broken_connection_is_not(
    error: RequestFailed, of_the_model: bool
) -> None:
    assert is_of_the_model(error) is of_the_model
