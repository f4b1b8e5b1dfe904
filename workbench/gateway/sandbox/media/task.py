"""A task: one request for something other than text, as the sandbox is handed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from workbench.domain.models import Model
from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import BadBody

GUARD = "@cf/meta/llama-guard-3-8b"


class Kind(StrEnum):
    """Which endpoint was asked; RUN is Workers AI's own, whose shape depends on the model."""

    RUN = "run"
    EMBEDDINGS = "embeddings"
    EMBED_CONTENT = "embedContent"
    BATCH_EMBED = "batchEmbedContents"
    IMAGES = "images/generations"
    IMAGE_EDITS = "images/edits"
    SPEECH = "audio/speech"
    TRANSCRIPTIONS = "audio/transcriptions"
    TRANSLATIONS = "audio/translations"
    TOMARKDOWN = "tomarkdown"
    SUPPORTED = "tomarkdown/supported"


@dataclass(frozen=True, slots=True)
class Task:
    """provider: a slug; `workers-ai` also for models of the native list at other doors. model: the catalogue's entry, or
    one made up for a third-party id; its `id` may carry the provider before a slash, `wire_model` is what the caller wrote.

    json: the decoded body where it is a JSON object, else None. envelope: a JSON answer goes inside `result`.
    """

    kind: Kind
    provider: str
    model: Model
    body: bytes
    json: Mapping[str, Any] | None = None
    content_type: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    envelope: bool = False
    request_id: str = ""
    wire_model: str = ""

    @property
    def native(self) -> bool:
        """Workers AI answers, with its own errors and its neurons."""
        return self.provider == "workers-ai"


class TaskRefused(Exception):
    """The request gets this error. message: as the maker words it, prefixes included. code: 0 where the maker tells none.

    pointer: JSON pointer of the field that is wrong, "" for the whole body.
    """

    def __init__(self, status: int, code: int, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.pointer = pointer


_MEDIA_SHAPES = frozenset({Shape.RUN, Shape.EMBEDDINGS, Shape.OTHER})
_BY_ENDING = [kind for kind in Kind if kind not in (Kind.RUN, Kind.SUPPORTED)]


def kind_of(call: Call, model: Model) -> Kind | None:
    """Which kind of media task a call is; None for everything that is answered with chat."""
    if call.shape not in _MEDIA_SHAPES:
        return None
    if call.shape is Shape.RUN:
        return Kind.RUN if not model.chats or model.id == GUARD else None
    if call.shape is Shape.EMBEDDINGS:
        return Kind.EMBEDDINGS
    path = call.endpoint.partition("?")[0].rstrip("/")
    reads = call.method in ("GET", "HEAD")
    kinds = [Kind.SUPPORTED] if reads else _BY_ENDING
    return next((kind for kind in kinds if path.endswith(kind)), None)


def task_of(call: Call, model: Model, request_id: str, json: Mapping[str, Any] | None = None) -> Task | None:
    """The media task in a call; None when it is chat. json: the body if somebody has decoded it already."""
    kind = kind_of(call, model)
    if kind is None:
        return None
    return Task(
        kind=kind,
        provider=call.provider,
        model=model,
        body=call.body,
        json=_json_of(call) if json is None else json,
        content_type=call.headers.get("content-type", ""),
        query=dict(parse_qsl(call.endpoint.partition("?")[2], keep_blank_values=True)),
        envelope=call.envelope,
        request_id=request_id,
        wire_model=call.wire or call.model,
    )


def _json_of(call: Call) -> Mapping[str, Any] | None:
    """By the first byte, whatever the content type says: no recording, picture or form begins with a brace."""
    if call.body.lstrip()[:1] != b"{":
        return None
    try:
        return call.json
    except BadBody:
        return None
