"""Whether a model finds a text's translation."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.embeddings.retrieval import Interval


@dataclass(frozen=True, slots=True)
class Direction:
    """Texts of one language that look for their translations among all those in another. accuracy: the part whose own is among the k nearest."""

    source: str
    target: str
    accuracy: Interval


@dataclass(frozen=True, slots=True)
class LanguageAccuracy:
    """Of one column: directions both ways for each two languages, and by_language: the mean of all from it and to it."""

    key: str
    k: int
    directions: tuple[Direction, ...]
    by_language: tuple[tuple[str, float], ...]
