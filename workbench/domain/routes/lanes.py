"""Elements make way for the wires that pass them, as they are drawn: each in one sweep from its port to where it leads.

A wire that disappears behind a card is hard to follow. Where many wires lie side by side there is no making way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.domain.routes.boxes import Box, fit

_ROUNDS = 4
"""Boxes that move take their own wires along, which is seen in the next round."""
_MOST_PASSED = 2000
"""Layers that wires pass, all told; where there are more, nobody makes way."""
_WIDEST = 260.0
"""Wires that lie so close together that they take more than this are passed over."""
_GAP = 12.0
_REACH = 220.0
"""How far a long wire runs straight before it turns, near enough."""

Links = Mapping[str, Sequence[tuple[str, float]]]
"""Of each element, in order: what it leads to, and where that wire leaves it, across from its edge."""
Long = tuple[Box, float, Box]
"""A wire over several layers: from where, where it leaves, and to where."""


def long_wires(boxes: Mapping[str, Box], links: Links) -> list[Long]:
    return [
        (here, port, boxes[target])
        for id, here in boxes.items()
        for target, port in links[id]
        if target in boxes and boxes[target].layer > here.layer + 1
    ]


def clear(rows: Sequence[Sequence[Box]], wires: Sequence[Long]) -> None:
    """Move boxes across, out of the way of these wires; their order stays."""
    if not wires or sum(to.layer - here.layer for here, _, to in wires) > _MOST_PASSED:
        return
    numbers = {row[0].layer: number for number, row in enumerate(rows)}
    passing: list[list[Long]] = [[] for _ in rows]
    for wire in wires:
        for layer in range(wire[0].layer + 1, wire[2].layer):
            if layer in numbers:
                passing[numbers[layer]].append(wire)
    for _ in range(_ROUNDS):
        for row, by in zip(rows, passing, strict=True):
            real = [box for box in row if box.id]
            if real and by:
                _make_way(real, by)


def _make_way(row: Sequence[Box], wires: Sequence[Long]) -> None:
    begin, end = row[0].begin, row[0].begin + max(box.along for box in row)
    lanes: list[list[float]] = []
    for low, high in sorted(_lane(wire, begin, end) for wire in wires):
        if lanes and low <= lanes[-1][1]:
            lanes[-1][1] = max(lanes[-1][1], high)
        else:
            lanes.append([low, high])
    kept = [Box("", 0.0, high - low, 0.0, at=low) for low, high in lanes if high - low <= _WIDEST]
    both = sorted((*row, *kept), key=lambda box: box.at + box.across / 2)
    order = iter(row)  # as it was, whatever the middles say
    line = [next(order) if box.id else box for box in both]
    fit(line, [(box.at, 1.0 if box.id else 100.0) for box in line], _GAP)


def _lane(wire: Long, begin: float, end: float) -> tuple[float, float]:
    """What the wire takes across, between begin and end along."""
    here, port, to = wire
    start, low, stop, high = here.begin + here.along, here.at + port, to.begin, to.at + to.inlet
    ends = [_curve(start, low, stop, high, x) for x in (begin, end)]
    return min(ends), max(ends)


def _curve(start: float, low: float, stop: float, high: float, x: float) -> float:
    """Where a wire is across at x: it leaves and arrives straight, as a curve with two handles."""
    reach = min((stop - start) / 2, _REACH)
    one, other = 3 * (start + reach), 3 * (stop - reach)
    first, last = 0.0, 1.0
    for _ in range(8):
        share = (first + last) / 2
        rest = 1 - share
        along = rest * rest * (rest * start + share * one) + share * share * (rest * other + share * stop)
        if along < x:
            first = share
        else:
            last = share
    return low + (high - low) * first * first * (3 - 2 * first)
