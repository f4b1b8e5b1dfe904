"""Taking settings of a picture back into the form."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from workbench.domain.images.settings import Draft, ImageSettings, SeedMode


class Recall(StrEnum):
    """What of a picture's settings is taken over."""

    ALL = "all"
    WITHOUT_SEED = "without-seed"
    PROMPT = "prompt"
    SEED = "seed"
    SIZE = "size"


def recalled(draft: Draft, model: str, settings: ImageSettings, what: Recall) -> Draft:
    """The draft with that of the settings in it. ALL and WITHOUT_SEED make it a draft of this one picture: one model, no grid.

    model: "" where the picture does not tell, which keeps the draft's.
    """
    match what:
        case Recall.ALL | Recall.WITHOUT_SEED:
            models = (model,) if model else draft.models
            prompt = plain(settings.prompt)
            if what is Recall.ALL:
                mode = SeedMode.FIXED if settings.seed is not None else SeedMode.RANDOM
                return Draft(models, replace(settings, prompt=prompt), mode)
            return Draft(models, replace(settings, prompt=prompt, seed=None), SeedMode.RANDOM)
        case Recall.PROMPT:
            return _with(draft, prompt=plain(settings.prompt), negative_prompt=settings.negative_prompt)
        case Recall.SEED:
            if settings.seed is None:
                return draft
            return replace(_with(draft, seed=settings.seed), seed_mode=SeedMode.FIXED)
        case Recall.SIZE:
            return _with(
                draft, width=settings.width, height=settings.height, aspect_ratio=settings.aspect_ratio
            )


def plain(prompt: str) -> str:
    """A prompt that was sent, written so that `planning.expanded` gives just it again: marks that would choose are escaped."""
    if not set(prompt) & set("{}\\"):
        return prompt
    return "".join(f"\\{char}" if char in "{}|\\" else char for char in prompt)


def _with(draft: Draft, **changes: object) -> Draft:
    return replace(draft, settings=replace(draft.settings, **changes))  # type: ignore[arg-type]  # fields of ImageSettings
