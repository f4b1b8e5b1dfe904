"""The translation receipt: what a model gets of the settings wished for, what it does not, and what is changed for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import log, sqrt

from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.settings import ImageSettings

_PIXELS = 1024 * 1024


class ChangeKind(StrEnum):
    DROPPED = "dropped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """field: an attribute of ImageSettings; "size" for width and height together. wanted, sent: as they are written; sent is "" where dropped."""

    field: str
    kind: ChangeKind
    wanted: str
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """settings: all that is sent. problem: why the call cannot be made at all, as a sentence; "" where it can."""

    settings: ImageSettings
    changes: tuple[Change, ...] = ()
    problem: str = ""


def fitted(wished: ImageSettings, abilities: Abilities) -> Fitted:
    """The settings as this model takes them. What is not set stays not sent."""
    changes: list[Change] = []
    settings = _pictures(wished, abilities, changes)
    settings = _size(settings, abilities, changes)
    settings = _steps(settings, abilities, changes)
    settings = replace(
        settings,
        guidance=_number("guidance", settings.guidance, abilities.guidance, changes),
        strength=_strength(settings, abilities, changes),
    )
    if settings.negative_prompt and not abilities.negative_prompt:
        changes.append(Change("negative_prompt", ChangeKind.DROPPED, settings.negative_prompt))
        settings = replace(settings, negative_prompt="")
    if settings.seed is not None and not abilities.seed:
        changes.append(Change("seed", ChangeKind.DROPPED, str(settings.seed)))
        settings = replace(settings, seed=None)
    return Fitted(settings, tuple(changes), _problem(settings, abilities))


def ratio_of(text: str) -> float | None:
    """Width over height of "16:9"; None for anything else."""
    wide, colon, high = text.partition(":")
    try:
        return float(wide) / float(high) if colon and float(high) > 0 and float(wide) > 0 else None
    except ValueError:
        return None


def _pictures(settings: ImageSettings, abilities: Abilities, changes: list[Change]) -> ImageSettings:
    """A source is looked at as the first reference by a model that only takes those."""
    source, mask, references = settings.source, settings.mask, settings.references
    if source and not abilities.source:
        if abilities.references:
            references = (source, *(each for each in references if each != source))
            changes.append(Change("source", ChangeKind.CHANGED, "source", "reference"))
        else:
            changes.append(Change("source", ChangeKind.DROPPED, source))
        source = ""
    if mask and not (abilities.mask and source):
        changes.append(Change("mask", ChangeKind.DROPPED, mask))
        mask = ""
    if len(references) > abilities.references:
        kind = ChangeKind.CHANGED if abilities.references else ChangeKind.DROPPED
        kept = str(abilities.references) if abilities.references else ""
        changes.append(Change("references", kind, str(len(references)), kept))
        references = references[: abilities.references]
    return replace(settings, source=source, mask=mask, references=references)


def _size(settings: ImageSettings, abilities: Abilities, changes: list[Change]) -> ImageSettings:
    wanted = written_size(settings)
    if not wanted:
        return settings
    if abilities.aspect_ratios:
        sent = _sent_ratio(settings, abilities)
    elif abilities.sizes:
        sent = _sent_of(settings, abilities.sizes)
    elif abilities.width is not None and abilities.height is not None:
        sent = _sent_pixels(settings, abilities.width, abilities.height)
    else:
        sent = replace(settings, width=None, height=None, aspect_ratio="")
    written = written_size(sent)
    if written != wanted:
        kind = ChangeKind.CHANGED if written else ChangeKind.DROPPED
        changes.append(Change("size", kind, wanted, written))
    return sent


def written_size(settings: ImageSettings) -> str:
    """“1024x768”, “16:9”, or "" where no size is asked for. A side that is left open is a “?”."""
    if settings.width is None and settings.height is None:
        return settings.aspect_ratio
    return f"{settings.width or '?'}x{settings.height or '?'}"


def _sent_ratio(settings: ImageSettings, abilities: Abilities) -> ImageSettings:
    wanted = _proportion(settings)
    ratio = _closest(abilities.aspect_ratios, wanted) if wanted else ""
    if settings.aspect_ratio in abilities.aspect_ratios and settings.width is settings.height is None:
        ratio = settings.aspect_ratio
    return replace(settings, width=None, height=None, aspect_ratio=ratio)


def _sent_of(settings: ImageSettings, sizes: tuple[str, ...]) -> ImageSettings:
    wanted = _proportion(settings)
    best = _closest(tuple(size.replace("x", ":") for size in sizes), wanted) if wanted else ""
    width, _, height = best.partition(":")
    return replace(
        settings,
        width=int(width) if width else None,
        height=int(height) if height else None,
        aspect_ratio="",
    )


def _sent_pixels(settings: ImageSettings, wide: Range, high: Range) -> ImageSettings:
    width, height = settings.width, settings.height
    if width is None and height is None and (ratio := ratio_of(settings.aspect_ratio)):
        area = (wide.default or 0) * (high.default or 0) or _PIXELS
        width, height = round(sqrt(area * ratio) / 8) * 8, round(sqrt(area / ratio) / 8) * 8
    return replace(
        settings,
        width=None if width is None else int(wide.nearest(width)),
        height=None if height is None else int(high.nearest(height)),
        aspect_ratio="",
    )


def _proportion(settings: ImageSettings) -> float | None:
    if settings.width and settings.height:
        return settings.width / settings.height
    return ratio_of(settings.aspect_ratio)


def _closest(ratios: tuple[str, ...], wanted: float) -> str:
    """By how many times wider or narrower, which is what the eye sees."""
    return min(ratios, key=lambda each: abs(log((ratio_of(each) or 1) / wanted)))


def _steps(settings: ImageSettings, abilities: Abilities, changes: list[Change]) -> ImageSettings:
    if settings.steps is None:
        return settings
    if abilities.fixed_steps is not None:
        if settings.steps != abilities.fixed_steps:
            changes.append(
                Change("steps", ChangeKind.CHANGED, str(settings.steps), str(abilities.fixed_steps))
            )
        return replace(settings, steps=None)
    steps = _number("steps", settings.steps, abilities.steps, changes)
    return replace(settings, steps=None if steps is None else int(steps))


def _strength(settings: ImageSettings, abilities: Abilities, changes: list[Change]) -> float | None:
    """It has a meaning only beside a source, so without one nothing is told of it either."""
    return _number("strength", settings.strength, abilities.strength, changes) if settings.source else None


def _number(field: str, wanted: float | None, limits: Range | None, changes: list[Change]) -> float | None:
    if wanted is None:
        return None
    if limits is None:
        changes.append(Change(field, ChangeKind.DROPPED, f"{wanted:g}"))
        return None
    sent = limits.nearest(wanted)
    if abs(sent - wanted) > 1e-6:
        changes.append(Change(field, ChangeKind.CHANGED, f"{wanted:g}", f"{sent:g}"))
    return sent


def _problem(settings: ImageSettings, abilities: Abilities) -> str:
    limit = abilities.prompt_limit
    if limit is not None and len(settings.prompt) > limit:
        return f"The prompt has {len(settings.prompt):,} characters; this model takes {limit:,}."
    if abilities.source_required and not settings.source:
        return "This model changes a picture: give it one to start from."
    if abilities.mask_required and not settings.mask:
        return "This model paints into a picture: paint a mask that says where."
    return ""
