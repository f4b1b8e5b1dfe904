"""A transcript as it is read along and corrected: what is shown of it, what is asked of it, and every edit by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.speech import editing
from workbench.domain.speech.takes import Part
from workbench.domain.speech.transcripts import Segment, Transcript
from workbench.ui.speech.transcript.arrivals import arrived
from workbench.ui.speech.transcript.document import Span, TranscriptDocument
from workbench.ui.speech.transcript.finder import Finder
from workbench.ui.speech.transcript.gaps import Gap, gaps_of
from workbench.ui.speech.transcript.marks import Checker, Mark, Silences
from workbench.ui.speech.transcript.review import Review
from workbench.ui.speech.transcript.timeline import Place, Timeline
from workbench.ui.speech.transcript.typing import Typing
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

PAUSE_MS = 1500
"""Without a key for so long, what is typed next is a step of its own."""
SHIFT_S, FAR_SHIFT_S = 0.1, 1.0


class TranscriptModel(QObject):
    """Signals: document_changed (another transcript is open), edited (Transcript before, after), selection_changed, place_changed
    (another word is said), following_changed, shading_changed (bool), gaps_changed, marks_changed, locked_changed, stepped (id of
    the segment that undo or redo has changed), replaced (how many); and to whoever
    plays and hears: seek_wanted (seconds), play_wanted (start, end), rerun_wanted (start, end), retry_wanted (numbers of
    parts, a tuple), resume_wanted, record_wanted (exchange id), connection_wanted.
    """

    document_changed = Signal()
    edited = Signal(object, object)
    selection_changed = Signal()
    place_changed = Signal()
    following_changed = Signal()
    shading_changed = Signal(bool)
    gaps_changed = Signal()
    marks_changed = Signal()
    locked_changed = Signal()
    stepped = Signal(str)
    replaced = Signal(int)
    seek_wanted = Signal(float)
    play_wanted = Signal(float, float)
    rerun_wanted = Signal(float, float)
    retry_wanted = Signal(object)
    resume_wanted = Signal()
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, document: TranscriptDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.finder = Finder(self)
        self.review = Review(self)
        self.checker = Checker(self.set_marks, self)
        self.tasks = TaskScope(self)
        self.locked = False
        self._silences: Silences | None = None
        self.following = True
        self.playing = False
        self.shading = True
        self.gaps: tuple[Gap, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self.position = 0.0
        self.place: Place | None = None
        self._pause = once(self, PAUSE_MS, self._paused)
        self._open(document)

    # -- what is shown

    @property
    def transcript(self) -> Transcript:
        return self.document.transcript

    def show(self, document: TranscriptDocument) -> None:
        """Another transcript from now on. The one before stays as it is; it belongs to whoever made it."""
        if document is not self.document:
            self.document.edited.disconnect(self._on_edited)
            self.document.selection_changed.disconnect(self.selection_changed)
            self.gaps, self.marks, self.position, self._silences = (), (), 0.0, None
            self.review.end()
            self._open(document)
            self.document_changed.emit()

    def _open(self, document: TranscriptDocument) -> None:
        self.document = document
        self.typing = Typing(document)
        self.timeline = Timeline(document.transcript)
        self.place = self.timeline.place_at(self.position)
        self.finder.show(document.transcript)
        document.edited.connect(self._on_edited)
        document.selection_changed.connect(self.selection_changed)
        self._check()

    def _check(self) -> None:
        if self._silences is not None:
            self.checker.check(self.transcript, self._silences)

    @Slot(object, object)
    def _on_edited(self, before: Transcript, after: Transcript) -> None:
        self.timeline = Timeline(after)
        self.place = self.timeline.place_at(self.position)
        self.edited.emit(before, after)
        self.finder.show(after)
        self.review.show(after)
        self._check()

    def hear_more(self, transcript: Transcript) -> None:
        """What it reads with parts that have come: no edit, and undo does not take it away."""
        if transcript != self.transcript:
            self.document.take_in(arrived(self.transcript, transcript))

    def lock(self, locked: bool) -> None:
        """Nothing can be edited, as while a recording is being heard."""
        if locked != self.locked:
            self.locked = locked
            self.typing.leave()
            self.locked_changed.emit()

    def look_for_doubts(self, silences: Silences = ()) -> None:
        """From now on what is doubtful is marked. silences: of the recording, in seconds; words over them are. Needs the loop."""
        self._silences = silences
        self._check()

    async def aclose(self) -> None:
        self._pause.stop()
        await self.tasks.aclose()
        await self.checker.aclose()

    def segment(self, segment_id: str) -> Segment | None:
        number = self.timeline.number_of(segment_id)
        return self.transcript.segments[number] if number >= 0 else None

    def set_position(self, seconds: float) -> None:
        """Playback is here."""
        self.position = seconds
        place = self.timeline.place_at(seconds)
        if place != self.place:
            self.place = place
            self.place_changed.emit()

    def follow(self, following: bool) -> None:
        """Whether the text scrolls along with playback; scrolling by hand ends it."""
        if following != self.following:
            self.following = following
            self.following_changed.emit()

    def set_playing(self, playing: bool) -> None:
        """To start is to follow."""
        if playing != self.playing:
            self.playing = playing
            self.following = self.following or playing
            self.following_changed.emit()

    def shade(self, shading: bool) -> None:
        """Whether words that a model is not sure of are shaded."""
        if shading != self.shading:
            self.shading = shading
            self.shading_changed.emit(shading)

    def set_parts(self, parts: Sequence[Part]) -> None:
        """The parts of the take: those without text yet are shown where their text will stand."""
        gaps = gaps_of(parts)
        if gaps != self.gaps:
            self.gaps = gaps
            self.gaps_changed.emit()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        if tuple(marks) != self.marks:
            self.marks = tuple(marks)
            self.marks_changed.emit()

    # -- wishes

    def seek(self, seconds: float) -> None:
        self.follow(True)
        self.seek_wanted.emit(seconds)

    def play(self, start: float, end: float) -> None:
        self.follow(True)
        self.play_wanted.emit(start, end)

    # -- edits

    def type(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        """The blocks of these segments read so now."""
        if self.locked:
            return
        if len(ids) == len(texts) == 1:
            self._pause.start()
            self.typing.type(self.tr("Typing"), ids[0], texts[0])
        elif len(texts) > len(ids):
            self.typing.rewrite(self.tr("Split"), ids, texts)
        else:
            self.typing.rewrite(self.tr("Delete"), ids, texts)

    def merge(self, segment_id: str) -> None:
        """With the next one."""
        self._edit(self.tr("Merge"), editing.merged(self.transcript, segment_id))

    def shift(self, ids: Collection[str], seconds: float) -> None:
        name = self.tr("Shift times")
        after = editing.shifted(self.transcript, ids, seconds)
        self._edit(name, after, "shift " + " ".join(sorted(ids)))

    def set_speaker(self, ids: Collection[str], speaker: str) -> None:
        self._edit(self.tr("Choose speaker"), editing.with_speaker(self.transcript, ids, speaker.strip()))

    def rename_speaker(self, old: str, new: str) -> None:
        """Everywhere."""
        if new.strip():
            after = editing.speaker_renamed(self.transcript, old, new.strip())
            self._edit(self.tr("Rename speaker"), after)

    def remove(self, ids: Collection[str]) -> None:
        self._edit(self.tr("Delete"), editing.removed(self.transcript, ids))

    def replace(self, by: str) -> None:
        """The hit the finder is at, which then is at the next."""
        hit = self.finder.hit
        if hit is not None:
            number = self.timeline.number_of(hit.segment_id)
            self._edit(self.tr("Replace"), self.finder.replaced(hit, by))
            self.finder.leave()
            self.finder.go(1, number, hit.start + len(by))

    def replace_all(self, by: str) -> None:
        """All hits are one step; `replaced` tells how many there were."""
        self.tasks.start("replace", self._replace_all(by))

    async def _replace_all(self, by: str) -> None:
        before: Transcript | None = None
        while before is not self.transcript:  # somebody has typed meanwhile
            before = self.transcript
            after, count = await asyncio.to_thread(self.finder.all_replaced, before, by)
        self._edit(self.tr("Replace all"), after)
        self.replaced.emit(0 if self.locked else count)

    # -- heard once more

    def rerun(self, span: Span) -> None:
        """Hear this stretch again; what comes of it goes to `compare_with`."""
        self.rerun_wanted.emit(span.start, span.end)

    def compare_with(self, span: Span, heard: Transcript) -> None:
        """What a model says of a stretch now: shown against the text until it is decided on."""
        self.review.begin(self.transcript, span, heard)

    def accept(self, places: Collection[int]) -> None:
        """Differences of the review, by their places in it."""
        if places:
            self._edit(self.tr("Take over what was heard"), self.review.accepted(places))

    def accept_all(self) -> None:
        self.accept(range(len(self.review.differences)))
        self.review.end()

    # -- back and forth

    def undo(self) -> None:
        self._step(self.document.history.undo)

    def redo(self) -> None:
        self._step(self.document.history.redo)

    def _step(self, step: Callable[[], object]) -> None:
        """There or back, and the user is told where."""
        self.typing.leave()
        if self.locked:
            return
        before = self.transcript.segments
        step()
        after = self.transcript.segments
        place = next(
            (place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] is not pair[1]),
            None,
        )
        if place is None:
            place = min(len(before), len(after))
        if before is not after and after:
            self.stepped.emit(after[min(place, len(after) - 1)].id)

    def select(self, span: Span | None) -> None:
        self.document.select(span)

    def _edit(self, name: str, after: Transcript, merge_key: str = "") -> None:
        if self.locked:
            return
        self.typing.leave()
        self.document.edit(name, after, merge_key)

    @Slot()
    def _paused(self) -> None:
        self.typing.pause()
