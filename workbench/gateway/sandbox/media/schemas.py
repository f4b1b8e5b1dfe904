"""JSON Schemas of all media models: what forms are drawn from and what requests are checked against.

Field names, ranges and defaults are workers-ai §7–§10's. The published schemas' quirks (§12.1) are kept where a client
has to survive them; `form_schema` has the fields where the published schema does not tell them.
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.domain.models import Model
from workbench.gateway.sandbox.media import audio_schemas, image_schemas, text_schemas
from workbench.gateway.sandbox.media.fields import Schema, queued_or, with_batch

Family = Callable[[Model], tuple[Schema, Schema]]


def schemas_for(model: Model) -> dict[str, Schema] | None:
    """{"input", "output"}, or None where the model is no media model or its family is not known here."""
    family = _family(model)
    if family is None:
        return None
    given, result = family(model)
    if "+batch" in model.schema_shape or model.properties.get("async_queue"):
        given, result = with_batch(given), queued_or(result)
    return {"input": given, "output": result}


def form_schema(model: Model) -> Schema | None:
    """The fields of one request as a person fills them in: like the input schema, but usable for every family.

    Multipart models publish an opaque body and nova-3 a raw one with options in the query; here their fields are named.
    """
    if model.schema_shape == "multipart-opaque":
        return image_schemas.flux2_form(model)
    if model.schema_shape.startswith("audio-body"):
        return audio_schemas.nova_options()
    family = _family(model)
    return family(model)[0] if family else None


def _family(model: Model) -> Family | None:
    shape = model.schema_shape.partition("+")[0].strip()
    return _FAMILIES.get(f"{model.task}/{shape}") or _FAMILIES.get(shape)


_FAMILIES: dict[str, Family] = {
    "t2i-closed": image_schemas.flux1,
    "t2i": image_schemas.leonardo,
    "sd": image_schemas.stable_diffusion,
    "multipart-opaque": image_schemas.flux2,
    "binary|bytes-array image": image_schemas.classifier,
    "Object Detection/binary|bytes-array image": image_schemas.detector,
    "Image-to-Text/binary|bytes-array image": image_schemas.captioner,
    "task-switch": image_schemas.moondream,
    "binary|bytes-array audio": audio_schemas.whisper,
    "base64-or-stream audio": audio_schemas.whisper_turbo,
    "Voice Activity Detection/base64-or-stream audio": audio_schemas.smart_turn,
    "audio-body": audio_schemas.nova,
    "ws-params": audio_schemas.flux_socket,
    "tts-text": audio_schemas.aura,
    "tts-prompt": audio_schemas.melotts,
    "embed-text": text_schemas.embed,
    "embed-or-score": text_schemas.m3,
    "embed-queries-documents": text_schemas.qwen_embed,
    "rerank": text_schemas.rerank,
    "text-in/label-array": text_schemas.sentiment,
    "translate": text_schemas.translate,
    "translate-enum": text_schemas.indic,
    "summarize": text_schemas.summarize,
    "decision": text_schemas.decision,
}
"""By the catalogue's schema_shape, or by task and shape where one shape has several results."""
