"""Texts handed out as files: always what the user left, never what was heard before that."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.domain.speech import srt, vtt
from workbench.domain.speech.captions import CaptionRules, captions
from workbench.domain.speech.documents import csv_table, json_text, markdown, plain_text
from workbench.domain.speech.transcripts import Transcript
from workbench.services.speech.library import ENDINGS
from workbench.storage.image_files import whole_file

_LONGEST_NAME = 120
_NOT_IN_NAMES = frozenset('<>:"/\\|?*')


class TextForm(StrEnum):
    """Named after the ending of its files."""

    TXT = "txt"
    MARKDOWN = "md"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ExportRules:
    """captions: how SRT and VTT are divided. speakers: their names, where there are any. times: in TXT and Markdown."""

    captions: CaptionRules = field(default_factory=CaptionRules)
    speakers: bool = True
    times: bool = False


def text_of(
    transcript: Transcript, form: TextForm, *, title: str = "", rules: ExportRules = ExportRules()
) -> str:
    """title: for Markdown."""
    return _MAKERS[form](transcript, title, rules)


async def export(
    transcript: Transcript,
    path: Path,
    form: TextForm,
    *,
    title: str = "",
    rules: ExportRules = ExportRules(),
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
    rules: ExportRules = ExportRules(),
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


def _without_speakers(transcript: Transcript, rules: ExportRules) -> Transcript:
    if rules.speakers:
        return transcript
    return replace(
        transcript, segments=tuple(replace(segment, speaker="") for segment in transcript.segments)
    )


_MAKERS: Mapping[TextForm, Callable[[Transcript, str, ExportRules], str]] = {
    TextForm.TXT: lambda transcript, title, rules: plain_text(
        transcript, speakers=rules.speakers, times=rules.times
    ),
    TextForm.MARKDOWN: lambda transcript, title, rules: markdown(
        _without_speakers(transcript, rules), title, times=rules.times
    ),
    TextForm.SRT: lambda transcript, title, rules: srt.written(
        captions(transcript, rules.captions), speakers=rules.speakers
    ),
    TextForm.VTT: lambda transcript, title, rules: vtt.written(
        captions(_without_speakers(transcript, rules), rules.captions)
    ),
    TextForm.JSON: lambda transcript, title, rules: json_text(transcript),
    TextForm.CSV: lambda transcript, title, rules: csv_table(transcript),
}
