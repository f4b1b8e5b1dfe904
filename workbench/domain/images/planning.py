"""From what the form holds to the calls it asks for: prompts expanded, seeds drawn, grids laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import prod
from random import Random

from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import MAX_SEED
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, PlannedImage, SeedMode

MOST = 1000
"""Calls that one press of a button may ask for."""
MOST_AXES = 3
_SIZE = re.compile(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*(?:\(\s*\+?(\d+(?:\.\d+)?)\s*\))?\s*")
_USUAL_STEP = {
    AxisField.SEED: Decimal(1),
    AxisField.STEPS: Decimal(1),
    AxisField.GUIDANCE: Decimal(1),
    AxisField.STRENGTH: Decimal("0.1"),
}
_ESCAPED = frozenset("{}|\\")


def expanded(prompt: str) -> tuple[str, ...]:
    """Every prompt that `{a|b}` stands for, in order, without repeats. Groups may nest; `\\{`, `\\|`, `\\}` and `\\\\` stand for
    themselves.

    Raises InvalidInput (field "prompt") for braces that do not match, and for more than MOST prompts.
    """
    if "{" not in prompt and "}" not in prompt and "\\" not in prompt:
        return (prompt,)
    found = tuple(dict.fromkeys("".join(parts) for parts in _sequence(_Reader(prompt), top=True)))
    _no_more_than_most(len(found))
    return found


def groups_in(prompt: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The outermost `{a|b}` of a prompt, each as it stands there, with what it stands for. Empty where braces do not match."""
    found = []
    depth = begin = 0
    at = 0
    while at < len(prompt):
        char = prompt[at]
        if char == "\\":
            at += 1
        elif char == "{":
            depth += 1
            begin = at if depth == 1 else begin
        elif char == "}":
            depth -= 1
            if depth < 0:
                return ()
            if depth == 0:
                text = prompt[begin : at + 1]
                try:
                    choices = expanded(text)
                except InvalidInput:
                    return ()
                if len(choices) > 1:
                    found.append((text, choices))
        at += 1
    return tuple(found) if depth == 0 else ()


def is_grid(draft: Draft) -> bool:
    return any(axis.values for axis in draft.axes)


def axis_lengths(draft: Draft) -> tuple[int, ...]:
    """Values along each axis; an axis that is not written yet counts one."""
    return tuple(max(1, len(axis.values)) for axis in draft.axes)


def values_of(field: AxisField, text: str) -> tuple[str, ...]:
    """The values that a text names, split at commas, or at line ends where there are any. `1-4`, `10-50 (10)` and `0.2-0.8 (0.3)`
    are spans of numbers.

    A span of more than MOST numbers is left as it stands, for `problem_with_axis` to tell.
    """
    parts = (
        text.split("\n") if "\n" in text or field is AxisField.PROMPT and "\n" in text else text.split(",")
    )
    found: list[str] = []
    for part in (part.strip() for part in parts):
        span = _SPAN.fullmatch(part) if field in _USUAL_STEP else None
        found += [part] if span is None else _counted_out(field, span)
    return tuple(dict.fromkeys(value for value in found if value))


def _counted_out(field: AxisField, span: re.Match[str]) -> list[str]:
    first, last, step = Decimal(span[1]), Decimal(span[2]), Decimal(span[3] or _USUAL_STEP[field])
    count = int((last - first) / step) + 1 if first <= last and step else 0
    if not 0 < count <= MOST:
        return [span[0]]
    return [f"{(first + step * number).normalize():f}" for number in range(count)]


def problem_with_axis(axis: Axis, draft: Draft) -> str:
    """Why this axis cannot be used, as a sentence; "" where it can."""
    if not axis.values:
        return "Give the values this axis runs through."
    if sum(other.field is axis.field and other.part == axis.part for other in draft.axes) > 1:
        return "Another axis changes the same."
    if axis.field is AxisField.PROMPT:
        if not axis.part:
            return "Say which part of the prompt is replaced."
        return "" if axis.part in draft.settings.prompt else f"“{axis.part}” is not in the prompt."
    for value in axis.values:
        if not _fits(axis.field, value):
            return _WANTED[axis.field].format(value)
    return ""


def planned(draft: Draft, dice: Random) -> tuple[PlannedImage, ...]:
    """The calls in the order they are made: by prompt, model and number, or by cell with x changing fastest.

    Raises InvalidInput naming the field: "models", "prompt", "count", "axes.0" …; and "" where it is too many.
    """
    axes = tuple(axis for axis in draft.axes if axis.values)
    _check(draft, axes)
    varies_model = any(axis.field is AxisField.MODEL for axis in axes)
    models = ("",) if varies_model else draft.models
    _no_more_than_most(len(models) * draft.count * prod(len(axis.values) for axis in axes))
    calls: list[PlannedImage] = []
    seeds = _Seeds(draft, dice)
    for cell in _cells(axes):
        changed, model = _at(draft.settings, axes, cell)
        for prompt in expanded(changed.prompt):
            for each in models:
                for number in range(draft.count):
                    seed = changed.seed if _varies_seed(axes) else seeds.of(number)
                    calls.append(
                        PlannedImage(model or each, replace(changed, prompt=prompt, seed=seed), cell)
                    )
        _no_more_than_most(len(calls))
    return tuple(calls)


class _Seeds:
    """A random seed is drawn once for each number, so that all cells and models of a press can be compared."""

    def __init__(self, draft: Draft, dice: Random) -> None:
        self._mode = draft.seed_mode
        self._first = draft.settings.seed
        self._dice = dice
        self._drawn: list[int] = []

    def of(self, number: int) -> int:
        if self._mode is SeedMode.RANDOM or self._first is None:
            while len(self._drawn) <= number:
                self._drawn.append(self._dice.randint(0, MAX_SEED))
            return self._drawn[number]
        return self._first if self._mode is SeedMode.FIXED else (self._first + number) % (MAX_SEED + 1)


def _check(draft: Draft, axes: tuple[Axis, ...]) -> None:
    if not draft.models and not any(axis.field is AxisField.MODEL for axis in axes):
        raise InvalidInput("No model is chosen.", field="models", fix="Choose at least one.")
    if not draft.settings.prompt.strip():
        raise InvalidInput("The prompt is empty.", field="prompt", fix="Say what the picture shows.")
    if draft.count < 1:
        raise InvalidInput("At least one picture is needed.", field="count")
    if len(draft.axes) > MOST_AXES:
        raise InvalidInput(f"A grid has at most {MOST_AXES} axes.", field="axes")
    for place, axis in enumerate(draft.axes):
        if axis.values and (problem := problem_with_axis(axis, draft)):
            raise InvalidInput(problem, field=f"axes.{place}")


def _cells(axes: tuple[Axis, ...]) -> Iterator[tuple[int, ...]]:
    """Places on the axes, x changing fastest; one empty place where there is no grid."""
    for backward in product(*(range(len(axis.values)) for axis in reversed(axes))):
        yield tuple(reversed(backward))


def _at(settings: ImageSettings, axes: tuple[Axis, ...], cell: tuple[int, ...]) -> tuple[ImageSettings, str]:
    """The settings in a cell, and its model where an axis changes that, else ""."""
    model = ""
    for axis, place in zip(axes, cell, strict=True):
        value = axis.values[place]
        match axis.field:
            case AxisField.MODEL:
                model = value
            case AxisField.SEED:
                settings = replace(settings, seed=int(value))
            case AxisField.STEPS:
                settings = replace(settings, steps=int(value))
            case AxisField.GUIDANCE:
                settings = replace(settings, guidance=float(value))
            case AxisField.STRENGTH:
                settings = replace(settings, strength=float(value))
            case AxisField.SIZE:
                width, height = size_in(value) or (0, 0)
                settings = replace(settings, width=width, height=height, aspect_ratio="")
            case AxisField.PROMPT:
                settings = replace(settings, prompt=settings.prompt.replace(axis.part, value))
    return settings, model


def size_in(text: str) -> tuple[int, int] | None:
    """Width and height in "1024x768"; None for anything else."""
    found = _SIZE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found and int(found[1]) and int(found[2]) else None


def _varies_seed(axes: tuple[Axis, ...]) -> bool:
    return any(axis.field is AxisField.SEED for axis in axes)


_WANTED = {
    AxisField.SEED: "“{0}” is no seed: whole numbers from 0 are.",
    AxisField.STEPS: "“{0}” is no number of steps: whole numbers from 1 are.",
    AxisField.GUIDANCE: "“{0}” is no number.",
    AxisField.STRENGTH: "“{0}” is no strength: numbers from 0 to 1 are.",
    AxisField.SIZE: "“{0}” is no size: write it like 1024x768.",
    AxisField.MODEL: "“{0}” is no model.",
}


def _fits(field: AxisField, value: str) -> bool:
    try:
        match field:
            case AxisField.SEED:
                return 0 <= int(value) <= MAX_SEED
            case AxisField.STEPS:
                return int(value) >= 1
            case AxisField.GUIDANCE:
                return abs(float(value)) < 1000
            case AxisField.STRENGTH:
                return 0 <= float(value) <= 1
            case AxisField.SIZE:
                return size_in(value) is not None
            case _:
                return bool(value.strip())
    except ValueError:
        return False


def _no_more_than_most(count: int) -> None:
    if count > MOST:
        raise InvalidInput(
            f"That would be more than {MOST:,} pictures.",
            why="A mistake in a grid or in a prompt's {…} would be dear.",
            fix="Ask for fewer values, models or pictures at a time.",
        )


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def char(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""


def _sequence(reader: _Reader, *, top: bool) -> list[list[str]]:
    """All ways to read on until the end (top), or until the `|` or `}` that ends a part of a group."""
    ways: list[list[str]] = [[]]
    literal: list[str] = []

    def close_literal() -> None:
        if literal:
            text = "".join(literal)
            literal.clear()
            for way in ways:
                way.append(text)

    while char := reader.char:
        if (
            char == "\\"
            and reader.text[reader.at + 1 : reader.at + 2] in _ESCAPED
            and reader.at + 1 < len(reader.text)
        ):
            literal.append(reader.text[reader.at + 1])
            reader.at += 2
        elif char == "{":
            close_literal()
            options = _group(reader)
            _no_more_than_most(len(ways) * len(options))
            ways = [[*way, *option] for way in ways for option in options]
        elif char == "}" and top:
            raise _unmatched("A } stands without its {.")
        elif char in "|}" and not top:
            break
        else:
            literal.append(char)
            reader.at += 1
    close_literal()
    return ways


def _group(reader: _Reader) -> list[list[str]]:
    """Reads from a `{` past its `}`. One without a `|` stands for itself, braces and all: it offers no choice."""
    reader.at += 1
    parts: list[list[list[str]]] = []
    while True:
        parts.append(_sequence(reader, top=False))
        if not reader.char:
            raise _unmatched("A { stands without its }.")
        ended = reader.char == "}"
        reader.at += 1
        if ended:
            break
    if len(parts) == 1:
        return [["{", *way, "}"] for way in parts[0]]
    options = [way for part in parts for way in part]
    _no_more_than_most(len(options))
    return options


def _unmatched(what: str) -> InvalidInput:
    return InvalidInput(
        what,
        field="prompt",
        why="{a|b} asks for one picture with a and one with b.",
        fix="Close it, or write \\{ and \\} for braces that mean themselves.",
    )
