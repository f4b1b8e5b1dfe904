"""What a picture costs: estimated from the price list before, charged by the provider after (workers-ai §12, §16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from workbench.domain.images.abilities import Abilities
from workbench.domain.images.requests import ImageReply
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost, Model, charged

Size = tuple[int, int]
_MEGAPIXEL = 1024 * 1024
_USUAL: Size = (1024, 1024)


@dataclass(frozen=True, slots=True)
class _Units:
    """tiles: of 512 × 512 pixels. inputs: the same of the pictures sent along."""

    tiles: int
    steps: int
    megapixels: int
    input_tiles: int
    input_megapixels: int


_COUNTS: dict[str, Callable[[_Units], float]] = {
    "per 512x512 tile": lambda units: units.tiles,
    "per 512 by 512 tile": lambda units: units.tiles,
    "per step": lambda units: units.steps,
    "per input 512x512 tile": lambda units: units.input_tiles,
    "per output 512x512 tile": lambda units: units.tiles,
    "per input 512x512 tile, per step": lambda units: units.input_tiles * units.steps,
    "per output 512x512 tile, per step": lambda units: units.tiles * units.steps,
    "per first MP (1024x1024)": lambda units: 1,
    "per first MP": lambda units: 1,
    "per subsequent MP": lambda units: units.megapixels - 1,
    "per input image MP": lambda units: units.input_megapixels,
    "per inference request": lambda units: 1,
}


def estimated(
    model: Model, settings: ImageSettings, abilities: Abilities, input_sizes: Sequence[Size] = ()
) -> float | None:
    """US dollars for one picture by the price list; None where it has no price, or one in a unit that is not known.

    settings: fitted. input_sizes: of the source and references, in pixels as they are sent.
    """
    prices = [price for price in model.prices if price.usd]
    if not prices:
        return None
    units = _units(settings, abilities, input_sizes)
    total = 0.0
    for price in prices:
        count = _COUNTS.get(price.unit)
        if count is None:
            return None
        total += price.usd * count(units)
    return total


def cost_of(
    model: Model,
    reply: ImageReply,
    settings: ImageSettings,
    abilities: Abilities,
    input_sizes: Sequence[Size] = (),
) -> Cost:
    """What a reply cost: the neurons the provider charged if it told and is no sandbox, else as estimated for each picture in it."""
    if (told := charged(reply.neurons, reply.served)) is not None:
        return told
    if reply.tokens_out is not None and (out := model.price_per_m("output")) is not None:
        into = model.price_per_m("input") or 0.0
        return Cost(((reply.tokens_in or 0) * into + reply.tokens_out * out) / 1_000_000)
    one = estimated(model, settings, abilities, input_sizes)
    return Cost(None if one is None else one * len(reply.images))


def _units(settings: ImageSettings, abilities: Abilities, input_sizes: Sequence[Size]) -> _Units:
    width = settings.width or int((abilities.width and abilities.width.default) or _USUAL[0])
    height = settings.height or int((abilities.height and abilities.height.default) or _USUAL[1])
    usual = abilities.fixed_steps or int((abilities.steps and abilities.steps.default) or 4)
    return _Units(
        tiles=_tiles((width, height)),
        steps=settings.steps or usual,
        megapixels=_megapixels((width, height)),
        input_tiles=sum(map(_tiles, input_sizes)),
        input_megapixels=sum(map(_megapixels, input_sizes)),
    )


def _tiles(size: Size) -> int:
    return ceil(size[0] / 512) * ceil(size[1] / 512)


def _megapixels(size: Size) -> int:
    return ceil(size[0] * size[1] / _MEGAPIXEL)
