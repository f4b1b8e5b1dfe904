"""The recordings there are: brought in, kept, found again where they were moved to, and decoded once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.speech.sounds import WAV, audio_type
from workbench.domain.speech.takes import Recording
from workbench.domain.speech.wav import Undecodable, head_of
from workbench.services.listeners import Listeners
from workbench.services.speech.samples import Progress, SampleCache, Samples
from workbench.storage.audio_files import AudioFile, FileState, OwnAudio, look, read_whole, state_of

KEEP_DELETED_S = 30 * 24 * 3600
ENDINGS = frozenset(
    {
        ".wav",
        ".mp3",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".m4a",
        ".aac",
        ".webm",
        ".mp4",
        ".mkv",
        ".mka",
        ".mov",
    }
)
"""Of files that are taken out of a folder. A file that is given by itself may be called anything."""
_JUST_WRITTEN_S = 0.5
"""So long a file that was finished may take to be known."""
_NEAR_S = 0.01

_log = logging.getLogger(__name__)


class Store(Protocol):
    """storage.recordings.RecordingStore."""

    async def put(self, recording: Recording) -> None: ...
    async def get(self, recording_id: str) -> Recording | None: ...
    async def all(self, *, deleted: bool = False) -> Sequence[Recording]: ...
    async def delete(self, ids: Iterable[str], now: float) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    async def purge(self, deleted_before: float) -> Sequence[Recording]: ...


@dataclass(frozen=True, slots=True)
class RecordingAdded:
    recording: Recording


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    recording: Recording


@dataclass(frozen=True, slots=True)
class RecordingsGone:
    ids: tuple[str, ...]


LibraryEvent = RecordingAdded | RecordingChanged | RecordingsGone


@dataclass(frozen=True, slots=True)
class Refused:
    """One of several files that could not be brought in."""

    name: str
    error: WorkbenchError


@dataclass(frozen=True, slots=True)
class Added:
    recordings: tuple[Recording, ...]
    refused: tuple[Refused, ...] = ()


class AnotherRecording(InvalidInput):
    """The file that is to stand in for a moved one holds something else: ask, then call again with `agreed`."""

    def __init__(self, recording: Recording, path: Path) -> None:
        super().__init__(
            f"{path.name} is not the file that “{recording.name}” was.",
            why="It has another content, so that what was heard would not fit it.",
            fix="Choose the file that was moved, or add this one as a new recording.",
        )


class Recordings:
    """Files of the user's are only read, and where they are is remembered. Methods raise StorageFailed when the disk fails,
    and InvalidInput for a recording that is not there any more.
    """

    def __init__(
        self,
        store: Store,
        own: OwnAudio,
        cache: SampleCache,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._own = own
        self._cache = cache
        self._clock = clock
        self._listeners: Listeners[LibraryEvent] = Listeners()
        self._adding = asyncio.Lock()

    def on_change(self, listener: Callable[[LibraryEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    # looking

    async def all(self) -> list[Recording]:
        """The newest first, without what was spoken here; each looked up on the disk."""
        found = [one for one in await self._store.all() if not one.spoken_id]
        return await asyncio.to_thread(lambda: [_looked_up(one) for one in found])

    async def get(self, recording_id: str) -> Recording:
        found = await self._store.get(recording_id)
        if found is None:
            raise InvalidInput("This recording is gone.", fix="Add its file again.")
        return await asyncio.to_thread(_looked_up, found)

    async def samples(self, recording_id: str, progress: Progress = lambda part: None) -> Samples:
        """Decoded when first asked for. Raises InvalidInput for what holds no sound, and for a file that was moved or
        changed and is not decoded yet.
        """
        recording = await self._usable(recording_id, decoded_will_do=True)
        samples = await self._cache.get(
            recording.fingerprint, Path(recording.path), recording.seconds, progress
        )
        if not samples.count:
            raise InvalidInput(
                f"There is no sound in “{recording.name}”.",
                why="The file could be read, but it is zero seconds long.",
                fix="Choose another file, or record it again.",
            )
        if abs(samples.seconds - recording.seconds) > _NEAR_S:
            await self._changed(replace(recording, seconds=samples.seconds))
        return samples

    async def whole(self, recording_id: str, most_bytes: int) -> bytes | None:
        """The file as it is, where it has no more than so many bytes."""
        recording = await self._usable(recording_id)
        if recording.size > most_bytes:
            return None
        data = await asyncio.to_thread(read_whole, Path(recording.path), most_bytes)
        return data if len(data) <= most_bytes else None

    # changing

    async def add(self, path: Path, *, reference: str = "", spoken_id: str = "") -> Recording:
        """Take in a file, which stays where it is. One that is here already is not taken in again.

        Raises InvalidInput for an empty file, and for what is no recording.
        """
        async with self._adding:  # two that ask at once are given the same
            return await self._add(path, reference, spoken_id)

    async def _add(self, path: Path, reference: str, spoken_id: str) -> Recording:
        file = await asyncio.to_thread(look, path)
        for known in await self._store.all():
            if (known.path, known.fingerprint) == (str(file.path), file.fingerprint):
                return known
        media_type = _type_of(path.name, file)
        recording = Recording(
            new_id(),
            path.name,
            str(file.path),
            seconds=_seconds_of(file, media_type),
            created_at=self._clock(),
            size=file.size,
            media_type=media_type,
            modified=file.modified,
            fingerprint=file.fingerprint,
            reference=reference,
            spoken_id=spoken_id,
        )
        await self._store.put(recording)
        self._listeners.tell(RecordingAdded(recording))
        return recording

    async def add_all(self, paths: Sequence[Path], progress: Progress = lambda part: None) -> Added:
        """Files, and of folders all recordings that lie directly in them. One that cannot be used holds up none of the
        others; the only one is refused by raising its error.
        """
        found = await asyncio.to_thread(files_of, paths)
        added: list[Recording] = []
        refused: list[Refused] = []
        for number, path in enumerate(found, 1):
            try:
                added.append(await self.add(path))
            except WorkbenchError as error:
                refused.append(Refused(path.name, error))
            progress(number / len(found))
        if len(found) == len(refused) == 1:
            raise refused[0].error
        return Added(tuple(added), tuple(refused))

    async def adopt(self, recorded: Path, name: str = "", *, at: float | None = None) -> Recording:
        """Keep a file that was recorded here; it is the program's own from now on. at: when that was, if not just now."""
        path = await asyncio.to_thread(self._own.take, recorded, f"{new_id()}{recorded.suffix}")
        file = await asyncio.to_thread(look, path)
        media_type = _type_of(name or recorded.name, file)
        recording = Recording(
            new_id(),
            name or recorded.stem,
            str(path),
            own=True,
            seconds=_seconds_of(file, media_type),
            created_at=self._clock() if at is None else at,
            size=file.size,
            media_type=media_type,
            modified=file.modified,
            fingerprint=file.fingerprint,
        )
        await self._store.put(recording)
        self._listeners.tell(RecordingAdded(recording))
        return recording

    async def recover(self, name_of: Callable[[float], str] = lambda at: "") -> list[Recording]:
        """Keep recordings that a program which died was making. A file that is still being written is left alone.

        name_of: what to call one that ended then, in Unix seconds.
        """
        kept = [*await self._store.all(), *await self._store.all(deleted=True)]
        known = {Path(one.path) for one in kept}
        found = await asyncio.to_thread(self._own.others, known.__contains__, self._clock() - _JUST_WRITTEN_S)
        recovered = []
        for path in found:
            try:
                at = (await asyncio.to_thread(look, path)).modified
                recovered.append(await self.adopt(path, name_of(at), at=at))
            except InvalidInput as error:
                _log.info("%s is left where it is: %s", path, error.what)
        return recovered

    async def rename(self, recording_id: str, name: str) -> Recording:
        """Nothing but the name that is shown; an empty one is the file's."""
        recording = await self.get(recording_id)
        return await self._changed(replace(recording, name=name.strip() or Path(recording.path).name))

    async def set_reference(self, recording_id: str, text: str) -> Recording:
        """What is really said in it."""
        return await self._changed(replace(await self.get(recording_id), reference=text))

    async def locate(self, recording_id: str, path: Path, *, agreed: bool = False) -> Recording:
        """Tell where the file is now. Raises AnotherRecording where it holds something else and nobody agreed to that."""
        recording = await self.get(recording_id)
        file = await asyncio.to_thread(look, path)
        if file.fingerprint != recording.fingerprint and not agreed:
            raise AnotherRecording(recording, path)
        media_type = _type_of(path.name, file)
        moved = replace(
            recording,
            path=str(file.path),
            own=False,
            size=file.size,
            media_type=media_type,
            modified=file.modified,
            fingerprint=file.fingerprint,
            missing=False,
            changed=False,
        )
        if file.fingerprint != recording.fingerprint:
            moved = replace(moved, seconds=_seconds_of(file, media_type))
        return await self._changed(moved)

    async def delete(self, ids: Iterable[str]) -> None:
        """`restore` brings them back for 30 days, with their takes. The user's files stay where they are."""
        ids = tuple(ids)
        await self._store.delete(ids, self._clock())
        self._listeners.tell(RecordingsGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        await self._store.restore(ids)
        for recording_id in ids:
            self._listeners.tell(RecordingAdded(await self.get(recording_id)))

    async def tidy(self) -> None:
        """Once a run: remove for good what was deleted long ago, own files too."""
        for gone in await self._store.purge(self._clock() - KEEP_DELETED_S):
            if gone.own:
                await asyncio.to_thread(self._own.remove, Path(gone.path).name)

    async def _changed(self, recording: Recording) -> Recording:
        await self._store.put(recording)
        self._listeners.tell(RecordingChanged(recording))
        return recording

    async def _usable(self, recording_id: str, *, decoded_will_do: bool = False) -> Recording:
        recording = await self.get(recording_id)
        if decoded_will_do and await self._cache.has(recording.fingerprint):
            return recording
        if recording.missing:
            raise StorageFailed(
                f"The file of “{recording.name}” is not there any more.",
                why=f"{recording.path} was moved or deleted, or its disk is not connected.",
                fix="Tell where it is now. What was heard of it is still here.",
            )
        if recording.changed:
            raise StorageFailed(
                f"The file of “{recording.name}” has changed.",
                why=f"{recording.path} holds something else than when it was added.",
                fix="Add it as a new recording, or tell where the old file is.",
            )
        return recording


def _looked_up(recording: Recording) -> Recording:
    state = state_of(Path(recording.path), recording.size, recording.modified, recording.fingerprint)
    return replace(recording, missing=state is FileState.MISSING, changed=state is FileState.CHANGED)


def _type_of(name: str, file: AudioFile) -> str:
    if not file.size:
        raise InvalidInput(
            f"{name} is empty.", why="The file has no bytes.", fix="Choose another one, or make it anew."
        )
    found = audio_type(file.head)
    if found is None:
        raise InvalidInput(
            f"{name} is no recording.",
            why="Its beginning is that of no sound format that is known here.",
            fix="Choose a wav, mp3, flac, ogg, opus, m4a, aac, webm, mp4 or mkv file.",
        )
    return found


def _seconds_of(file: AudioFile, media_type: str) -> float:
    """As far as the beginning tells; 0.0 where it has to be decoded first."""
    if media_type != WAV:
        return 0.0
    try:
        return head_of(file.head, file.size).seconds
    except Undecodable:
        return 0.0


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Files as they are given, and of folders the recordings that lie directly in them. Blocks; raises StorageFailed."""
    """Files as they are, and of folders all recordings that lie directly in them. Blocks; raises StorageFailed."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        try:
            files += sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS)
        except OSError as error:
            raise StorageFailed(
                f"The folder {path.name} cannot be read.",
                why=f"{path}: {error.strerror or error}.",
                fix="Make it readable for you, then try again.",
            ) from error
    return files
