"""A graph in layers, drawn as people draw it: from layer to layer, in order, with wires as level and as short as may be.

The steps are Sugiyama's: layers, an order in each that has few crossings, then places. Wires that pass a layer get room in it;
those that lead to the same element share it. Every step takes about as long as there are elements and wires, so that thousands
are arranged while one watches.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from workbench.domain.routes.boxes import Box, Wire, fit
from workbench.domain.routes.lanes import Links, clear, long_wires

LAYER_GAP = 96.0
_WIRE_GAP = 20.0
"""Room across between a wire and what it passes."""
_STRAIGHT, _NEAR, _JOINING = 8.0, 2.0, 0.25
"""How much a wire that passes layers wants to be level there, where it begins, and where it joins another; a short one, 1."""
_ORDERINGS, _PLACINGS, _EFFORT = 6, 8, 24_000
"""How often all boxes are put in order, and in place; in all, about so many boxes each, but everything twice."""
_PASSINGS_EACH = 8
"""There is room for about this many passings for each element; beyond it the longest wires get none."""


def layers_of(links: Links) -> dict[str, int]:
    """The layer of each element, from 0: behind all that lead to it, but for wires that close a loop, and near most of its wires."""
    order, closing = _in_order(links)
    onward = {
        id: [target for target, _ in links[id] if target in links and (id, target) not in closing]
        for id in order
    }
    layer = dict.fromkeys(order, 0)
    arriving = dict.fromkeys(order, 0)
    for id in order:
        for target in onward[id]:
            layer[target] = max(layer[target], layer[id] + 1)
            arriving[target] += 1
    for id in reversed(order):  # what has more wires ahead than behind stands as far ahead as they allow
        if onward[id] and len(onward[id]) >= arriving[id]:
            layer[id] = min(layer[target] for target in onward[id]) - 1
    return layer


def _in_order(links: Links) -> tuple[list[str], set[tuple[str, str]]]:
    """The elements so that wires lead onward, but for those that close a loop, which come besides."""
    led_to = {target for outs in links.values() for target, _ in outs}
    closing: set[tuple[str, str]] = set()
    left: list[str] = []
    done: dict[str, bool] = {}
    for root in (*(id for id in links if id not in led_to), *links):
        if root in done:
            continue
        done[root] = False
        waiting = [(root, iter(links[root]))]
        while waiting:
            id, outs = waiting[-1]
            for target, _ in outs:
                if target not in links:
                    continue
                if target not in done:
                    done[target] = False
                    waiting.append((target, iter(links[target])))
                    break
                if not done[target]:
                    closing.add((id, target))
            else:
                done[id] = True
                left.append(id)
                waiting.pop()
    return left[::-1], closing


def place(boxes: Mapping[str, Box], links: Links) -> None:
    """Give the boxes of one piece, whose layers are known, their `at` and `begin`; the first box is where one begins to read."""
    _join(boxes, links)
    rows = _ordered(boxes)
    _settle(rows)
    begin = 0.0
    for row in rows:
        for box in row:
            box.begin = begin
        begin += max(box.along for box in row) + LAYER_GAP
    clear(rows, long_wires(boxes, links))


def _join(boxes: Mapping[str, Box], links: Links) -> None:
    """Wire the boxes, through a passing in each layer between."""
    farthest = _farthest(boxes, links)
    passings: dict[tuple[str, int], Box] = {}
    for id, here in boxes.items():
        for target, port in links[id]:
            end = boxes.get(target)
            if end is None or end.layer <= here.layer:
                continue  # it leads nowhere, or closes a loop
            span = end.layer - here.layer
            if span == 1 or span > farthest:
                _wire(here, port, end, end.inlet, 1.0)
                continue
            last, leaves, weight = here, port, _NEAR
            for layer in range(here.layer + 1, end.layer):
                passing = passings.get((target, layer))
                if passing is not None:
                    _wire(last, leaves, passing, 0.0, _JOINING)
                    break
                passing = passings[target, layer] = Box("", 0.0, 0.0, 0.0, layer)
                _wire(last, leaves, passing, 0.0, weight)
                last, leaves, weight = passing, 0.0, _STRAIGHT
            else:
                _wire(last, 0.0, end, end.inlet, _STRAIGHT)


def _farthest(boxes: Mapping[str, Box], links: Links) -> int:
    """The most layers that a wire may lead over and still get room in each."""
    longest: dict[str, int] = {}
    for id, here in boxes.items():
        for target, _ in links[id]:
            if target in boxes:
                longest[target] = max(longest.get(target, 0), boxes[target].layer - here.layer)
    room = _PASSINGS_EACH * len(boxes) + 200
    farthest = 0
    for span in sorted(longest.values()):
        room -= max(span - 1, 0)
        if room < 0:
            break
        farthest = span
    return farthest


def _wire(source: Box, leaves: float, target: Box, arrives: float, weight: float) -> None:
    source.after.append(Wire(target, leaves, arrives, weight))
    target.before.append(Wire(source, arrives, leaves, weight))


def _ordered(boxes: Mapping[str, Box]) -> list[list[Box]]:
    """All boxes by layer, each layer in order: that of the branches, or one with fewer crossings."""
    found: dict[int, list[Box]] = defaultdict(list)
    first = next(iter(boxes.values()))
    roots = [first, *(box for box in boxes.values() if not box.before), *boxes.values()]
    seen: set[Box] = set()
    waiting = roots[::-1]
    while waiting:
        box = waiting.pop()
        if box not in seen:
            seen.add(box)
            found[box.layer].append(box)
            waiting += [wire.other for wire in reversed(box.after)]
    rows = [found[layer] for layer in sorted(found)]
    _number(rows)
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for round in range(_times(_ORDERINGS, rows)):
        if not fewest:
            break
        _sort(rows, onward=round % 2 == 0)
        many = _crossings(rows)
        if many < fewest:
            best, fewest = [list(row) for row in rows], many
    _number(best)
    return best


def _times(most: int, rows: Sequence[Sequence[Box]]) -> int:
    return max(2, min(most, _EFFORT // sum(map(len, rows))))


def _number(rows: Sequence[Sequence[Box]]) -> None:
    for row in rows:
        for number, box in enumerate(row):
            box.place = number


def _sort(rows: Sequence[list[Box]], *, onward: bool) -> None:
    """Each layer by the middle of what it is wired to in the layer before, or behind; what is not wired keeps its place."""
    for row in rows[1:] if onward else rows[-2::-1]:
        keys: dict[Box, float] = {}
        last = -1.0
        for box in row:
            wires = box.before if onward else box.after
            if wires:
                last = sum(wire.other.place + _share(wire) for wire in wires) / len(wires)
            keys[box] = last
        row.sort(key=keys.__getitem__)
        _number([row])


def _share(wire: Wire) -> float:
    """How far across the other box the wire is, 0–1."""
    return wire.there / (wire.other.across or 1.0)


def _crossings(rows: Sequence[Sequence[Box]]) -> int:
    many = 0
    for row in rows:
        arrived: list[int] = []
        for box in row:
            ends = [wire.other.place for wire in box.after if wire.other.layer == box.layer + 1]
            for end in ends:
                many += len(arrived) - bisect_right(arrived, end)
                insort(arrived, end)
    return many


def _settle(rows: Sequence[Sequence[Box]]) -> None:
    """Give every box its place across: where its wires are level, in order and with room between."""
    for row in rows:
        _put(row, lambda box: [])
    times = _times(_PLACINGS, rows)
    for round in range(times):
        for row in rows[1:]:
            _put(row, lambda box: box.before)
        if round < times - 1:
            for row in rows[-2::-1]:
                _put(row, lambda box: box.after)


def _put(row: Sequence[Box], wires_of: Callable[[Box], Sequence[Wire]]) -> None:
    wishes = []
    for box in row:
        weight, wished = 0.0, 0.0
        for wire in wires_of(box):
            weight += wire.weight
            wished += wire.weight * wire.wish
        wishes.append((wished / weight, weight) if weight else (box.at, 0.1))
    fit(row, wishes, _WIRE_GAP)
