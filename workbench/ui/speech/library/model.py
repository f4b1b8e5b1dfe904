"""The recordings and their takes as a tree, what is looked for among them, and which one is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.speech.takes import Part, Recording, Take, TakeState, state_of
from workbench.domain.trouble import Trouble
from workbench.services.speech.library import (
    AnotherRecording,
    LibraryEvent,
    RecordingAdded,
    RecordingChanged,
    RecordingsGone,
    Refused,
)
from workbench.services.speech.takes import (
    PartChanged,
    TakeAdded,
    TakeChanged,
    TakesEvent,
    TakesGone,
    TextSaved,
)
from workbench.ui.speech.library import words
from workbench.ui.speech.library.ports import Examples, Recordings, Takes
from workbench.ui.support.search_words import has_words
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENTRY = Qt.ItemDataRole.UserRole + 1
"""A Recording, or a Take."""


@dataclass(frozen=True, slots=True)
class Open:
    """What the rest of the tab shows. take_id: "" where no take of the recording is chosen."""

    recording_id: str = ""
    take_id: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was taken out of the list, by one command."""

    recordings: tuple[Recording, ...] = ()
    takes: tuple[Take, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A file that is to stand in for a moved one and holds something else."""

    recording_id: str
    path: Path
    trouble: Trouble


class LibraryModel(QAbstractItemModel):
    """Recordings are the rows, the newest first; the takes of each are its children, the oldest first.

    Takes are read when their recording is opened or unfolded. Signals: changed (all but the rows: loading, adding, troubles),
    open_changed, deleted (Deleted), example_ready (Recording), question_changed, failed (Exception).
    """

    changed = Signal()
    open_changed = Signal()
    deleted = Signal(object)
    example_ready = Signal(object)
    question_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, recordings: Recordings, takes: Takes, examples: Examples, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._recordings = recordings
        self._takes = takes
        self._examples = examples
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._all: list[Recording] = []
        self._shown: list[Recording] = []
        self._children: dict[str, list[Take]] = {}
        self._counts: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._text = ""
        self.loaded = False
        self.trouble: Trouble | None = None
        """Why the list could not be read."""
        self.adding: float | None = None
        """How far files are taken in, 0–1; None while none are."""
        self.refused: tuple[Refused, ...] = ()
        """Of the files that were last given, those that could not be taken in."""
        self.making = ""
        """The text of the example that is being spoken."""
        self.example_trouble: Trouble | None = None
        self.question: Question | None = None
        self.open = Open()
        self._leave = (recordings.on_change(self._heard_of), takes.on_change(self._heard_of_take))

    # what there is

    @property
    def loading(self) -> bool:
        return self._tasks.running("load") and not self.loaded

    @property
    def empty(self) -> bool:
        """There are no recordings at all, found or not."""
        return self.loaded and not self._all

    @property
    def recordings(self) -> Sequence[Recording]:
        return tuple(self._all)

    @property
    def recording(self) -> Recording | None:
        """The one that is open."""
        return self.find(self.open.recording_id)

    @property
    def take(self) -> Take | None:
        """The one that is open; where none was chosen, the last one that was edited, or else that heard all of the recording."""
        if self.open.take_id:
            return self._take(self.open.take_id)
        return max(self.takes, key=lambda take: (take.edited, take.span is None, take.id), default=None)

    @property
    def takes(self) -> Sequence[Take]:
        """Of the recording that is open, as far as they are read."""
        return tuple(self._children.get(self.open.recording_id, ()))

    def find(self, recording_id: str) -> Recording | None:
        return next((one for one in self._all if one.id == recording_id), None)

    def entry(self, index: Index) -> Recording | Take | None:
        if not index.isValid():
            return None
        if not index.internalId():
            return self._shown[index.row()]
        return self._children[self._ids[index.internalId()]][index.row()]

    def index_of(self, recording_id: str, take_id: str = "") -> QModelIndex:
        """An invalid one for what is not shown."""
        row = self._row(recording_id)
        if row < 0 or not take_id:
            return self.index(row, 0) if row >= 0 else QModelIndex()
        takes = self._children.get(recording_id, ())
        at = next((at for at, take in enumerate(takes) if take.id == take_id), -1)
        return self.createIndex(at, 0, self._key(recording_id)) if at >= 0 else QModelIndex()

    # the tree

    def index(self, row: int, column: int = 0, parent: Index = ROOT) -> QModelIndex:
        if column or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, 0, self._key(self._shown[parent.row()].id) if parent.isValid() else 0)

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]  # QObject.parent is hidden, as Qt has it
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        row = self._row(self._ids[index.internalId()])
        return self.createIndex(row, 0, 0) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        if not parent.isValid():
            return len(self._shown)
        return 0 if parent.internalId() else len(self._children.get(self._shown[parent.row()].id, ()))

    def columnCount(self, parent: Index = ROOT) -> int:
        return 1

    def hasChildren(self, parent: Index = ROOT) -> bool:
        if not parent.isValid():
            return bool(self._shown)
        return not parent.internalId() and self._counts.get(self._shown[parent.row()].id, 0) > 0

    def canFetchMore(self, parent: Index) -> bool:
        if not parent.isValid() or parent.internalId():
            return False
        return self._shown[parent.row()].id not in self._children and self.hasChildren(parent)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._read_takes(self._shown[parent.row()].id)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if index.internalId() else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return entry.name if isinstance(entry, Recording) else words.take_title(entry)
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(words.tip(entry))
            case Qt.ItemDataRole.AccessibleTextRole:
                return words.spoken(entry, self.count_of(entry))
        return entry if role == ENTRY else None

    def count_of(self, entry: Recording | Take) -> int:
        """How many takes a recording has."""
        return self._counts.get(entry.id, 0) if isinstance(entry, Recording) else 0

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self.entry(index)
        if role != Qt.ItemDataRole.EditRole or not isinstance(entry, Recording) or entry.name == value:
            return False
        self.rename(entry.id, str(value))
        return True

    # looking

    @Slot()
    def load(self) -> None:
        """When it is first shown; again after it failed."""
        if not self.loaded and not self._tasks.running("load"):
            self._tasks.start("load", self._load())
            self.changed.emit()

    @Slot(str)
    def search(self, text: str) -> None:
        """Only recordings with all of these words in their names are shown."""
        if text != self._text:
            self._text = text
            self.beginResetModel()
            self._shown = [one for one in self._all if has_words(one.name, self._text)]
            self.endResetModel()
            self.changed.emit()

    def choose(self, recording_id: str, take_id: str = "") -> None:
        """Open this one."""
        wanted = Open(recording_id, take_id)
        if wanted != self.open:
            self.open = wanted
            if recording_id and recording_id not in self._children:
                self._read_takes(recording_id)
            self.open_changed.emit()

    def renew(self, take: Take) -> None:
        """It was stored like this by another window."""
        self._replace_take(take)

    # changing

    def add(self, paths: Sequence[Path]) -> None:
        """Files, and the recordings in folders; the first that is new is opened."""
        if paths:
            self.adding, self.refused = 0.0, ()
            self._tasks.start("add", self._add(tuple(paths)))
            self.changed.emit()

    @Slot()
    def stop_adding(self) -> None:
        self._tasks.cancel("add")
        self.adding = None
        self.changed.emit()

    @Slot()
    def forget_refused(self) -> None:
        self.refused = ()
        self.changed.emit()

    def rename(self, recording_id: str, name: str) -> None:
        self._tasks.start(f"rename/{recording_id}", self._do(self._recordings.rename(recording_id, name)))

    def delete(self, entries: Iterable[Recording | Take]) -> None:
        """Recordings with their takes, or takes alone; `restore` brings them back. The user's files stay."""
        entries = tuple(entries)
        recordings = tuple(one for one in entries if isinstance(one, Recording))
        gone = {one.id for one in recordings}
        takes = tuple(one for one in entries if isinstance(one, Take) and one.recording_id not in gone)
        if entries:
            self._tasks.start(f"delete/{entries[0].id}", self._delete(Deleted(recordings, takes)))

    def restore(self, deleted: Deleted) -> None:
        ids = [*(one.id for one in deleted.recordings), *(take.id for take in deleted.takes)]
        self._tasks.start(f"restore/{ids[0]}", self._restore(deleted))

    def locate(self, recording_id: str, path: Path) -> None:
        """The file is there now. Another content is asked about: see `question`."""
        self._tasks.start("locate", self._locate(recording_id, path, agreed=False))

    def answer(self, agreed: bool) -> None:
        """To `question`."""
        question, self.question = self.question, None
        if question is not None and agreed:
            self._tasks.start("locate", self._locate(question.recording_id, question.path, agreed=True))

    def try_example(self, text: str) -> None:
        """Have it spoken, and open it; `example_ready` tells when."""
        self.making, self.example_trouble = text, None
        self._tasks.start("example", self._try_example(text))
        self.changed.emit()

    async def aclose(self) -> None:
        for leave in self._leave:
            leave()
        await self._tasks.aclose()

    # work

    async def _load(self) -> None:
        self.trouble = None
        try:
            found = await self._recordings.all()
            states = await self._takes.states([one.id for one in found])
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            self.beginResetModel()
            self._counts = {id: sum(counts.values()) for id, counts in states.items()}
            self._all = list(found)
            self._shown = [one for one in self._all if has_words(one.name, self._text)]
            self.loaded = True
            self.endResetModel()
            if self._all and not self.open.recording_id:
                self.choose(self._all[0].id)
        self.changed.emit()

    async def _add(self, paths: tuple[Path, ...]) -> None:
        try:
            added = await self._recordings.add_all(paths, self._adding)
        except WorkbenchError as error:
            self.refused = (Refused(paths[0].name, error),)
        else:
            self.refused = added.refused
            if added.recordings:
                self.choose(added.recordings[0].id)
        finally:
            self.adding = None
        self.changed.emit()

    def _adding(self, share: float) -> None:
        self.adding = share
        self.changed.emit()

    async def _do(self, work: Any) -> None:
        try:
            await work
        except WorkbenchError as error:
            self.failed.emit(error)

    async def _delete(self, deleted: Deleted) -> None:
        try:
            if deleted.recordings:
                await self._recordings.delete([one.id for one in deleted.recordings])
            if deleted.takes:
                await self._takes.delete([one.id for one in deleted.takes])
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            self.deleted.emit(deleted)

    async def _restore(self, deleted: Deleted) -> None:
        try:
            if deleted.recordings:
                await self._recordings.restore([one.id for one in deleted.recordings])
            if deleted.takes:
                await self._takes.restore([one.id for one in deleted.takes])
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            for one in deleted.recordings[:1]:
                self.choose(one.id)
            for take in deleted.takes[:1]:
                self.choose(take.recording_id, take.id)

    async def _locate(self, recording_id: str, path: Path, *, agreed: bool) -> None:
        try:
            await self._recordings.locate(recording_id, path, agreed=agreed)
        except AnotherRecording as error:
            self.question = Question(recording_id, path, Trouble.of(error))
            self.question_changed.emit()
        except WorkbenchError as error:
            self.failed.emit(error)

    async def _try_example(self, text: str) -> None:
        try:
            recording = await self._examples.say(text)
        except WorkbenchError as error:
            self.example_trouble = Trouble.of(error)
        else:
            self.choose(recording.id)
            self.example_ready.emit(recording)
        finally:
            self.making = ""
        self.changed.emit()

    def _read_takes(self, recording_id: str) -> None:
        if not self._tasks.running(f"takes/{recording_id}"):
            self._tasks.start(f"takes/{recording_id}", self._takes_of(recording_id))

    async def _takes_of(self, recording_id: str) -> None:
        try:
            found = list(await self._takes.of(recording_id))
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        row = self._row(recording_id)
        self._counts[recording_id] = len(found)
        if row >= 0 and found:
            self.beginInsertRows(self.index(row), 0, len(found) - 1)
        self._children[recording_id] = found
        if row >= 0 and found:
            self.endInsertRows()
        if recording_id == self.open.recording_id:
            self.open_changed.emit()

    # what happens

    def _heard_of(self, event: LibraryEvent) -> None:
        match event:
            case RecordingAdded(recording) if not recording.spoken_id:
                self._put(recording)
            case RecordingChanged(recording):
                self._replace(recording)
            case RecordingsGone(ids):
                self._take_out(set(ids))

    def _put(self, recording: Recording) -> None:
        if self.find(recording.id) is not None:
            self._replace(recording)
            return
        at = next((at for at, one in enumerate(self._all) if one.id < recording.id), len(self._all))
        self._all.insert(at, recording)
        if has_words(recording.name, self._text):
            row = next((at for at, one in enumerate(self._shown) if one.id < recording.id), len(self._shown))
            self.beginInsertRows(ROOT, row, row)
            self._shown.insert(row, recording)
            self.endInsertRows()
        self.changed.emit()

    def _replace(self, recording: Recording) -> None:
        self._all = [recording if one.id == recording.id else one for one in self._all]
        row = self._row(recording.id)
        if row >= 0:
            self._shown[row] = recording
            self.dataChanged.emit(self.index(row), self.index(row))
        if recording.id == self.open.recording_id:
            self.open_changed.emit()

    def _take_out(self, ids: set[str]) -> None:
        at = self._row(self.open.recording_id)
        for row in reversed([at for at, one in enumerate(self._shown) if one.id in ids]):
            self.beginRemoveRows(ROOT, row, row)
            self._children.pop(self._shown.pop(row).id, None)
            self.endRemoveRows()
        self._all = [one for one in self._all if one.id not in ids]
        if self.open.recording_id in ids:
            beside = self._shown[min(at, len(self._shown) - 1)].id if self._shown else ""
            self.choose(beside)
        self.changed.emit()

    def _heard_of_take(self, event: TakesEvent) -> None:
        match event:
            case TakeAdded(take):
                self._put_take(take)
            case TakeChanged(take):
                self._replace_take(take)
            case PartChanged(take_id, part):
                if (known := self._take(take_id)) is not None:
                    self._replace_take(with_part(known, part))
            case TextSaved(take_id, transcript):
                if (known := self._take(take_id)) is not None:
                    self._replace_take(replace(known, transcript=transcript, revision=known.revision + 1))
            case TakesGone(ids):
                self._take_out_takes(set(ids))

    def _put_take(self, take: Take) -> None:
        takes = self._children.get(take.recording_id)
        if any(one.id == take.id for one in takes or ()):
            self._replace_take(take)
            return
        self._counts[take.recording_id] = self._counts.get(take.recording_id, 0) + 1
        row = self._row(take.recording_id)
        if takes is not None:
            at = sum(one.id < take.id for one in takes)
            if row >= 0:
                self.beginInsertRows(self.index(row), at, at)
            takes.insert(at, take)
            if row >= 0:
                self.endInsertRows()
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))
        if take.recording_id == self.open.recording_id:
            self.open_changed.emit()

    def _replace_take(self, take: Take) -> None:
        takes = self._children.get(take.recording_id, [])
        for at, one in enumerate(takes):
            if one.id == take.id:
                takes[at] = take
                index = self.index_of(take.recording_id, take.id)
                if index.isValid():
                    self.dataChanged.emit(index, index)
                if take.recording_id == self.open.recording_id:
                    self.open_changed.emit()

    def _take_out_takes(self, ids: set[str]) -> None:
        for recording_id, takes in self._children.items():
            row = self._row(recording_id)
            for at in reversed([at for at, take in enumerate(takes) if take.id in ids]):
                if row >= 0:
                    self.beginRemoveRows(self.index(row), at, at)
                del takes[at]
                if row >= 0:
                    self.endRemoveRows()
                self._counts[recording_id] = len(takes)
            if row >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))
        if self.open.take_id in ids:
            takes = self._children.get(self.open.recording_id, [])
            self.choose(self.open.recording_id, takes[-1].id if takes else "")

    def _take(self, take_id: str) -> Take | None:
        return next((take for takes in self._children.values() for take in takes if take.id == take_id), None)

    def _row(self, recording_id: str) -> int:
        return next((at for at, one in enumerate(self._shown) if one.id == recording_id), -1)

    def _key(self, recording_id: str) -> int:
        """A number that stays the recording's; 0 is none."""
        key = self._keys.get(recording_id)
        if key is None:
            key = self._keys[recording_id] = len(self._keys) + 1
            self._ids[key] = recording_id
        return key


def with_part(take: Take, part: Part) -> Take:
    """As it is now that one of its parts is. That all are over is told of the take itself, when its text is there."""
    parts = tuple(part if one.number == part.number else one for one in take.parts)
    state = state_of(parts)
    return replace(take, parts=parts, state=TakeState.RUNNING if state.over else state)
