"""A profile with some of everything in it, and what it looks like from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from tests.storage import format_rows
from workbench.domain.settings import Settings
from workbench.services.data.desk import YourData
from workbench.services.data.manifest import Manifest
from workbench.storage.data_files import DATABASES, WORKBENCH
from workbench.storage.paths import Paths
from workbench.storage.settings import SettingsFile

PICTURE = b"\x89PNG\r\n\x1a\n and what follows"
DIGEST = sha256(PICTURE).hexdigest()
SOUND = b"RIFF and what follows"


async def furnished(folder: Path) -> Paths:
    """Every database with rows of everything, and a file of every kind."""
    paths = Paths.under(folder).make()
    await format_rows.write({name: paths.data / name for name in DATABASES})
    put(paths.images / DIGEST[:2] / f"{DIGEST}.png", PICTURE)
    put(paths.images / "drafts" / ".half.draft", b"half")
    put(paths.recordings / "r2.wav", SOUND)
    put(paths.recordings / "making" / "r3.wav", b"")
    put(paths.spoken / "s1.mp3", SOUND)
    put(paths.samples / "r2", b"made again")
    put(paths.data / "faults.json", b"{}")
    route = put(folder / "mine" / "Поддержка.route.json", b'{"name": "support", "elements": []}')
    with closing(sqlite3.connect(paths.data / WORKBENCH)) as database:
        row = ("r2", "mine", str(paths.recordings / "r2.wav"))
        database.execute(
            """INSERT INTO recordings VALUES (?, ?, ?, 1, 2.0, 3.0, 4, 'audio/wav', 5.0, 'print', '', '', NULL)""",
            row,
        )
        database.execute("INSERT INTO route_files VALUES (?, 1.0)", (str(route),))
        database.commit()
    SettingsFile(paths.settings_file).save(Settings(theme="dark", last_route=str(route)))
    return paths


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


async def exported(paths: Paths, to: Path) -> Manifest:
    return await YourData(paths).export(to, lambda share: None)


def looks(paths: Paths) -> dict[str, str]:
    """Every file of the profile with its digest; locks, and what SQLite keeps beside its files, are left out."""
    found = {}
    for path in sorted((paths.data.parent).rglob("*")):
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm")):
            found[str(path.relative_to(paths.data.parent))] = sha256(path.read_bytes()).hexdigest()
    return found


def theme_of(paths: Paths) -> str:
    return SettingsFile(paths.settings_file).load().theme
