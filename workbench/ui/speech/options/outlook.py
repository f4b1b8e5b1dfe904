"""What transcribing would come to: into how many parts a recording is cut, what that costs, how long it may take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities
from workbench.domain.speech.costs import hearing_estimate
from workbench.services.calls import PER_LANE
from workbench.services.speech.hearing import LONGEST_PART_S, OVERLAP_S

_BYTES_PER_S = 32_000
"""Of the samples that a part is sent as."""
_FILLED = 0.8
"""Of what a part may be: it ends at the best silence in its second half."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """parts: about so many, each at most most_s long, neighbours sharing overlap_s.

    usd, takes_s: None where nobody knows.
    """

    model: Model
    parts: int
    most_s: float
    overlap_s: float
    usd: float | None
    takes_s: float | None


def longest_part(abilities: HearingAbilities, wished_s: float = 0.0) -> float:
    """Seconds that one call may hear. wished_s: by the user, 0 for what suits the model."""
    limits = [wished_s or LONGEST_PART_S]
    if abilities.most_s:
        limits.append(abilities.most_s)
    if abilities.most_bytes:
        limits.append(abilities.most_bytes / _BYTES_PER_S)
    return min(limits)


def outlook(
    model: Model,
    abilities: HearingAbilities,
    seconds: float,
    wished_s: float = 0.0,
    speed: float | None = None,
) -> Outlook:
    """seconds: what is to be heard. speed: seconds of sound that one call hears within a second, as it was before."""
    most_s = longest_part(abilities, wished_s)
    overlap = min(OVERLAP_S, most_s / 3)
    parts = 1 if seconds <= most_s else math.ceil((seconds - overlap) / (_FILLED * (most_s - overlap)))
    heard = seconds + overlap * (parts - 1)
    takes_s = None
    if speed:
        takes_s = heard / speed / min(parts, PER_LANE)
    return Outlook(
        model, parts, most_s, overlap if parts > 1 else 0.0, hearing_estimate(model, heard), takes_s
    )
