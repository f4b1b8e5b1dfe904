"""Where a route is kept: its file, what is known of that file, and the draft that survives until it is in one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workbench.domain.routes.elements import Route


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was read or written. digest: of its content, in hexadecimal."""

    size: int
    modified_ns: int
    digest: str


class OnDisk(StrEnum):
    """A file as it is now, against its fingerprint."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Draft:
    """An open route as it was last seen. path, fingerprint: of its file, None for one that is in none. unsaved: it differs from it."""

    id: str
    route: Route
    path: Path | None = None
    fingerprint: Fingerprint | None = None
    unsaved: bool = True


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file that was opened or saved. there: it can still be opened."""

    path: Path
    at: float
    there: bool = True
