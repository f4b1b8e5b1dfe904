"""One entry of a model list into a Model: Cloudflare's `properties` (workers-ai §12), or what OpenAI-compatible servers add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.client.values import as_text, number
from workbench.domain.models import TEXT_GENERATION, Model, Price, ReasoningEffort

_TEXT_EMBEDDINGS = "Text Embeddings"
_READ = frozenset(
    {
        "async_queue", "beta", "context_window", "function_calling", "lora", "planned_deprecation_date", "price",
        "realtime", "reasoning", "reasoning_effort", "require_workers_paid", "terms", "vision",
    }
)  # fmt: skip
_CONTEXT_KEYS = (
    "context_length", "context_window", "max_model_len", "max_context_length", "loaded_context_length", "n_ctx",
    "n_ctx_train",
)  # fmt: skip
_TOKEN_PRICES = {
    "prompt": "per M input tokens",
    "completion": "per M output tokens",
    "input_cache_read": "per M cached input tokens",
}


def model_of_entry(entry: Any) -> Model | None:
    """A model of `models/search`; None for an entry without a name. Unknown properties are kept as they are."""
    if not isinstance(entry, dict) or not isinstance(name := entry.get("name"), str) or not name:
        return None
    properties = _properties(entry.get("properties"))
    task = entry.get("task")
    return Model(
        id=name,
        task=as_text(task.get("name")) if isinstance(task, dict) else as_text(task),
        author=_author(name),
        description=as_text(entry.get("description")),
        context_window=_whole(properties.get("context_window")),
        prices=_prices(properties.get("price")),
        function_calling=_flag(properties.get("function_calling")),
        reasoning=_flag(properties.get("reasoning")) or isinstance(properties.get("reasoning_effort"), dict),
        vision=_flag(properties.get("vision")),
        lora=_flag(properties.get("lora")),
        beta=_flag(properties.get("beta")),
        batch=_flag(properties.get("async_queue")),
        realtime=_flag(properties.get("realtime")),
        deprecated=_flag(entry.get("deprecated")) or _flag(properties.get("deprecated")),
        retires_on=as_text(properties.get("planned_deprecation_date"))[:10],
        requires_workers_paid=_flag(properties.get("require_workers_paid")),
        reasoning_effort=_effort(properties.get("reasoning_effort")),
        terms=as_text(properties.get("terms")),
        properties={key: value for key, value in properties.items() if key not in _READ},
    )


def model_of_listing(entry: Any) -> Model | None:
    """A model of `GET /models`; beyond the id servers say little, each in its own words."""
    if isinstance(entry, str):
        entry = {"id": entry}
    if not isinstance(entry, dict):
        return None
    name = entry.get("id") or entry.get("name") or entry.get("model")
    if not isinstance(name, str) or not name:
        return None
    meta = entry.get("meta")
    where = {**meta, **entry} if isinstance(meta, dict) else entry
    abilities = _abilities(entry)
    return Model(
        id=name,
        task=_listed_task(name, entry),
        author=as_text(entry.get("owned_by")),
        description=as_text(entry.get("description")),
        context_window=next((size for key in _CONTEXT_KEYS if (size := _whole(where.get(key)))), None),
        prices=_token_prices(entry.get("pricing")),
        function_calling=bool(abilities & {"tools", "tool_use", "function_calling"}),
        reasoning=bool(abilities & {"reasoning", "thinking"}),
        vision=bool(abilities & {"vision", "image", "multimodal"}) or entry.get("type") == "vlm",
    )


def _properties(value: Any) -> dict[str, Any]:
    """By id. The list form is the documented one; a plain object is taken too."""
    if isinstance(value, dict):
        return value
    return {
        item["property_id"]: item.get("value")
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict) and isinstance(item.get("property_id"), str)
    }


def _author(name: str) -> str:
    parts = name.split("/")
    return parts[1] if name.startswith("@") and len(parts) > 2 else parts[0] if len(parts) > 1 else ""


def _flag(value: Any) -> bool:
    """`true`, `"true"`, a number that is not 0; `"false"` occurs."""
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1", "yes")
    return bool(value)


def _whole(value: Any) -> int | None:
    known = number(value)
    return int(known) if known is not None and known > 0 else None


def _prices(value: Any) -> tuple[Price, ...]:
    """A price of 0 counts as none: it means "unpriced", mostly beta (workers-ai §12)."""
    found = []
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict) and as_text(item.get("unit")) and (usd := number(item.get("price"))):
            found.append(Price(item["unit"], usd, number(item.get("neurons"))))
    return tuple(found)


def _token_prices(value: Any) -> tuple[Price, ...]:
    """`pricing` of OpenRouter's form: dollars for one token, as text."""
    if not isinstance(value, dict):
        return ()
    known = ((unit, number(value.get(key))) for key, unit in _TOKEN_PRICES.items())
    return tuple(Price(unit, usd * 1_000_000) for unit, usd in known if usd)


def _effort(value: Any) -> ReasoningEffort | None:
    """The authority on reasoning levels (workers-ai §5.7); a model without levels is switched by its chat template."""
    if not isinstance(value, dict):
        return None
    levels = value.get("supported_efforts")
    supported = tuple(level for level in levels if isinstance(level, str)) if isinstance(levels, list) else ()
    aliases = value.get("normalizes_to")
    can_disable = "none" in supported or value.get("mandatory") in (False, "false")
    return ReasoningEffort(
        supported=supported,
        default=as_text(value.get("default_effort")) or None,
        can_disable=can_disable,
        toggle="enable_thinking" if can_disable and "none" not in supported else "",
        aliases={
            key: level
            for key, level in (aliases if isinstance(aliases, Mapping) else {}).items()
            if isinstance(level, str)
        },
    )


def _listed_task(name: str, entry: dict[str, Any]) -> str:
    """Embedding models share the list with chat models; only some servers say which is which."""
    kind = entry.get("type")
    if kind in ("embeddings", "embedding") or "embed" in name.lower():
        return _TEXT_EMBEDDINGS
    return TEXT_GENERATION if kind in ("llm", "vlm", "chat") else ""


def _abilities(entry: dict[str, Any]) -> set[str]:
    """Whatever names what it can do: a list of words, or an object of flags."""
    found: set[str] = set()
    architecture = entry.get("architecture")
    modalities = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    for said in (
        entry.get("capabilities"),
        entry.get("supported_parameters"),
        entry.get("supported_features"),
        entry.get("input_modalities"),
        modalities,
    ):
        if isinstance(said, list):
            found |= {word for word in said if isinstance(word, str)}
        elif isinstance(said, dict):
            found |= {word for word, able in said.items() if able is True}
    return found
