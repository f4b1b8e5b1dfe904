"""How far what was heard is from what was said: word and character error rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.speech.alignment import aligned
from workbench.domain.speech.writing import normal, words_in


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
    """Case, marks and spaces do not count. An hour of speech takes seconds: not for the thread that draws."""
    return _errors("".join(_words(reference)), "".join(_words(heard)))


def _words(text: str) -> list[str]:
    return [word for word in map(normal, words_in(text)) if word]


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
