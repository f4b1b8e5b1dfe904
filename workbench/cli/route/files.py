"""Route files, read from where they are named and written back whole."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.routes.imports import Imported, import_route

STANDARD = "-"


def read(file: str) -> Imported:
    """The route in a file; one without a name is called as the file is. Raises InvalidInput, RouteError among it."""
    return import_route(content_of(file), "" if file == STANDARD else Path(file).stem)


def content_of(file: str) -> bytes:
    if file == STANDARD:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"{file} cannot be read.",
            field="file",
            why=f"{error.strerror}." if error.strerror else "",
            fix="Give the path of a file, or - for standard input.",
        ) from error


def json_in(file: str) -> Any:
    """Raises InvalidInput with the line where it is not JSON."""
    content = content_of(file)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{file} is not JSON.", why=f"{error}.".capitalize()) from error


def text_of(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def write(document: Mapping[str, Any], file: str | None, out: TextIO) -> None:
    """To the file, which is either written whole or left as it was; None or "-" is out. Raises StorageFailed."""
    if file in (None, STANDARD):
        out.write(text_of(document))
        return
    path = Path(str(file))
    draft = ""
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.resolve().parent, prefix=f".{path.name}.", delete=False
        ) as stream:
            draft = stream.name
            stream.write(text_of(document))
        with suppress(OSError):  # a disk may know no permissions
            os.chmod(draft, path.stat().st_mode if path.exists() else _usual_mode())
        os.replace(draft, path.resolve())
    except OSError as error:
        if draft:
            with suppress(OSError):
                os.unlink(draft)
        raise StorageFailed(
            f"{file} cannot be written.",
            why=f"{error.strerror}." if error.strerror else "",
            fix="Check the folder and its permissions.",
        ) from error


def _usual_mode() -> int:
    """What a new file gets; drafts are for their owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def say(text: str) -> None:
    """What goes with the result and is not part of it, so that the result can be piped."""
    sys.stderr.write(f"workbench: {text}\n")
