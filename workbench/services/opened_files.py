"""A file that somebody opens with the program: which part of it takes the file."""

from __future__ import annotations

import asyncio
import fnmatch
import stat
from enum import StrEnum
from pathlib import Path

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import picture_type
from workbench.domain.speech.sounds import audio_type

_START = 4096
_ENVIRONMENT = ("*.env", ".env.*", ".dev.vars", ".dev.vars.*", "*.vars")
CHAT_MARK = "ai-workbench.chat"
"""Stands at the beginning of an exported conversation, whatever its file is called."""


class FileKind(StrEnum):
    ROUTE = "route"
    CHAT = "chat"
    SOUND = "sound"
    PICTURE = "picture"
    ENVIRONMENT = "environment"


async def kind_of_file(path: Path) -> FileKind:
    """By its name, else by how it begins. Raises StorageFailed for what cannot be read, InvalidInput for what nothing here takes."""
    return await asyncio.to_thread(_kind_of, path)


def _kind_of(path: Path) -> FileKind:
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise InvalidInput(f"{path.name or path} is a folder.", fix="Open the files in it.")
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for without end
            raise InvalidInput(f"{path.name} is no ordinary file.", fix="Open a file.")
        with path.open("rb") as file:
            start = file.read(_START)
    except FileNotFoundError as error:
        raise StorageFailed(
            f"{path.name} is not there.",
            why=f"There is no file {path}.",
            fix="Look whether it was moved, or is written otherwise.",
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or str(error)
        raise StorageFailed(f"{path.name} cannot be read.", why=f"{path}: {why}.") from error
    kind = kind_of(path.name, start)
    if kind is None:
        raise InvalidInput(
            f"Nothing here opens {path.name}.",
            why="It is no route, conversation, recording, picture or environment file.",
            fix="Routes and conversations are JSON files; recordings and pictures are known by what is in them.",
        )
    return kind


def kind_of(name: str, start: bytes) -> FileKind | None:
    """start: its first kilobytes."""
    name = name.casefold()
    if name.endswith(".route.json"):
        return FileKind.ROUTE
    if name.endswith(".chat.json"):
        return FileKind.CHAT
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in _ENVIRONMENT):
        return FileKind.ENVIRONMENT
    if picture_type(start) is not None:
        return FileKind.PICTURE
    if name.endswith(".json") or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return FileKind.CHAT if CHAT_MARK.encode() in start else FileKind.ROUTE
    return FileKind.SOUND if audio_type(start) is not None else None
