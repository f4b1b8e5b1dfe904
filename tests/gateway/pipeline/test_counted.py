"""Limits and budgets across restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.gateway.pipeline.desk import Desk
from tests.gateway.pipeline.upstream import Upstream
from tests.gateway.wire import running
from workbench.domain.routes.elements import Technique
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.counted import counting
from workbench.storage.gateway_cache import GatewayCache

NOON = 1_800_000_000.0


def test_a_limit_that_is_reached_stays_reached_when_the_gateway_is_started_again(
    tmp_path: Path, upstream: Upstream
) -> None:
    with running(tmp_path, upstream=upstream.behind) as wire:
        desk = Desk(wire, upstream)
        desk.set(rate_limiting_interval=86400, rate_limiting_limit=1, rate_limiting_technique="sliding")
        assert desk.ask().status == 200
    with running(tmp_path, upstream=upstream.behind) as wire:
        assert Desk(wire, upstream).ask().status == 429


def test_what_cannot_be_read_begins_anew_and_is_told(
    tmp_path: Path, run_async: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> bool:
        store = await GatewayCache.open(tmp_path / "cache.db")
        try:
            await store.keep_counted(b"nonsense")
            async with Background() as background, counting(store, background, lambda: NOON) as ledger:
                return ledger.take(("a",), 1, 60, Technique.FIXED, NOON).allowed
        finally:
            await store.aclose()

    assert run_async(scenario())
    assert "begin anew" in caplog.text
