"""The kinds of requests that a route tells apart: all combinations of what it looks at, those together that it treats alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.routing.combinations import MOST_COMBINATIONS, Look, Table, TooManyCombinations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_ROOM = 2**62


@dataclass(frozen=True, slots=True)
class Kinds:
    """An entry for each kind. share: of all requests. prompt, output: mean tokens. columns: what the tables of Look say of
    it, by element. combinations: how many were gone through.
    """

    share: Floats
    prompt: Floats
    output: Floats
    columns: dict[str, NDArray[np.int32]]
    combinations: int

    def __len__(self) -> int:
        return len(self.share)


def kinds_of(look: Look) -> Kinds:
    """Raises TooManyCombinations."""
    import numpy as np

    shape = (len(look.segments), *(len(axis.values) for axis in look.axes))
    size = math.prod(shape)
    if size > MOST_COMBINATIONS:
        widest = sorted(look.axes, key=lambda axis: -len(axis.values))
        raise TooManyCombinations(size, [axis.field for axis in widest])
    share, prompt = _shares(look, shape)
    tables = {**look.tables, **{id: keys.table for id, keys in look.keys.items()}}
    alike, first = _alike([_spread(table, shape) for table in tables.values()], size)
    weight: Floats = np.bincount(alike, share, len(first)).astype(np.float64)
    there = weight > 0
    output = np.repeat([output.mean for _, output in look.lengths], size // len(look.segments))
    prompts, outputs = (
        np.bincount(alike, mass, len(first))[there] / weight[there] for mass in (prompt, output * share)
    )
    columns = {id: _spread(table, shape)[first[there]] for id, table in tables.items()}
    return Kinds(weight[there], prompts, outputs, columns, size)


def _shares(look: Look, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Of every combination: its share, and the mean of its prompt times that."""
    import numpy as np

    share = np.array(look.shares).reshape(-1, *(1 for _ in look.axes))
    mass = share * 1.0
    parts = np.array([look.prompt_shares(place) for place in range(len(look.segments))])
    for place, axis in enumerate(look.axes):
        if not axis.shares:  # the prompt's, which is another for each segment
            factor, mean = (_along(parts[:, :, which], place, len(look.axes)) for which in (0, 1))
            share, mass = share * factor, mass * mean
        else:
            along = _along(np.array([axis.shares]), place, len(look.axes))
            share, mass = share * along, mass * along
    if not look.cuts:
        mass = mass * parts[:, 0, 1].reshape(-1, *(1 for _ in look.axes))
    return np.broadcast_to(share, shape).ravel(), np.broadcast_to(mass, shape).ravel()


def _along(rows: Any, place: int, many: int) -> Any:
    """rows (segments or one, values) so that they lie along an axis of `many`."""
    shape = [rows.shape[0], *(1 for _ in range(many))]
    shape[place + 1] = rows.shape[1]
    return rows.reshape(shape)


def _spread(table: Table, shape: tuple[int, ...]) -> NDArray[np.int32]:
    """A table over all combinations."""
    import numpy as np

    own = [shape[0], *(1 for _ in shape[1:])]
    for place in table.axes:
        own[place + 1] = shape[place + 1]
    return np.broadcast_to(table.values.reshape(own), shape).ravel()


def _alike(columns: list[NDArray[np.int32]], size: int) -> tuple[Whole, Whole]:
    """A number for each combination, the same where all columns are; and where each number is first."""
    import numpy as np

    code = np.zeros(size, np.int64)
    most = 1
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if most * span > _ROOM:
            _, code = np.unique(code, return_inverse=True)
            most = int(code.max()) + 1
        code = code * span + (column - low)
        most *= span
    _, first, alike = np.unique(code, return_index=True, return_inverse=True)
    return alike.astype(np.int64), first
