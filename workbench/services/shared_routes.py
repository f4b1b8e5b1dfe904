"""A route that a link brings: fetched where the link names an address, and looked at before anybody is asked about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.links import checked_route
from workbench.domain.routes.elements import ModelCall
from workbench.domain.routes.imports import import_route

MAX_BYTES = 5 * 1024 * 1024
"""As much as of a file (storage.route_files)."""


class Files(Protocol):
    """client.files.FileClient."""

    async def fetch(self, url: str, limit: int, progress: Callable[[float | None], None]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Outline:
    """What a route is, for somebody who is asked whether to open it. models: each once, in order."""

    name: str
    elements: int
    models: tuple[str, ...]


class SharedRoutes:
    def __init__(self, files: Files) -> None:
        self._files = files

    async def fetch(self, address: str, progress: Callable[[float | None], None]) -> str:
        """The route's text, as `domain.links.checked_route` lets it through. Raises RequestFailed, InvalidInput."""
        content = await self._files.fetch(address, MAX_BYTES, progress)
        return await asyncio.to_thread(checked_route, content)

    async def outline(self, text: str) -> Outline:
        """Raises RouteError for what is no route."""
        route = (await asyncio.to_thread(import_route, text)).route
        models = [
            f"{one.provider}/{one.model}" if one.provider else one.model
            for one in route.elements
            if isinstance(one, ModelCall)
        ]
        return Outline(route.name, len(route.elements), tuple(dict.fromkeys(models)))
