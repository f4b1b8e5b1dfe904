"""Takes of one recording side by side: in rows of the same time, with the words that differ, and what each model did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.models import Cost
from workbench.domain.speech.alignment import Pair, aligned
from workbench.domain.speech.pieces import Piece, pieces_of
from workbench.domain.speech.scores import Errors, character_errors, word_errors
from workbench.domain.speech.takes import Take
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.speech.writing import joined, normal, words_in


class Difference(StrEnum):
    """From what a take is measured by. MISSING: the word is there and not here."""

    NONE = "none"
    OTHER = "other"
    MORE = "more"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Shown:
    """One word of a cell. start, end: seconds; None for one that is missing. instead: for OTHER, the word that is there."""

    text: str
    difference: Difference = Difference.NONE
    start: float | None = None
    end: float | None = None
    instead: str = ""


Cell = tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """start, end: seconds. cells: one for each take. reference: what is really said there, as far as it is known."""

    start: float
    end: float
    cells: tuple[Cell, ...]
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """words, characters: measured by the reference, None without one. speed: seconds of speech heard in a second.

    real_time: its inverse, the real-time factor; below 1 is faster than speech. Both None where it is not known.
    """

    take_id: str
    words: Errors | None
    characters: Errors | None
    real_time: float | None
    cost: Cost | None

    @property
    def speed(self) -> float | None:
        return 1 / self.real_time if self.real_time else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """scores: in the order of the takes. by_reference: words are measured by the reference; else by the base, which has no differences."""

    rows: tuple[Row, ...]
    scores: tuple[Score, ...]
    by_reference: bool = False


def compared(takes: Sequence[Take], reference: str = "", base: int = 0) -> Comparison:
    """Of what was heard, whatever the user has made of it since. base: the place of the take whose segments are the rows.

    For an hour it takes seconds: not for the thread that draws.
    """
    texts = [take.heard for take in takes]
    if not texts:
        return Comparison((), ())
    rows = _Rows(texts[base])
    told = words_in(reference)
    if told:
        ruler = _Ruler(told, None, rows)
    else:
        ruler = _Ruler([piece.text for piece in rows.pieces], rows.of, rows)
    cells = [_cells(text, rows, ruler) for text in texts]
    return Comparison(
        tuple(
            Row(start, end, tuple(cell[place] for cell in cells), ruler.text(place) if told else "")
            for place, (start, end) in enumerate(rows.spans)
        ),
        tuple(_score(take, reference) for take in takes),
        by_reference=bool(told),
    )


class _Rows:
    """The segments of the base, and which row a moment, or a word that is in the base too, belongs to."""

    def __init__(self, base: Transcript) -> None:
        starts = [0.0, *(segment.start for segment in base.segments[1:])]
        ends = [*starts[1:], max(base.seconds, starts[-1])]
        self.spans = tuple(zip(starts, ends, strict=True))
        self.pieces: list[Piece] = []
        self.of: list[int] = []
        for place, segment in enumerate(base.segments):
            pieces = pieces_of(segment.words)
            self.pieces += pieces
            self.of += [place] * len(pieces)

    def at(self, seconds: float) -> int:
        return next(
            (place for place, (_, end) in enumerate(self.spans) if seconds < end), len(self.spans) - 1
        )

    def spread(self, keys: Sequence[str], times: Sequence[float] | None) -> list[int]:
        """The row of each word: that of the base's word it is paired with, else between its neighbours' by its time."""
        found: list[int | None] = [None] * len(keys)
        for pair in aligned([piece.key for piece in self.pieces], keys):
            if pair.left is not None and pair.right is not None:
                found[pair.right] = self.of[pair.left]
        last = len(self.spans) - 1
        below, rows = 0, []
        ceilings = [last] * len(keys)
        for place in range(len(keys) - 2, -1, -1):
            following = found[place + 1]
            ceilings[place] = ceilings[place + 1] if following is None else following
        for place, row in enumerate(found):
            if row is None:
                row = below if times is None else self.at(times[place])
                row = min(max(row, below), ceilings[place])
            rows.append(row)
            below = row
        return rows


class _Ruler:
    """What takes are measured by: words, each with its row. What is marks only is no word."""

    def __init__(self, words: Sequence[str], of: Sequence[int] | None, rows: _Rows) -> None:
        """of: their rows, where they are known."""
        places = [place for place, word in enumerate(words) if normal(word)]
        self.words = [words[place] for place in places]
        self.keys = [normal(word) for word in self.words]
        self.rows = rows.spread(self.keys, None) if of is None else [of[place] for place in places]
        self._texts: list[list[str]] = [[] for _ in rows.spans]
        for word, row in zip(self.words, self.rows, strict=True):
            self._texts[row].append(word)

    def text(self, row: int) -> str:
        return joined(self._texts[row])


def _cells(text: Transcript, rows: _Rows, ruler: _Ruler) -> list[Cell]:
    pieces = pieces_of(text.words)
    of = rows.spread([piece.key for piece in pieces], [(piece.start + piece.end) / 2 for piece in pieces])
    words = [place for place, piece in enumerate(pieces) if normal(piece.text)]
    partners: dict[int, Pair] = {}
    missing_before: dict[int, list[int]] = {}
    missing: list[int] = []
    for pair in aligned(ruler.keys, [pieces[place].key for place in words]):
        if pair.right is None:
            assert pair.left is not None
            missing.append(pair.left)
        else:
            partners[words[pair.right]] = pair
            missing_before[words[pair.right]], missing = missing, []
    cells: list[list[Shown]] = [[] for _ in rows.spans]

    def show_missing(lefts: Sequence[int]) -> None:
        for left in lefts:
            cells[ruler.rows[left]].append(Shown(ruler.words[left], Difference.MISSING))

    for place, piece in enumerate(pieces):
        show_missing(missing_before.get(place, ()))
        cells[of[place]].append(_shown(piece, partners.get(place), ruler))
    show_missing(missing)
    return [tuple(cell) for cell in cells]


def _shown(piece: Piece, pair: Pair | None, ruler: _Ruler) -> Shown:
    difference, instead = Difference.NONE, ""
    if pair is not None and pair.left is None:
        difference = Difference.MORE
    elif pair is not None and pair.left is not None and not pair.same:
        difference, instead = Difference.OTHER, ruler.words[pair.left]
    return Shown(piece.text, difference, piece.start, piece.end, instead)


def _score(take: Take, reference: str) -> Score:
    heard = take.heard.text
    seconds = take.heard_s
    return Score(
        take.id,
        word_errors(reference, heard) if reference.strip() else None,
        character_errors(reference, heard) if reference.strip() else None,
        take.took_ms / 1000 / seconds if take.took_ms and seconds else None,
        take.cost,
    )
