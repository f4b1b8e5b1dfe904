"""Stretches of a recording without text yet: still to be heard, being heard, or failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from workbench.domain.speech.takes import Part, TakeState
from workbench.domain.trouble import Trouble


class GapState(Enum):
    WAITING = "waiting"
    HEARING = "hearing"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Gap:
    """Parts one after the other that are in the same state. start, end: seconds of the recording.

    running: how many of them are being heard now. not_before: Unix seconds, when a limit lets the first go on; 0 otherwise.
    done, of: how far the whole take has come.
    """

    numbers: tuple[int, ...]
    start: float
    end: float
    state: GapState
    running: int = 0
    trouble: Trouble | None = None
    exchange_id: str = ""
    not_before: float = 0.0
    done: int = 0
    of: int = 0


def gaps_of(parts: Sequence[Part]) -> tuple[Gap, ...]:
    """In the order of the recording. Parts that failed for the same reason count as one, and so do those that wait."""
    done = sum(part.state is TakeState.DONE for part in parts)
    found = []
    for (state, _), run in groupby(parts, key=_kind):
        if state is not None:
            found.append(_gap(state, tuple(run), done, len(parts)))
    return tuple(found)


def _kind(part: Part) -> tuple[GapState | None, Trouble | None]:
    match part.state:
        case TakeState.DONE:
            return None, None
        case TakeState.FAILED:
            return GapState.FAILED, part.trouble
        case TakeState.STOPPED:
            return GapState.STOPPED, None
        case _:
            return GapState.WAITING, None


def _gap(state: GapState, parts: Sequence[Part], done: int, of: int) -> Gap:
    running = sum(part.state is TakeState.RUNNING for part in parts)
    return Gap(
        tuple(part.number for part in parts),
        parts[0].start,
        parts[-1].end,
        GapState.HEARING if running else state,
        running,
        next((part.trouble for part in parts if part.trouble is not None), None),
        next((part.exchange_id for part in parts if part.exchange_id), ""),
        0.0 if running else _soonest(parts),
        done,
        of,
    )


def _soonest(parts: Iterable[Part]) -> float:
    times = [part.not_before for part in parts]
    return 0.0 if 0.0 in times else min(times, default=0.0)
