"""Small pieces that JSON Schemas of the media models are put together from."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _described(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema


def text(
    about: str = "", *, least: int | None = None, most: int | None = None, default: str | None = None
) -> Schema:
    schema: Schema = {"type": "string"}
    if least is not None:
        schema["minLength"] = least
    if most is not None:
        schema["maxLength"] = most
    if default is not None:
        schema["default"] = default
    return _described(schema, about)


def number(
    low: float | None = None, high: float | None = None, default: float | None = None, about: str = ""
) -> Schema:
    return _ranged("number", low, high, default, about)


def whole(
    low: int | None = None, high: int | None = None, default: int | None = None, about: str = ""
) -> Schema:
    return _ranged("integer", low, high, default, about)


def _ranged(kind: str, low: float | None, high: float | None, default: float | None, about: str) -> Schema:
    pairs = (("minimum", low), ("maximum", high), ("default", default))
    return _described({"type": kind, **{name: value for name, value in pairs if value is not None}}, about)


def flag(about: str = "", *, default: bool | None = None) -> Schema:
    return _described(
        {"type": "boolean"} if default is None else {"type": "boolean", "default": default}, about
    )


def choice(*values: str, default: str | None = None, about: str = "") -> Schema:
    schema: Schema = {"type": "string", "enum": list(values)}
    return _described(schema if default is None else {**schema, "default": default}, about)


def listed(items: Schema, *, least: int | None = None, most: int | None = None, about: str = "") -> Schema:
    schema: Schema = {"type": "array", "items": items}
    if least is not None:
        schema["minItems"] = least
    if most is not None:
        schema["maxItems"] = most
    return _described(schema, about)


def fields(*required: str, **properties: Schema) -> Schema:
    """An object; required: names that must be there."""
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def closed(schema: Schema) -> Schema:
    """Properties that are not named are refused."""
    return {**schema, "additionalProperties": False}


def titled(title: str, schema: Schema) -> Schema:
    return {"title": title, **schema}


def one_of(*branches: Schema) -> Schema:
    return {"oneOf": list(branches)}


def text_or_list(about: str = "", *, most: int | None = None) -> Schema:
    return {**one_of(text(least=1), listed(text(least=1), least=1, most=most)), "description": about}


def byte_array(about: str) -> Schema:
    """A file as a list of numbers: a file picker in a form (workers-ai §12.1)."""
    return listed({"type": "number", "description": "A value between 0 and 255"}, about=about)


RAW_BYTES: Schema = {"type": "string", "format": "binary"}
"""As a whole input: the body is the file."""


def media(*content_types: str) -> Schema:
    """An output that is the file itself; `contentType` is Cloudflare's own keyword."""
    branches: list[Schema] = [
        {"type": "string", "contentType": content_type, "format": "binary"} for content_type in content_types
    ]
    return branches[0] if len(branches) == 1 else {"oneOf": branches}


def answer(**properties: Schema) -> Schema:
    return {"type": "object", "contentType": "application/json", "properties": properties}


def with_batch(single: Schema) -> Schema:
    """The asynchronous branch beside the usual one (workers-ai §11, §12.1)."""
    requests = {"type": "array", "minItems": 1, "items": {"type": "object"}}
    branches = single["oneOf"] if set(single) == {"oneOf"} else [single]
    return one_of(*branches, titled("Async Batch", fields("requests", requests=requests)))


def queued_or(output: Schema) -> Schema:
    queued = answer(status=choice("queued"), request_id=text("Poll with this"), model=text())
    return one_of(output, titled("Async response", queued))
