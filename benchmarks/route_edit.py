"""What follows an edit of a route with 200 elements: lint, its tests, and the document with its undo step; and arranging it.

    python -m benchmarks.route_edit

The reference for lint and tests is one plain walk over the elements as JSON (writing the document), which any edit has to pay
to reach a file. Medians of rounds of CPU time on one core.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.harness import Row, show
from workbench.domain.routes.arranging import arranged, settled
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import ModelCall, Route
from workbench.routing.cases import run_cases
from workbench.routing.lint import lint

ELEMENTS, TESTS, ROUNDS = 200, 20, 15
PLANS = ("free", "trial", "pro", "team", "enterprise")


def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    route = settled(route_of(ELEMENTS), size_of)
    model = next(one.id for one in route.elements if isinstance(one, ModelCall))
    edits = iter(range(10**6))

    def edited() -> Route:
        return changed(route, model, timeout_ms=1000 + next(edits))

    walk = cpu_ms(lambda: json.dumps(route_document(edited())))
    found = cpu_ms(lambda: lint(edited()))
    tried = cpu_ms(lambda: run_cases(edited()))
    placed = cpu_ms(lambda: settled(edited(), size_of))
    whole = cpu_ms(lambda: arranged(edited(), size_of))
    return show(
        "route_edit",
        [
            Row(
                "lint and tests, 200 elements",
                found + tried,
                "ms",
                50,
                walk,
                note="reference: writing its JSON",
            ),
            Row("of it lint", found, "ms", 25, walk),
            Row(f"of it {TESTS} tests", tried, "ms", 40, walk),
            Row("looking for what has no place", placed, "ms", 2, walk),
            Row("arranging 200 elements", whole, "ms", 300, walk),
        ],
    )


def route_of(number: int) -> Route:
    """Conditions, splits, limits and models in layers, each leading to one or two of those behind it; with tests."""
    dice = random.Random(1)
    middle = number - 2
    elements: list[dict[str, Any]] = [{"id": "start", "type": "start", "outputs": to(next="e0")}]
    for at in range(middle):
        here, later = (
            f"e{at}",
            [
                f"e{min(at + step, middle)}" if at + step < middle else "end"
                for step in (1, dice.randint(2, 9))
            ],
        )
        match dice.choice(["conditional", "percentage", "rate", "model", "model"]):
            case "conditional":
                properties: dict[str, Any] = {"conditions": {"metadata.plan": {"$eq": dice.choice(PLANS)}}}
                element = {
                    "type": "conditional",
                    "properties": properties,
                    "outputs": to(true=later[0], false=later[1]),
                }
            case "percentage":
                element = {"type": "percentage", "outputs": to(**{"70%": later[0], "else": later[1]})}
            case "rate":
                properties = {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600}
                element = {
                    "type": "rate",
                    "properties": properties,
                    "outputs": to(success=later[0], fallback=later[1]),
                }
            case _:
                properties = {"provider": "openai", "model": "gpt-4o-mini", "timeout": 30000, "retries": 1}
                element = {
                    "type": "model",
                    "properties": properties,
                    "outputs": to(success="end", fallback=later[0]),
                }
        elements.append({"id": here, **element})
    elements.append({"id": "end", "type": "end", "outputs": {}})
    tests = [
        {
            "name": f"t{at}",
            "request": {"metadata": {"plan": PLANS[at % 5], "user_id": str(at)}},
            "seed": at,
            "expect": {"error": False},
        }
        for at in range(TESTS)
    ]
    return read_route({"name": "large", "elements": elements, "workbench": {"tests": tests}}).route


def to(**ports: str) -> dict[str, Any]:
    return {port: {"elementId": target} for port, target in ports.items()}


def size_of(element: object) -> tuple[float, float]:
    return 224.0, 128.0


def cpu_ms(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
