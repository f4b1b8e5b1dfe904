"""A set of texts as points of a plane: what kind of map it is, how far it can be trusted, what its colours mean."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import StrEnum


class MapKind(StrEnum):
    """COMPONENTS: the two directions in which the vectors differ most. NEIGHBOURS: close is what is alike; far says little."""

    COMPONENTS = "components"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True, slots=True)
class Trust:
    """Each 0 to 1, 1 the best. trustworthiness: falls with false neighbours on the map; continuity: with neighbours torn apart.

    kept: the part of the nearest that are so on the map as well. rows: of how many that was found.
    """

    trustworthiness: float
    continuity: float
    kept: float
    rows: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """A part of the plane; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class View:
    """What of the plane is seen. left, top: the place of the picture's corner; y grows upwards. scale: pixels for one unit."""

    left: float
    top: float
    scale: float
    width: int
    height: int


class ColourBy(StrEnum):
    """What the colour of a point says. LIKENESS: to a row, or to something that was typed."""

    LABEL = "label"
    LANGUAGE = "language"
    CLUSTER = "cluster"
    LIKENESS = "likeness"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """shades: of each row, its place among names, or for LIKENESS 0 (farthest) to STEPS - 1; -1 for none.

    names: of the groups, "" where a group is to be known by its number. sizes: rows of each. others, nameless: the groups of rare
    names and of rows without a name, -1 where there is none. least, most: scores, for LIKENESS.
    """

    by: ColourBy
    shades: array[int] = field(repr=False)
    names: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    others: int = -1
    nameless: int = -1
    least: float = 0.0
    most: float = 0.0

    @property
    def count(self) -> int:
        """How many shades there are."""
        return STEPS if self.by is ColourBy.LIKENESS else len(self.sizes)


STEPS = 64
"""Shades of LIKENESS."""
