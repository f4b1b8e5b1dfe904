"""What the parts that reach a target need of the services."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from workbench.domain.chat import Served
from workbench.domain.targets import Target
from workbench.routing.rehearsal import Request
from workbench.services.deployments import Deployments


class Session(Protocol):
    """cli.headless.Headless; closed when the command is done."""

    @property
    def deployments(self) -> Deployments: ...

    async def target(self, name: str) -> Target:
        """The target of that name or id. Raises InvalidInput."""

    async def ask_route(self, target_id: str, gateway: str, route: str, request: Request) -> Served:
        """Who answers a small request through the route there. Raises RequestFailed."""


OpenSession = Callable[[], AbstractAsyncContextManager[Session]]
