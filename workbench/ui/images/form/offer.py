"""What the chosen models take together: a field is offered when at least one of them takes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.settings import AxisField


@dataclass(frozen=True, slots=True)
class Offer:
    """None, False, 0 and (): none of them takes it.

    Ranges reach as far as the widest; a default is told where all that take the field agree. prompt_limit: of the strictest.
    input_side: of the one that takes the largest picture.
    """

    prompt_limit: int | None = None
    negative_prompt: bool = False
    width: Range | None = None
    height: Range | None = None
    sizes: tuple[str, ...] = ()
    aspect_ratios: tuple[str, ...] = ()
    steps: Range | None = None
    guidance: Range | None = None
    seed: bool = False
    strength: Range | None = None
    source: bool = False
    mask: bool = False
    references: int = 0
    input_side: int | None = None

    @property
    def sized(self) -> bool:
        """Width and height can be chosen, freely or from a list."""
        return self.width is not None or bool(self.sizes)

    @property
    def axes(self) -> tuple[AxisField, ...]:
        """What an axis of a grid may change."""
        able = {
            AxisField.PROMPT: True,
            AxisField.MODEL: True,
            AxisField.SEED: self.seed,
            AxisField.STEPS: self.steps is not None,
            AxisField.GUIDANCE: self.guidance is not None,
            AxisField.STRENGTH: self.strength is not None,
            AxisField.SIZE: self.sized,
        }
        return tuple(field for field, can in able.items() if can)


def offered(models: Sequence[Abilities]) -> Offer:
    limits = [each.prompt_limit for each in models if each.prompt_limit is not None]
    with_pictures = [each for each in models if each.source or each.references]
    sides = [each.input_side for each in with_pictures if each.input_side is not None]
    return Offer(
        prompt_limit=min(limits, default=None),
        negative_prompt=any(each.negative_prompt for each in models),
        width=_widest(each.width for each in models),
        height=_widest(each.height for each in models),
        sizes=_all(each.sizes for each in models),
        aspect_ratios=_all(each.aspect_ratios for each in models),
        steps=_widest(each.steps for each in models),
        guidance=_widest(each.guidance for each in models),
        seed=any(each.seed for each in models),
        strength=_widest(each.strength for each in models),
        source=any(each.source for each in models),
        mask=any(each.mask for each in models),
        references=max((each.references for each in models), default=0),
        input_side=max(sides) if sides and len(sides) == len(with_pictures) else None,
    )


def _widest(ranges: Iterable[Range | None]) -> Range | None:
    known = [each for each in ranges if each is not None]
    if not known:
        return None
    defaults = {each.default for each in known}
    return Range(
        min(each.minimum for each in known),
        max(each.maximum for each in known),
        defaults.pop() if len(defaults) == 1 else None,
        min(each.step for each in known),
    )


def _all(lists: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))
