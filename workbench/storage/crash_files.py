"""Files of crashes in the folder of the logs: reports that were written, and what the interpreter wrote as the program died."""

from __future__ import annotations

import faulthandler
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbench.domain.errors import StorageFailed

KEPT = 20
"""Reports; older ones are deleted when a new one is written."""

_REPORTS, _FATAL = "crash-*.txt", "fatal-*.txt"
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Death:
    """How an earlier run ended. version: the program's then. ended: when, seconds since 1970. traces: of every thread."""

    version: str
    ended: float
    traces: str


def write_report(folder: Path, text: str, clock: Callable[[], float] = time.time) -> Path:
    """Its path. May raise OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = f"crash-{time.strftime('%Y%m%d-%H%M%S', time.localtime(clock()))}"
    number = 1
    while True:
        path = folder / (f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            break
        except FileExistsError:
            number += 1
    for old in sorted(folder.glob(_REPORTS), key=_written)[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def save_report(path: Path, text: str) -> None:
    """Where the user wants it. Raises StorageFailed."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StorageFailed(
            f"{path.name} could not be saved.",
            why=f"{error.strerror or error}.",
            fix="Choose another folder, or copy the report.",
        ) from error


def watch_for_death(folder: Path, version: str) -> Callable[[], None]:
    """Have the interpreter write down where each thread was should the process be ended by a fault; returns what ends that.

    Nothing is done where somebody has had it write elsewhere (PYTHONFAULTHANDLER), or no file can be made.
    """
    if faulthandler.is_enabled():
        return lambda: None
    path = folder / f"fatal-{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = path.open("wb")
    except OSError:
        return lambda: None
    file.write(f"{version}\n".encode())
    file.flush()
    faulthandler.enable(file)

    def end() -> None:
        """What it has written goes too: Windows tells of faults that were survived."""
        faulthandler.disable()
        file.close()
        with suppress(OSError):
            path.unlink()

    return end


def take_deaths(folder: Path) -> list[Death]:
    """What earlier runs have left, the last one last. Their files are deleted: each is told once. Not for the main thread."""
    found = []
    with suppress(OSError):
        for path in sorted(folder.glob(_FATAL), key=_written):
            if path.name == f"fatal-{os.getpid()}.txt":
                continue
            with suppress(OSError):
                death = _read(path)
                path.unlink()  # not on Windows, while its program runs
                if death.traces:
                    found.append(death)
    return found


def last_lines(file: Path, most: int) -> list[str]:
    """At most so many, and no more than are in the last part of it; none where it cannot be read. Not for the main thread."""
    try:
        with file.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - _LARGEST))
            lines = _text(log).splitlines()
    except OSError:
        return []
    return (lines[1:] if size > _LARGEST else lines)[-most:]


def _read(path: Path) -> Death:
    ended = path.stat().st_mtime
    with path.open("rb") as file:
        version, _, traces = _text(file).partition("\n")
    return Death(version, ended, traces.strip())


def _text(file: BinaryIO) -> str:
    return file.read(_LARGEST).decode("utf-8", "replace")


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
