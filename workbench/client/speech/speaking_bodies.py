"""What a request to speak says in its body, for each shape (workers-ai §9.4; OpenAI's `audio/speech`)."""

from __future__ import annotations

from typing import Any

from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, json_payload
from workbench.client.speech.options import given
from workbench.domain.speech.abilities import SpeakingShape
from workbench.domain.speech.requests import SpeakingRequest

_VOICE = "alloy"
"""OpenAI's addresses have to be told one."""


def payload_of(request: SpeakingRequest, way: MediaWay) -> Payload:
    options = given(request.options)
    said: dict[str, Any]
    match request.abilities.shape:
        case SpeakingShape.AURA:
            said = {"text": request.text, **options}
        case SpeakingShape.MELO:
            said = {"prompt": request.text, **options}
        case SpeakingShape.SPEECH:
            voice = next(iter(request.abilities.voices), _VOICE)
            said = {"model": way.model, "input": request.text, "voice": voice, **options}
    body = {"model": way.model, "input": said} if way.named_inside else said
    return json_payload(lambda _: body)
