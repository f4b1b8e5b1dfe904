"""A voice, its history and a player, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from tests.ui.speech.library.fakes import recording, take
from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.services.listeners import Listeners
from workbench.services.speech.speaking import Check, SpeakingEvent, SpokenAdded, SpokenGone, checked

AURA, MELO = "@cf/deepgram/aura-2-en", "@cf/myshell-ai/melotts"


def spoken(id: str = "s1", text: str = "Good morning, everybody.", **more: Any) -> Spoken:
    made = Spoken(
        id, text, AURA, {"speaker": "luna"}, "Local gateway", 1_790_000_000.0, f"{id}.mp3", "audio/mpeg", 9000,
        Cost(0.0007), 840.0, "x1",
    )  # fmt: skip
    return replace(made, **more)


class FakeSpeaking:
    """asked: (text, model, options) of each call. refuses: raised by what is asked next. held: cleared, a call does not end."""

    def __init__(self, *there: Spoken) -> None:
        self.there = list(there)
        self.gone: dict[str, Spoken] = {}
        self.asked: list[tuple[str, str, Mapping[str, Any]]] = []
        self.checked: list[tuple[str, str]] = []
        self.takes: dict[str, list[Take]] = {}
        self.saved: list[tuple[str, Path]] = []
        self.refuses: WorkbenchError | None = None
        self.sent = True
        self.held = asyncio.Event()
        self.held.set()
        self._listeners: Listeners[SpeakingEvent] = Listeners()

    def on_change(self, listener: Callable[[SpeakingEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def _fail(self) -> None:
        refuses, self.refuses = self.refuses, None
        if refuses is not None:
            raise refuses

    async def speak(
        self,
        text: str,
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        exchange: Exchange | None = None,
    ) -> Spoken:
        self.asked.append((text, model, options))
        if exchange is not None and self.sent:
            exchange.method = "POST"
        await self.held.wait()
        self._fail()
        return self._put(spoken(f"s{len(self.there) + 1}", text, model=model, options=options))

    def _put(self, one: Spoken) -> Spoken:
        self.there.append(one)
        self._listeners.tell(SpokenAdded(one))
        return one

    async def all(self, limit: int = 50, before: str = "") -> list[Spoken]:
        self._fail()
        newest = sorted(self.there, key=lambda one: one.id, reverse=True)
        return [one for one in newest if not before or one.id < before][:limit]

    def path(self, one: Spoken) -> Path:
        return Path("/spoken") / one.file

    async def save_as(self, one: Spoken, path: Path) -> None:
        self._fail()
        self.saved.append((one.id, path))

    async def delete(self, ids: Iterable[str]) -> None:
        self._fail()
        ids = tuple(ids)
        for one in [one for one in self.there if one.id in ids]:
            self.gone[one.id] = one
            self.there.remove(one)
        self._listeners.tell(SpokenGone(ids))

    async def restore(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._put(self.gone.pop(id))

    async def check(
        self, one: Spoken, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Take:
        self._fail()
        self.checked.append((one.id, model))
        made = take(f"c{len(self.checked)}", f"of {one.id}", TakeState.RUNNING, model=model)
        self.takes.setdefault(one.id, []).append(made)
        return made

    def ended(self, one: Spoken, ended: Take) -> None:
        """A check of it has become this."""
        self.takes[one.id] = [ended if known.id == ended.id else known for known in self.takes[one.id]]

    async def checks(self, one: Spoken) -> Sequence[Check]:
        return [checked(known, one.text) for known in self.takes.get(one.id, [])]


class FakeReuse:
    def __init__(self) -> None:
        self.used: list[str] = []

    async def as_recording(self, one: Spoken) -> Recording:
        self.used.append(one.id)
        return recording("r7", one.text)


class FakePlayer(QObject):
    playing_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.playing = False
        self.trouble = ""
        self.opened: list[Path | None] = []

    def open(self, path: Path | None, seconds: float = 0.0) -> None:
        self.opened.append(path)

    def play(self) -> None:
        self._become(True)

    def pause(self) -> None:
        self._become(False)

    def _become(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)
