"""What an element does, in words: for cards, lists and the inspector. Names of fields, providers and models stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.domain.models import short_name
from workbench.domain.routes.elements import (
    ELSE,
    AnyElement,
    Conditional,
    Kind,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Technique,
    Unknown,
)
from workbench.domain.routes.shares import share_of

translate = QCoreApplication.translate

MOST = 72
"""Letters of a condition; what is longer ends in "…"."""
_SIGNS = {"$eq": "=", "$ne": "≠", "$gt": ">", "$gte": "≥", "$lt": "<", "$lte": "≤"}
_MODELS = ("series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7")
_FAMILIES = ("workers-ai", "openai", "anthropic", "google-ai-studio", "groq", "mistral", "deepseek")
_CLAIM = ("request.has_", "request.stream")
_PROVIDERS = {
    "workers-ai": "Workers AI",
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google-ai-studio": "Google AI Studio",
    "google-vertex-ai": "Google Vertex AI",
    "grok": "xAI",
    "groq": "Groq",
    "mistral": "Mistral",
    "deepseek": "DeepSeek",
    "perplexity-ai": "Perplexity",
    "cerebras": "Cerebras",
    "cohere": "Cohere",
    "openrouter": "OpenRouter",
    "fireworks": "Fireworks",
    "azure-openai": "Azure OpenAI",
    "aws-bedrock": "Amazon Bedrock",
}


def kind_name(kind: Kind | AnyElement, limit_type: LimitType = LimitType.COUNT) -> str:
    """What an element of this kind is called. limit_type: of a limit, where only the kind is given."""
    if isinstance(kind, Rate):
        limit_type = kind.limit_type
    kind = kind if isinstance(kind, Kind) else kind.kind
    match kind:
        case Kind.START:
            return translate("Routes", "Start")
        case Kind.CONDITIONAL:
            return translate("Routes", "Condition")
        case Kind.PERCENTAGE:
            return translate("Routes", "Percentage")
        case Kind.RATE:
            return (
                translate("Routes", "Budget limit")
                if limit_type is LimitType.COST
                else translate("Routes", "Rate limit")
            )
        case Kind.MODEL:
            return translate("Routes", "Model")
        case Kind.END:
            return translate("Routes", "End")
        case Kind.UNKNOWN:
            return translate("Routes", "Unknown kind")


def title_of(element: AnyElement) -> str:
    """What it does, in a line: "plan = free", "70 / 30", "100 requests per user_id per hour", "gpt-4o-mini"."""
    match element:
        case Conditional():
            return condition_words(element.conditions)
        case Percentage():
            return _shares(element)
        case Rate():
            return _limit(element)
        case ModelCall():
            return short_name(element.model) or translate("Routes", "no model chosen")
        case Unknown():
            return element.type
    if element.kind is Kind.START:
        return translate("Routes", "Requests begin here")
    return translate("Routes", "The answer goes out")


def detail_of(element: AnyElement) -> str:
    """A second line: "OpenAI · 30 s · 2 retries"; "" where there is no more to say."""
    match element:
        case Percentage():
            return (
                translate("Routes", "by {0}").format(field_words(element.sticky))
                if element.sticky
                else translate("Routes", "by chance")
            )
        case Rate():
            return translate("Routes", "sliding window") if element.technique is Technique.SLIDING else ""
        case ModelCall():
            return " · ".join(_asking(element))
        case Unknown():
            return translate("Routes", "kept as it is, and not run here")
    return ""


def icon_of(element: AnyElement | Kind, limit_type: LimitType = LimitType.COUNT) -> str:
    """Name of its Lucide icon."""
    if isinstance(element, Rate):
        limit_type = element.limit_type
    kind = element if isinstance(element, Kind) else element.kind
    match kind:
        case Kind.START:
            return "play"
        case Kind.CONDITIONAL:
            return "git-branch"
        case Kind.PERCENTAGE:
            return "split"
        case Kind.RATE:
            return "coins" if limit_type is LimitType.COST else "gauge"
        case Kind.MODEL:
            return "bot"
        case Kind.END:
            return "circle-stop"
        case Kind.UNKNOWN:
            return "circle-question-mark"


def role_of(element: AnyElement) -> str:
    """The role of its colour: of a model that of its provider, so that families are told apart; "series-3" is the third series."""
    match element.kind:
        case Kind.START | Kind.END:
            return "muted"
        case Kind.CONDITIONAL:
            return "accent"
        case Kind.PERCENTAGE:
            return "series-7"
        case Kind.RATE:
            return "series-6"
        case Kind.UNKNOWN:
            return "warn"
    provider = element.provider if isinstance(element, ModelCall) else ""
    if provider in _FAMILIES:
        return _MODELS[_FAMILIES.index(provider)]
    return "series-8"


def port_words(element: AnyElement, port: str) -> str:
    """What a port means, for tooltips and lists; its name is `port` itself."""
    match port:
        case "next":
            return translate("Routes", "where requests go first")
        case "true":
            return translate("Routes", "where the condition holds")
        case "false":
            return translate("Routes", "where it does not hold")
        case "success":
            if isinstance(element, Rate):
                return translate("Routes", "while there is room")
            return translate("Routes", "after an answer")
        case "fallback":
            if isinstance(element, Rate):
                return translate("Routes", "when the limit is reached")
            return translate("Routes", "when it fails")
        case "else":
            return translate("Routes", "the rest")
    share = share_of(port)
    return translate("Routes", "{0} % of the requests").format(f"{share:g}") if share is not None else port


def provider_name(slug: str) -> str:
    """The provider's own spelling of its name; a custom provider's slug."""
    return _PROVIDERS.get(slug, slug)


def field_words(field: str) -> str:
    """A field of a request, as short as it can be told: metadata and headers without their prefix."""
    known = {
        "request.prompt_tokens_estimate": translate("Routes", "prompt tokens"),
        "request.has_image": translate("Routes", "has an image"),
        "request.has_tools": translate("Routes", "has tools"),
        "request.stream": translate("Routes", "is streamed"),
    }
    return known.get(field) or field.removeprefix("metadata.").removeprefix("headers.")


def condition_words(query: Any, most: int = MOST) -> str:
    """A query object in words: "plan = free and (country = DE or country = FR)"."""
    text = _query(query, outer=True) or translate("Routes", "always")
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def window_words(seconds: int) -> str:
    """A window in the largest unit that is exact: "hour", "2 days", "90 seconds"."""
    units = (
        (86_400, translate("Routes", "day"), translate("Routes", "{0} days")),
        (3600, translate("Routes", "hour"), translate("Routes", "{0} hours")),
        (60, translate("Routes", "minute"), translate("Routes", "{0} minutes")),
        (1, translate("Routes", "second"), translate("Routes", "{0} seconds")),
    )
    length, one, many = next(unit for unit in units if seconds % unit[0] == 0 and (seconds or unit[0] == 1))
    return _counted(seconds // length, one, many)


def time_words(milliseconds: int) -> str:
    """ "30 s", "2.5 s", "800 ms"."""
    if milliseconds < 1000:
        return translate("Routes", "{0} ms").format(milliseconds)
    return translate("Routes", "{0} s").format(f"{milliseconds / 1000:g}")


def _shares(element: Percentage) -> str:
    shares = [share for port in element.outputs if (share := share_of(port)) is not None]
    if ELSE in element.outputs:
        shares.append(max(0.0, 100 - sum(shares)))
    return " / ".join(f"{share:g}" for share in shares) or translate("Routes", "no shares yet")


def _limit(element: Rate) -> str:
    number = QLocale().toString(float(element.limit), "f", 0 if element.limit == int(element.limit) else 2)
    amount = (
        f"${number}"
        if element.limit_type is LimitType.COST
        else translate("Routes", "{0} requests").format(number)
    )
    return translate("Routes", "{0} per {1} per {2}").format(
        amount, field_words(element.key), window_words(element.window_s)
    )


def _asking(element: ModelCall) -> list[str]:
    parts = [provider_name(element.provider)] if element.provider else []
    if element.timeout_ms:
        parts.append(time_words(element.timeout_ms))
    if element.retries:
        parts.append(
            _counted(element.retries, translate("Routes", "1 retry"), translate("Routes", "{0} retries"))
        )
    return parts


def _query(query: Any, *, outer: bool = False) -> str:
    if not isinstance(query, Mapping):
        return _value(query)
    parts = [_part(key, value, alone=outer and len(query) == 1) for key, value in query.items()]
    text = translate("Routes", " and ").join(part for part in parts if part)
    return text if outer or len(parts) < 2 else f"({text})"


def _part(key: str, value: Any, *, alone: bool) -> str:
    if key in ("$and", "$or", "$nor") and isinstance(value, list | tuple):
        joint = translate("Routes", " and ") if key == "$and" else translate("Routes", " or ")
        text = joint.join(_query(one) for one in value)
        if key == "$nor":
            return translate("Routes", "none of ({0})").format(text)
        return text if alone or len(value) < 2 else f"({text})"
    if key == "$not":
        return translate("Routes", "not ({0})").format(_query(value, outer=True))
    if key.startswith(_CLAIM):  # a claim of its own: "has an image"
        wanted = value.get("$eq") if isinstance(value, Mapping) and len(value) == 1 else value
        if isinstance(wanted, bool):
            return field_words(key) if wanted else translate("Routes", "not ({0})").format(field_words(key))
    return _test(field_words(key), value)


def _test(field: str, value: Any) -> str:
    if not isinstance(value, Mapping) or not any(str(name).startswith("$") for name in value):
        return f"{field} = {_value(value)}"
    tests = [_compared(field, name, wanted) for name, wanted in value.items() if name != "$options"]
    return translate("Routes", " and ").join(tests)


def _compared(field: str, operator: str, wanted: Any) -> str:
    if operator in _SIGNS:
        return f"{field} {_SIGNS[operator]} {_value(wanted)}"
    match operator:
        case "$in":
            return translate("Routes", "{0} in {1}").format(field, _value(wanted))
        case "$nin":
            return translate("Routes", "{0} not in {1}").format(field, _value(wanted))
        case "$exists":
            return (
                translate("Routes", "{0} is there").format(field)
                if wanted
                else translate("Routes", "{0} is missing").format(field)
            )
        case "$regex":
            return translate("Routes", "{0} matches {1}").format(field, _value(wanted))
        case "$not":
            return translate("Routes", "not ({0})").format(_test(field, wanted))
    return f"{field} {operator} {_value(wanted)}"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, bool):
        return translate("Routes", "yes") if value else translate("Routes", "no")
    if isinstance(value, str):
        return value if value.strip() == value != "" else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, default=str)


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count)
