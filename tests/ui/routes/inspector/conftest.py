"""A route with one of each kind, what is suggested for it, and the inspector on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import LintFacts
from workbench.routing.lint import lint
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.inspector import Inspector
from workbench.ui.support.theme import Theme


def to(**targets: str) -> dict[str, Any]:
    return {port.strip("_"): {"elementId": target} for port, target in targets.items()}


def model(id: str, provider: str, name: str, timeout: int, retries: int, **targets: str) -> dict[str, Any]:
    properties = {"provider": provider, "model": name, "timeout": timeout, "retries": retries}
    return {"id": id, "type": "model", "properties": properties, "outputs": to(**targets)}


CONDITIONS = {"metadata.plan": {"$eq": "free"}}
ROUTE = read_route(
    {
        "name": "plans",
        "elements": [
            {"id": "start", "type": "start", "outputs": to(next="paying")},
            {"id": "paying", "type": "conditional", "properties": {"conditions": CONDITIONS}, "outputs": to(true="split", false="limit")},
            {"id": "split", "type": "percentage", "outputs": {"60%": {"elementId": "big"}, "20%": {"elementId": "small"}, "else": {"elementId": "odd"}}},
            {"id": "limit", "type": "rate", "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600}, "outputs": to(success="small", fallback="end")},
            model("big", "openai", "gpt-4o", 2500, 2, success="end", fallback="small"),
            model("small", "workers-ai", "@cf/zai-org/glm-4.7-flash", 30_000, 1, success="end"),
            {"id": "odd", "type": "semantic", "properties": {"threshold": 0.7}, "outputs": to(near="end")},
            {"id": "end", "type": "end", "outputs": {}},
        ],
        "workbench": {
            "notes": {"big": "paid for", "note-1": "ask Lena"},
            "frames": {"frame-1": {"title": "paying users", "box": [0, 0, 200, 200]}},
            "positions": {"note-1": [0, 0]},
        },
    }
).route  # fmt: skip


class Suggested:
    def fields(self) -> tuple[str, ...]:
        return ("metadata.plan", "metadata.seats", "request.has_image", "headers.cf-ipcountry", "body.model")

    def values(self, field: str) -> tuple[str, ...]:
        return ("free", "pro") if field == "metadata.plan" else ()

    def kind(self, field: str) -> type | None:
        kinds: dict[str, type] = {
            "request.has_image": bool,
            "request.prompt_tokens_estimate": float,
            "metadata.seats": float,
            "metadata.plan": str,
        }
        return kinds.get(field)

    def providers(self) -> tuple[str, ...]:
        return ("workers-ai", "openai")

    def models(self, provider: str) -> tuple[str, ...]:
        return ("gpt-4o", "gpt-4o-mini") if provider == "openai" else ("@cf/zai-org/glm-4.7-flash",)


def of_route(route: Route) -> RouteDocument:
    return RouteDocument(route, lambda one: lint(one, LintFacts()))


@pytest.fixture
def document() -> RouteDocument:
    return of_route(ROUTE)


@pytest.fixture
def inspector(theme: Theme, document: RouteDocument) -> Iterator[Inspector]:
    made = Inspector(theme, document, Suggested())
    made.resize(304, 800)
    made.show()
    yield made
    made.close()
    made.deleteLater()
