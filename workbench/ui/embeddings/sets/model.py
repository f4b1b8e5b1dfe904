"""The sets of texts as a list, and how new ones come in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.examples import Example, read_example
from workbench.services.embeddings.passages import passages, set_of
from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.importing.model import ImportModel
from workbench.ui.embeddings.sets.ports import Entry, Opening, Runs, Sets
from workbench.ui.support.search_words import has_words
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENTRY = Qt.ItemDataRole.UserRole + 1

_log = logging.getLogger(__name__)


class Place(StrEnum):
    """What stands in the middle of the tab. START: the page where new texts come in. IMPORT: which column is what. SET: the set that
    is open.
    """

    START = "start"
    IMPORT = "import"
    SET = "set"


@dataclass(frozen=True, slots=True)
class KeptSet:
    """An Entry of a set that was put just now."""

    id: str
    name: str
    created_at: float
    count: int


class SetsModel(QAbstractListModel):
    """The newest first. A deleted set can be taken back until `aclose`; its runs stop at once.

    Signals: changed (all but the rows: loading, adding, troubles), place_changed, open_changed, deleted (list of Entry), failed
    (Exception).
    """

    changed = Signal()
    place_changed = Signal()
    open_changed = Signal()
    deleted = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        shared: Opening,
        sets: Sets,
        runs: Runs,
        parent: QObject | None = None,
        *,
        last: str = "",
        offer: Callable[[Path], Awaitable[bool]] | None = None,
    ) -> None:
        """last: the set that is opened first, where it is there still; else the newest. offer: is asked first whether it takes a file."""
        super().__init__(parent)
        self._offer = offer
        self._last = last
        self._shared = shared
        self._sets = sets
        self._runs = runs
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._all: list[Entry] = []
        self._shown: list[Entry] = []
        self._gone: dict[str, Entry] = {}
        self._text = ""
        self.draft = ImportModel(self)
        self.loaded = False
        self.trouble: Trouble | None = None
        """Why the list could not be read."""
        self.adding = False
        """Texts are on their way in."""
        self.add_trouble: Trouble | None = None
        """Why those that were last given did not come in."""
        self.open_id = ""
        self.place = Place.START
        self.draft.changed.connect(self._draft_changed)
        self.draft.accepted.connect(self.add)
        self.draft.failed.connect(self.failed)

    async def aclose(self) -> None:
        """What was deleted is gone for good then."""
        await self._tasks.aclose()
        await self.draft.aclose()
        for set_id in self._gone:
            try:
                await self._sets.delete(set_id)
            except WorkbenchError as error:
                _log.warning("A set of texts is not deleted: %s", error)
        self._gone.clear()

    # what there is

    @property
    def empty(self) -> bool:
        """There are no sets at all, found or not."""
        return self.loaded and not self._all

    @property
    def entries(self) -> Sequence[Entry]:
        return tuple(self._all)

    def entry(self, index: Index) -> Entry | None:
        return self._shown[index.row()] if index.isValid() else None

    def index_of(self, set_id: str) -> QModelIndex:
        """An invalid one for what is not shown."""
        row = next((at for at, one in enumerate(self._shown) if one.id == set_id), -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return flags if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return entry.name
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(f"{entry.name}\n{words.facts(entry)}")
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.name}, {words.facts(entry)}"
        return entry if role == ENTRY else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self.entry(index)
        if role != Qt.ItemDataRole.EditRole or entry is None:
            return False
        return self.rename(entry.id, str(value))

    # looking

    @Slot()
    def load(self) -> None:
        """When it is first shown; again after it failed."""
        if not self.loaded and not self._tasks.running("load"):
            self._tasks.start("load", self._load())
            self.changed.emit()

    @Slot(str)
    def search(self, text: str) -> None:
        """Only sets with all of these words in their names are shown."""
        if text != self._text:
            self._text = text
            self._show_again()

    def choose(self, set_id: str) -> None:
        """Open this one."""
        if set_id != self.open_id:
            self.open_id = set_id
            self._shared.open(set_id)
            self.open_changed.emit()
        self._go(Place.SET if set_id else Place.START)

    @Slot()
    def open_again(self) -> None:
        """After that failed."""
        if self.open_id:
            self._shared.open(self.open_id)

    # new ones

    @Slot()
    def begin(self) -> None:
        """Show the page where new texts come in."""
        self.add_trouble = None
        self._go(Place.START)

    @Slot()
    def back(self) -> None:
        """From there to the set that is open, if one is."""
        self.add_trouble = None
        if self.open_id:
            self._go(Place.SET)
        self.changed.emit()

    def add_text(self, text: str, name: str) -> None:
        """Each line is a text, or each sentence where there is one line only. It is opened."""
        self._bring_in(partial(self._add_text, text, name))

    def paste(self, text: str) -> None:
        """As `add_text`; what looks like a table is looked at first."""
        self._bring_in(partial(self._paste, text))

    def open_file(self, path: Path) -> None:
        """Look at it first: see `draft`."""
        self.add_trouble = None
        if self._offer is None:
            self.draft.read(path)
        else:
            self._tasks.start("offer", self._offered(self._offer, path))

    def try_example(self, name: str) -> None:
        """name: an Example."""
        self._bring_in(partial(self._try, Example(name)))

    def welcome(self, texts: TextSet) -> None:
        """One that is kept already, and open it."""
        self.draft.forget()
        self._put(KeptSet(texts.id, texts.name, texts.created_at, len(texts.rows)))
        self.choose(texts.id)

    def add_rows(self, rows: Sequence[TextRow], name: str) -> None:
        """A set of rows that another had."""
        self._bring_in(partial(self._add_rows, tuple(rows), name))

    @Slot(object)
    def add(self, texts: TextSet) -> None:
        """Keep it, and open it."""
        self._bring_in(partial(self._add, texts))

    # changing

    def rename(self, set_id: str, name: str) -> bool:
        """Whether that is another name."""
        known = self._find(set_id)
        name = " ".join(name.split())
        if known is None or not name or name == known.name:
            return False
        self._replace(known, KeptSet(known.id, name, known.created_at, known.count))
        self._tasks.start(f"rename/{set_id}", self._rename(known, name))
        return True

    def delete(self, entries: Iterable[Entry]) -> None:
        """With all that was made of them; `restore` brings them back."""
        gone = [entry for entry in entries if self._find(entry.id) is not None]
        if not gone:
            return
        at = self.index_of(self.open_id).row()
        self._gone |= {entry.id: entry for entry in gone}
        self._all = [entry for entry in self._all if entry.id not in self._gone]
        self._show_again()
        if self.open_id in self._gone:
            beside = self._shown or self._all
            self.choose(beside[min(max(at, 0), len(beside) - 1)].id if beside else "")
        self._tasks.start(f"stop/{gone[0].id}", self._stop_runs({entry.id for entry in gone}))
        self.deleted.emit(gone)

    def restore(self, entries: Iterable[Entry]) -> None:
        back = [self._gone.pop(entry.id) for entry in entries if entry.id in self._gone]
        if back:
            self._put(*back)
            self.choose(back[0].id)

    # work

    def _bring_in(self, work: Callable[[], Awaitable[None]]) -> None:
        self.adding, self.add_trouble = True, None
        self._tasks.start("add", self._brought_in(work))
        self.changed.emit()

    async def _brought_in(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except WorkbenchError as error:
            if self.draft.active:
                self.draft.fail(Trouble.of(error))
            else:
                self.add_trouble = Trouble.of(error)
                self._go(Place.START)
        finally:
            self.adding = False
        self.changed.emit()

    async def _load(self) -> None:
        self.trouble = None
        try:
            found = await self._sets.all()
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            known = {entry.id for entry in self._all} | set(self._gone)
            self._all += [entry for entry in found if entry.id not in known]
            self._all.sort(key=lambda entry: entry.id, reverse=True)
            self.loaded = True
            self._show_again()
            if self._all and not self.open_id:
                self.choose(self._last if self._find(self._last) is not None else self._all[0].id)
        self.changed.emit()

    async def _add_text(self, text: str, name: str) -> None:
        from asyncio import to_thread

        found = await to_thread(passages, text)
        await self._add(set_of(found, name or words.pasted()))

    async def _paste(self, text: str) -> None:
        if not await self.draft.take(text):
            await self._add_text(text, "")

    async def _try(self, example: Example) -> None:
        await self._add(await read_example(example, words.example(example)))

    async def _add_rows(self, rows: tuple[TextRow, ...], name: str) -> None:
        await self._add(replace(set_of((), name), rows=rows))

    async def _add(self, texts: TextSet) -> None:
        await self._sets.put(texts)
        self.welcome(texts)

    async def _offered(self, offer: Callable[[Path], Awaitable[bool]], path: Path) -> None:
        if not await offer(path):
            self.draft.read(path)

    async def _rename(self, known: Entry, name: str) -> None:
        try:
            await self._sets.rename(known.id, name)
        except WorkbenchError as error:
            now = self._find(known.id)
            if now is not None:
                self._replace(now, known)
            self.failed.emit(error)

    async def _stop_runs(self, set_ids: set[str]) -> None:
        try:
            for run in self._runs.open:
                if run.text_set_id in set_ids:
                    await self._runs.stop(run.id)
        except WorkbenchError as error:
            self.failed.emit(error)

    # the list

    @Slot()
    def _draft_changed(self) -> None:
        if self.draft.active:
            self._go(Place.IMPORT)
        elif self.place is Place.IMPORT:
            self._go(Place.SET if self.open_id else Place.START)

    def _go(self, place: Place) -> None:
        if place is not Place.IMPORT and self.draft.active:
            self.draft.forget()
        if place is not self.place:
            self.place = place
            self.place_changed.emit()

    def _find(self, set_id: str) -> Entry | None:
        return next((entry for entry in self._all if entry.id == set_id), None)

    def _put(self, *entries: Entry) -> None:
        self._all = sorted([*self._all, *entries], key=lambda entry: entry.id, reverse=True)
        self._show_again()

    def _replace(self, known: Entry, entry: Entry) -> None:
        self._all = [entry if one.id == known.id else one for one in self._all]
        index = self.index_of(known.id)
        if index.isValid():
            self._shown[index.row()] = entry
            self.dataChanged.emit(index, index)

    def _show_again(self) -> None:
        self.beginResetModel()
        self._shown = [one for one in self._all if has_words(one.name, self._text)]
        self.endResetModel()
        self.changed.emit()
