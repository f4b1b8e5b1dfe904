"""100,000 vectors of 768 dimensions: exact search and principal components beside plain NumPy, the map, and the memory all take.

    python -m benchmarks.vectors

Both sides of a ratio run in turns; medians of rounds by the clock, for the products use every core. The reference of the search
is the bare matrix product; that of the components a randomised SVD (Halko, Martinsson, Tropp) of the centred matrix with four
power iterations, which on near-equal variances is wrong by a hundredth. Memory is the peak of a process of its own, over what it took before the vectors.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.harness import Row, measured_alone, memory_mb, show
from workbench.domain.embeddings.measures import Measure
from workbench.vectors.arrays import Doubles, Floats
from workbench.vectors.components import components
from workbench.vectors.graph import graph
from workbench.vectors.mapping import NEIGHBOURS, mapped
from workbench.vectors.matrix import Vectors, needed, vectors_of
from workbench.vectors.nearest import nearest
from workbench.vectors.preservation import preservation

ROWS, DIMENSIONS, QUERIES, NEAREST = 100_000, 768, 100, 10
ROUNDS = 9
GROUPS, INNER = 100, 10
COMPONENTS, EXTRA, POWER = 2, 10, 4
ASKED = 300


def main() -> int:
    if sys.argv[1:] == ["memory"]:
        print(json.dumps(_memory()))
        return 0
    memory = measured_alone("benchmarks.vectors", "memory", timeout_s=1800)
    vectors, queries = _woven(ROWS, 0), _woven(QUERIES, 1)
    product, *searches = _in_turns(
        lambda: queries.values @ vectors.values.T,
        *(
            lambda measure=measure: nearest(queries, vectors, NEAREST, measure)
            for measure in (Measure.COSINE, Measure.DOT, Measure.EUCLID)
        ),
    )
    plain, ours = _in_turns(
        lambda: _plain_components(vectors.values), lambda: components(vectors, COMPONENTS, unit=False)
    )
    rows = [
        Row(f"exact top {NEAREST}, {measure}", taken * 1000, "ms", 1.3, product * 1000, relative=True)
        for measure, taken in zip(("cosine", "dot", "Euclid"), searches, strict=True)
    ]
    rows += [
        Row("principal components", ours, "s", 1.5, plain, relative=True),
        Row("search: largest error", _search_error(queries, vectors) * 1e6, "ppm", 10),
        Row("components: largest error of variance", _variance_error(vectors) * 1e6, "ppm", 10),
        *_map_rows(vectors),
        Row("peak: read, searched, mapped", memory["peak"], "MB", 2.5, memory["vectors"], relative=True),
        Row("against what was foretold", memory["peak"], "MB", 1.0, memory["foretold"], relative=True),
    ]
    return show(f"vectors: {ROWS:,} × {DIMENSIONS}", rows)


def _in_turns(*works: Callable[[], object]) -> list[float]:
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(ROUNDS):
        for times, work in zip(taken, works, strict=True):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    return [median(times) for times in taken]


def _woven(rows: int, seed: int) -> Vectors:
    """Clouds that each spread in a few directions of their own, as texts about one thing do, and a little in all."""
    dice = np.random.default_rng(12)
    middles = dice.standard_normal((GROUPS, DIMENSIONS), np.float32)
    directions = dice.standard_normal((GROUPS, INNER, DIMENSIONS), np.float32) * np.float32(0.5)
    dice = np.random.default_rng(seed)
    values = np.empty((rows, DIMENSIONS), np.float32)
    for group in range(GROUPS):
        here = values[group::GROUPS]
        here[:] = middles[group] + dice.standard_normal((len(here), INNER), np.float32) @ directions[group]
        here += np.float32(0.1) * dice.standard_normal(here.shape, np.float32)
    return vectors_of(values, owned=True)


def _plain_components(values: Floats) -> tuple[Floats, Doubles]:
    """The reference: axes, variances."""
    centred = values - values.mean(axis=0)
    dice = np.random.default_rng(0)
    basis = dice.standard_normal((values.shape[1], COMPONENTS + EXTRA), np.float32)
    seen = np.linalg.qr(centred @ basis)[0]
    for _ in range(POWER):
        seen = np.linalg.qr(centred @ np.linalg.qr(centred.T @ seen)[0])[0]
    _, strength, axes = np.linalg.svd(seen.T @ centred, full_matrices=False)
    return axes[:COMPONENTS], strength[:COMPONENTS].astype(np.float64) ** 2 / len(values)


def _search_error(queries: Vectors, vectors: Vectors) -> float:
    """Of the cosines of the nearest rows, against double precision and a full sort."""
    left = queries.values.astype(np.float64)
    left /= np.linalg.norm(left, axis=1)[:, None]
    cosines = np.hstack(
        [
            left @ (part / np.linalg.norm(part, axis=1)[:, None]).T
            for part in np.array_split(vectors.values.astype(np.float64), 20)
        ]
    )
    best = np.sort(cosines, axis=1)[:, ::-1][:, :NEAREST]
    return float(np.abs(best - nearest(queries, vectors, NEAREST).scores).max())


def _variance_error(vectors: Vectors) -> float:
    """Relative, of the variance along the components, against all eigenvalues in double precision."""
    middle = vectors.values.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((DIMENSIONS, DIMENSIONS))
    for part in np.array_split(vectors.values, 20):
        centred = part - middle
        covariance += centred.T @ centred
    truth = np.linalg.eigvalsh(covariance / len(vectors))[::-1][:COMPONENTS]
    found = components(vectors, COMPONENTS, unit=False).variance
    return float(np.abs(found / truth - 1).max())


def _map_rows(vectors: Vectors) -> list[Row]:
    begun = time.perf_counter()
    flat = mapped(vectors).coordinates
    taken = time.perf_counter() - begun
    first = components(vectors, 2).placed(vectors)
    ours, plain = (preservation(vectors, one, most_rows=ASKED).trustworthiness for one in (flat, first))
    found = graph(vectors, NEIGHBOURS)
    asked = np.random.default_rng(3).choice(len(vectors), ASKED, replace=False)
    truth = nearest(vectors.take(asked), vectors, NEIGHBOURS + 1).rows[:, 1:]
    kept = [len(np.intersect1d(*pair)) / NEIGHBOURS for pair in zip(found.near[asked], truth, strict=True)]
    return [
        Row("map", taken, "s", math.inf),
        Row("its trustworthiness; of two components", ours, "", plain, plain, at_least=True),
        Row("neighbours its graph has of the nearest", 100 * float(np.mean(kept)), "%", 90, at_least=True),
    ]


def _memory() -> dict[str, float]:
    """MB, in a process that has done nothing else."""
    nearest(_woven(GROUPS, 1), _woven(GROUPS, 2), 3)
    before = memory_mb()
    vectors, queries = _woven(ROWS, 0), _woven(QUERIES, 1)
    nearest(queries, vectors, NEAREST)
    mapped(vectors)
    return {
        "peak": _peak_mb() - before,
        "vectors": vectors.values.nbytes / 2**20,
        "foretold": needed(ROWS, DIMENSIONS).total / 2**20,
    }


def _peak_mb() -> float:
    """Of this process alone: what getrusage tells counts the parent before the start as well."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
