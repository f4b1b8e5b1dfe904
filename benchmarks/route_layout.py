"""Arranging routes of 200 and of 2,000 elements, and looking for what has no place, against sorting their elements.

    python -m benchmarks.route_layout

Arranging is layers, an order with few crossings, and places; the reference is the least that any arrangement does, one sweep
that brings the elements in the order of their wires. Three shapes: many conditions one after the other, a chain of fallbacks,
and branches that join again. The slowest counts. CPU time, the best of a few rounds.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from benchmarks.harness import Row, show
from workbench.domain.routes.arranging import arranged, settled
from workbench.domain.routes.elements import AnyElement, Conditional, End, ModelCall, Percentage, Route, Start

SMALL, LARGE = 200, 2_000
ROUNDS = 5


def main() -> int:
    small = [shape(SMALL) for shape in SHAPES]
    large = [shape(LARGE) for shape in SHAPES]
    in_order = max(_ms(partial(_sweep, route), 20) for route in small)
    small_ms = max(_ms(partial(arranged, route, _size_of)) for route in small)
    large_ms = max(_ms(partial(arranged, route, _size_of)) for route in large)
    whole = settled(_joining(500), _size_of)
    return show(
        "route_layout",
        [
            Row(f"arranging {SMALL} elements", small_ms, "ms", 100.0, in_order, note="reference: one sweep"),
            Row(f"arranging {LARGE} elements, each", large_ms * SMALL / LARGE, "ms", 3.0, small_ms, relative=True,
                note="as long as when there are few"),
            Row("finding that 500 have a place", _ms(partial(settled, whole, _size_of), 50), "ms", 0.3),
        ],
    )  # fmt: skip


def _size_of(element: AnyElement) -> tuple[float, float]:
    return 224.0, 72.0 + 24.0 * len(element.outputs) + 8.0


def _model(id: str, success: str, fallback: str) -> ModelCall:
    return ModelCall(
        id=id, outputs={"success": success, "fallback": fallback}, provider="openai", model="gpt-4o-mini"
    )


def _conditions(many: int) -> Route:
    """Half of them conditions, each with a model of its own and the next condition."""
    pairs = many // 2 - 1
    conditions = [
        Conditional(
            id=f"c{n}",
            conditions={},
            outputs={"true": f"m{n}", "false": f"c{n + 1}" if n < pairs - 1 else "end"},
        )
        for n in range(pairs)
    ]
    models = [_model(f"m{n}", "end", "end") for n in range(pairs)]
    return _route("c0", *conditions, *models)


def _fallbacks(many: int) -> Route:
    count = many - 2
    return _route(
        "m0", *(_model(f"m{n}", "end", f"m{n + 1}" if n < count - 1 else "end") for n in range(count))
    )


def _joining(many: int) -> Route:
    """Splits into three models that fall back to each other and lead to the next split."""
    blocks = (many - 2) // 4
    elements: list[AnyElement] = []
    for n in range(blocks):
        then = f"s{n + 1}" if n < blocks - 1 else "end"
        outputs = {"20%": f"a{n}", "30%": f"b{n}", "else": f"c{n}"}
        elements += [
            Percentage(id=f"s{n}", outputs=outputs),
            _model(f"a{n}", then, f"b{n}"),
            _model(f"b{n}", then, f"c{n}"),
            _model(f"c{n}", "end", then),
        ]
    return _route("s0", *elements)


def _route(first: str, *elements: AnyElement) -> Route:
    return Route("r", (Start(id="start", outputs={"next": first}), *elements, End(id="end")))


SHAPES = (_conditions, _fallbacks, _joining)


def _sweep(route: Route) -> list[str]:
    """The reference: elements so that every wire leads onward."""
    arriving = {element.id: 0 for element in route.elements}
    targets: dict[str, list[str]] = {id: [] for id in arriving}
    for source, _, target in route.links():
        arriving[target] += 1
        targets[source].append(target)
    ready = deque(id for id, many in arriving.items() if not many)
    order = []
    while ready:
        id = ready.popleft()
        order.append(id)
        for target in targets[id]:
            arriving[target] -= 1
            if not arriving[target]:
                ready.append(target)
    return order


def _ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, (time.process_time() - begun) * 1000)
    return best


if __name__ == "__main__":
    sys.exit(main())
