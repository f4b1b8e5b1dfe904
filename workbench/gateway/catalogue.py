"""The model list as the API tells it: search, schemas and OpenAI's plain list (workers-ai §12)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.domain.models import TEXT_GENERATION, Model, Price, ReasoningEffort
from workbench.gateway.replies import enveloped

PER_PAGE = 100
MAX_PER_PAGE = 1000
_SOURCE = 1
"""Cloudflare's own catalogue; the only source there is here."""
_NAMES = uuid.UUID("6f4e1b1c-7d0b-5f61-9a55-1c2e7a3f0d11")


class BadQuery(Exception):
    """A query option cannot be read; the text says which."""


class Catalogue:
    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)
        self._by_id = {model.id: model for model in models}

    def find(self, model_id: str) -> Model | None:
        return self._by_id.get(model_id)

    def search(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The reply to `models/search`, all its options understood; raises BadQuery."""
        found = [model for model in self._models if _matches(model, query)]
        if query.get("format") == "openrouter":
            return {"data": [_openrouter(model) for model in found if model.task == TEXT_GENERATION]}
        page, per_page = (
            _number(query, "page", 1, 1_000_000),
            _number(query, "per_page", PER_PAGE, MAX_PER_PAGE),
        )
        shown = found[(page - 1) * per_page : page * per_page]
        info = {
            "count": len(shown),
            "page": page,
            "per_page": per_page,
            "total_count": len(found),
            "total_pages": -(-len(found) // per_page),
        }
        return enveloped([search_item(model) for model in shown], result_info=info)

    def plain_list(self, prefix: str = "") -> dict[str, Any]:
        """OpenAI's `/models`. Cloudflare documents none (workers-ai §1); SDKs ask for it all the same."""
        entries = [
            {"id": f"{prefix}{model.id}", "object": "model", "created": 0, "owned_by": model.author}
            for model in self._models
            if model.chats and model.task == TEXT_GENERATION and not model.deprecated
        ]
        return {"object": "list", "data": entries}


def search_item(model: Model) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": str(uuid.uuid5(_NAMES, model.id)),
        "source": _SOURCE,
        "name": model.id,
        "description": model.description,
        "task": {"id": str(uuid.uuid5(_NAMES, model.task)), "name": model.task, "description": ""},
        "tags": [],
        "properties": _properties(model),
    }
    if model.deprecated:
        item["deprecated"] = True
    return item


def _matches(model: Model, query: Mapping[str, str]) -> bool:
    words = query.get("search", "").lower().split()
    text = f"{model.id} {model.description} {model.task}".lower()
    return (
        all(word in text for word in words)
        and query.get("task", model.task).lower() == model.task.lower()
        and query.get("author", model.author).lower() == model.author.lower()
        and query.get("source", str(_SOURCE)) == str(_SOURCE)
        and not (model.beta and _flag(query, "hide_experimental"))
        and (not model.deprecated or _flag(query, "include_deprecated"))
    )


def _flag(query: Mapping[str, str], name: str) -> bool:
    value = query.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise BadQuery(f"'{name}' must be true or false")
    return value in ("true", "1")


def _number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise BadQuery(f"'{name}' must be a whole number from 1 to {most}")
    return int(text)


def _properties(model: Model) -> list[dict[str, Any]]:
    """Values are mostly text; `price` and `reasoning_effort` are structured, as the real list has them."""
    values: dict[str, Any] = {name: "true" for name, read in _FLAGS.items() if read(model)}
    if model.context_window:
        values["context_window"] = str(model.context_window)
    if model.prices:
        values["price"] = [_price(price) for price in model.prices]
    if model.reasoning_effort:
        values["reasoning_effort"] = _effort(model.reasoning_effort)
    if model.retires_on:
        values["planned_deprecation_date"] = model.retires_on
    if model.terms:
        values["terms"] = model.terms
    values.update((key, value) for key, value in model.properties.items() if key not in values)
    return [{"property_id": key, "value": value} for key, value in values.items()]


_FLAGS: Mapping[str, Callable[[Model], bool]] = {
    "beta": lambda model: model.beta,
    "function_calling": lambda model: model.function_calling,
    "lora": lambda model: model.lora,
    "realtime": lambda model: model.realtime,
    "reasoning": lambda model: model.reasoning,
    "require_workers_paid": lambda model: model.requires_workers_paid,
    "vision": lambda model: model.vision,
}


def _price(price: Price) -> dict[str, Any]:
    return {"unit": price.unit, "price": price.usd, "currency": "USD"}


def _effort(effort: ReasoningEffort) -> dict[str, Any]:
    return {
        "supported_efforts": list(effort.supported),
        "default_effort": effort.default,
        "normalizes_to": dict(effort.aliases),
        "mandatory": not effort.can_disable,
        "default_enabled": True,
    }


def _openrouter(model: Model) -> dict[str, Any]:
    features = [
        name
        for name, has in (
            ("tools", model.function_calling),
            ("reasoning", model.reasoning),
            ("json_mode", True),
            ("structured_outputs", True),
        )
        if has
    ]
    return {
        "id": model.id,
        "name": model.short_name,
        "created": 0,
        "hugging_face_id": "",
        "context_length": model.context_window,
        "max_output_length": model.context_window,
        "input_modalities": ["text", "image"] if model.vision else ["text"],
        "output_modalities": ["text"],
        "pricing": {
            name: f"{price / 1_000_000:.12f}".rstrip("0").rstrip(".")
            for name, kind in (
                ("prompt", "input"),
                ("completion", "output"),
                ("input_cache_read", "cached input"),
            )
            if (price := model.price_per_m(kind)) is not None
        },
        "supported_features": features,
        "supported_sampling_parameters": ["temperature", "top_p", "stop", "seed", "max_tokens"],
    }
