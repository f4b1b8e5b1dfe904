"""How far what was heard is from what was said: word and character error rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from workbench.domain.speech.alignment import aligned
from workbench.domain.speech.writing import normal, words_in

_SURE = 8
"""So many equal words in a row are the same ones, and nothing on one side of them is anything on the other side."""


@dataclass(frozen=True, slots=True)
class Errors:
    """total: words, or characters, of the reference."""

    substituted: int
    inserted: int
    deleted: int
    total: int

    @property
    def count(self) -> int:
        return self.substituted + self.inserted + self.deleted

    @property
    def rate(self) -> float | None:
        """0 is perfect; it can pass 1 where more is heard than was said. None without a reference."""
        return self.count / self.total if self.total else None


def word_errors(reference: str, heard: str) -> Errors:
    """Case and marks do not count. Chinese and Japanese are counted by characters, since they have no spaces between words."""
    return _errors(_words(reference), _words(heard))


def character_errors(reference: str, heard: str) -> Errors:
    """Case, marks and spaces do not count. Hours of speech take seconds: not for the thread that draws."""
    found = [
        _errors("".join(left), "".join(right)) for left, right in _stretches(_words(reference), _words(heard))
    ]
    return Errors(
        sum(each.substituted for each in found),
        sum(each.inserted for each in found),
        sum(each.deleted for each in found),
        sum(each.total for each in found),
    )


def _words(text: str) -> list[str]:
    return [word for word in map(normal, words_in(text)) if word]


def _stretches(
    reference: Sequence[str], heard: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Both, cut where they surely agree: what has to be laid side by side grows with the square of its length."""
    left = right = 0
    for same, group in groupby(aligned(reference, heard), key=lambda pair: pair.same):
        pairs = tuple(group)
        if same and len(pairs) >= _SURE:
            middle = pairs[len(pairs) // 2]
            assert middle.left is not None
            assert middle.right is not None
            yield reference[left : middle.left], heard[right : middle.right]
            left, right = middle.left, middle.right
    yield reference[left:], heard[right:]


def _errors(reference: Sequence[str], heard: Sequence[str]) -> Errors:
    substituted = inserted = deleted = 0
    for left, right, same in aligned(reference, heard):
        if left is None:
            inserted += 1
        elif right is None:
            deleted += 1
        elif not same:
            substituted += 1
    return Errors(substituted, inserted, deleted, len(reference))
