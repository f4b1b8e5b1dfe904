"""An order in which like rows of a similarity matrix stand together: average linkage, its branches turned so that their ends meet well."""

from __future__ import annotations

import numpy as np

from workbench.vectors.arrays import Doubles, Floats, Numbers, Rows


def clustered_order(similarity: Floats) -> Rows:
    """(n,) rows of a square matrix (n, n) of which higher is closer; rows that are NaN throughout come last."""
    known = np.flatnonzero(~np.isnan(np.diagonal(similarity)))
    rest = np.setdiff1d(np.arange(len(similarity)), known)
    if len(known) < 3:
        return np.concatenate([known, rest])
    likeness = np.asarray(similarity[np.ix_(known, known)], np.float64)
    return np.concatenate([known[_leaves(likeness, linkage(likeness))], rest])


def linkage(similarity: Numbers) -> Doubles:
    """(n - 1, 4): two clusters, their average likeness, the size of both; the rows are clusters 0 to n - 1, each merge makes the next.

    In the order of falling likeness.
    """
    many = len(similarity)
    likeness = np.array(similarity, np.float64)
    likeness = (
        likeness + likeness.T
    ) / 2  # rounding tells the halves apart, and the chain below would run in a circle
    np.fill_diagonal(likeness, -np.inf)
    sizes = np.ones(many)
    merges: list[tuple[int, int, float]] = []
    chain: list[int] = []
    alive = np.ones(many, bool)
    while len(merges) < many - 1:
        if not chain:
            chain.append(int(np.argmax(alive)))
        last = chain[-1]
        closest = int(np.argmax(likeness[last]))
        before = chain[-2] if len(chain) > 1 else -1
        if before >= 0 and likeness[last, before] >= likeness[last, closest]:
            merges.append((min(before, last), max(before, last), float(likeness[last, before])))
            _join(likeness, sizes, alive, merges[-1][0], merges[-1][1])
            del chain[-2:]
            if not alive[chain].all():
                chain.clear()
        else:
            chain.append(closest)
    return _numbered(merges, many)


def _join(likeness: Doubles, sizes: Doubles, alive: Numbers, kept: int, gone: int) -> None:
    both = sizes[kept] + sizes[gone]
    average = (likeness[kept] * sizes[kept] + likeness[gone] * sizes[gone]) / both
    average[[kept, gone]] = -np.inf
    average[~alive] = -np.inf
    likeness[kept], likeness[:, kept] = average, average
    likeness[gone], likeness[:, gone] = -np.inf, -np.inf
    sizes[kept] = both
    alive[gone] = False


def _numbered(merges: list[tuple[int, int, float]], many: int) -> Doubles:
    """The chain finds merges in another order than that of their height."""
    made = np.empty((max(many - 1, 0), 4))
    cluster, size = list(range(many)), [1] * many
    for place, (kept, gone, height) in enumerate(sorted(merges, key=lambda merge: -merge[2])):
        size[kept] += size[gone]
        made[place] = (*sorted((cluster[kept], cluster[gone])), height, size[kept])
        cluster[kept] = many + place
    return made


def _leaves(likeness: Doubles, merges: Doubles) -> Rows:
    """Of the four ways to put two branches side by side, the one with the likest ends."""
    many = len(likeness)
    branches: dict[int, list[int]] = {row: [row] for row in range(many)}
    for place, (one, other, *_) in enumerate(merges):
        left, right = branches.pop(int(one)), branches.pop(int(other))
        ends = {
            (False, False): likeness[left[-1], right[0]],
            (True, False): likeness[left[0], right[0]],
            (False, True): likeness[left[-1], right[-1]],
            (True, True): likeness[left[0], right[-1]],
        }
        turn_left, turn_right = max(ends, key=lambda turn: float(ends[turn]))
        branches[many + place] = left[:: -1 if turn_left else 1] + right[:: -1 if turn_right else 1]
    return np.array(next(iter(branches.values())), np.int64)
