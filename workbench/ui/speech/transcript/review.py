"""A stretch heard once more: how it differs from the text, and what is taken over of it, one by one or all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from workbench.domain.speech.splicing import Difference, differences, spliced
from workbench.domain.speech.transcripts import Transcript, Word
from workbench.domain.speech.writing import joined
from workbench.ui.speech.transcript.document import Span


class Around(NamedTuple):
    """A difference with a few words before and after it, so that it can be read."""

    difference: Difference
    before: str
    after: str


CONTEXT_WORDS = 4
NEAR_S = 0.5


class Review(QObject):
    """Signals: changed (other differences, or none any more)."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transcript = Transcript()
        self._refused: list[Difference] = []
        self._all: tuple[Difference, ...] = ()
        self._left: tuple[int, ...] = ()
        self.span: Span | None = None
        self.heard = Transcript()

    @property
    def open(self) -> bool:
        return self.span is not None

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those that are still to be decided."""
        return tuple(self._all[place] for place in self._left)

    def begin(self, transcript: Transcript, span: Span, heard: Transcript) -> None:
        """heard: what a model says of the span now; times count from the recording's beginning."""
        self.span, self.heard = span, heard
        self._refused.clear()
        self.show(transcript)

    def end(self) -> None:
        if self.open:
            self.span, self.heard = None, Transcript()
            self._all, self._left = (), ()
            self.changed.emit()

    def show(self, transcript: Transcript) -> None:
        """The text is this now, perhaps edited by hand."""
        self._transcript = transcript
        if self.span is not None:
            self._all = differences(transcript, *self.span, self.heard)
            self._find_left()

    def refuse(self, place: int) -> None:
        """What is there stays."""
        self._refused.append(self.differences[place])
        self._find_left()

    def accepted(self, places: Collection[int]) -> Transcript:
        """With these differences taken over. Places count in `differences`."""
        assert self.span is not None
        wanted = {self._left[place] for place in places}
        refused = [place for place in range(len(self._all)) if place not in wanted]
        return spliced(self._transcript, *self.span, self.heard, refused)

    def around(self) -> tuple[Around, ...]:
        there, heard = _Words(self._transcript), _Words(self.heard)
        return tuple(
            there.around(each, each.old) if each.old else heard.around(each, each.new)
            for each in self.differences
        )

    def _find_left(self) -> None:
        self._left = tuple(
            place
            for place, each in enumerate(self._all)
            if not any(_alike(each, refused) for refused in self._refused)
        )
        self.changed.emit()


class _Words:
    """The words of a transcript in a row, and where each stands."""

    def __init__(self, transcript: Transcript) -> None:
        self._words = transcript.words
        self._places = {id(word): place for place, word in enumerate(self._words)}

    def around(self, of: Difference, words: tuple[Word, ...]) -> Around:
        first, last = self._place(words[0]), self._place(words[-1])
        return Around(
            of,
            joined(word.text for word in self._words[max(0, first - CONTEXT_WORDS) : first]),
            joined(word.text for word in self._words[last + 1 : last + 1 + CONTEXT_WORDS]),
        )

    def _place(self, word: Word) -> int:
        """Of a word, or of the one that a part of it is from."""
        found = self._places.get(id(word))
        if found is not None:
            return found
        return max(0, bisect_right(self._words, word.start, key=lambda each: each.start) - 1)


def _alike(one: Difference, other: Difference) -> bool:
    """The same one, after others have been taken over: its words, and about when they are said."""
    return (
        abs(one.start - other.start) < NEAR_S
        and [word.text for word in one.old] == [word.text for word in other.old]
        and [word.text for word in one.new] == [word.text for word in other.new]
    )
