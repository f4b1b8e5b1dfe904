"""One transcript while it is corrected: its state is a single value, and every edit, named, replaces it.

Text, waveform and panels all show `transcript` and change it through `edit`; none keeps a copy of its own. A transcript
shares what did not change with the one before, so that whoever shows it can tell by identity what there is to draw again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from workbench.domain.speech.transcripts import Transcript

MOST_STEPS = 1000
"""Steps that can be undone."""

Change = Callable[[Transcript], Transcript]


class Span(NamedTuple):
    """Seconds of the recording."""

    start: float
    end: float


class TranscriptDocument(QObject):
    """Signals: edited (Transcript before, Transcript after), for steps, undo and redo alike; selection_changed."""

    edited = Signal(object, object)
    selection_changed = Signal()

    def __init__(
        self,
        transcript: Transcript,
        kept: Callable[[Transcript], None] = lambda transcript: None,
        parent: QObject | None = None,
    ) -> None:
        """kept: takes every new value, to save it as it is typed; whoever gives it waits as long as it likes."""
        super().__init__(parent)
        self._transcript = transcript
        self._kept = kept
        self._heard: list[Change] = []
        self.history = QUndoStack(self)
        self.history.setUndoLimit(MOST_STEPS)
        self.selection: Span | None = None

    @property
    def transcript(self) -> Transcript:
        return self._transcript

    def edit(self, name: str, transcript: Transcript, merge_key: str = "") -> None:
        """Replace the transcript, as one step called name ("Split"). The same value is no step.

        merge_key: steps of the same non-empty key, one right after the other, count as one: typing, holding an arrow key.
        """
        if not _same(transcript, self._transcript):
            self.history.push(_Step(self, name, self._transcript, transcript, len(self._heard), merge_key))

    def take_in(self, change: Change) -> None:
        """What was heard meanwhile: no step, nothing that undo takes away, and nothing to keep, since it is known where it comes from.

        change also sees older values, as they come back.
        """
        before, self._transcript = self._transcript, change(self._transcript)
        self._heard.append(change)
        if before is not self._transcript:
            self.edited.emit(before, self._transcript)

    def select(self, span: Span | None) -> None:
        """A stretch of the recording, in the text and in the waveform alike. None, or one without length, for nothing."""
        if span is not None and span.end <= span.start:
            span = None
        if span != self.selection:
            self.selection = span
            self.selection_changed.emit()

    def _become(self, transcript: Transcript, known: int) -> None:
        """The next value, or an older one: with what has been heard since it was there."""
        for change in self._heard[known:]:
            transcript = change(transcript)
        before, self._transcript = self._transcript, transcript
        if before is not transcript:
            self._kept(transcript)
            self.edited.emit(before, transcript)


class _Step(QUndoCommand):
    """The one kind of step there is: from this value to that. known: how much had been heard by then."""

    _MERGES = 1

    def __init__(
        self,
        document: TranscriptDocument,
        name: str,
        before: Transcript,
        after: Transcript,
        known: int,
        merge_key: str,
    ) -> None:
        super().__init__(name)
        self._document = document
        self.before, self.after, self.known, self.merge_key = before, after, known, merge_key

    def id(self) -> int:
        return self._MERGES if self.merge_key else -1

    def redo(self) -> None:
        self._document._become(self.after, self.known)

    def undo(self) -> None:
        self._document._become(self.before, self.known)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or (other.merge_key, other.known) != (self.merge_key, self.known):
            return False
        self.after = other.after
        self.setObsolete(_same(self.before, self.after))
        return True


def _same(one: Transcript, other: Transcript) -> bool:
    return one is other or one == other
