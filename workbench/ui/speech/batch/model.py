"""Many files: which there are, how far each is, and what is asked of the models."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.models import Cost
from workbench.domain.speech.batches import SpeechBatch
from workbench.domain.speech.forms import USUAL, ExportRules, TextForm
from workbench.domain.speech.takes import Part, Take, TakeState, total_cost
from workbench.domain.trouble import Trouble
from workbench.services.speech.batch import BatchChanged, BatchEvent, BatchGone
from workbench.services.speech.takes import PartChanged, TakeChanged, TakesEvent
from workbench.ui.speech.batch.ports import Batches, FilesOf, Takes
from workbench.ui.speech.batch.rows import BatchFile, BatchRows
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.support.tasks import TaskScope

_AGAIN = (TakeState.FAILED, TakeState.STOPPED)
_MOST_BATCHES = 20


@dataclass(frozen=True, slots=True)
class Totals:
    """cost: of what is heard by now; None where nothing is, or nobody knows."""

    ready: int = 0
    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    stopped: int = 0
    cost: Cost | None = None

    @property
    def files(self) -> int:
        return self.ready + self.waiting + self.running + self.done + self.failed + self.stopped

    @property
    def busy(self) -> bool:
        return bool(self.waiting or self.running)


class BatchModel(QObject):
    """options: which model, and what is asked of it; of several chosen ones the first hears. rules: of the texts.

    listed: the files of the recordings in the list. Signals: changed, failed (Exception).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        batches: Batches,
        takes: Takes,
        files_of: FilesOf,
        options: OptionsModel,
        *,
        target_id: Callable[[], str] = lambda: "",
        rules: Callable[[], ExportRules] = lambda: USUAL,
        listed: Callable[[], Sequence[Path]] = lambda: (),
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self._batches = batches
        self._takes = takes
        self._files_of = files_of
        self.options = options
        self._target_id = target_id
        self._rules = rules
        self._listed = listed
        self._keep = keep
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._tasks.busy_changed.connect(self.changed)
        self.rows = BatchRows(self)
        self._known: dict[str, SpeechBatch] = {}
        self._ready: list[Path] = []
        self._heard: dict[str, Take] = {}
        self.forms: tuple[TextForm, ...] = (TextForm.TXT, TextForm.SRT)
        self.folder = ""
        """Where texts go; "" for beside each recording."""
        self.loaded = False
        self.trouble: Trouble | None = None
        """Why the last wish was not carried out, or the list could not be read."""
        self._read(kept)
        options.changed.connect(self.changed)
        self._leave = (batches.on_change(self._happened), takes.on_change(self._heard_of))

    # what there is

    @property
    def empty(self) -> bool:
        return not self.rows.files

    @property
    def loading(self) -> bool:
        return not self.loaded and self._tasks.running("load")

    @property
    def adding(self) -> bool:
        return self._tasks.running("add")

    @property
    def listed(self) -> Sequence[Path]:
        """Files of the recordings in the list."""
        return self._listed()

    @property
    def totals(self) -> Totals:
        states = [file.state for file in self.rows.files]
        return Totals(
            states.count(None),
            states.count(TakeState.WAITING),
            states.count(TakeState.RUNNING),
            states.count(TakeState.DONE),
            states.count(TakeState.FAILED),
            states.count(TakeState.STOPPED),
            total_cost(file.cost for file in self.rows.files),
        )

    @property
    def hindrance(self) -> str:
        """Why nothing can be begun, in a sentence; "" when it can."""
        if not self._ready:
            return self.tr("Add files first.")
        if not self.options.chosen:
            return self.tr("This connection has no model that hears.")
        if not self.forms:
            return self.tr("Choose at least one form of text.")
        return next(iter(self.options.problems.values()), "")

    # choosing

    @Slot()
    def load(self) -> None:
        """When the page is first shown, and after that failed."""
        self.options.load()
        if not self.loaded and not self._tasks.running("load"):
            self._tasks.start("load", self._load())

    def add(self, paths: Sequence[Path]) -> None:
        """Files, and the recordings in folders. Those that wait already are not taken twice."""
        if paths:
            self.trouble = None
            self._tasks.start("add", self._add(tuple(paths)))
            self.changed.emit()

    @Slot()
    def add_listed(self) -> None:
        """The recordings of the list."""
        self.add(self._listed())

    def remove(self, files: Iterable[BatchFile]) -> None:
        """Of what is not begun yet."""
        gone = {file.path for file in files if file.state is None}
        self._ready = [path for path in self._ready if str(path) not in gone]
        self._show()

    def toggle_form(self, form: TextForm) -> None:
        chosen = {*self.forms} ^ {form}
        self.forms = tuple(one for one in TextForm if one in chosen)
        self._chosen()

    def set_folder(self, folder: str) -> None:
        """ "" for beside each recording."""
        self.folder = folder
        self._chosen()

    # doing

    @Slot()
    def start(self) -> None:
        """Have all that is ready heard."""
        if not self.hindrance and not self._tasks.running("start"):
            self.trouble = None
            self._tasks.start("start", self._start())

    @Slot()
    def pause(self) -> None:
        """What is being heard is cut off; it goes on from there."""
        self._for_each("pause", self._batches.stop, [one.id for one in self._open()])

    @Slot()
    def go_on(self) -> None:
        """Hear what was stopped, and what failed."""
        ids = [id for id, batch in self._known.items() if any(item.state in _AGAIN for item in batch.items)]
        self._for_each("go on", self._batches.retry, ids)

    def retry(self, files: Iterable[BatchFile]) -> None:
        """Let these be heard that failed or were stopped."""
        numbers: dict[str, list[int]] = {}
        for file in files:
            if file.item is not None and file.item.state in _AGAIN:
                numbers.setdefault(file.batch_id, []).append(file.item.number)
        if numbers:
            self._tasks.start("retry", self._retry(numbers))

    @Slot()
    def clear(self) -> None:
        """Leave out batches that are over; where there are none, what is not begun. Recordings, takes and texts stay."""
        over = [id for id, batch in self._known.items() if batch.state.over]
        if not over:
            self._ready = []
            self._show()
        self._for_each("clear", self._batches.delete, over)

    @Slot()
    def cancel(self) -> None:
        """Stop everything and leave it out; what is written stays."""
        self._ready = []
        self._show()
        self._for_each("cancel", self._batches.delete, list(self._known))

    async def aclose(self) -> None:
        for leave in self._leave:
            leave()
        await self.options.aclose()
        await self._tasks.aclose()

    # work

    async def _load(self) -> None:
        self.trouble = None
        try:
            for batch in await self._batches.all(_MOST_BATCHES):
                self._known.setdefault(batch.id, batch)
            self.loaded = True
            self._show()
            await self._read_takes()
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self._show()

    async def _read_takes(self) -> None:
        """Of batches of earlier runs: what they cost, and how far they are."""
        for batch in tuple(self._known.values()):
            for item in batch.items:
                if item.take_id and item.take_id not in self._heard:
                    take = await self._takes.get(item.take_id)
                    if take is not None:
                        self._heard.setdefault(take.id, take)

    async def _add(self, paths: tuple[Path, ...]) -> None:
        try:
            found = await asyncio.to_thread(self._files_of, paths)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            self._ready += [path for path in dict.fromkeys(found) if path not in self._ready]
            if not found:
                self.trouble = Trouble(
                    self.tr("There is no recording in it."),
                    fix=self.tr("Choose another folder, or the files themselves."),
                )
        self._show()

    async def _start(self) -> None:
        paths, self._ready = tuple(self._ready), []
        options = self.options
        model = options.chosen[0]
        try:
            batch = await self._batches.begin(
                paths,
                model,
                options.fitting(model),
                target_id=self._target_id(),
                folder=Path(self.folder) if self.folder else None,
                forms=self.forms,
                rules=self._rules(),
                most_s=options.most_s,
            )
        except WorkbenchError as error:
            self._ready = [*paths, *self._ready]
            self.trouble = Trouble.of(error)
        else:
            self._known.setdefault(batch.id, batch)
        self._show()

    async def _retry(self, numbers: dict[str, list[int]]) -> None:
        self.trouble = None
        try:
            for batch_id, some in numbers.items():
                await self._batches.retry(batch_id, some)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self._show()

    def _for_each(self, name: str, what: Callable[[str], Any], ids: Sequence[str]) -> None:
        if ids:
            self.trouble = None
            self._tasks.start(name, self._carry_out(what, ids))

    async def _carry_out(self, what: Callable[[str], Any], ids: Sequence[str]) -> None:
        try:
            for batch_id in ids:
                await what(batch_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self._show()

    def _open(self) -> list[SpeechBatch]:
        return [batch for batch in self._known.values() if not batch.state.over]

    # what happens

    def _happened(self, event: BatchEvent) -> None:
        match event:
            case BatchChanged(batch):
                self._known[batch.id] = batch
            case BatchGone(id):
                self._known.pop(id, None)
        self._show()

    def _heard_of(self, event: TakesEvent) -> None:
        match event:
            case TakeChanged(take) if self._is_ours(take.id):
                self._heard[take.id] = take
                self._show()
            case PartChanged(take_id, part) if take_id in self._heard:
                self._heard[take_id] = _with(self._heard[take_id], part)
                self._show()

    def _is_ours(self, take_id: str) -> bool:
        return any(item.take_id == take_id for batch in self._known.values() for item in batch.items)

    def _show(self) -> None:
        files = [
            self._file(batch.id, number)
            for batch in sorted(self._known.values(), key=lambda one: one.id)
            for number in range(len(batch.items))
        ]
        self.rows.show([*files, *(BatchFile(str(path)) for path in self._ready)])
        self.changed.emit()

    def _file(self, batch_id: str, number: int) -> BatchFile:
        item = self._known[batch_id].items[number]
        take = self._heard.get(item.take_id)
        if take is None:
            return BatchFile(item.path, batch_id, item)
        whole = sum(part.seconds for part in take.parts)
        done = sum(part.seconds for part in take.parts if part.state is TakeState.DONE)
        return BatchFile(item.path, batch_id, item, done / whole if whole else 0.0, take.cost)

    # keeping

    def _chosen(self) -> None:
        if self._keep is not None:
            self._keep(json.dumps({"forms": self.forms, "folder": self.folder}))
        self.changed.emit()

    def _read(self, kept: str) -> None:
        """What cannot be read is as if nothing had been kept."""
        try:
            value = json.loads(kept or "{}")
            wanted = value.get("forms", self.forms)
            self.forms = tuple(form for form in TextForm if form in wanted)
            self.folder = str(value.get("folder", ""))
        except (ValueError, TypeError, AttributeError):
            return


def _with(take: Take, part: Part) -> Take:
    return replace(take, parts=tuple(part if one.number == part.number else one for one in take.parts))
