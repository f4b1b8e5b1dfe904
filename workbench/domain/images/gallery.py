"""Pictures as they are kept: with all their settings, where they came from, and what the user says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost


class Origin(StrEnum):
    """INPUT: given to a model, not made by one; kept out of the gallery's list unless asked for."""

    GENERATED = "generated"
    IMPORTED = "imported"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class GalleryImage:
    """created_at: Unix seconds. digest: of the stored file; received: of the bytes as they came, "" for what was not generated.

    settings: as sent. target: the connection's name. cost: None where it cannot be known. took_ms: from sending to the last byte.
    sandbox: the local gateway's sandbox drew it. rating: stars, 0–5. boards: names. repeats: id of the picture it was to repeat.
    said: what the model said beside the picture. deleted_at: None while it is there.
    """

    id: str
    created_at: float
    digest: str
    media_type: str
    width: int
    height: int
    size: int = 0
    origin: Origin = Origin.GENERATED
    received: str = ""
    model: str = ""
    target: str = ""
    settings: ImageSettings = field(default_factory=ImageSettings)
    cost: Cost | None = None
    took_ms: float | None = None
    exchange_id: str = ""
    batch_id: str = ""
    sandbox: bool = False
    said: str = ""
    name: str = ""
    rating: int = 0
    tags: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    repeats: str = ""
    deleted_at: float | None = None


class GalleryOrder(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    BEST = "best"
    DEAREST = "dearest"


@dataclass(frozen=True, slots=True)
class GalleryFilter:
    """Empty fields do not filter. words: all must be in prompt, negative prompt, name or tags. since, until: Unix seconds.

    batch_id: of one press of a button. inputs: also what was only given to models.
    """

    words: str = ""
    models: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    least_rating: int = 0
    tags: tuple[str, ...] = ()
    board: str = ""
    batch_id: str = ""
    inputs: bool = False
    order: GalleryOrder = GalleryOrder.NEWEST
