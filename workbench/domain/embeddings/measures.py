"""How two vectors are compared, and why a vector cannot be."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """COSINE and DOT: the higher the closer. EUCLID: a distance, the lower the closer."""

    COSINE = "cosine"
    DOT = "dot"
    EUCLID = "euclid"

    @property
    def higher_is_closer(self) -> bool:
        return self is not Measure.EUCLID


class Fault(StrEnum):
    """Why a row has no vector to compare. OTHER_DIMENSIONS: it has not as many numbers as most rows.

    NOT_FINITE: NaN, infinity, or so long that single precision loses it. ZERO: no direction.
    """

    NONE = "none"
    MISSING = "missing"
    OTHER_DIMENSIONS = "other-dimensions"
    NOT_FINITE = "not-finite"
    ZERO = "zero"
