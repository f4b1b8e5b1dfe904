"""What `models/schema` tells about a model: the input and output JSON Schemas of its family (workers-ai §5.1, §7–§10)."""

from __future__ import annotations

from typing import Any

from workbench.domain.models import Model
from workbench.gateway.sandbox.media.fields import queued_or, with_batch
from workbench.gateway.sandbox.media.schemas import schemas_for

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_USAGE: _Schema = {
    "type": "object",
    "properties": {
        name: {"type": "number"} for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    },
}


def schemas_of(model: Model) -> dict[str, Any] | None:
    """{"input", "output"}, or None where no schema is published (gated models) or the family is not known here."""
    if (schemas := schemas_for(model)) is not None:
        return schemas
    shape = model.schema_shape
    if not shape.startswith("chat-"):
        return None
    openai = shape.startswith("chat-openai")
    given = _openai_input() if openai else _legacy_input(parts="parts" in shape, image="image" in shape)
    result = _openai_output() if openai or "openai-out" in shape or "responses" in shape else _legacy_output()
    if "responses" in shape:
        given = {**given, "oneOf": [*given["oneOf"], _responses_branch()]}
    if "+batch" in shape:
        return {"input": with_batch(given), "output": queued_or(result)}
    return {"input": given, "output": result}


def _responses_branch() -> _Schema:
    """What gpt-oss takes beside prompt and messages (workers-ai §5.1)."""
    reasoning = {
        "type": "object",
        "properties": {
            "effort": {"type": "string", "enum": ["low", "medium", "high"]},
            "summary": {"type": "string", "enum": ["auto", "concise", "detailed"]},
        },
    }
    given = {"oneOf": [_TEXT, {"type": "array", "items": {"type": "object"}}]}
    return {
        "title": "Responses",
        "properties": {"input": given, "reasoning": reasoning, "stream": {"type": "boolean"}},
        "required": ["input"],
    }


def _number(low: float, high: float, default: float | None = None) -> _Schema:
    schema: _Schema = {"type": "number", "minimum": low, "maximum": high}
    return schema if default is None else {**schema, "default": default}


def _whole(low: int, high: int | None = None, default: int | None = None) -> _Schema:
    schema: _Schema = {"type": "integer", "minimum": low}
    if high is not None:
        schema["maximum"] = high
    return schema if default is None else {**schema, "default": default}


def _two_branches(options: _Schema, messages: _Schema) -> _Schema:
    """Every chat family takes a prompt or messages, with the same options."""
    branches = [("Prompt", "prompt", {"type": "string", "minLength": 1}), ("Messages", "messages", messages)]
    return {
        "type": "object",
        "oneOf": [
            {"title": title, "properties": {name: schema, **options}, "required": [name]}
            for title, name, schema in branches
        ],
    }


def _legacy_input(*, parts: bool, image: bool) -> _Schema:
    content: _Schema = {"type": "string"}
    if parts:
        part = {
            "type": "object",
            "properties": {"type": _TEXT, "text": _TEXT, "image_url": {"type": "object"}},
        }
        content = {"oneOf": [content, {"type": "array", "items": part}]}
    message = {
        "type": "object",
        "properties": {"role": _TEXT, "content": content},
        "required": ["role", "content"],
    }
    options: _Schema = {
        "stream": {"type": "boolean", "default": False},
        "max_tokens": _whole(1, default=256),
        "temperature": _number(0, 5, 0.6),
        "top_p": _number(0.001, 1),
        "top_k": _whole(1, 50),
        "seed": _whole(1, 9_999_999_999),
        "repetition_penalty": _number(0, 2),
        "frequency_penalty": _number(-2, 2),
        "presence_penalty": _number(-2, 2),
        "raw": {"type": "boolean", "default": False},
        "lora": _TEXT,
        "response_format": _response_format(),
        "tools": {"type": "array", "items": {"type": "object"}},
    }
    if image:  # workers-ai §5.6
        numbers = {"type": "array", "items": {"type": "number", "description": "A value between 0 and 255"}}
        options["image"] = {"oneOf": [numbers, {"type": "string", "description": "Base64 text"}]}
    return _two_branches(options, {"type": "array", "items": message})


def _openai_input() -> _Schema:
    message = {
        "type": "object",
        "properties": {
            "role": {
                "type": "string",
                "enum": ["developer", "system", "user", "assistant", "tool", "function"],
            },
            "content": {"oneOf": [_TEXT, {"type": "array", "items": {"type": "object"}}, {"type": "null"}]},
            "tool_calls": {"type": "array", "items": {"type": "object"}},
            "tool_call_id": _TEXT,
        },
        "required": ["role"],
    }
    options = {
        "stream": {"type": "boolean", "default": False},
        "stream_options": {"type": "object", "properties": {"include_usage": {"type": "boolean"}}},
        "max_completion_tokens": _whole(1),
        "temperature": _number(0, 2, 1),
        "top_p": _number(0, 1, 1),
        "frequency_penalty": _number(-2, 2, 0),
        "presence_penalty": _number(-2, 2, 0),
        "n": _whole(1, 128, 1),
        "stop": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "maxItems": 4}]},
        "seed": {"type": "integer"},
        "tools": {"type": "array", "items": {"type": "object"}},
        "tool_choice": {
            "oneOf": [{"type": "string", "enum": ["auto", "none", "required"]}, {"type": "object"}]
        },
        "parallel_tool_calls": {"type": "boolean", "default": True},
        "response_format": _response_format(),
        "reasoning_effort": {"anyOf": [_TEXT, {"type": "null"}]},
        "chat_template_kwargs": {"type": "object", "properties": {"enable_thinking": {"type": "boolean"}}},
    }
    return _two_branches(options, {"type": "array", "items": message, "minItems": 1})


def _response_format() -> _Schema:
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["text", "json_object", "json_schema"]},
            "json_schema": {},
        },
    }


def _legacy_output() -> _Schema:
    whole = {
        "type": "object",
        "contentType": "application/json",
        "properties": {
            "response": _TEXT,
            "usage": _USAGE,
            "tool_calls": {"type": "array", "items": {"type": "object"}},
        },
    }
    return {"oneOf": [whole, _sse()]}


def _openai_output() -> _Schema:
    whole = {
        "type": "object",
        "contentType": "application/json",
        "properties": {
            "id": _TEXT,
            "object": {"type": "string", "enum": ["chat.completion"]},
            "created": {"type": "integer"},
            "model": _TEXT,
            "choices": {"type": "array", "items": {"type": "object"}},
            "usage": _USAGE,
        },
    }
    return {"oneOf": [whole, _sse()]}


def _sse() -> _Schema:
    return {"type": "string", "contentType": "text/event-stream", "format": "binary"}
