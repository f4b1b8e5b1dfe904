"""Why a route chose what it chose: the elements a request met, what each saw, and where it sent the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Visit:
    """One element on the way. port: the output taken, "" where the request stayed. why: a sentence, such as
    "metadata.plan is missing, so $eq free is false". saw: the values it looked at, by field name.
    """

    element: str
    kind: str
    port: str
    why: str
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """One request's way through a route. ended: id of the element it ended at. provider, model: who answered, "" if nobody did."""

    id: str
    route: str
    version: str
    created_at: float
    visits: tuple[Visit, ...]
    ended: str
    answered: bool
    provider: str = ""
    model: str = ""
