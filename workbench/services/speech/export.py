"""Texts written to files: always what the user left, never what was heard before that."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.domain.speech.forms import USUAL, ExportRules, TextForm, text_of
from workbench.domain.speech.transcripts import Transcript
from workbench.services.speech.library import ENDINGS
from workbench.storage.disk import whole_file

_LONGEST_NAME = 120
_NOT_IN_NAMES = frozenset('<>:"/\\|?*')


async def export(
    transcript: Transcript,
    path: Path,
    form: TextForm,
    *,
    title: str = "",
    rules: ExportRules = USUAL,
) -> None:
    """Write the file whole, over what is there, or not at all. Raises StorageFailed, and InvalidInput where there is no text."""
    if not transcript.segments:
        raise InvalidInput("There is no text to export.", fix="Have the recording heard first.")
    await asyncio.to_thread(_write, transcript, path, form, title, rules)


async def export_all(
    transcript: Transcript,
    folder: Path,
    stem: str,
    forms: Iterable[TextForm],
    *,
    title: str = "",
    rules: ExportRules = USUAL,
) -> tuple[Path, ...]:
    """A file of each form; what was written. A recording in which nothing is said makes empty ones."""
    paths = []
    for form in forms:
        path = folder / f"{stem}.{form}"
        await asyncio.to_thread(_write, transcript, path, form, title, rules)
        paths.append(path)
    return tuple(paths)


def stem_of(name: str) -> str:
    """What a file can be called on any system, after a recording of that name: without its ending, if it has one of sound."""
    start, dot, ending = name.rpartition(".")
    stem = start if f"{dot}{ending}".lower() in ENDINGS else name
    plain = unicodedata.normalize("NFC", stem).encode(errors="replace").decode()
    kept = "".join(char if char.isprintable() and char not in _NOT_IN_NAMES else " " for char in plain)
    return " ".join(kept.split())[:_LONGEST_NAME].strip(" .") or "transcript"


def _write(transcript: Transcript, path: Path, form: TextForm, title: str, rules: ExportRules) -> None:
    data = text_of(transcript, form, title=title, rules=rules).encode(errors="replace")
    with whole_file(path, f"{path.name} could not be saved.") as file:
        file.write(data)
