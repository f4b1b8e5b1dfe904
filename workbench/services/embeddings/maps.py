"""Vectors as points of a plane: laid out, judged, kept, laid over one another, and drawn."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.domain.embeddings.maps import Bounds, MapKind, Trust, View
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import StorageFailed
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.storage.disk import whole_file

if TYPE_CHECKING:
    from workbench.vectors.arrays import Floats, Rows
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

NEIGHBOURS = 10
"""How many nearest rows are asked about when a map is judged."""
_FORMAT = 1
_SQUARES = 24
_MOST_JUDGED, _LEAST_JUDGED, _LOOKED_AT = 500, 100, 50_000_000
"""Rows that are asked for their nearest, each of all rows; fewer where there are so many that it would take long."""
_SECONDS_PER_ROW = 0.0004
_SAMPLED = 1 << 22


@dataclass(frozen=True, slots=True)
class Effort:
    """What a map of neighbourhoods takes: memory for all of it, the vectors among it, and time, roughly."""

    rows: int
    memory_bytes: int
    minutes: float


def effort(rows: int, dimensions: int) -> Effort:
    from workbench.vectors.matrix import needed

    return Effort(rows, needed(rows, dimensions).total, rows * _SECONDS_PER_ROW / 60)


class MapFiles(Protocol):
    """storage.embedding_maps.EmbeddingMapFiles."""

    def get(self, name: str) -> bytes | None: ...
    def put(self, name: str, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class PointMap:
    """bounds: of all points, None where there are none. shares: of all variance, what the two components have. exact: its neighbours
    were found exactly. trust: None until it is judged.

    disparity: for one that was laid over another, 0 where both have the same shape, 1 where they have nothing in common.
    """

    kind: MapKind
    seed: int
    coordinates: Floats = field(repr=False)
    bounds: Bounds | None = None
    shares: tuple[float, ...] = ()
    exact: bool = True
    trust: Trust | None = None
    disparity: float | None = None

    def __len__(self) -> int:
        return len(self.coordinates)

    def place(self, row: int) -> tuple[float, float] | None:
        """None for a row that cannot be compared."""
        x, y = float(self.coordinates[row, 0]), float(self.coordinates[row, 1])
        return (x, y) if x == x and y == y else None


def point_map(
    kind: MapKind, seed: int, coordinates: Floats, shares: Sequence[float] = (), *, exact: bool = True
) -> PointMap:
    return PointMap(kind, seed, coordinates, _bounds(coordinates), tuple(shares), exact)


def _bounds(coordinates: Floats) -> Bounds | None:
    import numpy as np

    some = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(some):
        return None
    low, high = some.min(axis=0), some.max(axis=0)
    return Bounds(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


class Maps:
    """files: where maps are kept; None for nowhere. A map that is kept, or cannot be, is none the worse for it."""

    def __init__(self, files: MapFiles | None = None) -> None:
        self._files = files

    async def laid_out(
        self, vectors: Vectors, kind: MapKind, seed: int = 0, progress: Progress | None = None
    ) -> PointMap:
        """As it was kept, or anew. The same seed makes the same map."""
        if (found := await self.kept(vectors, kind, seed)) is not None:
            return found
        lay_out = _components if kind is MapKind.COMPONENTS else _neighbours
        made = await reckoned(lambda watch: lay_out(vectors, seed, watch), progress)
        await self._keep(await reckoned(lambda watch: _name(vectors, kind, seed)), made)
        return made

    async def kept(self, vectors: Vectors, kind: MapKind, seed: int = 0) -> PointMap | None:
        """As it was laid out before; None where it was not."""
        files = self._files
        if files is None:
            return None

        def work(watch: Watch) -> PointMap | None:
            found = files.get(_name(vectors, kind, seed))
            return None if found is None else _read(found, kind, seed, len(vectors))

        return await reckoned(work)

    async def judged(self, made: PointMap, vectors: Vectors) -> PointMap:
        """With its trust, which is kept as well."""
        if made.trust is not None:
            return made

        def work(watch: Watch) -> tuple[str, Trust]:
            from workbench.vectors.preservation import preservation

            asked = min(_MOST_JUDGED, max(_LEAST_JUDGED, _LOOKED_AT // max(1, len(vectors))))
            found = preservation(vectors, made.coordinates, NEIGHBOURS, most_rows=asked, watch=watch)
            trust = Trust(found.trustworthiness, found.continuity, found.kept, found.rows)
            return _name(vectors, made.kind, made.seed), trust

        name, trust = await reckoned(work)
        made = replace(made, trust=trust)
        if made.disparity is None:
            await self._keep(name, made)
        return made

    async def _keep(self, name: str, made: PointMap) -> None:
        if self._files is None:
            return
        try:
            await asyncio.to_thread(self._files.put, name, _written(made))
        except StorageFailed:
            return  # it is reckoned again with the next start


async def laid_over(made: PointMap, onto: PointMap) -> PointMap:
    """Turned, mirrored, scaled and moved, so that it lies as well as may be on another map of the same rows."""

    def work(watch: Watch) -> PointMap:
        from workbench.vectors.alignment import alignment

        found = alignment(made.coordinates, onto.coordinates)
        laid = found.laid(made.coordinates)
        return replace(made, coordinates=laid, bounds=_bounds(laid), disparity=found.disparity)

    return await reckoned(work)


class Dots:
    """The points of a map in the colours they have just now: see `dots`, which makes them.

    A faded point's shade is its own and how many shades there are in all.
    """

    def __init__(
        self,
        made: PointMap,
        shades: array[int],
        in_all: int,
        lit: Sequence[int] | None,
        hidden: Iterable[int] = (),
    ) -> None:
        import numpy as np

        from workbench.vectors.raster import Raster

        own = np.frombuffer(shades, dtype=np.int32) if len(shades) else np.zeros(0, np.int32)
        self._order: Rows | None = None
        if left_out := list(hidden):
            own = np.where(np.isin(own, left_out), np.int32(-1), own)
        if lit is None:
            self._raster = Raster(made.coordinates, own)
        else:
            stands_out = np.zeros(len(made), dtype=bool)
            stands_out[np.asarray(lit, dtype=np.int64)] = True
            own = np.where(stands_out | (own < 0), own, own + np.int32(in_all)).astype(np.int32)
            order = np.argsort(stands_out, kind="stable").astype(np.int64)
            self._order = order
            self._raster = Raster(made.coordinates[order], own[order])
            own = own[order]
        self._shades = own

    def drawn(self, view: View, colours: Sequence[int], radius: float) -> bytes:
        """Premultiplied 32-bit ARGB, row after row; colours: opaque 0xRRGGBB, those of faded points after all others."""
        return self._raster.drawn(view, colours, radius)

    def seen(self, view: View) -> int:
        """How many points the view shows."""
        return self._raster.seen(view)

    def places(self, view: View, reach: int) -> list[tuple[int, float, float, int]]:
        """Row, pixels across and down, shade of the points that the view shows, those in front last."""
        found, x, y = self._raster.places(view, reach)
        rows = found if self._order is None else self._order[found]
        return list(zip(rows.tolist(), x.tolist(), y.tolist(), self._shades[found].tolist(), strict=True))

    def at(self, view: View, x: float, y: float, within: float) -> int:
        """The row whose point is closest to a pixel, at most so many pixels away; -1 for none."""
        found = self._raster.at(view, x, y, within)
        return found if found < 0 or self._order is None else int(self._order[found])

    def inside(self, outline: Sequence[tuple[float, float]]) -> array[int]:
        """Rows within a closed outline in the plane."""
        import numpy as np

        if len(outline) < 3:
            return array("q")
        found = self._raster.inside(np.asarray(outline, dtype=np.float32))
        rows = found if self._order is None else np.sort(self._order[found])
        made = array("q")
        made.frombytes(rows.astype(np.int64).tobytes())
        return made

    def next(self, x: float, y: float, across: int, down: int, besides: int) -> int:
        """The row that is next from a place of the plane in a direction of the screen, -1, 0 or 1 each; -1 where there is none."""
        found = self._raster.next(x, y, across, -down, self._back(besides))
        return found if found < 0 or self._order is None else int(self._order[found])

    def _back(self, row: int) -> int:
        import numpy as np

        return row if self._order is None or row < 0 else int(np.flatnonzero(self._order == row)[0])


async def dots(
    made: PointMap, shades: array[int], in_all: int, lit: Sequence[int] | None, hidden: Iterable[int] = ()
) -> Dots:
    """shades: of each row, below 0 for one that is not shown; in_all: how many there are. hidden: shades that are not shown.

    lit: rows that stand out; the others are faded, and beneath them. None where all are alike.
    """
    return await reckoned(lambda watch: Dots(made, shades, in_all, lit, hidden))


async def middles(made: PointMap, shades: array[int], groups: int) -> tuple[tuple[float, float] | None, ...]:
    """Where the name of each group belongs: among its points, where they are closest together; None for a group without any."""

    def work(watch: Watch) -> tuple[tuple[float, float] | None, ...]:
        import numpy as np

        own = np.frombuffer(shades, dtype=np.int32) if len(shades) else np.zeros(0, np.int32)
        own = np.where(np.isfinite(made.coordinates).all(axis=1), own, -1)
        order = np.argsort(own, kind="stable")
        edges = np.searchsorted(own[order], np.arange(groups + 1))
        return tuple(
            _thickest(made.coordinates[order[start:end]]) if start < end else None
            for start, end in zip(edges[:-1], edges[1:], strict=True)
        )

    return await reckoned(work)


def _thickest(some: Floats) -> tuple[float, float]:
    """The middle of the points in and around the fullest square of a grid: a group may lie in several heaps."""
    import numpy as np

    low, span = some.min(axis=0), np.ptp(some, axis=0)
    squares = min(_SQUARES, max(1, round(len(some) ** 0.5)))
    places = np.clip((some - low) / np.where(span > 0, span, 1) * squares, 0, squares - 1).astype(np.int64)
    full = np.zeros((squares + 2, squares + 2), np.int64)
    np.add.at(full, (places[:, 0] + 1, places[:, 1] + 1), 1)
    shifted = [
        full[across : across + squares, down : down + squares] for across in range(3) for down in range(3)
    ]
    around = np.sum(shifted, axis=0)
    best = np.array(np.unravel_index(np.argmax(around), (squares, squares)))
    x, y = np.median(some[(np.abs(places - best) <= 1).all(axis=1)], axis=0)
    return float(x), float(y)


def as_csv(
    rows: Sequence[TextRow],
    groups: Sequence[str],
    maps: Iterable[tuple[str, PointMap]],
    progress: Callable[[float], object] = lambda part: None,
) -> bytes:
    """id, text, label, language, group (what the colour says), and x and y of each map; empty where there is no point. With a mark
    that tells spreadsheets it is UTF-8.
    """
    named = list(maps)
    several = len(named) > 1
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    axes = [f"{axis} {name}" if several else axis for name, _ in named for axis in ("x", "y")]
    writer.writerow(["id", "text", "label", "language", "group", *axes])
    for number, row in enumerate(rows):
        numbers: list[str] = []
        for _, made in named:
            place = made.place(number)
            numbers += ("", "") if place is None else (f"{place[0]:.6g}", f"{place[1]:.6g}")
        writer.writerow([row.id, row.text, row.label, row.language, groups[number], *numbers])
        if not number % 5000:
            progress(number / len(rows))
    return text.getvalue().encode("utf-8-sig")


async def save(path: Path, data: bytes) -> None:
    """Whole, or not at all. Raises StorageFailed."""

    def work() -> None:
        with whole_file(path, f"{path.name} could not be saved.") as file:
            file.write(data)

    await asyncio.to_thread(work)


def _components(vectors: Vectors, seed: int, watch: Watch) -> PointMap:
    import numpy as np

    from workbench.vectors.components import components

    found = components(vectors, 2, seed=seed, watch=watch)
    placed = found.placed(vectors)
    flat = np.zeros((len(vectors), 2), np.float32)
    flat[:, : placed.shape[1]] = placed
    flat[~vectors.valid] = np.nan
    return point_map(MapKind.COMPONENTS, seed, flat, tuple(map(float, found.share)))


def _neighbours(vectors: Vectors, seed: int, watch: Watch) -> PointMap:
    from workbench.vectors.mapping import mapped

    found = mapped(vectors, seed=seed, watch=watch)
    return point_map(MapKind.NEIGHBOURS, seed, found.coordinates, exact=found.exact)


def _name(vectors: Vectors, kind: MapKind, seed: int) -> str:
    """Of what a map is made from: other vectors have another one, for which a part of very many numbers is looked at."""
    step = max(1, vectors.values.size // _SAMPLED)
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{_FORMAT} {kind} {seed} {vectors.values.shape}".encode())
    for part in (vectors.values[::step], vectors.lengths, vectors.faults):
        digest.update(part.tobytes())
    return digest.hexdigest()


def _written(made: PointMap) -> bytes:
    told = {
        "rows": len(made),
        "shares": made.shares,
        "exact": made.exact,
        "trust": None if made.trust is None else asdict(made.trust),
    }
    return json.dumps(told).encode() + b"\n" + made.coordinates.astype("<f4").tobytes()


def _read(data: bytes, kind: MapKind, seed: int, rows: int) -> PointMap | None:
    """None for what is not whole."""
    import numpy as np

    head, _, numbers = data.partition(b"\n")
    try:
        told = json.loads(head)
        trust = None if told["trust"] is None else Trust(**told["trust"])
        if told["rows"] != rows:
            return None
        coordinates = np.frombuffer(numbers, dtype="<f4").astype(np.float32).reshape(rows, 2)
        made = point_map(kind, seed, coordinates, told["shares"], exact=bool(told["exact"]))
        return replace(made, trust=trust)
    except (ValueError, TypeError, KeyError):
        return None
