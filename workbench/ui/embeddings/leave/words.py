"""What goes out and what comes in, in the user's words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from workbench.domain.embeddings.maps import MapKind
from workbench.domain.embeddings.measures import Fault
from workbench.services.embeddings.own_files import Brought, Fitted, Match
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.planning import memory_of
from workbench.services.embeddings.study import Column
from workbench.services.embeddings.vector_files import VectorForm
from workbench.ui.embeddings.leave.taking import Subject
from workbench.ui.support import figures

translate = QCoreApplication.translate
_LTR, _END = "\u2066", "\u2069"
_MOST_BAD = 3
_MUCH_MEMORY = 500_000_000
"""Bytes; below it nobody needs to think of them."""


def ltr(text: str) -> str:
    """Figures and ids, which read from left to right in every language."""
    return f"{_LTR}{text}{_END}"


def subject(of: Subject) -> str:
    return {
        Subject.VECTORS: translate("EmbeddingLeave", "Vectors"),
        Subject.NEIGHBOURS: translate("EmbeddingLeave", "Neighbours of every text"),
        Subject.COORDINATES: translate("EmbeddingLeave", "Coordinates of the map"),
        Subject.TEXTS: translate("EmbeddingLeave", "Texts"),
        Subject.REPORT: translate("EmbeddingLeave", "Report"),
    }[of]


def about_subject(of: Subject) -> str:
    return {
        Subject.VECTORS: translate("EmbeddingLeave", "Each text with its vector; each model makes a file."),
        Subject.NEIGHBOURS: translate(
            "EmbeddingLeave", "A line for each text and each of its nearest, with rank and score."
        ),
        Subject.COORDINATES: translate("EmbeddingLeave", "Each text with its place on the map, x and y."),
        Subject.TEXTS: translate(
            "EmbeddingLeave",
            "With ids, labels, languages and groups. As JSON Lines the code below reads them.",
        ),
        Subject.REPORT: translate(
            "EmbeddingLeave",
            "A page with pictures: models, costs, maps, thresholds. It asks no model and needs nothing beside it.",
        ),
    }[of]


def form(of: str) -> str:
    return {
        "npy": translate("EmbeddingLeave", "NumPy (.npy)"),
        "parquet": translate("EmbeddingLeave", "Parquet (.parquet)"),
        "jsonl": translate("EmbeddingLeave", "JSON Lines (.jsonl)"),
        "csv": translate("EmbeddingLeave", "CSV (.csv)"),
        "ndjson": translate("EmbeddingLeave", "Cloudflare Vectorize (.ndjson)"),
        "sql": translate("EmbeddingLeave", "PostgreSQL with pgvector (.sql)"),
        "html": translate("EmbeddingLeave", "Web page (.html)"),
    }[str(of)]


def about_form(of: str) -> str:
    """What one has to know of it; "" for nothing."""
    if not isinstance(of, VectorForm):
        return ""
    return {
        VectorForm.NPY: translate(
            "EmbeddingLeave", "A matrix in the order of the texts; NaN where a text has no vector."
        ),
        VectorForm.NDJSON: translate("EmbeddingLeave", "For: wrangler vectorize insert NAME --file FILE"),
        VectorForm.SQL: translate(
            "EmbeddingLeave", "For: psql -f FILE. It makes a table, called as the file, and its index."
        ),
    }.get(of, "")


def vector_type(of: VectorType) -> str:
    return {
        VectorType.VECTOR: translate("EmbeddingLeave", "vector: 4 bytes for each number"),
        VectorType.HALFVEC: translate("EmbeddingLeave", "halfvec: 2 bytes for each number"),
        VectorType.BIT: translate("EmbeddingLeave", "bit: only the signs, 1 bit each"),
    }[of]


def map_kind(of: MapKind) -> str:
    return {
        MapKind.COMPONENTS: translate("EmbeddingLeave", "Main components (at once)"),
        MapKind.NEIGHBOURS: translate("EmbeddingLeave", "Neighbours kept together (takes longer)"),
    }[of]


def column(of: Column, rows: int) -> str:
    """“1,024 dimensions · 310 / 312”."""
    counts = ltr(f"{figures.count(of.done)} / {figures.count(rows)}")
    told = translate("EmbeddingLeave", "{0} dimensions").format(figures.count(of.dimensions))
    return f"{told} · {counts}"


def without(count: int, form: VectorForm) -> str:
    """Of texts without a vector, and what becomes of them."""
    if not count:
        return ""
    if form is VectorForm.NPY:
        return _many(
            count,
            translate("EmbeddingLeave", "1 text has no vector: its row is NaN."),
            translate("EmbeddingLeave", "{0} texts have no vector: their rows are NaN."),
        )
    return _many(
        count,
        translate("EmbeddingLeave", "1 text has no vector and is left out."),
        translate("EmbeddingLeave", "{0} texts have no vector and are left out."),
    )


def size(count: int) -> str:
    """“About 1.2 GB.”"""
    return translate("EmbeddingLeave", "About {0}.").format(ltr(figures.size(count)))


def needs(brought: Brought) -> str:
    """What its vectors will need, where that is much; "" where it is not."""
    needed = sum(memory_of(brought.rows, each.dimensions) for each in brought.columns.values())
    if needed < _MUCH_MEMORY:
        return ""
    return translate("EmbeddingLeave", "They will need about {0} of memory.").format(
        ltr(figures.size(needed))
    )


def match(of: Match) -> str:
    return {
        Match.ID: translate("EmbeddingLeave", "By their ids"),
        Match.TEXT: translate("EmbeddingLeave", "By what the texts say"),
        Match.ORDER: translate("EmbeddingLeave", "In the order of the rows"),
        Match.NEW: translate("EmbeddingLeave", "As a new set, with the file's texts"),
    }[of]


def found(brought: Brought) -> str:
    """“312 rows · 1,024 dimensions”, for each of its columns of vectors."""
    sizes = [
        translate("EmbeddingLeave", "{0} dimensions").format(figures.count(each.dimensions))
        for each in brought.columns.values()
    ]
    if len(sizes) > 1:
        sizes = [f"{brought.title(name)}: {size}" for name, size in zip(brought.columns, sizes, strict=True)]
    rows = _many(brought.rows, translate("EmbeddingLeave", "1 row"), translate("EmbeddingLeave", "{0} rows"))
    return " · ".join((rows, *sizes))


def fitted(of: Fitted) -> list[str]:
    """What it comes to, good news first."""
    kinds = (
        (
            of.matched,
            translate("EmbeddingLeave", "1 text gets a vector."),
            translate("EmbeddingLeave", "{0} texts get a vector."),
        ),
        (
            of.without,
            translate("EmbeddingLeave", "1 text gets none: the file has nothing for it."),
            translate("EmbeddingLeave", "{0} texts get none: the file has nothing for them."),
        ),
        (
            of.over,
            translate("EmbeddingLeave", "1 row of the file is left over."),
            translate("EmbeddingLeave", "{0} rows of the file are left over."),
        ),
        *_faults(of.faults),
    )
    return [_many(*kind) for kind in kinds if kind[0]]


def faults(of: Mapping[Fault, int]) -> list[str]:
    """What cannot be compared, and why."""
    return [_many(*kind) for kind in _faults(of) if kind[0]]


def _faults(of: Mapping[Fault, int]) -> tuple[tuple[int, str, str], ...]:
    return (
        (
            of.get(Fault.MISSING, 0),
            translate("EmbeddingLeave", "1 vector is missing."),
            translate("EmbeddingLeave", "{0} vectors are missing."),
        ),
        (
            of.get(Fault.OTHER_DIMENSIONS, 0),
            translate("EmbeddingLeave", "1 vector has another number of dimensions than most."),
            translate("EmbeddingLeave", "{0} vectors have another number of dimensions than most."),
        ),
        (
            of.get(Fault.NOT_FINITE, 0),
            translate("EmbeddingLeave", "1 vector holds something that is no number (NaN)."),
            translate("EmbeddingLeave", "{0} vectors hold something that is no number (NaN)."),
        ),
        (
            of.get(Fault.ZERO, 0),
            translate("EmbeddingLeave", "1 vector is zero and points nowhere."),
            translate("EmbeddingLeave", "{0} vectors are zero and point nowhere."),
        ),
    )


def bad_lines(brought: Brought) -> list[str]:
    told = [
        translate("EmbeddingLeave", "Line {0}: {1}").format(figures.count(bad.line), bad.why)
        for bad in brought.bad[:_MOST_BAD]
    ]
    more = len(brought.bad) - len(told)
    one = translate("EmbeddingLeave", "1 more line could not be read.")
    several = translate("EmbeddingLeave", "{0} more lines could not be read.")
    return [*told, _many(more, one, several)] if more > 0 else told


def saved(count: int, name: str) -> str:
    """name: of the only file."""
    if count == 1:
        return translate("EmbeddingLeave", "Saved: {0}").format(f"\u2068{name}\u2069")
    return translate("EmbeddingLeave", "{0} files saved.").format(figures.count(count))


def _many(count: int, one: str, several: str) -> str:
    return one if count == 1 else several.format(figures.count(count))
