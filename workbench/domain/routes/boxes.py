"""What is put in layers: boxes, the wires between them, and how boxes share the room across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

ROW_GAP = 32.0
"""Room across between two elements."""


@dataclass(slots=True, eq=False)
class Box:
    """An element, or the passing of wires (id ""). along: length in the direction of the layers; across: at right angles."""

    id: str
    along: float
    across: float
    inlet: float
    """Where wires arrive, across from its edge."""
    layer: int = 0
    before: list[Wire] = field(default_factory=list)
    after: list[Wire] = field(default_factory=list)
    place: int = 0
    at: float = 0.0
    """Its edge, across."""
    begin: float = 0.0
    """Its edge, along."""


@dataclass(slots=True, frozen=True, eq=False)
class Wire:
    """A wire as one of its ends sees it. here, there: where it is across, from the edge of this box and of the other."""

    other: Box
    here: float
    there: float
    weight: float

    @property
    def wish(self) -> float:
        """Where this box would be if the wire were level."""
        return self.other.at + self.there - self.here


def fit(row: Sequence[Box], wishes: Sequence[tuple[float, float]], wire_gap: float) -> None:
    """The places nearest to the wishes, squared and summed by weight, at which nothing overlaps and the order stays.

    Without the room the boxes take, places must only not decrease, and that is least squares over a chain: neighbours that
    would cross share their mean.
    """
    offsets: list[float] = []
    offset = 0.0
    blocks: list[tuple[float, float, int]] = []  # wishes summed by weight, weight, boxes
    for number, (box, (wish, weight)) in enumerate(zip(row, wishes, strict=True)):
        if number:
            offset += row[number - 1].across + (ROW_GAP if box.id and row[number - 1].id else wire_gap)
        offsets.append(offset)
        total, many = weight * (wish - offset), 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / weight:
            other = blocks.pop()
            total, weight, many = total + other[0], weight + other[1], many + other[2]
        blocks.append((total, weight, many))
    number = 0
    for total, weight, many in blocks:
        for _ in range(many):
            row[number].at = total / weight + offsets[number]
            number += 1
