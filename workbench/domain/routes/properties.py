"""One element to and from its JSON: the properties of each type, in both dialects (ai-gateway §7.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    Kind,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Start,
    Technique,
    Unknown,
)
from workbench.domain.routes.errors import RouteError, pointer

SIDECAR = "workbench"
"""The key of a route file that is ours alone (design §5)."""

_DOCS_TYPES = {"rate_limit": Kind.RATE}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was read although the API would write it otherwise. pointer: where. message: a sentence."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


@dataclass(slots=True)
class Raw:
    """An element's JSON while it is read: keys are taken out of it, and what is left is unknown."""

    index: int
    json: dict[str, Any]
    properties: dict[str, Any]
    sidecar: Mapping[str, Any]
    notes: list[Note]
    id: str = ""
    where: str = field(init=False)

    def __post_init__(self) -> None:
        self.where = pointer("elements", self.index)

    def note(self, message: str, *parts: str) -> None:
        self.notes.append(Note(self.where + pointer(*parts), message))

    def error(self, what: str, *parts: str, fix: str = "") -> RouteError:
        name = f"Element “{self.id}”" if self.id else f"Element {self.index + 1}"
        return RouteError(f"{name}: {what}", pointer=self.where + pointer(*parts), fix=fix)

    def text(self, key: str) -> str:
        value = self.properties.pop(key, None)
        if not isinstance(value, str):
            problem = "is missing" if value is None else "is text"
            raise self.error(f"“{key}” {problem}.", "properties", key)
        return value

    def number(self, key: str) -> int | float:
        value = self.properties.pop(key, None)
        if isinstance(value, bool) or not isinstance(value, int | float):
            problem = "is missing" if value is None else "is a number"
            raise self.error(f"“{key}” {problem}.", "properties", key)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        if default is not None and self.properties.get(key) is None:
            self.properties.pop(key, None)
            return default
        value = self.number(key)
        if value != int(value):
            raise self.error(f"“{key}” is a whole number.", "properties", key)
        return int(value)


def element_of(json: Any, index: int, sidecar: Mapping[str, Any], notes: list[Note]) -> AnyElement:
    """Read the element at `index`; raises RouteError. What is unknown is kept in the element, what is odd is noted."""
    raw = _opened(json, index, sidecar, notes)
    kind = _kind(raw)
    if kind is Kind.UNKNOWN:
        return _unknown(raw)
    read = _READERS[kind]
    outputs, more = _outputs(raw, keep_open=kind is Kind.PERCENTAGE)
    found = read(raw)
    unknown = dict(raw.json)
    if raw.properties:
        unknown["properties"] = raw.properties
    if more:
        unknown["outputs"] = more
    return found(id=raw.id, outputs=outputs, unknown=unknown)


def _opened(value: Any, index: int, sidecar: Mapping[str, Any], notes: list[Note]) -> Raw:
    where = pointer("elements", index)
    if not isinstance(value, Mapping):
        raise RouteError(f"Element {index + 1} is not an object.", pointer=where)
    raw = Raw(index, dict(value), {}, sidecar, notes)
    found = raw.json.pop("id", None)
    if not isinstance(found, str) or not found:
        raise raw.error("it has no id.", "id", fix="Give every element a text of its own as “id”.")
    raw.id = found
    return raw


def _kind(raw: Raw) -> Kind:
    found = raw.json.get("type")
    if isinstance(found, str) and found and found not in _DOCS_TYPES and found not in _READERS:
        return Kind.UNKNOWN
    properties = raw.json.pop("properties", None)
    if properties is not None and not isinstance(properties, Mapping):
        raise raw.error("“properties” is an object.", "properties")
    raw.properties = dict(properties or {})
    return _known_kind(raw, raw.json.pop("type", None))


def _known_kind(raw: Raw, found: Any) -> Kind:
    if isinstance(found, str) and found in _DOCS_TYPES:
        raw.note(f"The API calls this type “{_DOCS_TYPES[found].value}”.", "type")
        return _DOCS_TYPES[found]
    if not isinstance(found, str) or not found:
        problem = "its type is text" if found else "it has no type"
        raise raw.error(f"{problem}.", "type", fix=f"Types are {', '.join(_READERS)}.")
    return Kind(found)


def _unknown(raw: Raw) -> Unknown:
    """Whatever is not read as a type, properties or a link stays in `unknown`, so that it is written back as it was."""
    left = raw.json
    properties = left.pop("properties") if left.get("properties") and _is_object(left["properties"]) else {}
    outputs: dict[str, str] = {}
    if _is_object(left.get("outputs")):
        written, beside = left.pop("outputs"), dict[str, Any]()
        for port, value in written.items():
            target = value.get("elementId") if _is_object(value) else None
            outputs[port] = target if isinstance(target, str) else ""
            rest = (
                {key: more for key, more in value.items() if key != "elementId"} if outputs[port] else value
            )
            if rest != {}:
                beside[port] = rest
        if beside or not written:
            left["outputs"] = beside
    return Unknown(id=raw.id, type=left.pop("type"), properties=properties, outputs=outputs, unknown=left)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _outputs(raw: Raw, *, keep_open: bool) -> tuple[dict[str, str], dict[str, Any]]:
    """The links, and what else stood beside an elementId. keep_open: also the ports that lead nowhere."""
    found = raw.json.pop("outputs", None)
    if found is None:
        return {}, {}
    if not isinstance(found, Mapping):
        raise raw.error("“outputs” is an object.", "outputs")
    links: dict[str, str] = {}
    more: dict[str, Any] = {}
    for port, value in found.items():
        target, rest = _target(raw, port, value)
        if target or keep_open:
            links[port] = target
        if rest:
            more[port] = rest
    return links, more


def _target(raw: Raw, port: str, value: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(value, str):
        raw.note(f'Output “{port}” is written as {{"elementId": …}}.', "outputs", port)
        return value, {}
    if value is None:
        return "", {}
    rest = dict(value) if isinstance(value, Mapping) else {}
    target = rest.pop("elementId", None)
    if not isinstance(value, Mapping) or not isinstance(target, str | None):
        raise raw.error(f"output “{port}” is an object with an “elementId”.", "outputs", port)
    return target or "", rest


Made = Callable[..., AnyElement]


def _start(raw: Raw) -> Made:
    return Start


def _end(raw: Raw) -> Made:
    return End


def _conditional(raw: Raw) -> Made:
    key = "conditions"
    if key not in raw.properties and "condition" in raw.properties:
        key = "condition"
        raw.note("The API calls this “conditions”.", "properties", key)
    found = raw.properties.pop(key, None)
    if isinstance(found, str):
        found = _decoded(raw, key, found)
    if not isinstance(found, Mapping):
        problem = (
            "is missing" if found is None else 'is an object, such as {"metadata.plan": {"$eq": "free"}}'
        )
        raise raw.error(f"“{key}” {problem}.", "properties", key)
    conditions = dict(found)
    return lambda **rest: Conditional(conditions=conditions, **rest)


def _decoded(raw: Raw, key: str, text: str) -> Any:
    """Terraform wants the conditions as JSON text (ai-gateway §7.2)."""
    from workbench.domain.routes.document import parsed

    try:
        found = parsed(text)
    except RouteError as error:
        raise raw.error(
            "the conditions are text that is not JSON.", "properties", key, fix=error.why
        ) from None
    raw.note("The conditions are JSON inside a text, as Terraform writes them.", "properties", key)
    return found


def _percentage(raw: Raw) -> Made:
    sticky = raw.sidecar.get("sticky", {}).get(raw.id, "")
    return lambda **rest: Percentage(sticky=sticky, **rest)


def _rate(raw: Raw) -> Made:
    values: dict[str, Any] = {
        "limit_type": _limit_type(raw),
        "key": raw.text("key"),
        "limit": raw.number("limit"),
        "window_s": raw.whole(_window_key(raw)),
        "technique": _technique(raw),
    }
    return lambda **rest: Rate(**values, **rest)


def _limit_type(raw: Raw) -> LimitType:
    found = raw.properties.pop("limitType", None)
    if found is None:
        raw.note("Without a “limitType” the limit counts requests.", "properties")
        return LimitType.COUNT
    if not isinstance(found, str) or found not in list(LimitType):
        raise raw.error(f"“{found}” is no limit type: there are count and cost.", "properties", "limitType")
    return LimitType(found)


def _window_key(raw: Raw) -> str:
    if "window" in raw.properties or "interval" not in raw.properties:
        return "window"
    raw.note("The API calls this “window”.", "properties", "interval")
    return "interval"


def _technique(raw: Raw) -> Technique:
    found = raw.properties.pop("technique", None)
    if found is None:
        return Technique(raw.sidecar.get("technique", {}).get(raw.id, Technique.FIXED))
    if not isinstance(found, str) or found not in list(Technique):
        raise raw.error(f"“{found}” is no technique: there are fixed and sliding.", "properties", "technique")
    raw.note("The API has no technique; the desk keeps it beside the route.", "properties", "technique")
    return Technique(found)


def _model(raw: Raw) -> Made:
    values: dict[str, Any] = {
        "provider": raw.text("provider"),
        "model": raw.text("model"),
        "timeout_ms": raw.whole("timeout", 0),
        "retries": raw.whole("retries", 0),
    }
    return lambda **rest: ModelCall(**values, **rest)


_READERS: dict[Kind, Callable[[Raw], Made]] = {
    Kind.START: _start,
    Kind.CONDITIONAL: _conditional,
    Kind.PERCENTAGE: _percentage,
    Kind.RATE: _rate,
    Kind.MODEL: _model,
    Kind.END: _end,
}


def properties_of(element: AnyElement) -> dict[str, Any]:
    """The properties as the API spells them; {} for a type that has none."""
    match element:
        case Conditional():
            return {"conditions": deepcopy(dict(element.conditions))}
        case Rate():
            return {
                "limitType": element.limit_type.value,
                "key": element.key,
                "limit": element.limit,
                "window": element.window_s,
            }
        case ModelCall():
            return {
                "provider": element.provider,
                "model": element.model,
                "timeout": element.timeout_ms,
                "retries": element.retries,
            }
        case Unknown():
            return deepcopy(dict(element.properties))
    return {}
