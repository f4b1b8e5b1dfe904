"""All data in one zip file, while the program works with it. Tokens and keys are not in it: they are in the keychain."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

import workbench
from workbench.domain.errors import StorageFailed
from workbench.domain.ids import new_id
from workbench.domain.settings import VERSION as SETTINGS_VERSION
from workbench.services.data.manifest import (
    ABOUT,
    FAULTS,
    FORMAT,
    MANIFEST,
    NOT_IN_IT,
    README,
    SETTINGS,
    VERSION,
    FileEntry,
    Manifest,
    may_be_in_it,
)
from workbench.services.data.stopping import Gauge
from workbench.storage import route_files
from workbench.storage.data_files import DATABASES, WORKBENCH
from workbench.storage.disk import room_for, whole_file
from workbench.storage.paths import Paths
from workbench.storage.settings import SettingsFile
from workbench.storage.snapshots import counts_of, route_files_in, snapshot

_CHUNK = 1024 * 1024
_SCRATCH = ".export-"
_LEFT_BEHIND_S = 24 * 3600
_PACKED_QUICKLY = 3
_FOLDERS = ("images", "recordings", "spoken", "own-vectors")


def file_name(clock: Callable[[], float] = time.time) -> str:
    """What the file is called unless the user wants another name."""
    return f"ai-workbench-data-{time.strftime('%Y-%m-%d', time.localtime(clock()))}.zip"


def export(paths: Paths, path: Path, gauge: Gauge, clock: Callable[[], float] = time.time) -> Manifest:
    """Write the file whole, over what is there, or not at all; what is in it. Blocks. Raises StorageFailed."""
    what = f"{path.name} could not be saved."
    databases = [name for name in DATABASES if name != NOT_IN_IT and (paths.data / name).exists()]
    sizes = {name: _size(paths.data / name) for name in databases}
    files = sum(_size(file) for _, file in _files(paths))
    gauge.total = 2 * sum(sizes.values()) + files
    room_for(path.parent, files, what)
    _sweep(paths.data)
    scratch = paths.data / f"{_SCRATCH}{new_id()}"
    try:
        scratch.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise StorageFailed(what, why=f"{paths.data}: {error.strerror or error}.") from error
    try:
        with whole_file(path, what) as file, ZipFile(file, "w", allowZip64=True) as pack:
            writer = _Writer(pack, gauge)
            _add_databases(writer, paths, sizes, scratch)
            for name, source in _files(paths):
                writer.add_file(name, source)
            settings = {
                "version": SETTINGS_VERSION,
                **asdict(SettingsFile(paths.settings_file).load()),
            }
            writer.add_bytes(SETTINGS, msgspec.json.format(msgspec.json.encode(settings), indent=2))
            manifest = Manifest(
                FORMAT,
                VERSION,
                workbench.__version__,
                datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                writer.formats,
                writer.counts,
                tuple(writer.entries),
                tuple(writer.left_out),
            )
            document = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
            writer.put(MANIFEST, document)
            writer.put(README, ABOUT.encode())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return manifest


class _Writer:
    """formats, counts, entries, left_out: for the manifest."""

    def __init__(self, pack: ZipFile, gauge: Gauge) -> None:
        self._pack = pack
        self.gauge = gauge
        self.formats: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.entries: list[FileEntry] = []
        self.left_out: list[str] = []

    def add_file(self, name: str, source: Path, origin: str = "") -> None:
        """One that has gone meanwhile, or may not be read, is told of instead."""
        if not may_be_in_it(name):
            self.left_out.append(name)
            return
        try:
            file = source.open("rb")
        except OSError as error:
            self.left_out.append(f"{name}: {error.strerror or error}")
            return
        with file:
            self._copy(name, file, origin)

    def add_bytes(self, name: str, data: bytes, origin: str = "") -> None:
        self.entries.append(FileEntry(name, len(data), sha256(data).hexdigest(), origin))
        self.put(name, data)

    def put(self, name: str, data: bytes) -> None:
        self._pack.writestr(_info(name), data, compresslevel=_PACKED_QUICKLY)

    def _copy(self, name: str, file: IO[bytes], origin: str) -> None:
        digest, size = sha256(), 0
        with self._pack.open(_info(name), "w", force_zip64=True) as member:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
                self.gauge.add(len(chunk))
        self.entries.append(FileEntry(name, size, digest.hexdigest(), origin))


def _add_databases(writer: _Writer, paths: Paths, sizes: dict[str, int], scratch: Path) -> None:
    """One after the other, so that there need not be room for copies of all of them."""
    for name, size in sizes.items():
        copy = scratch / name
        room_for(scratch, size, "The data could not be copied.")
        writer.formats[name] = snapshot(paths.data / name, copy, writer.gauge.part(size))
        writer.counts |= counts_of(copy)
        writer.add_file(f"databases/{name}", copy)
        if name == WORKBENCH:
            _add_routes(writer, route_files_in(copy))
        copy.unlink()


def _add_routes(writer: _Writer, known: list[str]) -> None:
    for number, origin in enumerate(known, 1):
        name = f"routes/{number:03} {Path(origin).name}"
        try:
            content, _ = route_files.read(Path(origin))
        except StorageFailed as error:
            writer.left_out.append(f"{origin}: {error.why}")
            continue
        writer.add_bytes(name if may_be_in_it(name) else f"routes/{number:03}.json", content, origin)


def _files(paths: Paths) -> Iterator[tuple[str, Path]]:
    """What is kept as files, by the name it has in the zip; drafts and what has begun with a dot are not meant to stay."""
    for folder in _FOLDERS:
        root = paths.data / folder
        for file in sorted(_below(root, deep=folder == "images")):
            yield f"{folder}/{file.relative_to(root).as_posix()}", file
    if (faults := paths.data / FAULTS).is_file():
        yield FAULTS, faults


def _below(root: Path, *, deep: bool) -> Iterator[Path]:
    with suppress(OSError):
        for entry in root.iterdir():
            if entry.name.startswith("."):
                continue
            if entry.is_file() and not entry.is_symlink() and not deep:
                yield entry
            elif deep and entry.is_dir() and len(entry.name) == 2:
                yield from _below(entry, deep=False)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, time.localtime()[:6])
    packed = name.startswith(("images/", "spoken/", "recordings/"))
    info.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _sweep(data: Path) -> None:
    """What a program that died in mid-export left."""
    with suppress(OSError):
        for folder in data.iterdir():
            if folder.name.startswith(_SCRATCH) and folder.stat().st_mtime < time.time() - _LEFT_BEHIND_S:
                shutil.rmtree(folder, ignore_errors=True)
