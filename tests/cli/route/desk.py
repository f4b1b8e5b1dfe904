"""What the tests of `workbench route` share: a route, options as typed, and a session without a gateway."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.fakes.deployments import MemoryRecords
from tests.services.test_deployments import DESK, FakeGateway, FakeTargets
from workbench.cli.arguments import parser
from workbench.domain.chat import Served
from workbench.domain.errors import RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Target
from workbench.routing.rehearsal import Request
from workbench.services.deployments import Deployments

SMALL, LARGE = "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"


def model(id: str, name: str, fallback: str = "e") -> dict[str, Any]:
    provider, _, own = name.partition("/")
    return {
        "id": id,
        "type": "model",
        "properties": {"provider": provider, "model": own, "timeout": 0, "retries": 0},
        "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": fallback}},
    }


ELEMENTS: list[dict[str, Any]] = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c"}}},
    {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
        "outputs": {"true": {"elementId": "small"}, "false": {"elementId": "large"}},
    },
    model("small", SMALL),
    model("large", LARGE, "small"),
    {"id": "e", "type": "end", "outputs": {}},
]
FREE_GETS_SMALL = {"name": "free", "request": {"metadata": {"plan": "free"}}, "expect": {"model": SMALL}}


def document(*tests: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    sidecar = {"workbench": {"tests": list(tests)}} if tests else {}
    return {"name": "support", "elements": ELEMENTS, **sidecar, **more}


def written(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def options(*arguments: str) -> Namespace:
    return parser().parse_args(["route", *arguments])


class FakeSession:
    """A gateway in memory; a route there answers with what `answers` says, in turn."""

    def __init__(self, *answers: Served | RequestFailed, target: Target = DESK) -> None:
        self.gateway = FakeGateway()
        self.deployments = Deployments(
            FakeTargets(), self.gateway, lambda: (Model("openai/gpt-4o-mini"),), MemoryRecords()
        )
        self.asked: list[tuple[str, str, str, Request]] = []
        self._target = target
        self._answers = list(answers)

    async def target(self, name: str) -> Target:
        return self._target

    async def ask_route(self, target_id: str, gateway: str, route: str, request: Request) -> Served:
        self.asked.append((target_id, gateway, route, request))
        answer = self._answers.pop(0)
        if isinstance(answer, RequestFailed):
            raise answer
        return answer

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeSession]:
        yield self
