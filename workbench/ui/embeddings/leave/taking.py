"""What is taken out of the tab: which vectors or results, in which form, and how far the writing is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.maps import MapKind
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings import result_files
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.report.pictures import Palettes
from workbench.services.embeddings.result_files import ResultForm
from workbench.services.embeddings.study import Column, Study
from workbench.services.embeddings.vector_files import VectorForm, write_vectors
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_STEM = 80
_BYTES = {  # of a number, about
    VectorForm.NPY: 4.0,
    VectorForm.PARQUET: 3.8,
    VectorForm.JSONL: 13.0,
    VectorForm.NDJSON: 13.0,
    VectorForm.CSV: 13.0,
    VectorForm.SQL: 13.0,
}
_OF_SQL = {VectorType.VECTOR: 13.0, VectorType.HALFVEC: 8.0, VectorType.BIT: 1.0}


class Subject(StrEnum):
    VECTORS = "vectors"
    NEIGHBOURS = "neighbours"
    COORDINATES = "coordinates"
    TEXTS = "texts"
    REPORT = "report"


REPORT_FORM = "html"
MOST_NEIGHBOURS = 100
_Part = Callable[[float], object]


class TakingModel(QObject):
    """subject: what is taken. vector_form, result_form: how vectors and all else are written. vector_type: of pgvector. k: neighbours
    of each row. map_kind: which coordinates. palettes: of a report.

    progress: of what is being written, None while nothing is. trouble: why the last was not written. written: the files that were.
    Signals: changed, progressed, saved (tuple of Paths), failed (Exception).
    """

    changed = Signal()
    progressed = Signal()
    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        palettes: Palettes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.palettes = palettes
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.subject = Subject.VECTORS
        self.vector_form = VectorForm.PARQUET
        self.result_form = ResultForm.CSV
        self.vector_type = VectorType.VECTOR
        self.k = 10
        self.map_kind = MapKind.COMPONENTS
        self._wished: dict[str, bool] = {}
        self.progress: float | None = None
        self.trouble: Trouble | None = None
        self.written: tuple[Path, ...] = ()
        shared.opened.connect(self._opened)
        shared.columns_changed.connect(self.changed)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    # looking

    @property
    def form(self) -> str:
        """The ending of the file's name."""
        match self.subject:
            case Subject.VECTORS:
                return self.vector_form
            case Subject.REPORT:
                return REPORT_FORM
            case _:
                return self.result_form

    @property
    def columns(self) -> tuple[Column, ...]:
        """Whose vectors are taken, or results of them: those that are compared, until the user says otherwise."""
        return tuple(column for column in self.shared.columns if self.is_taken(column))

    def is_taken(self, column: Column) -> bool:
        return self._wished.get(column.key, column in self.shared.chosen)

    @property
    def into_folder(self) -> bool:
        """Each column makes a file of its own."""
        return self.subject is Subject.VECTORS and len(self.columns) > 1

    @property
    def name(self) -> str:
        """Of the file, as it is proposed."""
        texts = self.shared.texts
        name = texts.name if texts is not None else ""
        stem, _, ending = name.rpartition(".")
        stem = stem if ending.lower() in _TEXT_ENDINGS else name
        what = {
            Subject.VECTORS: self._title(self.columns[0]) if len(self.columns) == 1 else "",
            Subject.NEIGHBOURS: self.tr("neighbours"),
            Subject.COORDINATES: self.tr("coordinates"),
            Subject.TEXTS: "",
            Subject.REPORT: self.tr("report"),
        }[self.subject]
        return f"{_as_name(' – '.join(part for part in (stem, what) if part))}.{self.form}"

    @property
    def bytes(self) -> int:
        """How large the vectors will be, about; 0 for what is small."""
        if self.subject is not Subject.VECTORS:
            return 0
        each = _OF_SQL[self.vector_type] if self.form is VectorForm.SQL else _BYTES[self.vector_form]
        return round(sum(column.done * column.dimensions for column in self.columns) * each)

    @property
    def without(self) -> int:
        """Rows of the set that at least one of the columns has no vector for."""
        most = len(self.shared.rows)
        return max((most - column.done for column in self.columns), default=0)

    @property
    def hindrance(self) -> str:
        """Why nothing can be written now; "" when it can."""
        if self.shared.study is None:
            return self.tr("Open a set of texts first.")
        if self.subject is Subject.TEXTS:
            return ""
        if not self.shared.columns:
            return self.tr("There are no vectors yet: choose models and embed the texts first.")
        return "" if self.columns else self.tr("Tick at least one model.")

    # wishing

    def set_subject(self, subject: Subject) -> None:
        self._set("subject", subject)

    def set_form(self, form: VectorForm | ResultForm) -> None:
        """For what is taken now."""
        self._set("vector_form" if self.subject is Subject.VECTORS else "result_form", form)

    def set_vector_type(self, type: VectorType) -> None:
        self._set("vector_type", type)

    def set_k(self, k: int) -> None:
        self._set("k", min(max(k, 1), MOST_NEIGHBOURS))

    def set_map_kind(self, kind: MapKind) -> None:
        self._set("map_kind", kind)

    def take(self, key: str, wanted: bool) -> None:
        """Whether a column is among those that are taken."""
        self._wished[key] = wanted
        self.changed.emit()

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.trouble, self.written = None, ()
            self.changed.emit()

    # writing

    def save(self, place: str) -> None:
        """place: the file, or the folder where `into_folder`; files in a folder never take the place of others."""
        if not self.hindrance and place and self.progress is None:
            self._tasks.start("save", self._save(Path(place)))

    @Slot()
    def cancel(self) -> None:
        """What is being written is gone; what was there before stays."""
        self._tasks.cancel("save")

    async def _save(self, place: Path) -> None:
        self.progress, self.trouble, self.written = 0.0, None, ()
        self.changed.emit()
        try:
            self.written = await self._write(place)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        finally:
            self.progress = None
            self.changed.emit()
        if self.written:
            self.saved.emit(self.written)

    async def _write(self, place: Path) -> tuple[Path, ...]:
        study = self.shared.study
        assert study is not None
        rows, columns, form = study.texts.rows, self.columns, self.result_form
        match self.subject:
            case Subject.VECTORS:
                return await self._write_vectors(study, place)
            case Subject.TEXTS:
                await result_files.write_texts(place, form, rows, self._tell)
            case Subject.NEIGHBOURS:
                found = [(self._title(each), await study.vectors(each.key)) for each in columns]
                measure = self.shared.measure
                await result_files.write_neighbours(place, form, rows, found, self.k, measure, self._tell)
            case Subject.COORDINATES:
                maps = []
                for number, each in enumerate(columns):
                    tell = self._part(number, len(columns) + 1)
                    made = await self._desk.maps.laid_out(
                        await study.vectors(each.key), self.map_kind, progress=tell
                    )
                    maps.append((self._title(each), made))
                tell = self._part(len(columns), len(columns) + 1)
                await result_files.write_coordinates(place, form, rows, maps, tell)
            case Subject.REPORT:
                # Not at the start: they know all that can be reckoned, and are seldom wanted.
                from workbench.services.embeddings.report.findings import Sources, findings
                from workbench.services.embeddings.report.page import write_report

                desk = self._desk
                titled = [(self._title(each), each) for each in columns]
                sources = Sources(desk.models, desk.maps, desk.calls, desk.sets)
                told = await findings(study, titled, sources, self.shared.measure, self.map_kind, self._tell)
                await write_report(place, told, self.palettes)
        return (place,)

    async def _write_vectors(self, study: Study, place: Path) -> tuple[Path, ...]:
        columns, form, type = self.columns, self.vector_form, self.vector_type
        rows, into_folder = study.texts.rows, self.into_folder
        done: list[Path] = []
        for number, column in enumerate(columns):
            vectors = await study.vectors(column.key)
            path = place
            if into_folder:
                path = await asyncio.to_thread(_free, place, _as_name(self._title(column)), form)
            tell = self._part(number, len(columns))
            await write_vectors(path, form, rows, vectors, type=type, progress=tell)
            done.append(path)
        return tuple(done)

    def _title(self, column: Column) -> str:
        return self.shared.title_of(column)

    def _part(self, number: int, many: int) -> _Part:
        return lambda part: self._tell((number + part) / many)

    def _tell(self, part: float) -> None:
        self.progress = part
        self.progressed.emit()

    @Slot()
    def _opened(self) -> None:
        self._wished.clear()
        self.trouble, self.written = None, ()
        self.changed.emit()


_TEXT_ENDINGS = ("csv", "tsv", "jsonl", "json", "parquet", "txt", "ndjson")


def _as_name(text: str) -> str:
    """What every system takes as a file's name, without its ending."""
    return _NOT_IN_NAMES.sub("-", text).strip(" .-")[:_LONGEST_STEM].strip(" .-") or "embeddings"


def _free(folder: Path, stem: str, form: VectorForm) -> Path:
    """A name nothing has there."""
    path, number = folder / f"{stem}.{form}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}.{form}", number + 1
    return path
