"""Deciding where a request goes, on a route of ten elements, against walking the route's JSON for each request.

    python -m benchmarks.route_decision

A decision is everything from a request's facts to the first model that is asked: it passes conditions, a split and a limit.
Compiled routes and the walk decide the same requests in turns; medians of rounds of CPU time. Compiling is measured beside it.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from benchmarks.harness import Row, show
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Rate
from workbench.routing.engine import LimitKey, Standing, compile_route
from workbench.routing.facts import Facts

ROUNDS = 15
DECISIONS = 4_000
CHAIN = 100


def main() -> int:
    ten, chain = _ten_elements(), _chain(CHAIN)
    decided, walked = _decisions(ten)
    of_chain, _ = _decisions(chain)
    return show(
        "route_decision",
        [
            Row("decision on ten elements", decided, "µs", 3.0, walked, note="reference: the JSON walked"),
            Row("decision against the walk", decided, "µs", 0.6, walked, relative=True),
            Row(f"decision through {CHAIN} conditions", of_chain, "µs", 40.0),
            Row("compiling ten elements", _compiling(ten), "µs", 200.0),
        ],
    )


def _ten_elements() -> dict[str, Any]:
    return {
        "name": "support",
        "elements": [
            _element("start", "start", {}, next="images"),
            _element("images", "conditional", _when("request.has_image", True), true="large", false="plan"),
            _element("plan", "conditional", _when("metadata.plan", "free"), true="budget", false="team"),
            _element("team", "conditional", _when("headers.x-team", "research"), true="large", false="split"),
            _element("split", "percentage", {}, **{"10%": "large", "40%": "small", "else": "budget"}),
            _element("budget", "rate", _COUNT, success="small", fallback="spare"),
            _element("large", "model", _MODEL, success="end", fallback="small"),
            _element("small", "model", _MODEL, success="end", fallback="spare"),
            _element("spare", "model", _MODEL, success="end", fallback="end"),
            _element("end", "end", {}),
        ],
    }


_COUNT = {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600}
_MODEL = {"provider": "openai", "model": "gpt-4o-mini", "timeout": 0, "retries": 0}


def _chain(length: int) -> dict[str, Any]:
    conditions = [
        _element(f"c{n}", "conditional", _when("metadata.plan", f"plan {n}"), true="m", false=f"c{n + 1}")
        for n in range(length)
    ]
    first = _element("start", "start", {}, next="c0")
    last = _element(f"c{length}", "model", _MODEL, success="end", fallback="end")
    model = _element("m", "model", _MODEL, success="end", fallback="end")
    return {"name": "chain", "elements": [first, *conditions, last, model, _element("end", "end", {})]}


def _element(id: str, kind: str, properties: Mapping[str, Any], /, **outputs: str) -> dict[str, Any]:
    links = {port: {"elementId": target} for port, target in outputs.items()}
    return {"id": id, "type": kind, "properties": dict(properties), "outputs": links}


def _when(field: str, value: Any) -> dict[str, Any]:
    return {"conditions": {field: {"$eq": value}}}


class _Open:
    """Limits that let everything through."""

    _standing = Standing(True, 1, 100, 0.0)

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        return self._standing


def _requests() -> list[tuple[dict[str, Any], dict[str, str], dict[str, Any]]]:
    body = {"model": "dynamic/support", "messages": [{"role": "user", "content": "What is a route?"}]}
    return [
        ({"plan": plan, "user_id": user}, {"x-team": team, "content-type": "application/json"}, body)
        for user, (plan, team) in enumerate(
            [("free", "sales"), ("paid", "sales"), ("paid", "research"), ("paid", "")]
        )
    ]


def _decisions(document: dict[str, Any]) -> tuple[float, float]:
    """µs for a decision: compiled, and walked."""
    route, limits, requests = compile_route(read_route(document).route), _Open(), _requests()
    by_id = {element["id"]: element for element in document["elements"]}

    def compiled() -> None:
        for number in range(DECISIONS):
            metadata, headers, body = requests[number & 3]
            next(route.run(Facts(metadata, headers, body), dice=lambda: 0.3, limits=limits))

    def walked() -> None:
        for number in range(DECISIONS):
            _walk(by_id, *requests[number & 3])

    taken = _in_turns(compiled, walked)
    return taken[0], taken[1]


def _in_turns(*works: Callable[[], None]) -> list[float]:
    taken: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for times, work in zip(taken, works, strict=True):
            begun = time.process_time()
            work()
            times.append((time.process_time() - begun) / DECISIONS * 1e6)
    gc.unfreeze()
    return [median(times) for times in taken]


def _walk(by_id: Mapping[str, Any], metadata: Any, headers: Any, body: Any) -> str:
    """The reference: what one writes first."""
    context = {
        "metadata": metadata,
        "headers": headers,
        "body": body,
        "request": {"has_image": _has_image(body)},
    }
    element = by_id["start"]
    trace: list[tuple[str, str]] = []
    while element["type"] != "model":
        port = "next"
        if element["type"] == "conditional":
            held = all(_holds(context, *test) for test in element["properties"]["conditions"].items())
            port = "true" if held else "false"
        elif element["type"] == "percentage":
            port = _share(element["outputs"], 30.0)
        elif element["type"] == "rate":
            _value(context, element["properties"]["key"])
            port = "success"
        trace.append((element["id"], port))
        element = by_id[element["outputs"][port]["elementId"]]
    return str(element["id"])


def _has_image(body: Mapping[str, Any]) -> bool:
    return any(
        part.get("type") == "image_url"
        for message in body["messages"]
        if isinstance(message["content"], list)
        for part in message["content"]
    )


def _share(outputs: Mapping[str, Any], roll: float) -> str:
    total = 0.0
    for port in outputs:
        if port != "else":
            total += float(port.rstrip("%"))
            if roll < total:
                return port
    return "else"


def _value(context: Any, field: str) -> Any:
    for step in field.split("."):
        context = context.get(step) if isinstance(context, dict) else None
    return context


def _holds(context: Any, field: str, test: Mapping[str, Any]) -> bool:
    value = _value(context, field)
    for operator, operand in test.items():
        if operator == "$eq" and value != operand:
            return False
        if operator == "$in" and value not in operand:
            return False
        if operator == "$gt" and not (isinstance(value, int | float) and value > operand):
            return False
    return True


def _compiling(document: dict[str, Any]) -> float:
    route = read_route(document).route
    taken = []
    for _ in range(ROUNDS * 20):
        begun = time.process_time()
        compile_route(route)
        taken.append((time.process_time() - begun) * 1e6)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
