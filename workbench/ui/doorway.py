"""Where files and links come in: with a start of the program, from later starts, from the desktop, dropped on the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from workbench.domain.errors import WorkbenchError
from workbench.domain.opening import MAX_THINGS, Opening, is_link
from workbench.services.opened_files import FileKind, kind_of_file
from workbench.ui.errands import Errands
from workbench.ui.shell.handover import Place, Reception
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope

if TYPE_CHECKING:
    from workbench.ui.shell.main_window import MainWindow

Links = Callable[[str], Awaitable[None]]
"""Ask the user about a link and do what they said. Raises WorkbenchError."""
_MOST_LINKS = 5
"""So many wait for an answer; whoever sends more wants to tire somebody out."""


class Doorway(QObject):
    """What comes before the tabs can be built waits for `admit`."""

    def __init__(
        self, window: MainWindow, notifier: Notifier, place: Place | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._notifier = notifier
        self._waiting: list[Opening] = []
        self._errands: Errands | None = None
        self._follow: Links | None = None
        self._paths: deque[Path] = deque()
        self._links: deque[str] = deque()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._reception = Reception(place, self) if place is not None else None
        if self._reception is not None:
            self._reception.came.connect(self._asked)
            self._reception.open()
            qt = QGuiApplication.instance()
            if isinstance(qt, QGuiApplication):  # from then on a later start opens a window of its own
                qt.lastWindowClosed.connect(self._reception.close)
        window.dropped.connect(self.open_things)

    def admit(self, errands: Errands, follow: Links) -> None:
        """From now on things are opened, those that waited first."""
        self._errands, self._follow = errands, follow
        waiting, self._waiting = self._waiting, []
        for opening in waiting:
            self.open(opening)

    def open(self, opening: Opening) -> None:
        if self._errands is None:
            self._waiting.append(opening)
            return
        if opening.new_chat:
            self._errands.begin_chat()
        for thing in opening.things:
            if not is_link(thing):
                self._paths.append(Path(thing))
            elif len(self._links) < _MOST_LINKS and thing not in self._links:
                self._links.append(thing)
        if self._paths and not self._tasks.running("files"):
            self._tasks.start("files", self._open_files(self._errands))
        if self._links and not self._tasks.running("links"):
            self._tasks.start("links", self._follow_links())

    @Slot(object)
    def open_things(self, things: Sequence[str]) -> None:
        """Absolute paths, and links."""
        self.open(Opening(tuple(things[:MAX_THINGS])))

    async def aclose(self) -> None:
        if self._reception is not None:
            self._reception.close()
        await self._tasks.aclose()

    @Slot(object)
    def _asked(self, opening: Opening) -> None:
        """By a later start of the program, whose user looks for a window now."""
        self._window.come_forward(opening.token)
        self.open(opening)

    async def _open_files(self, errands: Errands) -> None:
        sounds: list[Path] = []
        pictures: list[Path] = []
        while self._paths:
            path = self._paths.popleft()
            try:
                match await kind_of_file(path):
                    case FileKind.ROUTE:
                        errands.open_route_file(path)
                    case FileKind.CHAT:
                        errands.open_chat_file(path)
                    case FileKind.ENVIRONMENT:
                        errands.open_connection_file(path)
                    case FileKind.SOUND:
                        sounds.append(path)
                    case FileKind.PICTURE:
                        pictures.append(path)
            except WorkbenchError as error:
                self._notifier.error(error, key=f"open/{path}")
        if sounds:
            errands.hear(sounds)
        if pictures:
            errands.take_pictures(pictures)

    async def _follow_links(self) -> None:
        """One question after the other."""
        while self._links:
            link = self._links[0]
            try:
                if self._follow is not None:
                    await self._follow(link)
            except WorkbenchError as error:
                self._notifier.error(error, key="link")
            finally:
                self._links.popleft()
