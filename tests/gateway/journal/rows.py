"""Rows for tests of the journal."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from workbench.domain.ids import new_id
from workbench.domain.journal import LogRow
from workbench.domain.routes.trace import Trace, Visit
from workbench.gateway.journal.journal import Journal


def row(**given: Any) -> LogRow:
    """A good answer of openai at the default gateway; given: what is different."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "created_at": time.time(),
        "gateway": "default",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "status_code": 200,
        "success": True,
        "duration_ms": 12.5,
    }
    return LogRow(**(fields | given))


def trace(trace_id: str) -> Trace:
    visit = Visit("c", "conditional", "true", "metadata.plan is free", {"metadata.plan": "free"})
    return Trace(trace_id, "by-plan", "v1", 1.0, (visit,), "m", True, "openai", "gpt-4o-mini")


async def opened(folder: Path, **options: Any) -> Journal:
    return await Journal.open(folder / "journal.db", **options)
