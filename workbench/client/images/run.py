"""`/ai/run` with JSON: all models of Workers AI but FLUX.2 (workers-ai §8.1, §8.2)."""

from __future__ import annotations

from typing import Any

from workbench.client.media import Telling
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, json_payload
from workbench.domain.images.requests import ImageRequest


def payload_of(request: ImageRequest, way: MediaWay) -> Payload:
    def body(telling: Telling) -> dict[str, Any]:
        given = _input(request, telling)
        return {"model": way.model, "input": given} if way.named_inside else given

    return json_payload(body)


def _input(request: ImageRequest, telling: Telling) -> dict[str, Any]:
    """The source goes as base64, a quarter of the size of a byte array; a mask is taken as the latter only."""
    settings = request.settings
    named: dict[str, Any] = {
        "prompt": settings.prompt,
        "negative_prompt": settings.negative_prompt or None,
        "width": settings.width,
        "height": settings.height,
        "aspect_ratio": settings.aspect_ratio or None,
        request.abilities.name_of_steps: settings.steps,
        "guidance": settings.guidance,
        "seed": settings.seed,
        "strength": settings.strength,
        "image_b64": None if request.source is None else telling.base64(request.source),
        "mask": None if request.mask is None else telling.numbers(request.mask),
    }
    return {name: value for name, value in named.items() if value is not None}
