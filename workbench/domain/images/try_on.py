"""Virtual try-on, in two steps: a vision model describes the outfit in photo B; an image model dresses the person in photo A in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import sqrt
from typing import Any

from workbench.domain.chat import ChatMessage, Role
from workbench.domain.errors import InvalidInput, RequestFailed, WorkbenchError
from workbench.domain.images.planning import values_of
from workbench.domain.images.schema_form import blank, fields_of, problems_with, tidied
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, PlannedImage, SeedMode
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble

RECIPE = "try-on"
"""`ImageBatch.recipe` of what step 2 asks for."""
PERSON, OUTFIT = "person", "outfit"
"""Photo A and photo B; also the names of their digests in `ImageBatch.notes`, beside DESCRIPTION."""
DESCRIPTION = "description"
LEAST_REFERENCES = 2
MOST_RESULTS = 60
LOOKED_AT_SIDE = 1024
"""The longer side of the photo that the vision model gets: more costs tokens and shows it no more."""

Description = Mapping[str, Any]
"""A value that fits SCHEMA."""

PLACES = ("head", "upper body", "lower body", "whole body", "feet", "hands", "accessory")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["summary", "garments", "style"],
    "properties": {
        "summary": {
            "type": "string",
            "title": "In one sentence",
            "description": "The whole outfit in one sentence.",
            "format": "multiline",
        },
        "garments": {
            "type": "array",
            "title": "Garments",
            "description": "Each piece that is worn, the outermost first.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["kind", "place", "colour", "material", "pattern", "fit", "details"],
                "properties": {
                    "kind": {"type": "string", "title": "Kind", "description": "Such as “trench coat”."},
                    "place": {"type": "string", "title": "Worn on", "enum": list(PLACES)},
                    "colour": {"type": "string", "title": "Colour"},
                    "material": {"type": "string", "title": "Material", "description": "Empty if it cannot be told."},
                    "pattern": {"type": "string", "title": "Pattern", "description": "“plain” if there is none."},
                    "fit": {"type": "string", "title": "Fit", "description": "Cut and length."},
                    "details": {
                        "type": "string",
                        "title": "Details",
                        "description": "Collar, sleeves, closures, seams, prints, logos.",
                        "format": "multiline",
                    },
                },
            },
        },
        "style": {"type": "string", "title": "Style", "description": "Such as “casual, nineties”."},
    },
}  # fmt: skip
"""What step 1 is to answer. Every field is required, as strict modes want it; a text may be empty."""
FIELDS = fields_of(SCHEMA)


def _bare(schema: Any) -> Any:
    """Without what is for forms only."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties", {})
    kept = {key: _bare(each) for key, each in schema.items() if key not in ("title", "format", "properties")}
    return kept | (
        {"properties": {name: _bare(each) for name, each in properties.items()}} if properties else {}
    )


SENT_SCHEMA: Mapping[str, Any] = _bare(SCHEMA)
"""SCHEMA as models get it."""


def _piece(kind: str, place: str, colour: str, material: str, fit: str, details: str) -> dict[str, str]:
    return {
        "kind": kind, "place": place, "colour": colour, "material": material, "pattern": "plain", "fit": fit, "details": details,
    }  # fmt: skip


_EXAMPLES: list[Description] = [
    {
        "summary": "A knee-length yellow raincoat with a round collar.",
        "garments": [
            _piece(
                "raincoat",
                "whole body",
                "yellow",
                "coated cotton",
                "loose, knee-length",
                "Four dark buttons, two flap pockets.",
            )
        ],
        "style": "practical, cheerful",
    },
    {
        "summary": "A dark blue suit with a white shirt and a wine-red tie.",
        "garments": [
            _piece(
                "suit jacket",
                "upper body",
                "dark blue",
                "wool",
                "slim, two buttons",
                "Peak lapels, white pocket square.",
            ),
            _piece("trousers", "lower body", "dark blue", "wool", "straight", "Creased."),
            _piece("tie", "accessory", "wine red", "silk", "long", "Windsor knot."),
        ],
        "style": "business",
    },
    {
        "summary": "A blue denim jacket over a red pleated skirt.",
        "garments": [
            _piece(
                "denim jacket",
                "upper body",
                "mid blue",
                "denim",
                "regular, hip-length",
                "Yellow seams, two chest pockets.",
            ),
            _piece("skirt", "lower body", "red", "cotton", "flared, knee-length", "Wide pleats."),
        ],
        "style": "casual",
    },
]
"""For models that are shown the schema, and for the sandbox, which looks at nothing."""

_TASK = (
    "You describe outfits so exactly that somebody who cannot see the photo could sew them. Describe only what is worn: "
    "no person, no pose, no background. Answer with one JSON object that fits this schema, and nothing else:\n"
)
_QUESTION = "Describe the outfit in this photo."
_AGAIN = (
    "That answer cannot be used: {problem} Answer again with one JSON object that fits the schema. No words before or after it, "
    "no code fence."
)
_MOST_PROBLEMS = 3
_LARGEST_AREA, _MULTIPLE = 1024 * 1024, 16


class StepState(StrEnum):
    """BLOCKED: something it needs is missing. STALE: done, but for another photo or another description."""

    BLOCKED = "blocked"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went. exchange_ids: of each request it made. repaired: the first answer could not be used, the second could."""

    model: str = ""
    exchange_ids: tuple[str, ...] = ()
    took_ms: float | None = None
    cost: Cost | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    repaired: bool = False
    sandbox: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class TryOnDraft:
    """All that the page holds. person, outfit: digests of photos A and B. described: digest of the photo the description tells of.

    pinned: the description stays when photo B changes, and step 1 is left out. wish: what else the picture is to show.
    seeds: as typed. report: of step 1, the last time.
    """

    person: str = ""
    outfit: str = ""
    vision_model: str = ""
    description: Description = field(default_factory=dict)
    described: str = ""
    pinned: bool = False
    report: StepReport | None = None
    models: tuple[str, ...] = ()
    seeds: str = "1"
    wish: str = ""


class StepFailed(WorkbenchError):
    """A step's error, said so; report: how far it came. retryable as its cause."""

    def __init__(self, step: int, cause: WorkbenchError, report: StepReport) -> None:
        what = in_step(step, cause.what[:1].upper() + cause.what[1:])
        super().__init__(what, why=cause.why, fix=cause.fix)
        self.cause = cause
        self.report = replace(report, trouble=replace(Trouble.of(cause), what=what))

    @property
    def retryable(self) -> bool:
        return self.cause.retryable


def in_step(step: int, sentence: str) -> str:
    return f"Step {step}: {sentence}"


def question(photo: bytes) -> tuple[ChatMessage, ...]:
    """What step 1 asks. The schema is in the words, too: not every model can be held to one."""
    return (
        ChatMessage(Role.SYSTEM, _TASK + json.dumps(SENT_SCHEMA, ensure_ascii=False)),
        ChatMessage(Role.USER, _QUESTION, pictures=(photo,)),
    )


def asked_again(
    messages: Sequence[ChatMessage], answer: str, problem: WorkbenchError
) -> tuple[ChatMessage, ...]:
    """The same question after an answer that cannot be used."""
    told = _AGAIN.format(problem=" ".join(part for part in (problem.what, problem.why) if part))
    return (*messages, ChatMessage(Role.ASSISTANT, answer), ChatMessage(Role.USER, told))


def response_format() -> dict[str, Any]:
    """Not strict: those modes refuse keywords that others use, and what comes is checked here anyway."""
    return {
        "type": "json_schema",
        "json_schema": {"name": "outfit", "schema": dict(SENT_SCHEMA) | {"examples": _EXAMPLES}},
    }


def cannot_hold_to_schema(error: WorkbenchError) -> bool:
    """The model answers, but not in JSON mode (workers-ai §5.5); asked without one it may do well."""
    said = f"{error.what} {error.why}".casefold()
    return isinstance(error, RequestFailed) and (
        "json mode" in said or "response_format" in said or "json_schema" in said
    )


def read_description(text: str) -> dict[str, Any]:
    """The description in a model's answer; a code fence and words around it are passed over. Raises InvalidInput."""
    value = _object_in(text)
    problems = problems_with(FIELDS, value)
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        why = " ".join(problems[:_MOST_PROBLEMS])
        raise InvalidInput(
            "the answer is not what was asked for.",
            field=DESCRIPTION,
            why=f"{why} And {more} more." if more > 0 else why,
            fix="Try again, or choose another vision model; or write the description by hand.",
        )
    description = tidied(FIELDS, value)
    if not is_told(description):
        raise InvalidInput(
            "the answer describes nothing.",
            field=DESCRIPTION,
            why="No garment has a kind, and there is no summary.",
            fix="Use a photo that shows the outfit larger, or choose another vision model.",
        )
    return description


def is_told(description: Description) -> bool:
    """There is something in it that a picture can be made from."""
    garments = description.get("garments", ())
    return bool(description.get("summary") or any(garment["kind"] for garment in garments))


def empty_description() -> dict[str, Any]:
    """To be filled in by hand: one garment."""
    garments = next(each for each in FIELDS if each.name == "garments")
    return blank(FIELDS) | {"garments": [blank(garments.inner)]}


def kept_description(value: Any) -> dict[str, Any]:
    """A stored description; {} for one that an earlier or later version wrote and that does not fit."""
    return {} if problems_with(FIELDS, value) else tidied(FIELDS, value)


def as_json(description: Description) -> str:
    return json.dumps(description, indent=2, ensure_ascii=False)


def prompt_of(description: Description, wish: str = "") -> str:
    """What step 2 asks for. Pictures are named by their place, as FLUX.2 and Gemini understand it."""
    lines = [
        "Image 1 shows a person. Image 2 shows an outfit.",
        "Make a photo of the person from image 1 wearing the outfit from image 2.",
        "Keep the person's face, hair, skin, body shape, pose and background as they are in image 1. Change only the clothes, and let "
        "them fit the body, with folds and shadows in the light of image 1.",
    ]
    if summary := description.get("summary"):
        lines.append(f"The outfit: {summary}")
    lines += [f"- {told}" for garment in description.get("garments", ()) if (told := _garment(garment))]
    if style := description.get("style"):
        lines.append(f"Style: {style}.")
    if wish.strip():
        lines.append(wish.strip())
    return "\n".join(lines)


def seeds_in(text: str) -> tuple[int, ...]:
    """The seeds that are typed: “1, 2, 7” or “1-4”. Raises InvalidInput for what is none."""
    found = values_of(AxisField.SEED, text)
    if not found:
        raise InvalidInput("Give at least one seed.", field="seeds")
    for value in found:
        if not (value.isascii() and value.isdecimal() and len(value) <= 10 and int(value) <= 2**32 - 1):
            raise InvalidInput(
                f"“{value}” is no seed.", field="seeds", fix="Write whole numbers: 1, 2, 7 or 1-4."
            )
    return tuple(int(value) for value in found)


def size_like(width: int, height: int) -> tuple[int, int]:
    """A size in the photo's proportions with about as many pixels as models draw well."""
    scale = min(1.0, sqrt(_LARGEST_AREA / (width * height)))
    return _rounded(width * scale), _rounded(height * scale)


def dressed(draft: TryOnDraft, person_size: tuple[int, int]) -> tuple[Draft, tuple[PlannedImage, ...]]:
    """The calls of step 2: each model with each seed. Raises InvalidInput naming the field of the draft."""
    _check(draft)
    seeds = seeds_in(draft.seeds)
    if len(seeds) * len(draft.models) > MOST_RESULTS:
        raise InvalidInput(
            f"That would be more than {MOST_RESULTS} pictures.",
            field="seeds",
            fix="Choose fewer seeds or models.",
        )
    width, height = size_like(*person_size)
    settings = ImageSettings(
        prompt=prompt_of(draft.description, draft.wish),
        width=width,
        height=height,
        seed=seeds[0],
        references=(draft.person, draft.outfit),
    )
    axes = []
    if len(seeds) > 1:
        axes.append(Axis(AxisField.SEED, tuple(map(str, seeds))))
    if len(draft.models) > 1:
        axes.append(Axis(AxisField.MODEL, draft.models))
    calls = []
    for row, model in enumerate(draft.models):
        for column, seed in enumerate(seeds):
            cell = (*((column,) if len(seeds) > 1 else ()), *((row,) if len(draft.models) > 1 else ()))
            calls.append(PlannedImage(model, replace(settings, seed=seed), cell))
    return Draft(draft.models, settings, SeedMode.FIXED, axes=tuple(axes)), tuple(calls)


def _check(draft: TryOnDraft) -> None:
    if not draft.person:
        raise InvalidInput("Photo A is missing.", field=PERSON, fix="Choose a photo of a person.")
    if not draft.outfit:
        raise InvalidInput("Photo B is missing.", field=OUTFIT, fix="Choose a photo of an outfit.")
    if not is_told(draft.description):
        raise InvalidInput(
            "The outfit is not described yet.", field=DESCRIPTION, fix="Run step 1, or write it by hand."
        )
    if not draft.models:
        raise InvalidInput("No image model is chosen.", field="models", fix="Choose at least one.")


def _object_in(text: str) -> Any:
    """The first JSON object in a text."""
    start = text.find("{")
    try:
        if start < 0:
            raise ValueError("there is no { in it")
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        cut = text.strip()
        said = cut if len(cut) <= 80 else f"{cut[:79]}…"
        raise InvalidInput(
            "the answer is no JSON.",
            field=DESCRIPTION,
            why=f"It says “{said}” ({error})." if said else "It is empty.",
            fix="Try again, or choose another vision model; or write the description by hand.",
        ) from error
    return value


def _garment(garment: Mapping[str, Any]) -> str:
    """“trench coat (upper body): beige, cotton, plain, loose; double-breasted”."""
    if not garment["kind"]:
        return ""
    looks = ", ".join(garment[name] for name in ("colour", "material", "pattern", "fit") if garment[name])
    details = f"; {garment['details']}" if garment["details"] else ""
    return f"{garment['kind']} ({garment['place']}): {looks or 'as in image 2'}{details}"


def _rounded(side: float) -> int:
    return max(_MULTIPLE, round(side / _MULTIPLE) * _MULTIPLE)
