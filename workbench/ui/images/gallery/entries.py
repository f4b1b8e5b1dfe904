"""The entries behind the ids, read as they are needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import islice
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.support.tasks import TaskScope

MOST = 3_000
"""What is kept: more than a few screens. Each object that stays makes every collection of garbage a little longer."""
_AT_ONCE = 200


class Reader(Protocol):
    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...


class Entries(QObject):
    """held: ids whose entries stay however many others are read.

    Signals: came (set of ids whose entry is there now, or is another), failed (Exception; asking again tries again)."""

    came = Signal(object)
    failed = Signal(object)

    def __init__(
        self, gallery: Reader, parent: QObject | None = None, *, held: Callable[[], Set[str]] = frozenset
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._known: OrderedDict[str, GalleryImage] = OrderedDict()
        self._held = held
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._asked: set[str] = set()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self._give_up)

    async def aclose(self) -> None:
        self._wanted.clear()
        await self._tasks.aclose()

    def get(self, id: str) -> GalleryImage | None:
        return self._known.get(id)

    def take(self, image: GalleryImage) -> None:
        """It is known already."""
        self._known[image.id] = image

    def want(self, ids: Sequence[str]) -> None:
        """Read these, before what was wanted earlier; of what is not wanted any more the oldest are let go."""
        for id in ids:
            if id in self._known:
                self._known.move_to_end(id)
        self._let_go()
        missing = [id for id in ids if id not in self._known and id not in self._asked]
        for id in reversed(missing):
            self._wanted[id] = None
            self._wanted.move_to_end(id, last=False)
        if self._wanted and not self._tasks.running("entries"):
            self._tasks.start("entries", self._read())

    def renew(self, ids: Iterable[str]) -> None:
        """They have changed: read them again, and show what is known until then."""
        stale = [id for id in ids if id in self._known]
        self._wanted.update(dict.fromkeys(stale))
        if self._wanted and not self._tasks.running("entries"):
            self._tasks.start("entries", self._read())

    def renew_all(self) -> None:
        self.renew(list(self._known))

    async def _read(self) -> None:
        while self._wanted:
            ids = [self._wanted.popitem(last=False)[0] for _ in range(min(_AT_ONCE, len(self._wanted)))]
            self._asked.update(ids)
            try:
                images = await self._gallery.images(ids)
            finally:
                self._asked.difference_update(ids)
            self._known.update((image.id, image) for image in images)
            self._let_go()
            self.came.emit({image.id for image in images})

    def _let_go(self) -> None:
        held = self._held()
        over = len(self._known) - len(held) - MOST
        if over > 0:
            for id in list(islice((id for id in self._known if id not in held), over)):
                del self._known[id]

    def _give_up(self, error: Exception) -> None:
        self._wanted.clear()
        self.failed.emit(error)
