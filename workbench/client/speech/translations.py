"""A text into another language: m2m100 and IndicTrans2 (workers-ai §10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.client.bad_replies import empty, unreadable
from workbench.client.failures import Asked, failure_of
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, json_payload
from workbench.client.results import check_words, told_in
from workbench.domain.errors import InvalidInput

M2M100 = "@cf/meta/m2m100-1.2b"


def payload_of(text: str, source: str, target: str, way: MediaWay) -> Payload:
    """Raises InvalidInput."""
    if not text.strip():
        raise InvalidInput("There is nothing to translate.", field="text", fix="Choose some text first.")
    given = {"text": text}
    if "indictrans" in way.model:
        if source and not source.lower().startswith("en"):
            raise InvalidInput(
                f"“{way.model}” translates from English only.",
                field="source",
                fix="Choose another model, such as m2m100.",
            )
        given["target_language"] = target
    else:
        given |= {"source_lang": source or "en", "target_lang": target}
    body: dict[str, Any] = {"model": way.model, "input": given} if way.named_inside else given
    return json_payload(lambda _: body)


def translated_in(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> str:
    """Raises RequestFailed. headers: names in lower case."""
    if status >= 300:
        raise failure_of(status, headers, body, asked)
    check_words(body, asked)
    result = told_in(status, headers, body, asked).result
    if isinstance(result, dict):
        result = result.get("translated_text", result.get("translations"))
    if isinstance(result, list) and all(isinstance(part, str) for part in result):
        result = "\n".join(result)
    if not isinstance(result, str):
        raise unreadable(asked)
    if not result.strip():
        raise empty(asked)
    return result
