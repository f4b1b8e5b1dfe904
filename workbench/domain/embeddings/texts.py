"""The texts that are compared: rows with an id, a label and, perhaps, a group they belong to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextRow:
    """id: unique within its set; its number from 1 where the file has none. label: "" where there is none. language: a code, "" if not told.

    group: rows of the same group say the same (translations, duplicates that are meant); "" for none.
    """

    id: str
    text: str
    label: str = ""
    language: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class TextSet:
    """name: of the file, or what the user called it. id: "" until it is kept."""

    id: str
    name: str
    rows: tuple[TextRow, ...] = ()
    created_at: float = 0.0
