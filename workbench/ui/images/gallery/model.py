"""The gallery as it is shown: what is looked for, what was found, what is selected, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryFilter, GalleryImage
from workbench.services.images.gallery import Added, Board, Changed, GalleryEvent, Gone
from workbench.ui.images.gallery import kept as kept_filter
from workbench.ui.images.gallery.entries import Entries
from workbench.ui.images.gallery.ports import GalleryStore, Incoming
from workbench.ui.images.gallery.selection import Selection
from workbench.ui.support.figures import count as count_words
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.sentences import in_words
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once
from workbench.ui.support.work import RunningWork, Work

_GATHER_MS = 120
"""Pictures come in batches: the list is read once for all that come within this time."""
_ALL = GalleryFilter()


class Phase(StrEnum):
    """NEW: nothing was asked yet. LOADING: nothing to show yet. FAILED: `problem` says why."""

    NEW = "new"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class GalleryModel(QObject):
    """A list of ids, with entries that come as they are wanted.

    Signals: changed (phase, filter, counts), ids_changed (another list or order), entries_changed (set of ids),
    selection_changed, facets_changed (boards, tags, models), brought (GalleryImages that were imported just now).
    """

    changed = Signal()
    ids_changed = Signal()
    entries_changed = Signal(object)
    selection_changed = Signal()
    facets_changed = Signal()
    brought = Signal(object)

    def __init__(
        self,
        gallery: GalleryStore,
        incoming: Incoming,
        notifier: Notifier,
        running: RunningWork,
        parent: QObject | None = None,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self.gallery = gallery
        self._keep = keep
        self._incoming = incoming
        self._notifier = notifier
        self._running = running
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._work = count()
        self.filter = kept_filter.read(kept)
        self.phase = Phase.NEW
        self.problem: WorkbenchError | None = None
        self.ids: tuple[str, ...] = ()
        self.total = 0
        self.boards: tuple[Board, ...] = ()
        self.tags: tuple[tuple[str, int], ...] = ()
        self.models: tuple[tuple[str, int], ...] = ()
        self.partly: WorkbenchError | None = None
        self._places: dict[str, int] | None = {}
        self._selection = Selection()
        self._entries = Entries(gallery, self, held=lambda: self._selection.ids)
        self._entries.came.connect(self._take_entries)
        self._entries.failed.connect(self._miss_entries)
        self._gather = once(self, _GATHER_MS, self._read_again)
        self._end = gallery.on_change(self._hear)

    async def aclose(self) -> None:
        self._end()
        self._gather.stop()
        await self._entries.aclose()
        await self._tasks.aclose()

    # What is found

    @Slot()
    def load(self) -> None:
        """For when the page is shown: read the list, the first time and after a failure; later only what may have changed."""
        if self.phase in (Phase.NEW, Phase.FAILED):
            self.reload()
        else:
            self._start(self.gallery.look_again())

    @Slot()
    def reload(self) -> None:
        if not self.ids:
            self._enter(Phase.LOADING)
        self.problem = self.partly = None
        self._tasks.start("ids", self._read_ids())
        self._tasks.start("facets", self._read_facets())

    def narrow(self, **changes: object) -> None:
        """Look for something else: fields of GalleryFilter."""
        wanted = replace(self.filter, **changes)  # type: ignore[arg-type]  # fields of GalleryFilter
        if wanted != self.filter:
            self._look_for(wanted)

    @Slot()
    def widen(self) -> None:
        """Everything on the open board, in the same order."""
        self._look_for(replace(_ALL, board=self.filter.board, order=self.filter.order))

    @property
    def narrowed(self) -> bool:
        """Whether something is filtered out; a board is a place, not a filter."""
        return replace(self.filter, board="", order=_ALL.order, inputs=False) != _ALL

    @property
    def empty(self) -> bool:
        """There is nothing in the whole gallery."""
        return self.phase is Phase.READY and not self.ids and not self.total and not self.narrowed

    def place_of(self, id: str) -> int:
        """Where it is in the list; -1 if it is not."""
        if self._places is None:
            self._places = {id: place for place, id in enumerate(self.ids)}
        return self._places.get(id, -1)

    def entry(self, id: str) -> GalleryImage | None:
        """None until it has come; see `want`."""
        return self._entries.get(id)

    def want(self, ids: Sequence[str]) -> None:
        """They are in view, or will be soon."""
        self._entries.want(ids)

    # What is selected

    @property
    def selected(self) -> frozenset[str]:
        return frozenset(self._selection.ids)

    @property
    def current(self) -> str:
        return self._selection.current

    def is_selected(self, id: str) -> bool:
        return id in self._selection.ids

    def select(self, id: str) -> None:
        """This one alone; "" for none."""
        self._select(lambda selection: selection.only(id))

    def toggle(self, id: str) -> None:
        self._select(lambda selection: selection.toggle(id))

    def extend(self, id: str, *, keep: bool = False) -> None:
        """All from where the selection began to this one."""
        self._select(lambda selection: selection.extend(self.ids, id, keep=keep))

    def move(self, id: str) -> None:
        """Let the keyboard go there, and select nothing."""
        self._select(lambda selection: selection.move(id))

    def select_these(self, ids: Iterable[str]) -> None:
        self._select(lambda selection: selection.replace(ids))

    @Slot()
    def select_all(self) -> None:
        self.select_these(self.ids)

    def in_order(self) -> tuple[str, ...]:
        """The selected ids as they stand in the list."""
        chosen = self._selection.ids
        if len(chosen) > len(self.ids) // 4:
            return tuple(id for id in self.ids if id in chosen)
        return tuple(sorted(chosen, key=self.place_of))

    def at_hand(self) -> list[GalleryImage]:
        """The entries of what is selected, those that have come; see `chosen`."""
        return [image for id in self.in_order() if (image := self.entry(id)) is not None]

    async def chosen(self) -> list[GalleryImage]:
        """The entries of all that is selected, in order. Raises StorageFailed."""
        ids = self.in_order()
        if any(self.entry(id) is None for id in ids):
            return await self.gallery.images(ids)
        return self.at_hand()

    # What is done

    def bring(self, sources: Sequence[Path | bytes]) -> None:
        """Import pictures and folders of them; those that come in go on the open board. The header can stop it."""
        if sources:
            name = f"import-{next(self._work)}"
            work = self._running.add(self.tr("Importing pictures"), lambda: self._tasks.cancel(name))
            self._tasks.start(name, self._bring(tuple(sources), work))

    def export(self, ids: Sequence[str], path: Path) -> None:
        """A zip file with these; the header shows how far it is and can stop it."""
        name = f"export-{next(self._work)}"
        work = self._running.add(
            self.tr("Exporting {0} pictures").format(len(ids)), lambda: self._tasks.cancel(name)
        )

        async def run() -> None:
            try:
                done = await self.gallery.export(ids, path, work.set_progress)
            finally:
                work.done()
            if done.missing:
                self._notifier.warn(
                    self.tr("Exported: {0}, without {1} pictures.").format(path.name, done.missing),
                    detail=self.tr("Their files are gone or damaged; the manifest says which."),
                )
            else:
                self._notifier.info(self.tr("Exported: {0}").format(path.name), key="exported")

        self._tasks.start(name, run())

    def open_board(self, name: str) -> None:
        """ "" for all pictures."""
        self.narrow(board=name)

    def make_board(self, name: str) -> None:
        """An empty one."""
        if name:
            self._start(self.gallery.put_on_board((), name))

    def rename_board(self, name: str, new_name: str) -> None:
        if new_name and new_name != name:
            self._start(self._rename_board(name, new_name))

    def delete_board(self, name: str) -> None:
        """The pictures stay; the notice brings the board back with them on it."""
        self._start(self._delete_board(name))

    def _look_for(self, wanted: GalleryFilter) -> None:
        self.filter = wanted
        if self._keep is not None:
            self._keep(kept_filter.written(wanted))
        self.changed.emit()
        self._tasks.start("ids", self._read_ids())

    async def _read_ids(self) -> None:
        wanted = self.filter
        try:
            ids = await self.gallery.ids(wanted)
        except WorkbenchError as error:
            self.problem = error
            self._enter(Phase.FAILED)
            return
        self._show(ids)
        if wanted == _ALL and self.total != len(ids):
            self.total = len(ids)
            self.facets_changed.emit()
        self.problem = None
        self._enter(Phase.READY)

    def _show(self, ids: tuple[str, ...]) -> None:
        if ids == self.ids:
            return
        before, self.ids, self._places = self.ids, ids, None
        moved = self._selection.settle(before, ids)
        self.ids_changed.emit()
        if moved:
            self.selection_changed.emit()

    async def _read_facets(self) -> None:
        gallery = self.gallery
        facets = await gallery.boards(), await gallery.tags(), await gallery.models()
        total = self.total if self.filter == _ALL else len(await gallery.ids(_ALL))
        if (*facets, total) != (self.boards, self.tags, self.models, self.total):
            self.boards, self.tags, self.models = facets
            self.total = total
            self.facets_changed.emit()
            self.changed.emit()
        if self.filter.board and self.filter.board not in {board.name for board in self.boards}:
            self.narrow(board="")  # it was deleted, perhaps in another window

    async def _bring(self, sources: tuple[Path | bytes, ...], work: Work) -> None:
        board = self.filter.board
        try:
            done = await self._incoming.bring(sources, work.set_progress)
        finally:
            work.done()
        images = [image for image, _ in done.pictures]
        if board and images:
            await self.gallery.put_on_board([image.id for image in images], board)
        for refused in done.refused[:3]:
            error = refused.error
            self._notifier.warn(
                self.tr("Not imported: {0}").format(refused.name or self.tr("a picture")),
                detail=in_words(error),
            )
        if len(done.refused) > 3:
            self._notifier.warn(self.tr("Not imported: {0} more files").format(len(done.refused) - 3))
        if images:
            await self._read_ids()
            self.brought.emit(images)
            self._tell_hidden(sum(self.place_of(image.id) < 0 for image in images))
        elif not done.refused:
            self._notifier.info(self.tr("There is no picture in this folder."), key="brought")

    def _tell_hidden(self, number: int) -> None:
        """So many pictures have just come in and cannot be seen."""
        if number:
            words = self.tr("Imported, but hidden by the filter: {0}").format(count_words(number))
            self._notifier.post(
                Notice(words, action_label=self.tr("Clear the filter"), action=self.widen, key="brought")
            )

    async def _rename_board(self, name: str, new_name: str) -> None:
        try:
            await self.gallery.rename_board(name, new_name)
        except WorkbenchError as error:
            self._notifier.error(error, key="board")
            self.facets_changed.emit()  # whoever shows the list shows the old name again
            return
        if self.filter.board == name:
            self.narrow(board=new_name)

    async def _delete_board(self, name: str) -> None:
        ids = await self.gallery.ids(replace(_ALL, board=name, inputs=True))
        await self.gallery.delete_board(name)
        if self.filter.board == name:
            self.narrow(board="")
        self._notifier.undo(
            self.tr("Board deleted: {0}").format(name),
            lambda: self._start(self.gallery.put_on_board(ids, name)),
            key=f"delete-board/{name}",
        )

    def _hear(self, event: GalleryEvent) -> None:
        match event:
            case Added(image):
                self._entries.take(image)
            case Gone(ids):
                gone = set(ids)
                self._show(tuple(id for id in self.ids if id not in gone))
            case Changed(ids):
                if ids:
                    self._entries.renew(ids)
                else:
                    self._entries.renew_all()
        if self.phase is not Phase.NEW and not self._gather.isActive():
            self._gather.start()

    @Slot()
    def _read_again(self) -> None:
        self._tasks.start("ids", self._read_ids())
        self._tasks.start("facets", self._read_facets())

    @Slot(object)
    def _take_entries(self, ids: set[str]) -> None:
        if self.partly is not None:
            self.partly = None
            self.changed.emit()
        self.entries_changed.emit(ids)

    @Slot(object)
    def _miss_entries(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self.partly = error
            self.changed.emit()
        else:
            self._notifier.error(error)

    def _select(self, change: Callable[[Selection], None]) -> None:
        was = (self._selection.ids.copy(), self._selection.current)
        change(self._selection)
        if was != (self._selection.ids, self._selection.current):
            self.want(self.in_order())
            self.selection_changed.emit()

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(f"gallery-{next(self._work)}", work)
