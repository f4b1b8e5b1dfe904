"""The recording that is open: its sound, the text of its take, and what goes on between them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.services.speech.desk import SpeechDesk
from workbench.services.speech.library import LibraryEvent, RecordingsGone
from workbench.services.speech.takes import EditedElsewhere, PartChanged, TakeChanged, TakesEvent
from workbench.ui.speech.library.model import LibraryModel
from workbench.ui.speech.options.export_model import ExportModel
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.document import Span, TranscriptDocument
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.support.tasks import TaskScope

SAVE_AFTER_MS = 400
_AGAIN_MS = 3000
"""After so long it is tried again to store what the disk did not take."""


class Reading(QObject):
    """Keeps player, text, options, export and comparison on what is open in the library.

    sound_trouble: why the recording cannot be shown. take: the one whose text is open.
    Signals: changed (another recording or take is open, or its trouble), contested_changed, failed (Exception).
    """

    changed = Signal()
    contested_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        desk: SpeechDesk,
        library: LibraryModel,
        player: PlayerModel,
        text: TranscriptModel,
        options: OptionsModel,
        export: ExportModel,
        compare: CompareModel,
        parent: QObject | None = None,
        *,
        save_after_ms: int = SAVE_AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.library = library
        self.player = player
        self.text = text
        self.options = options
        self.export = export
        self.compare = compare
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self._told)
        self._recording_id = ""
        self._comparing = False
        self.take: Take | None = None
        self.sound_trouble: Trouble | None = None
        self._unsaved: tuple[str, Transcript] | None = None
        self._contested: tuple[str, Transcript, Take] | None = None
        """The id of a take that another window has edited, what it says here, and how it is stored."""
        self._reruns: dict[str, tuple[str, Span]] = {}
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_after_ms = save_after_ms
        self._kept_back = False
        self._save_timer.timeout.connect(self._save_soon)
        self._leave = (
            desk.takes.on_change(self._heard_of),
            desk.recordings.on_change(self._heard_of_recordings),
        )
        self._connect()

    @property
    def recording(self) -> Recording | None:
        return self.library.recording

    @property
    def comparable(self) -> bool:
        """There are takes to be set side by side."""
        return len(self._whole_takes()) > 1

    @property
    def saved(self) -> bool:
        """Nothing that was typed waits to be stored."""
        return self._unsaved is None

    async def aclose(self) -> None:
        """What was typed is stored; where nobody has decided whose text stays, beside the other one."""
        for leave in self._leave:
            leave()
        self._save_timer.stop()
        await self._tasks.aclose()
        await self._save()
        if self._contested is not None:
            try:
                await self._desk.takes.save_beside(*self._contested[:2])
            except WorkbenchError as error:
                self.failed.emit(error)
        self._save_timer.stop()

    def look_again(self) -> None:
        """Try to read the sound once more, after a failure or when the file was found."""
        self._recording_id = ""
        self._follow()

    def look_at_takes(self, comparing: bool) -> None:
        """Whether they are shown side by side. Else nobody works out how they differ, which takes seconds for hours of speech."""
        if comparing != self._comparing:
            self._comparing = comparing
            self._follow_takes()

    @property
    def contested(self) -> bool:
        """Another window has stored the open text, so that what is typed here is not: `keep_mine`, or `take_theirs`."""
        return self._contested is not None and self.take is not None and self._contested[0] == self.take.id

    @Slot()
    def keep_mine(self) -> None:
        """Store what is here over what another window stored."""
        if self._contested is not None:
            take_id, mine, _ = self._contested
            self._contested, self._unsaved = None, (take_id, mine)
            self._tasks.start("save", self._save(over=True))
            self.contested_changed.emit()

    @Slot()
    def take_theirs(self) -> None:
        """Show what another window stored; what was typed here since is gone."""
        if self._contested is None:
            return
        take_id, _, theirs = self._contested
        self._contested = None
        self.library.renew(theirs)
        if self.take is not None and self.take.id == take_id:
            self.take = theirs
            self.text.show(TranscriptDocument(theirs.transcript, self._typed, self))
            self._show_take()
        self.contested_changed.emit()

    def _connect(self) -> None:
        library, player, text = self.library, self.player, self.text
        library.open_changed.connect(self._follow)
        library.dataChanged.connect(self._follow_takes)
        library.rowsInserted.connect(self._follow_takes)
        library.rowsRemoved.connect(self._follow_takes)
        player.position_changed.connect(text.set_position)
        player.position_changed.connect(self.compare.set_position)
        player.playing_changed.connect(text.set_playing)
        player.selection_changed.connect(self._selected_sound)
        player.recording_changed.connect(self._look_for_doubts)
        text.selection_changed.connect(self._selected_text)
        text.edited.connect(self._text_changed)
        text.document_changed.connect(self._text_changed)
        text.seek_wanted.connect(player.seek)
        text.play_wanted.connect(player.play_span)
        text.retry_wanted.connect(self._retry)
        text.resume_wanted.connect(self._resume)
        text.rerun_wanted.connect(self._rerun)
        self.compare.seek_wanted.connect(player.seek)
        self.compare.reference_wanted.connect(self._keep_reference)
        self.options.started.connect(self._started)
        for tasks in (text.tasks, text.checker.tasks, self.compare.tasks):
            tasks.failed.connect(self.failed)

    # What is open

    @Slot()
    def _follow(self) -> None:
        recording = self.library.recording
        recording_id = recording.id if recording is not None else ""
        if recording_id != self._recording_id:
            self._recording_id = recording_id
            self.sound_trouble = None
            if recording is None:
                self._tasks.cancel("sound")
                self.player.close()
            else:
                self._tasks.start("sound", self._load_sound(recording))
        take = self.library.take
        if (take.id if take else "") != (self.take.id if self.take else ""):
            self._open_text(take)
        self._follow_takes()
        self.changed.emit()

    @Slot()
    def _follow_takes(self) -> None:
        recording, take = self.library.recording, self.library.take
        self.options.show(recording, self.library.takes, take.id if take is not None else "")
        if self._comparing:
            takes = self._whole_takes()
            self.compare.show(takes if len(takes) > 1 else (), recording.reference if recording else "")

    def _whole_takes(self) -> Sequence[Take]:
        """Those that may be compared: heard in full, not only a selection."""
        return [take for take in self.library.takes if take.state is TakeState.DONE and take.span is None]

    def _open_text(self, take: Take | None) -> None:
        self.flush()
        self.take = take
        transcript = take.transcript if take is not None else Transcript()
        self.text.show(TranscriptDocument(transcript, self._typed, self))
        self._show_take()
        self.contested_changed.emit()

    def _show_take(self) -> None:
        take = self.take
        self.text.set_parts(take.parts if take is not None else ())
        # While it is being heard its text grows by itself, and cannot be stored.
        self.text.lock(take is None or not take.state.over)
        if take is not None and take.state.over:
            self._look_for_doubts()

    async def _load_sound(self, recording: Recording) -> None:
        self.player.wait_for(recording.name, 0.0)
        try:
            samples = await self._desk.recordings.samples(
                recording.id, lambda part: self.player.wait_for(recording.name, part)
            )
        except WorkbenchError as error:
            self.player.close()
            self.sound_trouble = Trouble.of(error)
            self.changed.emit()
            return
        self.player.open(Path(recording.path), samples, recording.name)
        self._mark_words()

    @Slot()
    def _look_for_doubts(self) -> None:
        if self.take is not None and self.take.state.over:
            self.text.look_for_doubts(tuple(self.player.silences))

    @Slot()
    def _text_changed(self) -> None:
        self._mark_words()
        recording = self.library.recording
        shown = self.text.transcript if self.take is not None else None
        self.export.show(shown, recording.name if recording is not None else "")

    def _mark_words(self) -> None:
        transcript = self.text.transcript
        self.player.set_marks(transcript.seams, transcript.words)

    # One selection in sound and text

    @Slot()
    def _selected_sound(self) -> None:
        span = self.player.selection
        self.options.set_selection((span.start, span.end) if span is not None else None)
        self.text.select(Span(span.start, span.end) if span is not None else None)

    @Slot()
    def _selected_text(self) -> None:
        span, sound = self.text.document.selection, self.player.selection
        if span is None:
            if sound is not None:
                self.player.select_nothing()
        elif sound is None or (sound.start, sound.end) != (span.start, span.end):
            self.player.select(span.start, span.end)

    # What is heard meanwhile

    def _heard_of(self, event: TakesEvent) -> None:
        match event:
            case TakeChanged(take):
                if take.id in self._reruns and take.state.over:
                    self._reviewed(take)
                elif self.take is not None and take.id == self.take.id:
                    self.take = take
                    if not take.edited:
                        self.text.hear_more(take.transcript)
                    self._show_take()
            case PartChanged(take_id, part) if self.take is not None and take_id == self.take.id:
                self.take = replace(self.take, parts=_with(self.take.parts, part))
                self._show_take()

    def _heard_of_recordings(self, event: LibraryEvent) -> None:
        """Nobody waits for the text of a recording that was deleted."""
        if isinstance(event, RecordingsGone):
            self._start("stop", partial(self._desk.takes.stop_of, event.ids))

    @Slot(object)
    def _started(self, take: Take) -> None:
        """The text of a new take is read as it comes."""
        self.library.choose(take.recording_id, take.id)

    @Slot(object)
    def _retry(self, numbers: Sequence[int]) -> None:
        take = self.take
        if take is not None:
            for number in numbers:
                self._start(f"retry-{number}", partial(self._desk.takes.retry_part, take.id, number))

    @Slot()
    def _resume(self) -> None:
        take = self.take
        if take is not None:
            self._start("resume", partial(self._desk.takes.resume, take.id))

    @Slot(float, float)
    def _rerun(self, start: float, end: float) -> None:
        take = self.take
        if take is not None:
            self.library.choose(take.recording_id, take.id)  # and not what comes last
            self._tasks.start("rerun", self._hear_again(take, Span(start, end)))

    async def _hear_again(self, take: Take, span: Span) -> None:
        again = await self._desk.takes.transcribe(
            take.recording_id, take.model, take.options, span=(span.start, span.end), target_id=take.target
        )
        self._reruns[again.id] = take.id, span

    def _reviewed(self, take: Take) -> None:
        """The stretch was heard again: it is compared with the text it was asked for, and the take itself is not kept."""
        of, span = self._reruns.pop(take.id)
        if take.state is TakeState.DONE:
            if self.take is None or self.take.id != of:
                return  # another text is open: what was heard stays beside it, as a take
            self.text.compare_with(span, take.heard)
        elif take.trouble is not None:
            trouble = take.trouble
            self.failed.emit(WorkbenchError(trouble.what, why=trouble.why, fix=trouble.fix))
        self._start("forget", partial(self._desk.takes.delete, [take.id]))

    @Slot(str)
    def _keep_reference(self, text: str) -> None:
        recording = self.library.recording
        if recording is not None:
            self._tasks.start("reference", self._set_reference(recording.id, text))

    async def _set_reference(self, recording_id: str, text: str) -> None:
        await self._desk.recordings.set_reference(recording_id, text)

    # What is typed

    def _typed(self, transcript: Transcript) -> None:
        if self.take is None:
            return
        if self._contested is not None and self._contested[0] == self.take.id:
            self._contested = (self.take.id, transcript, self._contested[2])
            return
        self._unsaved = (self.take.id, transcript)
        self._save_timer.start(self._save_after_ms)

    def flush(self) -> None:
        """Store what was typed without waiting for more of it."""
        if self._unsaved is not None:
            self._save_timer.stop()
            self._save_soon()

    @Slot()
    def _save_soon(self) -> None:
        if self._tasks.running("save"):
            self._save_timer.start(self._save_after_ms)
        else:
            self._tasks.start("save", self._save())

    async def _save(self, *, over: bool = False) -> None:
        if self._unsaved is None:
            return
        take_id, transcript = unsaved = self._unsaved
        try:
            await self._desk.takes.save(take_id, transcript, over=over)
        except EditedElsewhere as error:
            mine = self.text.transcript if self.take is not None and self.take.id == take_id else transcript
            self._unsaved, self._contested = None, (take_id, mine, error.take)
            self._save_timer.stop()
            self.contested_changed.emit()
            return
        except WorkbenchError as error:
            if not self._kept_back:
                self.failed.emit(error)
            self._kept_back = True
            self._save_timer.start(_AGAIN_MS)
            return
        self._kept_back = False
        if self._unsaved is unsaved:
            self._unsaved = None

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.start(name, work())

    @Slot(object)
    def _told(self, error: BaseException) -> None:
        self.failed.emit(error)


def _with(parts: Sequence[Part], part: Part) -> tuple[Part, ...]:
    if any(each.number == part.number for each in parts):
        return tuple(part if each.number == part.number else each for each in parts)
    return (*parts, part)
