"""Which maps are shown, what their colours say, and what stands out in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.maps import ColourBy, Colouring, MapKind
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings import colouring
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.maps import (
    Dots,
    Effort,
    PointMap,
    as_csv,
    dots,
    effort,
    laid_over,
    middles,
)
from workbench.services.embeddings.neighbours import query_vector
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

AT_ONCE = 2
"""Maps side by side."""
_MANY = 20_000
"""Rows of which clusters are not looked for unless somebody asks."""
_LONG = 200_000
"""Rows of which neighbourhoods are not mapped before somebody agreed to what that takes."""


class Stage(StrEnum):
    """What is waited for. READING: the vectors."""

    READING = "reading"
    LAYING_OUT = "laying-out"
    COLOURING = "colouring"


class Take(StrEnum):
    """What becomes of what was selected before: ONLY, nothing; ADD, it stays; REMOVE, it loses what is selected now."""

    ONLY = "only"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A map of a column. colours: None until they are known; apart: how well its groups stand apart, -1 to 1, None where they do not.

    middles: where the name of each group stands. dots: what is painted, None until the colours are known.
    """

    column: Column
    made: PointMap
    missing: int = 0
    colours: Colouring | None = None
    apart: float | None = None
    middles: tuple[tuple[float, float] | None, ...] = ()
    dots: Dots | None = field(default=None, repr=False)


class MapModel(QObject):
    """shown: a map, or two side by side, the second laid over the first. ways: what colours can
    say of this set; by: what they say; many: how many clusters, None for
    as many as stand apart best; query: what was typed to be compared with, "" for the current row. hidden: groups that are left
    out. words: what is looked for; found: the rows that have it. working: the part that is done of what `stage` names, or None.
    asking: what the wanted maps would take, while somebody has to agree to it.

    A set whose neighbourhoods were mapped before is shown so at once.

    Signals: laid_out (other maps than before: look at all of them), drawn (points look different), arrived (row that was gone to),
    changed (all else), failed (Exception).
    """

    laid_out = Signal()
    arrived = Signal(int)
    drawn = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.kind = MapKind.COMPONENTS
        self.seed = 0
        self.keys: tuple[str, ...] = ()
        self.ways: tuple[ColourBy, ...] = ()
        self.by = ColourBy.NOTHING
        self.many: int | None = None
        self.query = ""
        self.hidden: frozenset[int] = frozenset()
        self.words = ""
        self.found: tuple[int, ...] = ()
        self.shown: tuple[Shown, ...] = ()
        self.trouble: Trouble | None = None
        self.stage = Stage.READING
        self.working: float | None = None
        self.asking: Effort | None = None
        self._agreed = False
        self._kind_chosen = False
        self._seen = False
        self._laid: tuple[Shown, ...] = ()
        self._clusters: tuple[object, Colouring] | None = None
        self._made_of: object = None
        self._coloured_by: object = None
        shared.opened.connect(self._opened)
        shared.columns_changed.connect(self._look)
        shared.measure_changed.connect(self._look)
        shared.selection_changed.connect(self._selected)
        self._opened()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    # looking

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those that are, or are about to be, shown."""
        chosen = {column.key: column for column in self.shared.chosen}
        found = tuple(chosen[key] for key in self.keys if key in chosen)
        return found or tuple(chosen.values())[:1]

    @property
    def colours(self) -> Colouring | None:
        """Of the first map; the groups are the same in both."""
        return self.shown[0].colours if self.shown else None

    @property
    def lit(self) -> Sequence[int] | None:
        """Rows that stand out; None where all are alike."""
        if self.words:
            return self.found
        return self.shared.selected if len(self.shared.selected) > 1 else None

    @property
    def needs_row(self) -> bool:
        """The colours wait for somebody to choose a row or to type something."""
        return self.by is ColourBy.LIKENESS and not self.query and not self.shared.selected

    # changing

    def set_seen(self, seen: bool) -> None:
        """Nothing is reckoned while nobody looks."""
        self._seen = seen
        if seen:
            self._look()

    def set_kind(self, kind: MapKind) -> None:
        self._kind_chosen = True
        if kind is not self.kind:
            self.kind = kind
            self._look()
            self.changed.emit()

    def agree(self) -> None:
        """To what the wanted maps take."""
        self._agreed = True
        self.again()

    def lay_out_anew(self) -> None:
        """Another map of the same vectors: what both show is no accident."""
        self.seed += 1
        self._look()

    def show_columns(self, keys: Iterable[str]) -> None:
        """At most AT_ONCE of the chosen ones."""
        self.keys = tuple(dict.fromkeys(keys))[:AT_ONCE]
        self._look()
        self.changed.emit()

    def colour(self, by: ColourBy, many: int | None = None) -> None:
        """many: clusters, None for as many as stand apart best."""
        if (by, many) != (self.by, self.many):
            self.by, self.many, self.hidden = by, many, frozenset()
            self._look()
            self.changed.emit()

    def compare_with(self, text: str) -> None:
        """Colour by likeness to a text; "" for the current row. Asks the column's model for its vector."""
        self.by, self.query, self.hidden = ColourBy.LIKENESS, text.strip(), frozenset()
        self._look()
        self.changed.emit()

    def show_group(self, group: int, wanted: bool) -> None:
        self.hidden = self.hidden - {group} if wanted else self.hidden | {group}
        self._redraw()
        self.changed.emit()

    def show_only(self, group: int | None) -> None:
        """One group alone; None for all."""
        colours = self.colours
        if colours is not None:
            places = range(len(colours.sizes))
            self.hidden = frozenset() if group is None else frozenset(places) - {group}
            self._redraw()
            self.changed.emit()

    def search(self, words: str) -> None:
        """Rows that have all of the words stand out."""
        self.words = words.strip()
        self._tasks.start("search", self._search())

    def go_to_found(self, words: str) -> None:
        """To the next row, from the current one, that has all of the words."""
        self._tasks.start("search", self._go_to_found(words.strip()))

    def select_group(self, group: int) -> None:
        if self.colours is not None:
            self._tasks.start("inside", self._select_group(self.colours, group))

    def select_found(self) -> None:
        self.shared.select(self.found)

    def select_row(self, row: int, *, also: bool = False) -> None:
        """Below 0: none. also: beside those that are selected, or no longer."""
        selected = self.shared.selected if also else ()
        if row < 0:
            self.shared.select(selected)
        elif also and row in selected:
            self.shared.select(each for each in selected if each != row)
        else:
            self.shared.select((*selected, row))

    def go_to(self, row: int, *, also: bool = False) -> None:
        """Make a row the current one. also: what was selected stays so."""
        selected = self.shared.selected if also else ()
        self.shared.select((*(each for each in selected if each != row), row))

    def select_inside(
        self, points: Dots, outline: Sequence[tuple[float, float]], take: Take = Take.ONLY
    ) -> None:
        """What lies within a closed outline in the plane."""
        self._tasks.start("inside", self._select_inside(points, tuple(outline), take))

    def stop(self) -> None:
        """What is shown stays."""
        for name in ("maps", "colours"):
            self._tasks.cancel(name)
        self.working, self.asking = None, None
        if self.shown:
            self.kind, self.seed = self.shown[0].made.kind, self.shown[0].made.seed
            self.keys = tuple(each.column.key for each in self.shown)
            self._made_of = self._wanted
            self.by = self.colours.by if self.colours is not None else ColourBy.NOTHING
            self._coloured_by = self._wanted_colours
            self._laid = ()
        self.changed.emit()

    def again(self) -> None:
        """After trouble."""
        self._made_of = self._coloured_by = None
        self._look()

    async def csv(self, groups: Sequence[str]) -> bytes:
        """groups: what the colour of each group says."""
        rows, colours = self.shared.rows, self.colours
        maps = [(self.shared.title_of(each.column), each.made) for each in self.shown]

        def work() -> bytes:
            shades = colours.shades if colours is not None and groups else ()
            told = [groups[shade] if shade >= 0 else "" for shade in shades] or [""] * len(rows)
            return as_csv(rows, told, maps)

        return await asyncio.to_thread(work)

    # what happens elsewhere

    @Slot()
    def _opened(self) -> None:
        for name in ("maps", "judge", "colours", "dots", "search", "inside"):
            self._tasks.cancel(name)
        self.shown, self.keys, self.found, self.words, self.query = (), (), (), "", ""
        self.hidden, self.many, self.seed, self.kind = frozenset(), None, 0, MapKind.COMPONENTS
        self.trouble, self.working, self.asking = None, None, None
        self._laid, self._clusters = (), None
        self._agreed = self._kind_chosen = False
        self._made_of = self._coloured_by = None
        rows = self.shared.rows
        found = [ColourBy.LABEL] if any(row.label for row in rows) else []
        found += [ColourBy.LANGUAGE] if any(row.language for row in rows) else []
        self.ways = (*found, ColourBy.CLUSTER, ColourBy.LIKENESS, ColourBy.NOTHING)
        self.by = self.ways[0]
        if self.by is ColourBy.CLUSTER and len(rows) > _MANY:
            self.by = ColourBy.NOTHING
        self.laid_out.emit()
        self.changed.emit()
        self._look()

    @property
    def _wanted(self) -> object:
        """What the maps are made of. A column that grows is laid out when it is first seen and when it is whole."""
        columns = tuple((column.key, column.done if column.over else -1) for column in self.columns)
        return self.kind, self.seed if self.kind is MapKind.NEIGHBOURS else 0, columns

    @property
    def _wanted_colours(self) -> object:
        shared = self.shared
        if self.by is not ColourBy.LIKENESS:
            return self.by, self.many
        return self.by, self.query or shared.selected[-1:], shared.measure

    @Slot()
    def _look(self) -> None:
        """Reckon what is out of date, if anybody looks."""
        study = self.shared.study
        if not self._seen:
            return
        if study is None or not self.columns:
            self._leave()
        elif self._made_of != self._wanted:
            self._made_of = self._wanted
            self._tasks.cancel("judge")
            self._tasks.start("maps", self._lay_out(study))
        elif (self._laid or self.shown) and self._coloured_by != self._wanted_colours:
            self._tasks.start("colours", self._colour(study))

    def _leave(self) -> None:
        """There is nothing to be seen."""
        for name in ("maps", "judge", "colours", "dots"):
            self._tasks.cancel(name)
        self.shown, self._laid, self._made_of = (), (), None
        self.working, self.trouble, self.asking = None, None, None
        self.laid_out.emit()
        self.changed.emit()

    @Slot()
    def _selected(self) -> None:
        self._look()
        self._redraw()
        self.changed.emit()

    def _redraw(self) -> None:
        if self.colours is not None:
            self._tasks.start("dots", self._draw())

    # reckoning

    def _tell(self, stage: Stage, part: float) -> None:
        self.stage, self.working = stage, part
        self.changed.emit()

    def _fail(self, error: WorkbenchError) -> None:
        self.trouble, self.working = Trouble.of(error), None
        self.changed.emit()

    async def _lay_out(self, study: Study) -> None:
        columns = self.columns
        self.trouble, self.asking = None, None
        self._tell(Stage.READING, 0.0)
        shown: list[Shown] = []
        try:
            if not self._kind_chosen and await self._all_kept(study, columns):
                self.kind = MapKind.NEIGHBOURS
                self._made_of = self._wanted
            self._kind_chosen = True
            long = self.kind is MapKind.NEIGHBOURS and len(self.shared.rows) > _LONG
            if long and not self._agreed and not await self._all_kept(study, columns):
                self.asking = effort(len(self.shared.rows), max(each.dimensions for each in columns))
                self.working = None
                self.changed.emit()
                return
            for number, column in enumerate(columns):
                vectors = await study.vectors(column.key)

                def tell(part: float, number: int = number) -> None:
                    self._tell(Stage.LAYING_OUT, (number + part) / len(columns))

                made = await self._desk.maps.laid_out(vectors, self.kind, self.seed, tell)
                if shown:
                    made = await laid_over(made, shown[0].made)
                shown.append(Shown(column, made, int(len(vectors) - vectors.valid.sum())))
        except WorkbenchError as error:
            self._fail(error)
            return
        self._laid, self.working = tuple(shown), None
        self._tasks.start("colours", self._colour(study))

    async def _all_kept(self, study: Study, columns: Sequence[Column]) -> bool:
        """Whether the neighbourhoods of all columns were mapped before."""
        for column in columns:
            vectors = await study.vectors(column.key)
            if await self._desk.maps.kept(vectors, MapKind.NEIGHBOURS, self.seed) is None:
                return False
        return True

    async def _judge(self, study: Study) -> None:
        """How far the maps can be trusted. They stay what they are, so that nothing is painted anew."""
        try:
            for number, each in enumerate(self.shown):
                judged = await self._desk.maps.judged(each.made, await study.vectors(each.column.key))
                self._replace(number, replace(self.shown[number], made=judged))
        except WorkbenchError as error:
            self._fail(error)

    async def _colour(self, study: Study) -> None:
        """Of the maps that were laid out anew, which are shown then, or of those that are."""
        self.trouble, self._coloured_by = None, self._wanted_colours
        plain = colouring.nothing(len(self.shared.rows))
        if self._laid and self.by is ColourBy.CLUSTER and self._known_clusters(self._laid[0].column) is None:
            await self._show([plain] * len(self._laid), study)
        maps = self._laid or self.shown
        coloured: list[Colouring] = []
        try:
            for each in maps:
                same = bool(coloured) and self.by is not ColourBy.LIKENESS
                coloured.append(coloured[0] if same else await self._coloured(study, each.column))
        except WorkbenchError as error:
            self._fail(error)
            if not self._laid:
                return
            coloured = [plain] * len(maps)
        self.working = None
        await self._show(coloured, study)
        try:
            await self._tell_apart(study)
        except WorkbenchError as error:
            self._fail(error)

    async def _show(self, coloured: Sequence[Colouring], study: Study) -> None:
        """The maps in other colours. Those that were laid out anew take the place of what was shown, and are judged."""
        moved, maps, lit = bool(self._laid), self._laid or self.shown, self.lit
        self.hidden = hidden = frozenset(group for group in self.hidden if group < len(coloured[0].sizes))
        painted = [
            await _painted(replace(each, colours=colours, apart=None), lit, hidden)
            for each, colours in zip(maps, coloured, strict=True)
        ]
        self._tasks.cancel("dots")
        if not moved:  # they may have been judged meanwhile
            painted = [replace(new, made=each.made) for each, new in zip(self.shown, painted, strict=True)]
        self.shown, self._laid = tuple(painted), ()
        if moved:
            self.laid_out.emit()
            self._tasks.start("judge", self._judge(study))
        self.drawn.emit()
        self.changed.emit()
        if (self.lit, self.hidden) != (lit, hidden):
            self._redraw()

    def _known_clusters(self, column: Column) -> Colouring | None:
        known = self._clusters
        return known[1] if known is not None and known[0] == (column, self.many) else None

    async def _coloured(self, study: Study, column: Column) -> Colouring:
        rows = self.shared.rows
        match self.by:
            case ColourBy.LABEL:
                return await colouring.by_names(self.by, [row.label for row in rows])
            case ColourBy.LANGUAGE:
                return await colouring.by_names(self.by, [row.language for row in rows])
            case ColourBy.CLUSTER:
                if (known := self._known_clusters(column)) is not None:
                    return known
                self._tell(Stage.COLOURING, 0.0)
                key = (column, self.many)
                found = await colouring.by_clusters(
                    await study.vectors(column.key),
                    [row.text for row in rows],
                    self.many,
                    progress=lambda part: self._tell(Stage.COLOURING, part),
                )
                self._clusters = key, found
                return found
            case ColourBy.LIKENESS if not self.needs_row:
                vectors = await study.vectors(column.key)
                if not self.query:
                    return await colouring.by_likeness(vectors, self.shared.selected[-1], self.shared.measure)
                to = await query_vector(self._desk.calls, column, self.query)
                return await colouring.by_likeness(vectors, to, self.shared.measure)
            case _:
                return colouring.nothing(len(rows))

    async def _draw(self) -> None:
        """What is shown, with what stands out or is left out now."""
        lit, hidden = self.lit, self.hidden
        painted = [await _painted(each, lit, hidden) for each in self.shown]
        # What was found out of the maps meanwhile stays.
        self.shown = tuple(
            replace(each, dots=new.dots, middles=new.middles)
            for each, new in zip(self.shown, painted, strict=True)
        )
        self.drawn.emit()
        self.changed.emit()

    async def _tell_apart(self, study: Study) -> None:
        for number, each in enumerate(self.shown):
            if each.colours is None or len(each.colours.sizes) < 2:
                continue
            found = await colouring.apart(await study.vectors(each.column.key), each.colours.shades)
            self._replace(number, replace(self.shown[number], apart=found))

    def _replace(self, number: int, new: Shown) -> None:
        self.shown = (*self.shown[:number], new, *self.shown[number + 1 :])
        self.changed.emit()

    async def _search(self) -> None:
        wanted = self.words.casefold().split()
        rows = self.shared.rows
        self.found = await asyncio.to_thread(_matching, rows, wanted) if wanted else ()
        self._redraw()
        self.changed.emit()

    async def _go_to_found(self, words: str) -> None:
        if words != self.words:
            self.words = words
            await self._search()
        if self.found:
            current = self.shared.selected[-1] if self.shared.selected else -1
            row = next((each for each in self.found if each > current), self.found[0])
            self.go_to(row)
            self.arrived.emit(row)

    async def _select_group(self, colours: Colouring, group: int) -> None:
        self.shared.select(await asyncio.to_thread(_members, colours, group))

    async def _select_inside(
        self, points: Dots, outline: tuple[tuple[float, float], ...], take: Take
    ) -> None:
        inside, before = await asyncio.to_thread(points.inside, outline), self.shared.selected
        match take:
            case Take.ONLY:
                self.shared.select(inside)
            case Take.ADD:
                self.shared.select((*before, *inside))
            case Take.REMOVE:
                gone = set(inside)
                self.shared.select(row for row in before if row not in gone)


async def _painted(shown: Shown, lit: Sequence[int] | None, hidden: frozenset[int]) -> Shown:
    colours = shown.colours
    assert colours is not None
    groups = len(colours.names) if colours.by is not ColourBy.NOTHING else 0
    places = await middles(shown.made, colours.shades, groups)
    points = await dots(shown.made, colours.shades, colours.count, lit, hidden)
    return replace(shown, dots=points, middles=places)


def _members(colours: Colouring, group: int) -> tuple[int, ...]:
    return tuple(row for row, shade in enumerate(colours.shades) if shade == group)


def _matching(rows: Sequence[TextRow], wanted: Sequence[str]) -> tuple[int, ...]:
    return tuple(
        number
        for number, row in enumerate(rows)
        if all(word in f"{row.id} {row.text} {row.label}".casefold() for word in wanted)
    )
