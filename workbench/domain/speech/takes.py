"""What was heard: a recording, a take of it by one model, and the parts that single calls heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.domain.models import Cost
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble


class TakeState(StrEnum):
    """WAITING also while a 429 is waited out. STOPPED: by the user; it can be resumed, and so can a FAILED one.

    RUNNING found at start-up means that the program died meanwhile: it waits again.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def over(self) -> bool:
        return self in (TakeState.DONE, TakeState.FAILED, TakeState.STOPPED)


@dataclass(frozen=True, slots=True)
class Recording:
    """own: recorded here, so that the file is the program's; any other belongs to the user and is only read.

    seconds: 0.0 until it has been decoded once, unless its header tells. modified, fingerprint: of the file when it was added.
    missing: the file is not where it was. changed: another file is there now; its takes no longer fit it.
    reference: what is really said, as far as the user has given it; takes are measured against it.
    spoken_id: of the text that a model was given to say, where that is what it holds; "" otherwise.
    """

    id: str
    name: str
    path: str
    own: bool = False
    seconds: float = 0.0
    created_at: float = 0.0
    size: int = 0
    media_type: str = ""
    modified: float = 0.0
    fingerprint: str = ""
    reference: str = ""
    spoken_id: str = ""
    missing: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a recording that one call hears.

    number: from 0, in the order of the recording. start, end: seconds of the recording; neighbours overlap.
    transcript: None until it is DONE; its times count from the beginning of the recording.
    trouble: why it failed, or what is waited for. not_before: Unix seconds, when a 429 said to come back; 0 otherwise.
    exchange_id: of the last call, "" where nothing was sent, as for a part in which nothing can be heard.
    cost, took_ms: of the call that brought the transcript. fresh: it came after the take's text had been edited, and is not
    in it yet.
    """

    number: int
    start: float
    end: float
    state: TakeState = TakeState.WAITING
    transcript: Transcript | None = None
    trouble: Trouble | None = None
    exchange_id: str = ""
    attempts: int = 0
    cost: Cost | None = None
    took_ms: float | None = None
    not_before: float = 0.0
    fresh: bool = False

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Take:
    """target: id of who was asked. options: by wire name. parts: () until the recording has been cut.

    heard: as stitched from the parts that are done. transcript: as the user left it, the same as heard until edited.
    trouble: why it could not be cut, or that of its first failed part. span: where only a selection was to be heard, in seconds.
    most_s: the longest part that was wished, 0 for what suits the model. sandbox: a simulation answered.
    revision: how often the transcript has been stored since it was heard.
    """

    id: str
    recording_id: str
    model: str
    options: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""
    created_at: float = 0.0
    state: TakeState = TakeState.WAITING
    parts: tuple[Part, ...] = ()
    heard: Transcript = field(default_factory=Transcript)
    transcript: Transcript = field(default_factory=Transcript)
    trouble: Trouble | None = None
    span: tuple[float, float] | None = None
    most_s: float = 0.0
    revision: int = 0
    sandbox: bool = False

    @property
    def edited(self) -> bool:
        return self.revision > 0

    @property
    def cost(self) -> Cost | None:
        """Of all parts that are done; None until one is. usd is None where one of them is not known."""
        return total_cost(part.cost for part in self.parts if part.state is TakeState.DONE)

    @property
    def took_ms(self) -> float | None:
        """How long its calls took, one after the other; None until one has come back."""
        took = [part.took_ms for part in self.parts if part.took_ms is not None]
        return sum(took) if took else None

    @property
    def heard_s(self) -> float:
        """Seconds of the recording that its parts which are done cover, overlaps counted once."""
        covered, reached = 0.0, 0.0
        for part in self.parts:
            if part.state is TakeState.DONE:
                covered += max(0.0, part.end - max(part.start, reached))
                reached = max(reached, part.end)
        return covered


def state_of(parts: Iterable[Part]) -> TakeState:
    """Of a take with these parts, at least one."""
    return state_of_all(part.state for part in parts)


def state_of_all(states: Iterable[TakeState]) -> TakeState:
    """What they are together: over only when all are, and well only when all are."""
    found = set(states)
    order = (TakeState.RUNNING, TakeState.WAITING, TakeState.FAILED, TakeState.STOPPED)
    return next((state for state in order if state in found), TakeState.DONE)


def trouble_of(parts: Iterable[Part]) -> Trouble | None:
    """That of the first failed part."""
    return next((part.trouble for part in parts if part.state is TakeState.FAILED), None)


def total_cost(costs: Iterable[Cost | None]) -> Cost | None:
    """None where there is none at all; charged where all are, and without a sum where one is not known.

    A part that was not sent has no cost, which is not the same as one that is not known.
    """
    known = [cost for cost in costs if cost is not None]
    if not known:
        return None
    amounts = [cost.usd for cost in known if cost.usd is not None]
    whole = len(amounts) == len(known)
    return Cost(sum(amounts) if whole else None, charged=whole and all(cost.charged for cost in known))
