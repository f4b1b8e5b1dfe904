"""Vectors that somebody brought along instead of having a model make them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnVectors:
    """Of a set of texts, a row for each of its rows. name: what the user knows them by. rows: that have a vector. created_at: Unix seconds."""

    id: str
    text_set_id: str
    name: str
    dimensions: int
    rows: int
    created_at: float
