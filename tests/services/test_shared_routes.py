"""Routes that links bring."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Run
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.errors import RouteError
from workbench.services.shared_routes import MAX_BYTES, Outline, SharedRoutes

ROUTE = {
    "name": "two",
    "primary": "openai/gpt-4o-mini",
    "fallbacks": ["workers-ai/@cf/meta/llama-3.1-8b-instruct"],
}


class FakeFiles:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked: list[tuple[str, int]] = []

    async def fetch(self, url: str, limit: int, progress: Callable[[float | None], None]) -> bytes:
        self.asked.append((url, limit))
        progress(1.0)
        return self.content


def test_a_route_is_fetched_with_a_bound_and_checked(run_async: Run) -> None:
    files, shares = FakeFiles(json.dumps(ROUTE).encode()), list[float | None]()
    text = run_async(SharedRoutes(files).fetch("https://example.org/r.json", shares.append))
    assert json.loads(text) == ROUTE
    assert (files.asked, shares) == ([("https://example.org/r.json", MAX_BYTES)], [1.0])


@pytest.mark.parametrize("content", [b"<html>", b"\xff", '{"name": "\u202egood"}'.encode()])
def test_what_comes_and_is_no_plain_json_is_refused(run_async: Run, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        run_async(SharedRoutes(FakeFiles(content)).fetch("https://example.org/r.json", print))


def test_the_outline_tells_what_a_route_would_ask(run_async: Run) -> None:
    shared = SharedRoutes(FakeFiles(b""))
    outline = run_async(shared.outline(json.dumps(ROUTE)))
    assert outline == Outline("two", 4, ("openai/gpt-4o-mini", "workers-ai/@cf/meta/llama-3.1-8b-instruct"))
    with pytest.raises(RouteError):
        run_async(shared.outline("[1, 2]"))
