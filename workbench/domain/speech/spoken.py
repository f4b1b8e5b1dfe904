"""What a model was given to say, and the sound that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.models import Cost


@dataclass(frozen=True, slots=True)
class Spoken:
    """options: by wire name, as they were sent. target: the name of who was asked. file: its name in the folder of such files.

    took_ms: until all of it had come. exchange_id: of its wire record. sandbox: a simulation spoke.
    """

    id: str
    text: str
    model: str
    options: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""
    created_at: float = 0.0
    file: str = ""
    media_type: str = ""
    size: int = 0
    cost: Cost | None = None
    took_ms: float | None = None
    exchange_id: str = ""
    sandbox: bool = False
