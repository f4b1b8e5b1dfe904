"""What the page about the program shows: its build, its folders, the notices of others."""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.services.about import Build, Notice
from workbench.services.data.desk import Kind
from workbench.ui.support.search_words import has_words
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
    @property
    def log_file(self) -> Path: ...
    def folders(self) -> Mapping[Kind, Path]: ...


class AboutModel(QObject):
    """notices: None until they have been read. Signals: notices_changed (also what they are narrowed to), failed (Exception)."""

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
        self.folders, self.log_file = folders.folders(), folders.log_file
        self._portable = folders.portable
        self._load_notices = notices
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._words = ""
        self.notices: Sequence[Notice] | None = None

    @property
    def narrowed(self) -> tuple[Notice, ...]:
        """The notices that have all the words in their name or in that of their licence."""
        return tuple(one for one in self.notices or () if has_words(f"{one.name} {one.licence}", self._words))

    def load(self) -> None:
        """Read the notices, once."""
        if self.notices is None and not self._tasks.running("notices"):
            self._tasks.start("notices", self._load())

    @Slot(str)
    def narrow(self, words: str) -> None:
        self._words = words
        self.notices_changed.emit()

    def report(self) -> str:
        """Facts for whoever is told of a bug, in English. Nothing of the user is in it, paths neither."""
        return "\n".join(self._facts()) + "\n"

    def whole_report(self) -> str:
        """With the folders, in which the user's name may be."""
        folders = [f"{kind}: {path}" for kind, path in self.folders.items()]
        lines = [f"program: {self.program}", *folders, f"log file: {self.log_file}"]
        return "\n".join([*self._facts(), *lines]) + "\n"

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _facts(self) -> list[str]:
        build, host = self.build, self.host
        of = [f"commit {build.commit}"] if build.commit else []
        of += [f"built {build.built_at}"] if build.built_at else []
        of += [] if build.packaged else ["from source"]
        of += ["portable"] if self._portable else []
        return [
            f"AI Workbench {build.version}" + (f" ({', '.join(of)})" if of else ""),
            f"Python {host.python}, Qt {host.qt}, PySide6 {host.pyside}",
            f"{host.system}, {host.window_system}",
        ]

    async def _load(self) -> None:
        self.notices = await self._load_notices()
        self.notices_changed.emit()
