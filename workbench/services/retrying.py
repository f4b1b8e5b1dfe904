"""After a call that failed: whether its model is to be left alone for a while, and for how long."""

from __future__ import annotations

import random

from workbench.domain.errors import Failure, RequestFailed

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0


def pause_s(error: RequestFailed, attempt: int, dice: random.Random) -> float:
    """Before the next attempt: as told, else longer each time, with the dice taking up to half of it off again.

    attempt: how many there have been.
    """
    if error.retry_after_s is not None:
        return max(0.0, error.retry_after_s)
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempt - 1))
    return longest * (1 - dice.random() / 2)


def is_of_the_model(error: RequestFailed) -> bool:
    """Another call to the same model would fare no better before its time."""
    return error.failure is Failure.RATE_LIMITED or error.status == 429 or error.retry_after_s is not None
