"""A file of all data taken in: checked as a whole and unpacked beside the data, before anything is replaced."""

from __future__ import annotations

import shutil
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

import msgspec

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.ids import new_id
from workbench.services.data.keys import keys_of, to_forget
from workbench.services.data.manifest import (
    MANIFEST,
    MOST_BYTES,
    README,
    FileEntry,
    Manifest,
    not_ours,
    read_manifest,
)
from workbench.services.data.stopping import Gauge
from workbench.storage.data_files import WORKBENCH
from workbench.storage.disk import room_for
from workbench.storage.paths import Paths
from workbench.storage.snapshots import make_ready, move_recordings, move_route_files
from workbench.storage.takeover import STAGE, Plan, backup_name

_CHUNK = 1024 * 1024
_MOST_PACKED, _SMALL = 300, 64 * 1024 * 1024
"""A file that unpacks to more than so many times its size is made to fill disks, unless it is small all the same."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Checked, unpacked, and ready to take the data's place. size: bytes of all its files."""

    manifest: Manifest
    stage: Path

    @property
    def counts(self) -> Mapping[str, int]:
        return self.manifest.counts

    @property
    def size(self) -> int:
        return self.manifest.size


def take_in(paths: Paths, path: Path, gauge: Gauge) -> Incoming:
    """Check all of it and unpack it; nothing of the data is touched. Blocks.

    Raises InvalidInput where it is no such file, damaged, or newer; StorageFailed.
    """
    what = f"{path.name} cannot be taken in."
    stage = paths.data / f"{STAGE}{new_id()}"
    try:
        with path.open("rb") as file, _told(what, path), ZipFile(file) as pack:
            manifest = _checked(pack, path)
            gauge.total = manifest.size
            room_for(paths.data, manifest.size, what)
            stage.mkdir(parents=True, mode=0o700)
            for entry in manifest.files:
                _unpack(pack, entry, _place(stage, entry.name), gauge)
            _ready(stage, paths, manifest)
    except OSError as error:
        shutil.rmtree(stage, ignore_errors=True)
        raise StorageFailed(
            what,
            why=f"{error.filename or path}: {error.strerror or error}.",
            fix="Look whether the file can be read and the disk has room, then try again. Nothing was changed.",
        ) from error
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return Incoming(manifest, stage)


def plan_of(paths: Paths, incoming: Incoming) -> Plan:
    """What has it take the place of the data. Keys of connections that lead elsewhere than now are asked for again."""
    return Plan(incoming.stage.name, backup_name("import"), to_forget(paths.data, incoming.stage))


def drop(incoming: Incoming) -> None:
    shutil.rmtree(incoming.stage, ignore_errors=True)


def sweep(paths: Paths, but: str = "") -> None:
    """Remove what was unpacked and never taken over."""
    with suppress(OSError):
        for folder in paths.data.iterdir():
            if folder.name.startswith(STAGE) and folder.name != but:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(what: str, path: Path) -> Iterator[None]:
    """Turn what a broken zip file raises into InvalidInput."""
    try:
        yield
    except (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise not_ours(f"{path.name}: {error}.") from error
    except UnicodeError as error:
        raise not_ours("A name in it is no text.") from error


def _checked(pack: ZipFile, path: Path) -> Manifest:
    """The manifest, when the zip holds exactly what it tells of and no more."""
    members: dict[str, ZipInfo] = {}
    for info in pack.infolist():
        if info.filename in members:
            raise not_ours(f"There are two files called {info.filename!r} in it.")
        members[info.filename] = info
    head = members.pop(MANIFEST, None)
    if head is None:
        raise not_ours("It has no manifest.")
    if head.file_size > MOST_BYTES:
        raise not_ours("Its manifest is too large.")
    with pack.open(head) as file:
        manifest = read_manifest(_read(file, head.file_size))
    if members.pop(README, head).file_size > MOST_BYTES:
        raise not_ours("Its README is too large.")
    told = {entry.name: entry for entry in manifest.files}
    for name, info in members.items():
        if name not in told:
            raise not_ours(f"{name!r} is in it, and the manifest does not tell of it.")
        if info.file_size != told[name].size or stat.S_ISLNK(info.external_attr >> 16):
            raise not_ours(f"{name!r} is not what the manifest tells of it.")
    if missing := told.keys() - members.keys():
        raise not_ours(f"{min(missing)!r} is missing.")
    databases = {name.partition("/")[2] for name in told if name.startswith("databases/")}
    if WORKBENCH not in databases or databases != set(manifest.formats):
        raise not_ours("It does not have the databases that its manifest names.")
    if manifest.size > max(_SMALL, _MOST_PACKED * path.stat().st_size):
        raise not_ours("It would unpack to far more than such files do.")
    return manifest


def _read(file: IO[bytes], size: int) -> bytes:
    data = file.read(size + 1)
    if len(data) != size:
        raise not_ours("It is not as long as it says.")
    return data


def _place(stage: Path, name: str) -> Path:
    """The names are known to be good (manifest.may_be_in_it)."""
    return stage / name.removeprefix("databases/")


def _unpack(pack: ZipFile, entry: FileEntry, place: Path, gauge: Gauge) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, left = sha256(), entry.size
    with pack.open(entry.name) as source, place.open("xb") as file:
        while chunk := source.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            file.write(chunk)
            gauge.add(len(chunk))
    if left or digest.hexdigest() != entry.sha256:
        raise InvalidInput(
            f"{entry.name} in the file is damaged.",
            why="It does not have the bytes that were exported.",
            fix="Use another copy of the file, or export the data again. Nothing was changed.",
        )


def _ready(stage: Path, paths: Paths, manifest: Manifest) -> None:
    """Bring the databases up to date here and now: what cannot be is found while nothing has been changed."""
    for name in manifest.formats:
        make_ready(stage / name)
    try:
        keys_of(stage)
    except msgspec.MsgspecError as error:
        raise not_ours(f"A connection in it cannot be read: {error}.") from error
    names = {path.name for path in (stage / "recordings").glob("*")}
    move_recordings(stage / WORKBENCH, paths.recordings, names.__contains__)
    moved = {
        entry.origin: str(paths.data / entry.name)
        for entry in manifest.files
        if entry.origin and entry.name.startswith("routes/") and not _is_same(entry)
    }
    move_route_files(stage / WORKBENCH, moved)


def _is_same(entry: FileEntry) -> bool:
    """The file is still where it was copied from."""
    try:
        origin = Path(entry.origin)
        return origin.stat().st_size == entry.size and sha256(origin.read_bytes()).hexdigest() == entry.sha256
    except (OSError, ValueError):
        return False
