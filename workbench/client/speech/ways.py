"""Where a recording, a text to be spoken or a text to be translated goes (workers-ai §9, §10; OpenAI's `audio/…`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from workbench.client.failures import Replacing
from workbench.client.media_ways import MediaWay, check_model, completed, openai_way, run_way
from workbench.client.speech.options import given
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import InvalidInput
from workbench.domain.speech.abilities import HearingShape, SpeakingShape
from workbench.domain.speech.requests import HearingRequest, SpeakingRequest
from workbench.domain.targets import Connection

_SOCKET_ONLY = "@cf/deepgram/flux"
TRANSLATE = "translate"


def hearing_way_of(
    connection: Connection, request: HearingRequest, replacement_of: Replacing = lambda _: None
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    model = request.model
    check_model(model, wanted="asked to transcribe", fitting="hears")
    if model.removeprefix("workers-ai/") == _SOCKET_ONLY:
        raise InvalidInput(
            f"“{model}” cannot transcribe a recording.",
            field="model",
            why="It hears live speech over a WebSocket only.",
            fix="Pick another model, such as nova-3.",
        )
    match request.abilities.shape:
        case HearingShape.RAW:
            way = run_way(connection, model, by_name_only="with a recording as it is")
        case HearingShape.BASE64:
            way = run_way(connection, model)
        case HearingShape.QUERY:
            way = run_way(connection, model, by_name_only="with a recording as it is")
            way = replace(way, url=way.url + _query(request.options))
        case HearingShape.TRANSCRIPTIONS:
            translates = request.options.get("task") == TRANSLATE
            way = openai_way(
                connection, model, "audio/translations" if translates else "audio/transcriptions"
            )
    return completed(way, connection, model, request.gateway, replacement_of)


def speaking_way_of(
    connection: Connection, request: SpeakingRequest, replacement_of: Replacing = lambda _: None
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    check_model(request.model, wanted="asked to speak", fitting="speaks")
    if request.abilities.shape is SpeakingShape.SPEECH:
        way = openai_way(connection, request.model, "audio/speech")
    else:
        way = run_way(connection, request.model)
    return completed(way, connection, request.model, request.gateway, replacement_of)


def translating_way_of(
    connection: Connection, model: str, gateway: GatewayOptions, replacement_of: Replacing = lambda _: None
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    check_model(model, wanted="asked to translate", fitting="translates")
    return completed(run_way(connection, model), connection, model, gateway, replacement_of)


def _query(options: Mapping[str, Any]) -> str:
    """Switches as the words true and false; a list as the same name again."""
    pairs = [
        (name, _told(each))
        for name, value in given(options).items()
        for each in (value if isinstance(value, list | tuple) else [value])
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
