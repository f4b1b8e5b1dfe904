"""google-ai-studio's `generateContent`: pictures and a prompt in, pictures and words out. The shape is that of the provider's API."""

from __future__ import annotations

from typing import Any

from workbench.client.media import Telling, media_type_of
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, json_payload
from workbench.domain.images.requests import ImageRequest


def payload_of(request: ImageRequest, way: MediaWay) -> Payload:
    del way  # the address names the model
    return json_payload(lambda telling: _body(request, telling))


def _body(request: ImageRequest, telling: Telling) -> dict[str, Any]:
    settings = request.settings
    pictures = [picture for picture in (request.source, *request.references) if picture is not None]
    parts: list[dict[str, Any]] = [
        {"inlineData": {"mimeType": media_type_of(data), "data": telling.base64(data)}} for data in pictures
    ]
    parts.append({"text": settings.prompt})
    config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
    if settings.aspect_ratio:
        config["imageConfig"] = {"aspectRatio": settings.aspect_ratio}
    if settings.seed is not None:
        config["seed"] = settings.seed
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}
