"""What the user chose for the models that hear: kept from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.speech.abilities import HearingAbilities, OptionKind, SpeechOption


@dataclass(frozen=True, slots=True)
class Choices:
    """values: by wire name, only what differs from the default. most_s: of a part; 0 for what suits the model."""

    models: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    most_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Offered:
    """An option that at least one of the chosen models has. missing: ids of those that do not."""

    option: SpeechOption
    missing: tuple[str, ...] = ()


def offered(abilities: Mapping[str, HearingAbilities]) -> tuple[Offered, ...]:
    """Of the chosen models, by id: in the order of the first that has it."""
    first: dict[str, SpeechOption] = {}
    for able in abilities.values():
        for option in able.options:
            first.setdefault(option.name, option)
    return tuple(
        Offered(
            option,
            tuple(id for id, able in abilities.items() if name not in {one.name for one in able.options}),
        )
        for name, option in first.items()
    )


def fitting(values: Mapping[str, Any], options: Sequence[SpeechOption]) -> dict[str, Any]:
    """What is sent to a model with these options: what it has, and can be."""
    known = {option.name: option for option in options}
    return {
        name: value for name, value in values.items() if name in known and not is_wrong(known[name], value)
    }


def is_wrong(option: SpeechOption, value: Any) -> bool:
    """The model would refuse it."""
    match option.kind:
        case OptionKind.FLAG:
            return not isinstance(value, bool)
        case OptionKind.CHOICE:
            return value not in option.choices
        case OptionKind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                return True
            low, high = option.minimum, option.maximum
            return (low is not None and value < low) or (high is not None and value > high)
        case OptionKind.TEXT:
            return not isinstance(value, str)


def written(choices: Choices) -> str:
    return json.dumps({"models": choices.models, "values": dict(choices.values), "most_s": choices.most_s})


def read(kept: str) -> Choices:
    """What `written` gave; what cannot be read is as if nothing had been chosen."""
    try:
        value = json.loads(kept or "{}")
        models = tuple(str(one) for one in value.get("models", ()))
        values = {str(name): one for name, one in value.get("values", {}).items()}
        return Choices(models, values, max(0.0, float(value.get("most_s", 0.0))))
    except (ValueError, TypeError, AttributeError):
        return Choices()
