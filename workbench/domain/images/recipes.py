"""Settings inside a picture's file: ours are written and read, those of other programs are read.

A PNG of ours carries two texts, a JPEG the first of them as a comment that begins with “workbench:”.

* `workbench`: a JSON object. `format` is "ai-workbench-image" and `version` 1. `model` is the model's id, `settings` holds the
  fields of `ImageSettings` that were sent (`prompt`, `negative_prompt`, `width`, `height`, `aspect_ratio`, `steps`, `guidance`,
  `seed`, `strength`; `source`, `mask` and `references` are SHA-256 digests of pictures), `created_at` is in Unix seconds,
  `cost_usd` what it cost, where that is known, `sandbox` true where the local sandbox drew it. A reader passes over what it does not know.
* `parameters`: the same in AUTOMATIC1111's words, for programs that read those.

Neither names the account, the connection or a request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from workbench.domain.images import exif_text, jpeg_comment, png_text
from workbench.domain.images.foreign import automatic1111, comfyui, invokeai
from workbench.domain.images.formats import JPEG, PNG, picture_type
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recipe import (
    MAX_SEED,
    MAX_SIDE,
    MAX_STEPS,
    Leftovers,
    Recipe,
    clean,
    real,
    whole,
)
from workbench.domain.images.settings import ImageSettings

__all__ = ["KEYWORD", "MADE_BY", "Recipe", "recipe_in", "with_recipe"]

KEYWORD = "workbench"
MADE_BY = "AI Workbench"
FORMAT, VERSION = "ai-workbench-image", 1
_ANY_NUMBER = 1e6
_HEX = frozenset("0123456789abcdef")


def recipe_in(data: bytes) -> Recipe | None:
    """The settings that a picture's file carries; None where it carries none that can be read. Never raises."""
    texts = _texts(data)
    readers: tuple[Callable[[], Recipe | None], ...] = (
        lambda: _ours(texts.get(KEYWORD, "")),
        lambda: invokeai.read({invokeai.KEYWORD: texts.get(invokeai.KEYWORD, "")}),
        lambda: automatic1111.read(texts[automatic1111.KEYWORD]) if automatic1111.KEYWORD in texts else None,
        lambda: comfyui.read(texts),
        lambda: invokeai.read(texts),
    )
    return next((recipe for reader in readers if (recipe := reader()) is not None), None)


def with_recipe(data: bytes, image: GalleryImage) -> bytes:
    """The same picture with its settings in it. What is neither PNG nor JPEG comes back unchanged."""
    kind = picture_type(data)
    if kind == PNG:
        text = automatic1111.written(image.settings, image.model, (image.width, image.height), MADE_BY)
        return png_text.with_texts(data, {KEYWORD: _written(image), automatic1111.KEYWORD: text})
    if kind == JPEG:
        return jpeg_comment.with_comment(data, KEYWORD, _written(image))
    return data


def _texts(data: bytes) -> dict[str, str]:
    if picture_type(data) == PNG:
        return png_text.texts_in(data)
    texts = exif_text.texts_in(data)
    comment = texts.pop("UserComment", "")
    if "Steps: " in comment:  # cameras and people write there, too
        texts[automatic1111.KEYWORD] = comment
    if (own := jpeg_comment.comment_in(data, KEYWORD)) is not None:
        texts[KEYWORD] = own
    return texts


def _written(image: GalleryImage) -> str:
    settings = {
        each.name: value
        for each in fields(ImageSettings)
        if (value := getattr(image.settings, each.name)) not in (None, "", ())
    }
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "model": image.model,
        "settings": settings,
    }
    if image.created_at:
        document["created_at"] = round(image.created_at, 3)
    if image.cost is not None and image.cost.usd is not None:
        document["cost_usd"] = image.cost.usd
    if image.sandbox:
        document["sandbox"] = True
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _ours(text: str) -> Recipe | None:
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return None
    given = found.get("settings")
    settings, unread = _settings(given if isinstance(given, dict) else {})
    leftovers = Leftovers()
    for name, value in unread.items():
        leftovers.add(name, value)
    return Recipe(MADE_BY, clean(found.get("model")), settings, leftovers.all())


def _settings(given: Mapping[str, Any]) -> tuple[ImageSettings, dict[str, Any]]:
    """And what could not be read of them: a later version's fields, values out of all bounds."""
    references = given.get("references")
    read: dict[str, Any] = {
        "prompt": clean(given.get("prompt")),
        "negative_prompt": clean(given.get("negative_prompt")),
        "width": whole(given.get("width"), 1, MAX_SIDE),
        "height": whole(given.get("height"), 1, MAX_SIDE),
        "aspect_ratio": clean(given.get("aspect_ratio")),
        "steps": whole(given.get("steps"), 1, MAX_STEPS),
        "guidance": real(given.get("guidance"), -_ANY_NUMBER, _ANY_NUMBER),
        "seed": whole(given.get("seed"), -MAX_SEED, MAX_SEED),
        "strength": real(given.get("strength"), 0, 1),
        "source": _digest(given.get("source")),
        "mask": _digest(given.get("mask")),
        "references": tuple(filter(None, map(_digest, references))) if isinstance(references, list) else (),
    }
    unread = {name: value for name, value in given.items() if not read.get(name) and read.get(name) != 0}
    return ImageSettings(**read), unread


def _digest(value: Any) -> str:
    return value if isinstance(value, str) and len(value) == 64 and set(value) <= _HEX else ""
