"""What pressing Generate would do: how many pictures, for how much, and what each model gets of what is wished."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.costs import estimated
from workbench.domain.images.fitting import Change, Fitted, fitted
from workbench.domain.images.planning import axis_lengths, expanded, is_grid, planned
from workbench.domain.images.settings import AxisField, Draft, ImageSettings, PlannedImage, SeedMode
from workbench.domain.models import Model

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What becomes of the settings for one model. count: its pictures. problem: why it cannot draw at all, "" where it can."""

    model: Model
    count: int
    changes: tuple[Change, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """count: pictures in all; 0 where nothing can be asked for. lengths: of the grid's axes, of prompts and of repetitions, those over one.

    usd: of the pictures whose price is known. unpriced: how many have none. hindrance: what stands in the way, by the field in `field`.
    """

    count: int = 0
    lengths: tuple[int, ...] = ()
    usd: float = 0.0
    unpriced: int = 0
    receipts: tuple[Receipt, ...] = ()
    prompts: tuple[str, ...] = ()
    hindrance: str = ""
    advice: str = ""
    field: str = ""


@dataclass(slots=True)
class _Tally:
    count: int = 0
    changes: dict[Change, None] = field(default_factory=dict)
    problem: str = ""


def outlook(
    draft: Draft,
    model_of: Callable[[str], Model],
    abilities_of: Callable[[str], Abilities],
    sizes: Mapping[str, Size],
) -> Outlook:
    """sizes: of the pictures in the draft, by digest, as far as they are known."""
    prompts: tuple[str, ...] = ()
    try:
        prompts = expanded(draft.settings.prompt)
        plan = planned(draft, Random(0))
    except InvalidInput as error:
        return Outlook(
            prompts=prompts, hindrance=error.what, advice=error.fix or error.why, field=error.field
        )
    return _counted(draft, plan, prompts, model_of, abilities_of, sizes)


def _counted(
    draft: Draft,
    plan: Sequence[PlannedImage],
    prompts: tuple[str, ...],
    model_of: Callable[[str], Model],
    abilities_of: Callable[[str], Abilities],
    sizes: Mapping[str, Size],
) -> Outlook:
    seeded = draft.seed_mode is not SeedMode.RANDOM or any(
        axis.field is AxisField.SEED for axis in draft.axes
    )
    known: dict[tuple[object, ...], tuple[Fitted, float | None]] = {}
    tallies: dict[str, _Tally] = {}
    usd, unpriced = 0.0, 0
    for one in plan:
        key = _key(one, seeded)
        if key not in known:
            known[key] = _priced(one, model_of(one.model), abilities_of(one.model), sizes)
        made, price = known[key]
        if price is None:
            unpriced += 1
        else:
            usd += price
        tally = tallies.setdefault(one.model, _Tally())
        tally.count += 1
        tally.problem = tally.problem or made.problem
        tally.changes.update((change, None) for change in made.changes if seeded or change.field != "seed")
    receipts = tuple(
        Receipt(model_of(model), tally.count, tuple(tally.changes), tally.problem)
        for model, tally in tallies.items()
    )
    return Outlook(len(plan), _lengths(draft, plan), usd, unpriced, receipts, prompts)


def _key(one: PlannedImage, seeded: bool) -> tuple[object, ...]:
    """What decides how a call is fitted and priced; of the prompt only the length does."""
    wished = one.settings
    return (
        one.model,
        len(wished.prompt),
        wished.width,
        wished.height,
        wished.steps,
        wished.guidance,
        wished.strength,
        wished.seed if seeded else None,
    )


def _priced(
    one: PlannedImage, model: Model, abilities: Abilities, sizes: Mapping[str, Size]
) -> tuple[Fitted, float | None]:
    made = fitted(one.settings, abilities)
    inputs = [
        _sent(sizes[digest], abilities.input_side) for digest in _inputs(made.settings) if digest in sizes
    ]
    return made, estimated(model, made.settings, abilities, inputs)


def _inputs(settings: ImageSettings) -> tuple[str, ...]:
    return (*((settings.source,) if settings.source else ()), *settings.references)


def _sent(size: Size, side: int | None) -> Size:
    return scaled_to(size, side) if side else size


def scaled_to(size: Size, side: int) -> Size:
    """The size with its longer side at most `side`, never enlarged."""
    longest = max(size)
    if longest <= side:
        return size
    return max(1, round(size[0] * side / longest)), max(1, round(size[1] * side / longest))


def _lengths(draft: Draft, plan: Sequence[PlannedImage]) -> tuple[int, ...]:
    """The factors of the number of pictures: the axes, then what each cell holds."""
    axes = axis_lengths(draft) if is_grid(draft) else ()
    cells = 1
    for length in axes:
        cells *= length
    each = len(plan) // cells
    return tuple(length for length in (*axes, each) if length > 1)
