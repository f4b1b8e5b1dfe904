"""Sizes that are worth a click: the usual ratios at about the size the model likes, within its limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.domain.images.abilities import Range
from workbench.domain.images.planning import size_in
from workbench.ui.images.form.offer import Offer

RATIOS = ("1:1", "4:3", "3:4", "3:2", "2:3", "16:9", "9:16")
_MULTIPLE = 32
_SIDE = 1024
"""Where no model tells its own."""


@dataclass(frozen=True, slots=True)
class Preset:
    """ratio: "16:9"; "" for a size that a model lists and that is in no usual ratio."""

    ratio: str
    width: int
    height: int


def presets(offer: Offer) -> tuple[Preset, ...]:
    """The sizes the models list, else one for each usual ratio."""
    if offer.width is None or offer.height is None:
        listed = (size_in(text) for text in offer.sizes)
        return tuple(Preset(ratio_of(*size), *size) for size in listed if size)
    area = (offer.width.default or _SIDE) * (offer.height.default or _SIDE)
    made = (_preset(ratio, area, offer.width, offer.height) for ratio in RATIOS)
    return tuple({(one.width, one.height): one for one in made}.values())


def ratio_of(width: int, height: int) -> str:
    """The usual ratio this size is in, give or take what rounding does; "" for none."""
    for ratio in RATIOS:
        if abs(math.log(width / height / _quotient(ratio))) < 0.03:
            return ratio
    return ""


def _preset(ratio: str, area: float, width: Range, height: Range) -> Preset:
    quotient = _quotient(ratio)
    wide = math.sqrt(area * quotient)
    tall = wide / quotient
    shrink = min(1.0, width.maximum / wide, height.maximum / tall)
    return Preset(ratio, _rounded(wide * shrink, width), _rounded(tall * shrink, height))


def _rounded(side: float, limits: Range) -> int:
    multiple = max(_MULTIPLE, int(limits.step))
    low = math.ceil(limits.minimum / multiple) * multiple
    high = math.floor(limits.maximum / multiple) * multiple
    return int(max(low, min(high, round(side / multiple) * multiple)))


def _quotient(ratio: str) -> float:
    wide, tall = ratio.split(":")
    return int(wide) / int(tall)
