"""What a chat request says in its body, per wire and family of models (workers-ai §5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from workbench.client.addresses import Way, Wire
from workbench.client.media import SENT, Telling, media_type_of
from workbench.domain.chat import ChatMessage, ChatParameters, ChatRequest, Role
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model, ReasoningEffort
from workbench.domain.parameters import legacy_answer_limit

_COMPLETION_TOKENS = re.compile(r"(?:gpt-5|o\d)\b")
"""OpenAI's own reasoners refuse `max_tokens`."""


def body_of(
    request: ChatRequest,
    way: Way,
    facts: Model | None,
    *,
    stream: bool,
    other_schema_form: bool = False,
    telling: Telling = SENT,
) -> dict[str, Any]:
    """The JSON to send. other_schema_form: wrap a JSON schema as this wire usually does not, after a 5006 (workers-ai §5.5).

    telling: KEPT for what a record keeps of it.
    """
    messages, picture = _messages(request, way, facts, telling)
    body: dict[str, Any] = {
        "messages": messages,
        **picture,
        "stream": stream,
        **_sampling(request.parameters),
        **_max_tokens(request.parameters.max_tokens, way, facts),
        **_reasoning(request.parameters.reasoning_effort, facts),
    }
    if request.tools:
        body["tools"] = [dict(tool) for tool in request.tools]
    if request.tool_choice is not None:
        choice = request.tool_choice
        body["tool_choice"] = choice if isinstance(choice, str) else dict(choice)
    if request.response_format is not None:
        bare = (way.wire is Wire.RUN) is not other_schema_form
        body["response_format"] = _response_format(request.response_format, bare=bare)
    if stream and not (way.wire is Wire.RUN and _is_legacy(facts)):
        body["stream_options"] = {"include_usage": True}
    if way.wire is Wire.RUN:
        return body
    if way.wire is Wire.RUN_ANY:
        return {"model": way.model, "input": body}
    return {"model": way.model, **body}


def asks_for_schema(request: ChatRequest) -> bool:
    """A JSON schema is asked for, so that there are two forms to send it in."""
    wanted = request.response_format
    return wanted is not None and isinstance(wanted.get("json_schema"), Mapping)


def forced_tools(request: ChatRequest) -> tuple[str, ...]:
    """Names of the tools of which the request demands one; empty where the model may choose to call none."""
    choice = request.tool_choice
    if choice == "required":
        functions = [tool.get("function", tool) for tool in request.tools]
        return tuple(str(function.get("name", "")) for function in functions)
    if isinstance(choice, Mapping):
        function = choice.get("function", choice)
        return (str(function.get("name", "")),)
    return ()


def shows_pictures(request: ChatRequest) -> bool:
    return any(message.pictures for message in request.messages)


def _messages(
    request: ChatRequest, way: Way, facts: Model | None, telling: Telling
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The turns, and what goes beside them: the one picture that llama-3.2-vision takes on the native wire (workers-ai §5.6)."""
    beside = way.wire is Wire.RUN and facts is not None and "image" in facts.schema_shape
    if not beside:
        part = _blocks_part if way.wire is Wire.RUN_ANY and way.model.startswith("anthropic/") else _url_part
        return [_message(message, lambda data: part(data, telling)) for message in request.messages], {}
    pictures = [data for message in request.messages for data in message.pictures]
    if len(pictures) > 1:
        raise InvalidInput(
            "This model takes one picture only.",
            field="pictures",
            why=f"There are {len(pictures)} in the conversation.",
            fix="Leave all but one out, or use another model.",
        )
    return [_message(message, None) for message in request.messages], {
        "image": telling.base64(pictures[0])
    } if pictures else {}


def _url_part(data: bytes, telling: Telling) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": telling.url(data)}}


def _blocks_part(data: bytes, telling: Telling) -> dict[str, Any]:
    """Anthropic's own: on `/ai/run` its shape passes unchanged (ai-gateway §1.2)."""
    source = {"type": "base64", "media_type": media_type_of(data), "data": telling.base64(data)}
    return {"type": "image", "source": source}


def _message(message: ChatMessage, part: Callable[[bytes], dict[str, Any]] | None) -> dict[str, Any]:
    """Content is never null: Workers AI refuses it, and takes "" for a turn of tool calls (workers-ai §5.1).

    part: how a picture is told between the words, None where pictures do not go there.
    """
    told: dict[str, Any] = {"role": message.role.value, "content": message.content}
    if message.pictures and part is not None:
        words = [{"type": "text", "text": message.content}] if message.content else []
        told["content"] = [*words, *map(part, message.pictures)]
    if message.role is Role.ASSISTANT and message.tool_calls:
        told["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments or "{}"},
            }
            for call in message.tool_calls
        ]
    if message.role is Role.TOOL:
        told["tool_call_id"] = message.tool_call_id
    return told


def _sampling(parameters: ChatParameters) -> dict[str, Any]:
    named: dict[str, Any] = {
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "seed": parameters.seed,
        "stop": list(parameters.stop) or None,
    }
    return {name: value for name, value in named.items() if value is not None}


def _max_tokens(wanted: int | None, way: Way, facts: Model | None) -> dict[str, int]:
    """Legacy models stop after 256 tokens unless told otherwise (workers-ai §5.1), so they are always told."""
    if wanted is None:
        if not way.asked.for_workers_ai or not _is_legacy(facts):
            return {}
        wanted = legacy_answer_limit(facts)
    name = way.model.rpartition("/")[2]
    if way.wire is not Wire.RUN and _COMPLETION_TOKENS.match(name):
        return {"max_completion_tokens": wanted}
    return {"max_tokens": wanted}


def _is_legacy(facts: Model | None) -> bool:
    """An unknown model counts as one: too many options do less harm than an answer cut at 256 tokens."""
    return facts is None or not facts.known or not facts.schema_shape.startswith("chat-openai")


def _reasoning(wanted: str | None, facts: Model | None) -> dict[str, Any]:
    """The level as this model takes it; not sent where it takes none such, so that its default holds (workers-ai §5.7)."""
    if not wanted:
        return {}
    effort = facts.reasoning_effort if facts is not None else None
    if effort is None:
        return {"reasoning_effort": wanted} if facts is None or not facts.schema_shape else {}
    if wanted == "none":
        return _without_reasoning(effort)
    level = wanted if wanted in effort.supported else effort.aliases.get(wanted, "")
    if level:
        return {"reasoning_effort": level}
    if effort.toggle and not effort.supported:
        return {"chat_template_kwargs": {effort.toggle: True}}
    return {}


def _without_reasoning(effort: ReasoningEffort) -> dict[str, Any]:
    if "none" in effort.supported:
        return {"reasoning_effort": "none"}
    if effort.can_disable and effort.toggle:
        return {"chat_template_kwargs": {effort.toggle: False}}
    return {}


def _response_format(wanted: Mapping[str, Any], *, bare: bool) -> dict[str, Any]:
    """The format with its schema bare or in the envelope `{name, schema}`, whichever it came in."""
    schema = wanted.get("json_schema")
    if not isinstance(schema, Mapping):
        return dict(wanted)
    enveloped = isinstance(schema.get("schema"), Mapping)
    if bare:
        return {**wanted, "json_schema": dict(schema["schema"] if enveloped else schema)}
    return {
        **wanted,
        "json_schema": dict(schema) if enveloped else {"name": "answer", "schema": dict(schema)},
    }
