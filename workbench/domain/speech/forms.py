"""What a text can be handed out as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from workbench.domain.speech import srt, vtt
from workbench.domain.speech.captions import CaptionRules, captions
from workbench.domain.speech.documents import csv_table, json_text, markdown, plain_text
from workbench.domain.speech.transcripts import Transcript


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


USUAL = ExportRules()


def text_of(transcript: Transcript, form: TextForm, *, title: str = "", rules: ExportRules = USUAL) -> str:
    """title: for Markdown."""
    return _MAKERS[form](transcript, title, rules)


def _told(transcript: Transcript, rules: ExportRules) -> Transcript:
    """Without speakers where nobody wants them."""
    if rules.speakers:
        return transcript
    return replace(
        transcript, segments=tuple(replace(segment, speaker="") for segment in transcript.segments)
    )


_MAKERS: Mapping[TextForm, Callable[[Transcript, str, ExportRules], str]] = {
    TextForm.TXT: lambda text, title, rules: plain_text(_told(text, rules), times=rules.times),
    TextForm.MARKDOWN: lambda text, title, rules: markdown(_told(text, rules), title, times=rules.times),
    TextForm.SRT: lambda text, title, rules: srt.written(
        captions(_told(text, rules), rules.captions), speakers=rules.speakers
    ),
    TextForm.VTT: lambda text, title, rules: vtt.written(captions(_told(text, rules), rules.captions)),
    TextForm.JSON: lambda text, title, rules: json_text(text),
    TextForm.CSV: lambda text, title, rules: csv_table(text),
}
