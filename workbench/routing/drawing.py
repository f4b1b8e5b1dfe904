"""Requests drawn from a population: which segment each is of, its value on each axis, how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from workbench.routing.combinations import Look, Table
from workbench.routing.lengths import Lengths, LogNormal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int32]
    Floats = NDArray[np.float32]

_FEW = 24
"""Up to so many borders comparing with each is faster than searching."""


@dataclass(slots=True)
class Drawn:
    """Entries for each request. axes: places among an axis's values. prompt, output: tokens, where they were asked for."""

    segment: Places | None
    axes: list[Places]
    prompt: Floats
    output: Floats


class Drawing:
    def __init__(self, look: Look, dice: np.random.Generator) -> None:
        self.dice = dice
        self._look = look
        self._segments = _borders(look.shares)
        self._axes = [_borders(axis.shares) for axis in look.axes]
        self._prompts = _Lengths([prompt for prompt, _ in look.lengths])
        self._outputs = _Lengths([output for _, output in look.lengths])

    def chances(self, many: int) -> Floats:
        """Numbers from 0 up to, not including, 1."""
        import numpy as np

        return self.dice.random(many, np.float32)

    def draw(self, many: int, *, lengths: bool) -> Drawn:
        """lengths: whether anybody asks for them; a condition that compares prompts gets them in any case."""
        import numpy as np

        nothing = np.empty(0, np.float32)
        segment = self._places(self._segments, many) if self._segments else None
        prompt = output = nothing
        if lengths or self._look.cuts:
            prompt = self._prompts.draw(self.dice, many, segment)
        if lengths:
            output = self._outputs.draw(self.dice, many, segment)
        axes = [
            self._places(borders, many) if axis.shares else _placed(self._look.cuts, prompt, "left")
            for axis, borders in zip(self._look.axes, self._axes, strict=True)
        ]
        return Drawn(segment, axes, prompt, output)

    def _places(self, borders: Sequence[float], many: int) -> Places:
        return _placed(borders, self.chances(many), "right")


def looked_up(table: Table, drawn: Drawn, who: Places) -> Any:
    """What the table says of these requests."""
    import numpy as np

    values = table.values
    if values.size == 1:
        return np.full(len(who), values.flat[0])
    place = drawn.segment[who] if drawn.segment is not None else None
    for axis, length in zip(table.axes, values.shape[1:], strict=True):
        here = drawn.axes[axis][who]
        place = here if place is None else place * np.int32(length) + here
    return values.ravel()[place]


def _borders(shares: Sequence[float]) -> list[float]:
    """Where all but the last end; what rounding leaves over falls to the last."""
    return [*accumulate(shares)][:-1]


def _placed(borders: Sequence[float], at: Floats, side: Any) -> Places:
    """right: a number on a border is beyond it."""
    import numpy as np

    if len(borders) > _FEW:
        return np.searchsorted(np.array(borders), at, side).astype(np.int32)
    found = np.zeros(len(at), np.int32)
    for border in borders:
        found += at >= border if side == "right" else at > border
    return found


class _Lengths:
    """Draws a length for each request, of its segment's distribution."""

    def __init__(self, by_segment: Sequence[Lengths]) -> None:
        self._kinds = list(dict.fromkeys(by_segment))
        places = {kind: place for place, kind in enumerate(self._kinds)}
        self._of_segment = [places[kind] for kind in by_segment]

    def draw(self, dice: np.random.Generator, many: int, segment: Places | None) -> Floats:
        import numpy as np

        if len(self._kinds) == 1 or segment is None:
            return self._kinds[0].draw(dice, many)
        kind = np.array(self._of_segment, np.int32)[segment]
        smooth = [one for one in self._kinds if isinstance(one, LogNormal)]
        if len(smooth) == len(self._kinds):  # all at once
            medians, sigmas = (
                np.array([getattr(one, name) for one in smooth], np.float32) for name in ("median", "sigma")
            )
            smoothly: Floats = np.exp(dice.standard_normal(many, np.float32) * sigmas[kind]) * medians[kind]
            return smoothly
        drawn = np.empty(many, np.float32)
        for place, one in enumerate(self._kinds):
            mine = kind == place
            drawn[mine] = one.draw(dice, int(np.count_nonzero(mine)))
        return drawn
