"""What the speech tab works with, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.services.speech.waves import silence, stored, tone
from tests.ui.speech.library import fakes as library
from tests.ui.speech.options.fakes import FakeModels, FakeTargets
from workbench.domain.errors import StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.services.speech.samples import Samples
from workbench.services.speech.takes import EditedElsewhere, TextSaved


class Recordings(library.FakeRecordings):
    """Ten seconds of sound each. no_sound: why there is none."""

    def __init__(self, folder: Path, *there: Recording) -> None:
        super().__init__(*there)
        self._folder = folder
        self.no_sound: WorkbenchError | None = None

    async def samples(self, recording_id: str, progress: Callable[[float], object]) -> Samples:
        await asyncio.sleep(0)
        if self.no_sound is not None:
            raise self.no_sound
        progress(0.5)
        return stored(self._folder / f"{recording_id}.s16", tone(4, 300, 0.4), silence(2), tone(4, 300, 0.4))

    async def set_reference(self, recording_id: str, text: str) -> Recording:
        return self._change(recording_id, reference=text)


class Takes(library.FakeTakes):
    """saved: texts as they were stored. did: what else was asked for. elsewhere: another window has stored a text meanwhile.
    full: the disk is.
    """

    def __init__(self, *there: Take) -> None:
        super().__init__(*there)
        self.saved: list[tuple[str, Transcript]] = []
        self.did: list[tuple[Any, ...]] = []
        self.elsewhere = False
        self.full = False
        self.trouble: Trouble | None = None

    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        span: tuple[float, float] | None = None,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take:
        made = Take(f"t{len(self.there) + 1}", recording_id, model, options, target_id, span=span)
        self.put(made)
        return made

    async def save(self, take_id: str, transcript: Transcript, *, over: bool = False) -> None:
        await asyncio.sleep(0)
        if self.full:
            raise StorageFailed("The disk is full.")
        take = next(one for one in self.there if one.id == take_id)
        if self.elsewhere and not over:
            raise EditedElsewhere(take)
        self.saved.append((take_id, transcript))
        self.there[self.there.index(take)] = replace(take, transcript=transcript, revision=take.revision + 1)
        self.tell(TextSaved(take_id, transcript))

    async def save_beside(self, take_id: str, transcript: Transcript) -> None:
        self.did.append(("beside", take_id, transcript.text))

    def heard(self, take_id: str, transcript: Transcript) -> None:
        """It is done, and this is what it heard."""
        take = next(one for one in self.there if one.id == take_id)
        self.put(replace(take, state=TakeState.DONE, heard=transcript, transcript=transcript))

    async def retry_part(self, take_id: str, number: int) -> None:
        self.did.append(("part", take_id, number))

    async def resume(self, take_id: str) -> None:
        self.did.append(("resume", take_id))

    async def stop(self, take_id: str) -> None:
        self.did.append(("stop", take_id))

    async def stop_of(self, ids: Iterable[str]) -> None:
        self.did.append(("stop of", *ids))

    async def go_on(self) -> None:
        self.did.append(("go on",))

    async def exchange(self, exchange_id: str) -> Exchange | None:
        return Exchange(exchange_id, 0.0)


def desk(recordings: Recordings, takes: Takes) -> Any:
    """A SpeechDesk, as far as it goes without a network; batches and spoken texts are not there."""

    async def nothing(*_: object) -> None:
        return None

    return SimpleNamespace(
        recordings=recordings,
        takes=takes,
        examples=library.FakeExamples(recordings),
        models=FakeModels(),
        targets=FakeTargets(),
        speaking=SimpleNamespace(exchange=nothing),
        translate=nothing,
        load=nothing,
    )
