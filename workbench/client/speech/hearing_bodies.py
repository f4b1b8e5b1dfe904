"""What a request to hear says in its body, for each shape (workers-ai §9.1–§9.3; OpenAI's `audio/transcriptions`)."""

from __future__ import annotations

import re
from typing import Any

from workbench.client.media import Telling, media_type_of
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, form_payload, json_payload, raw_payload
from workbench.client.speech.options import given
from workbench.domain.speech.abilities import HearingShape
from workbench.domain.speech.requests import HearingRequest

_OCTETS = "application/octet-stream"
_TELLS_SPEAKERS = re.compile(r"transcribe-diarize")
_TELLS_TEXT_ONLY = re.compile(r"gpt-4o(-mini)?-transcribe|voxtral")
"""Models behind `audio/transcriptions` that refuse to be asked for times."""


def payload_of(request: HearingRequest, way: MediaWay, *, plain: bool = False) -> Payload:
    """plain: ask `audio/transcriptions` for the text alone, of whoever has refused more."""
    match request.abilities.shape:
        case HearingShape.BASE64:
            return json_payload(lambda telling: _json(request, way, telling))
        case HearingShape.TRANSCRIPTIONS:
            return form_payload(_fields(request, way, plain), [("file", request.audio)])
    return raw_payload(_content_type(request), request.audio)


def may_be_asked_plainly(request: HearingRequest) -> bool:
    """More than the text was asked for, and not by the user."""
    if request.abilities.shape is not HearingShape.TRANSCRIPTIONS or "response_format" in request.options:
        return False
    return _format(request.model) != {"response_format": "json"}


def _content_type(request: HearingRequest) -> str:
    """The real one (workers-ai §9.3): that of the bytes, for names of files are often wrong."""
    told = media_type_of(request.audio)
    return request.media_type or _OCTETS if told == _OCTETS else told


def _json(request: HearingRequest, way: MediaWay, telling: Telling) -> dict[str, Any]:
    body = {"audio": telling.base64(request.audio), **given(request.options)}
    return {"model": way.model, "input": body} if way.named_inside else body


def _fields(request: HearingRequest, way: MediaWay, plain: bool) -> dict[str, Any]:
    """`task` is told by the address, and who translates needs no language."""
    options = given(request.options)
    if options.pop("task", None) == "translate":
        options.pop("language", None)
    wanted = {"response_format": "json"} if plain else _format(request.model)
    texts = {
        name: str(value).lower() if isinstance(value, bool) else value for name, value in options.items()
    }
    return {"model": way.model, **wanted, **texts}


def _format(model: str) -> dict[str, Any]:
    if _TELLS_SPEAKERS.search(model):
        return {"response_format": "diarized_json", "chunking_strategy": "auto"}
    if _TELLS_TEXT_ONLY.search(model):
        return {"response_format": "json"}
    return {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]}
