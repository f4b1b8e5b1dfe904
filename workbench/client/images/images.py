"""OpenAI's `images/generations` (JSON) and `images/edits` (a form), which other servers have as well."""

from __future__ import annotations

import re
from typing import Any

from workbench.client.images.masks import see_through
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, form_payload, json_payload
from workbench.domain.images.requests import ImageRequest

_ALWAYS_BASE64 = re.compile(r"(?:chatgpt|gpt)-image")
"""OpenAI's newer models answer with base64, and refuse to be told so."""


def payload_of(request: ImageRequest, way: MediaWay) -> Payload:
    """Raises InvalidInput for a mask that cannot be sent."""
    settings = request.settings
    named: dict[str, Any] = {
        "model": way.model,
        "prompt": settings.prompt,
        "negative_prompt": settings.negative_prompt or None,
        "size": _size(request),
        request.abilities.name_of_steps: settings.steps,
        "seed": settings.seed,
        "response_format": None if _ALWAYS_BASE64.match(way.model) else "b64_json",
    }
    fields = {name: value for name, value in named.items() if value is not None}
    pictures = [picture for picture in (request.source, *request.references) if picture is not None]
    if not pictures:
        return json_payload(lambda _: fields)
    name = "image" if len(pictures) == 1 else "image[]"
    files = [(name, data) for data in pictures]
    if request.mask is not None:
        files.append(("mask", see_through(request.mask)))
    return form_payload(fields, files)


def _size(request: ImageRequest) -> str | None:
    width, height = request.settings.width, request.settings.height
    return f"{width}x{height}" if width and height else None
