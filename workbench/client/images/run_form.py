"""`/ai/run` with a form: FLUX.2, even for a prompt alone (workers-ai §8.1)."""

from __future__ import annotations

from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, form_payload
from workbench.domain.images.requests import ImageRequest


def payload_of(request: ImageRequest, way: MediaWay) -> Payload:
    """The prompt names the pictures by their index; one to start from is the first of them."""
    del way  # the address names the model
    settings = request.settings
    fields = {
        "prompt": settings.prompt,
        request.abilities.name_of_steps: settings.steps,
        "guidance": settings.guidance,
        "width": settings.width,
        "height": settings.height,
        "seed": settings.seed,
    }
    pictures = [picture for picture in (request.source, *request.references) if picture is not None]
    return form_payload(fields, [(f"input_image_{index}", data) for index, data in enumerate(pictures)])
