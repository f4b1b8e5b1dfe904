"""Lists of models, each in its maker's shape. Any id is answered; these are the ones that say what they show."""

from __future__ import annotations

from typing import Any

from workbench.gateway.calls import Call
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.sandbox.troubles import ANTHROPIC, GOOGLE, WORKERS_AI, maker_of
from workbench.gateway.sandbox.wires import path_of

_NAMES = {"sandbox-chat": "Sandbox: chat", "sandbox-thinking": "Sandbox: thinks before it answers"}
_DRAWING = {"sandbox-image": "Sandbox: answers with a picture"}
_EPOCH = "1970-01-01T00:00:00Z"
_WINDOW = 1_000_000


def listed(call: Call, catalogue: Catalogue) -> dict[str, Any] | None:
    """The reply to `GET models` and `GET models/{id}`; None for any other address."""
    before, models, name = path_of(call).rpartition("models")
    if not models or (before and not before.endswith("/")):
        return None
    maker = maker_of(call)
    if name.strip("/"):
        return _one(name.strip("/"), maker)
    if maker == WORKERS_AI:
        return catalogue.plain_list()
    if maker == GOOGLE:
        return {"models": [_one(model, maker) for model in {**_NAMES, **_DRAWING}]}
    data = [_one(model, maker) for model in _NAMES]
    if maker == ANTHROPIC:
        return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}
    return {"object": "list", "data": data}


def _one(model: str, maker: str) -> dict[str, Any]:
    title = {**_NAMES, **_DRAWING}.get(model, model)
    if maker == GOOGLE:
        return {
            "name": f"models/{model}",
            "version": "1",
            "displayName": title,
            "inputTokenLimit": _WINDOW,
            "outputTokenLimit": _WINDOW,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }
    if maker == ANTHROPIC:
        return {
            "type": "model",
            "id": model,
            "display_name": title,
            "created_at": _EPOCH,
            "lifecycle": "active",
        }
    return {"id": model, "object": "model", "created": 0, "owned_by": "sandbox"}
