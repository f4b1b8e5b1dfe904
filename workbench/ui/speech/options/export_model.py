"""How a text is handed out: in which form, by which rules, and where to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.speech.captions import CaptionRules
from workbench.domain.speech.forms import ExportRules, TextForm, text_of
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.services.speech.export import export, stem_of
from workbench.ui.speech.options import words
from workbench.ui.support.tasks import TaskScope

LIMITS: dict[str, tuple[float, float]] = {
    "most_characters": (10, 120),
    "most_lines": (1, 4),
    "most_s": (1, 30),
    "least_s": (0, 10),
    "gap_s": (0.1, 10),
    "most_cps": (5, 60),
}
"""What each rule of captions may be."""
_WHOLE = ("most_characters", "most_lines")
CAPTIONED = (TextForm.SRT, TextForm.VTT)
WITH_SPEAKERS = (TextForm.TXT, TextForm.MARKDOWN, *CAPTIONED)
WITH_TIMES = (TextForm.TXT, TextForm.MARKDOWN)
_SHOWN_SEGMENTS, _SHOWN_LINES = 12, 22


class ExportModel(QObject):
    """Of a text it always hands out what the user left.

    Signals: changed, saved (path as text), copied (text), chat_wanted (text), embeddings_wanted (text with a line for each segment, name),
    translation_wanted (code of the language it is in, "" where not known; code of the wanted one), failed (Exception).
    """

    changed = Signal()
    saved = Signal(str)
    copied = Signal(str)
    chat_wanted = Signal(str)
    embeddings_wanted = Signal(str, str)
    translation_wanted = Signal(str, str)
    failed = Signal(object)

    def __init__(
        self, *, kept: str = "", keep: Callable[[str], object] | None = None, parent: QObject | None = None
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self._keep = keep
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._typed: dict[str, str] = {}
        self.transcript = Transcript()
        self.name = ""
        self.form = TextForm.SRT
        self.rules = ExportRules()
        self.language = "de"
        """Into which it is translated."""
        self.trouble: Trouble | None = None
        self._read(kept)

    # what there is

    @property
    def empty(self) -> bool:
        return not self.transcript.segments

    @property
    def saving(self) -> bool:
        return self._tasks.running("save")

    @property
    def captioned(self) -> bool:
        """The form has captions, so that their rules count."""
        return self.form in CAPTIONED

    @property
    def preview(self) -> str:
        """How the file begins."""
        beginning = replace(self.transcript, segments=self.transcript.segments[:_SHOWN_SEGMENTS])
        lines = text_of(beginning, self.form, title=self.title, rules=self.rules).splitlines()
        more = len(lines) > _SHOWN_LINES or len(beginning.segments) < len(self.transcript.segments)
        return "\n".join((*lines[:_SHOWN_LINES], "…") if more else lines).strip("\n")

    @property
    def title(self) -> str:
        return stem_of(self.name) if self.name else ""

    @property
    def file_name(self) -> str:
        """What the file is proposed to be called."""
        return f"{stem_of(self.name)}.{self.form}"

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with a rule that is typed, by its name."""
        return {
            name: self.tr("From {0} to {1}.").format(*map(words.number, LIMITS[name])) for name in self._typed
        }

    @property
    def hindrance(self) -> str:
        """Why nothing can be handed out; "" when it can."""
        if self.empty:
            return self.tr("There is no text yet.")
        return self.tr("Mend the rules of the captions first.") if self.captioned and self._typed else ""

    def rule(self, name: str) -> float:
        value = getattr(self.rules.captions, name)
        assert isinstance(value, int | float)
        return value

    # changing

    def show(self, transcript: Transcript | None, name: str = "") -> None:
        """What would be handed out. name: of the recording."""
        transcript = transcript or Transcript()
        if (transcript, name) != (self.transcript, self.name):
            self.transcript, self.name, self.trouble = transcript, name, None
            self.changed.emit()

    def set_form(self, form: TextForm) -> None:
        self.form = form
        self._changed()

    def set_speakers(self, speakers: bool) -> None:
        self.rules = replace(self.rules, speakers=speakers)
        self._changed()

    def set_times(self, times: bool) -> None:
        self.rules = replace(self.rules, times=times)
        self._changed()

    def set_language(self, code: str) -> None:
        self.language = code
        self._changed()

    def type_rule(self, name: str, text: str) -> None:
        """A rule of captions as it is typed; "" is the default."""
        low, high = LIMITS[name]
        number = words.read_number(text) if text.strip() else getattr(CaptionRules(), name)
        if number is None or not low <= number <= high or (name in _WHOLE and not float(number).is_integer()):
            self._typed[name] = text
            self.changed.emit()
            return
        self._typed.pop(name, None)
        changes: dict[str, Any] = {name: int(number) if name in _WHOLE else float(number)}
        self.rules = replace(self.rules, captions=replace(self.rules.captions, **changes))
        self._changed()

    @Slot()
    def reset_rules(self) -> None:
        self._typed.clear()
        self.rules = replace(self.rules, captions=CaptionRules())
        self._changed()

    # handing out

    def save(self, path: Path) -> None:
        """Whole, or not at all."""
        self.trouble = None
        self._tasks.start("save", self._save(path))
        self.changed.emit()

    @Slot()
    def copy(self) -> None:
        """All of it; `copied` brings the text."""
        if not self.hindrance:
            self._tasks.start("copy", self._copy())

    @Slot()
    def send_to_chat(self) -> None:
        if not self.empty:
            self._tasks.start("chat", self._send_to_chat())

    @Slot()
    def translate(self) -> None:
        if not self.empty:
            self.translation_wanted.emit(self.transcript.language, self.language)

    @Slot()
    def send_to_embeddings(self) -> None:
        """Each segment becomes a text of its own."""
        if self.empty:
            return
        lines = (" ".join(segment.text.split()) for segment in self.transcript.segments)
        self.embeddings_wanted.emit("\n".join(filter(None, lines)), self.title)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _save(self, path: Path) -> None:
        try:
            await export(self.transcript, path, self.form, title=self.title, rules=self.rules)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            self.saved.emit(str(path))
        self.changed.emit()

    async def _copy(self) -> None:
        text = await self._text(self.form, self.rules)
        self.copied.emit(text)

    async def _send_to_chat(self) -> None:
        self.chat_wanted.emit(await self._text(TextForm.TXT, ExportRules()))

    async def _text(self, form: TextForm, rules: ExportRules) -> str:
        return await asyncio.to_thread(text_of, self.transcript, form, title=self.title, rules=rules)

    # keeping

    def _changed(self) -> None:
        if self._keep is not None:
            captions = {name: self.rule(name) for name in LIMITS}
            kept = {
                "form": self.form,
                "speakers": self.rules.speakers,
                "times": self.rules.times,
                "captions": captions,
                "language": self.language,
            }
            self._keep(json.dumps(kept))
        self.changed.emit()

    def _read(self, kept: str) -> None:
        """What cannot be read is as if nothing had been kept."""
        try:
            value = json.loads(kept or "{}")
            self.form = TextForm(value.get("form", self.form))
            captions = dict(value.get("captions", {}))
            rules = {name: captions[name] for name in LIMITS if self._may_be(name, captions.get(name))}
            self.rules = ExportRules(
                CaptionRules(**rules), bool(value.get("speakers", True)), bool(value.get("times", False))
            )
            self.language = str(value.get("language", self.language))
        except (ValueError, TypeError, AttributeError):
            self.rules = ExportRules()

    @staticmethod
    def _may_be(name: str, value: object) -> bool:
        low, high = LIMITS[name]
        kind = int if name in _WHOLE else (int, float)
        return isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high
