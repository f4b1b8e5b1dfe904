"""Model lists: the one that comes with the program, and the last one each target gave."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from workbench.domain.errors import StorageFailed
from workbench.domain.models import Model
from workbench.domain.resources import resource
from workbench.storage.database import Database

OFFLINE = resource("models.json")
PROVIDER_IMAGES = resource("provider-image-models.json")

_MODELS = msgspec.json.Decoder(tuple[Model, ...])


class _OfflineList(msgspec.Struct):
    as_of: str
    models: tuple[Model, ...]


@cache
def _offline(path: Path) -> _OfflineList:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_OfflineList)
    except (OSError, msgspec.MsgspecError) as error:
        raise StorageFailed(
            "The list of models that comes with the program cannot be read.",
            why=f"{path}: {error}.",
            fix="Install AI Workbench again.",
        ) from error


def offline_models(path: Path = OFFLINE) -> tuple[Model, ...]:
    """The models known without asking anybody; read once. Raises StorageFailed."""
    return _offline(path).models


def provider_image_models(path: Path = PROVIDER_IMAGES) -> tuple[Model, ...]:
    """Image models of providers behind a gateway, named as it names them; no list of theirs says as much. Raises StorageFailed."""
    return _offline(path).models


def offline_date(path: Path = OFFLINE) -> str:
    """The ISO date of `offline_models`."""
    return _offline(path).as_of


@dataclass(frozen=True, slots=True)
class FetchedList:
    """What a target answered. fetched_at: Unix seconds."""

    models: tuple[Model, ...]
    fetched_at: float


class ModelCache:
    """The last list of models each target gave, so that the picker is full before the network answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, target_id: str) -> FetchedList | None:
        """None when nothing was saved, or what was saved has a form that is no longer understood."""

        def work(connection: sqlite3.Connection) -> FetchedList | None:
            row = connection.execute(
                "SELECT fetched_at, models FROM model_lists WHERE target_id = ?", (target_id,)
            ).fetchone()
            try:
                return FetchedList(_MODELS.decode(row["models"]), row["fetched_at"]) if row else None
            except msgspec.MsgspecError:
                return None

        return await self._database.read(work)

    async def save(self, target_id: str, models: tuple[Model, ...]) -> None:
        row = (target_id, time.time(), msgspec.json.encode(models))
        await self._database.write(
            lambda connection: connection.execute("INSERT OR REPLACE INTO model_lists VALUES (?, ?, ?)", row)
        )
