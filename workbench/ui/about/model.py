"""What the page about the program shows: its build, its folders, the notices of others."""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.services.about import Build, Notice
from workbench.services.data.desk import Place
from workbench.ui.support.tasks import TaskScope


class Host(NamedTuple):
    """What the program runs on. qt: with PySide6. window_system: “xcb”, “wayland”, “windows”, “cocoa”."""

    system: str
    qt: str
    pyside: str
    window_system: str
    python: str = platform.python_version()


class Folders(Protocol):
    """services.data.desk.YourData."""

    @property
    def portable(self) -> bool: ...
    async def places(self) -> Sequence[Place]: ...


class AboutModel(QObject):
    """places, notices: None until they have been looked at. words: what the notices are narrowed to. Signals: places_found,
    notices_changed, failed (Exception).
    """

    places_found = Signal()
    notices_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        build: Build,
        host: Host,
        program: Path,
        folders: Folders,
        notices: Callable[[], Awaitable[Sequence[Notice]]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.build, self.host, self.program = build, host, program
        self._folders = folders
        self._load_notices = notices
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._words = ""
        self.places: Sequence[Place] | None = None
        self.notices: Sequence[Notice] | None = None

    @property
    def narrowed(self) -> tuple[Notice, ...]:
        """The notices that have all the words in their name or in that of their licence."""
        words = self._words.casefold().split()
        return tuple(
            one
            for one in self.notices or ()
            if all(word in f"{one.name} {one.licence}".casefold() for word in words)
        )

    def load(self) -> None:
        """Look at the folders, again each time; at the notices once."""
        self._tasks.start("places", self._look())
        if self.notices is None and not self._tasks.running("notices"):
            self._tasks.start("notices", self._load())

    @Slot(str)
    def narrow(self, words: str) -> None:
        self._words = words
        self.notices_changed.emit()

    def report(self) -> str:
        """Facts for whoever is told of a bug, in English. Nothing of the user is in it, paths neither."""
        build, host = self.build, self.host
        of = [f"commit {build.commit}"] if build.commit else []
        of += [f"built {build.built_at}"] if build.built_at else []
        of += [] if build.packaged else ["from source"]
        of += ["portable"] if self._folders.portable else []
        lines = [
            f"AI Workbench {build.version}" + (f" ({', '.join(of)})" if of else ""),
            f"Python {host.python}, Qt {host.qt}, PySide6 {host.pyside}",
            f"{host.system}, {host.window_system}",
        ]
        return "\n".join(lines) + "\n"

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _look(self) -> None:
        self.places = await self._folders.places()
        self.places_found.emit()

    async def _load(self) -> None:
        self.notices = await self._load_notices()
        self.notices_changed.emit()
