"""A call: one thing asked of one provider. A request becomes one, a universal leg is one, a route's model element makes one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from workbench.gateway.protocol import Family, Ids, json_object
from workbench.gateway.replies import Reply


class Shape(StrEnum):
    """What kind of body an endpoint takes and gives; OTHER is passed through without being understood."""

    CHAT = "chat-completions"
    RESPONSES = "responses"
    MESSAGES = "messages"
    GENERATE = "generate-content"
    RUN = "run"
    EMBEDDINGS = "embeddings"
    OTHER = "other"


OPENAI_LIKE = frozenset({Shape.CHAT, Shape.EMBEDDINGS, Shape.RESPONSES})
"""The shapes of a unified call, at whichever provider."""


class Call(msgspec.Struct, frozen=True):
    """provider: a slug of ai-gateway §1.3 or `custom-{slug}`. endpoint: the path after the slug, query included.

    model: the provider's own id, "" where neither path nor body names one. gateway: whose settings hold; "" on the REST
    family when no gateway was asked for. headers: lower-case, a universal leg's own over the request's. body: as it will be
    sent, in `shape`. unified: the body came in the unified (chat-completions) shape and the answer has to go out in it.
    envelope: a whole JSON answer belongs inside the native envelope (workers-ai §3.1). element: the route element that
    asks, as `{route}/{element id}`, "" outside a route. wire: the model as the request named it, where that is not `model`:
    what the answer's `model` says. parsed: the body with what it says, where somebody has read it already; see `json`.
    """

    family: Family
    gateway: str
    provider: str
    endpoint: str
    model: str
    shape: Shape
    method: str
    headers: Mapping[str, str]
    body: bytes
    stream: bool = False
    unified: bool = False
    envelope: bool = False
    element: str = ""
    wire: str = ""
    parsed: tuple[bytes, dict[str, Any]] | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object, not to be changed; raises BadBody. Costs nothing where calls_of has read it."""
        if self.parsed is not None and self.parsed[0] is self.body:
            return self.parsed[1]
        return json_object(self.body)

    def __repr__(self) -> str:  # headers may hold keys
        return f"Call({self.method} {self.provider}/{self.endpoint}, {self.model})"


class Answerer(Protocol):
    """Whoever answers a call. The reply's status and headers are final when it is returned; its `upstream` says who spoke.

    A provider that fails is a reply too (its own error, or code 2005 with 502 or 504). Raises Cut when there is nothing
    more to say to this client.
    """

    async def answer(self, call: Call, ids: Ids) -> Reply: ...
