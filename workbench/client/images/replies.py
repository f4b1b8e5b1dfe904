"""Whatever comes back for a picture: the picture itself, base64, or JSON of several shapes (workers-ai §3, §8.1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.client.bad_replies import (
    broken_picture,
    no_picture,
    unreadable,
    withheld_picture,
    words_only,
)
from workbench.client.base64_text import bytes_in
from workbench.client.failures import Asked, failure_of
from workbench.client.media_calls import neurons_in
from workbench.client.results import STARTS, check_words, told_in
from workbench.client.values import number, objects_in
from workbench.domain.errors import RequestFailed
from workbench.domain.images.formats import picture_type
from workbench.domain.images.wholeness import is_whole

_REFUSALS = ("SAFETY", "PROHIBITED", "BLOCKLIST", "SPII", "RECITATION", "content_filter")


@dataclass(frozen=True, slots=True)
class Found:
    """images: whole ones. broken: how many were not, and are left out. links: where further ones lie.

    reason: why the model ended. neurons, tokens_in, tokens_out: None where the reply did not tell.
    """

    images: tuple[bytes, ...] = field(default=(), repr=False)
    links: tuple[str, ...] = ()
    broken: int = 0
    text: str = ""
    reason: str = ""
    neurons: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


def found_in(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> Found:
    """At least one picture or link; else RequestFailed. headers: names in lower case. The content type is not believed.

    Takes a while for a large body: use a thread.
    """
    if status >= 300:
        raise failure_of(status, headers, body, asked)
    if picture_type(body) is not None:
        return Found((_checked(body, asked),), neurons=neurons_in(headers))
    check_words(body, asked)
    if body.lstrip()[:1] in STARTS:
        return _json(status, headers, body, asked)
    if (data := bytes_in(body.decode("latin-1"))) and picture_type(data) is not None:
        return Found((_checked(data, asked),), neurons=neurons_in(headers))
    raise no_picture(asked, headers.get("content-type", ""))


def _checked(data: bytes, asked: Asked) -> bytes:
    if not is_whole(data):
        raise broken_picture(asked)
    return data


def _json(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> Found:
    result, value = told_in(status, headers, body, asked)
    reading = _Reading()
    reading.take(result)
    tokens_in, tokens_out = _tokens(result)
    found = Found(
        tuple(reading.images),
        tuple(reading.links),
        reading.broken,
        "\n".join(reading.texts).strip(),
        reading.reason,
        neurons_in(headers, result, value),
        tokens_in,
        tokens_out,
    )
    if not found.images and not found.links:
        raise _without(found, reading.others, asked)
    return found


def _without(found: Found, others: int, asked: Asked) -> RequestFailed:
    """Why there is no picture in JSON that can be read."""
    if found.broken:
        return broken_picture(asked)
    if any(word in found.reason for word in _REFUSALS):
        return withheld_picture(asked, found.reason, found.text)
    if others:
        return no_picture(asked, "")
    if found.text or found.reason:
        return words_only(asked, found.reason, found.text)
    return unreadable(asked)


class _Reading:
    """What a result holds. others: texts where a picture belongs that are none."""

    def __init__(self) -> None:
        self.images: list[bytes] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.broken = 0
        self.others = 0
        self.reason = ""

    def take(self, result: Any) -> None:
        """A picture as it is, or an object that holds some under the name of its maker's choice."""
        if isinstance(result, str):
            self._picture(result)
        elif isinstance(result, list):
            for entry in result:
                self.take(entry)
        elif isinstance(result, dict):
            self._object(result)

    def _object(self, result: Mapping[str, Any]) -> None:
        if isinstance(feedback := result.get("promptFeedback"), dict):
            self.reason = str(feedback.get("blockReason") or "")
            self._say(feedback.get("blockReasonMessage"))
        for candidate in objects_in(result.get("candidates")):
            self._candidate(candidate)
        for name in ("image", "images", "data", "b64_json", "url"):
            self.take(result.get(name))

    def _candidate(self, candidate: Mapping[str, Any]) -> None:
        """Google's. Drafts that belong to its thoughts are not the answer."""
        self.reason = str(candidate.get("finishReason") or self.reason)
        self._say(candidate.get("finishMessage"))
        content = candidate.get("content")
        for part in objects_in(content.get("parts") if isinstance(content, dict) else None):
            if part.get("thought") is True:
                continue
            self._say(part.get("text"))
            held = part.get("inlineData", part.get("inline_data"))
            if isinstance(held, dict) and isinstance(held.get("data"), str):
                self._picture(held["data"])

    def _say(self, text: Any) -> None:
        if isinstance(text, str) and text.strip():
            self.texts.append(text)

    def _picture(self, text: str) -> None:
        if text[:8].lower().startswith(("http://", "https://")):
            self.links.append(text)
            return
        data = bytes_in(text)
        if data is None or picture_type(data) is None:
            self.others += 1
        elif is_whole(data):
            self.images.append(data)
        else:
            self.broken += 1


def _tokens(result: Any) -> tuple[int | None, int | None]:
    """What came in and what went out; Google counts thoughts apart."""
    if not isinstance(result, dict):
        return None, None
    if isinstance(usage := result.get("usageMetadata"), dict):
        out = _count(usage.get("candidatesTokenCount"))
        thoughts = _count(usage.get("thoughtsTokenCount"))
        return _count(usage.get("promptTokenCount")), out if thoughts is None else (out or 0) + thoughts
    if not isinstance(usage := result.get("usage"), dict):
        return None, None
    into, out = usage.get("input_tokens"), usage.get("output_tokens")
    return (
        _count(usage.get("prompt_tokens") if into is None else into),
        _count(usage.get("completion_tokens") if out is None else out),
    )


def _count(value: Any) -> int | None:
    told = number(value)
    return None if told is None else int(told)
