"""Chat completions, and the two older inputs of Workers AI's native door (workers-ai §5.1, §5.4–§5.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.calls import Call, Shape
from workbench.gateway.sandbox.ask import Ask, Options, Tool, ask_of
from workbench.gateway.sandbox.attachments import (
    DOCUMENT,
    PICTURE,
    RECORDING,
    Attachment,
    NotBase64,
    from_bytes,
    inline,
)
from workbench.gateway.sandbox.reading import fields
from workbench.gateway.sandbox.turns import AskRefused, Turn, mismatch

LEGACY_MAX_TOKENS = 256
ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_ROLE = {"developer": "system", "function": "tool"}
_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
_LEGACY_RANGES = {**_RANGES, "temperature": (0, 5), "top_p": (0, 2), "repetition_penalty": (0, 2)}


def read(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    native = call.shape is Shape.RUN
    legacy = native and is_legacy(model)
    turns = _turns(body, model, strict=legacy)
    tools = _tools(body, flat_too=native)
    effort, thinks = reasoning(body, model)
    options = Options(
        tools=tools,
        tool_choice=_tool_choice(body, tools),
        parallel_calls=body.get("parallel_tool_calls") is not False,
        schema=_schema(body),
        max_tokens=fields.whole(body, "max_completion_tokens", "max_tokens")
        or (LEGACY_MAX_TOKENS if legacy else None),
        stop=fields.strings(body, "stop"),
        stream=fields.boolean(body, "stream"),
        thinks=thinks,
        effort=effort,
        shaping=fields.settings(body, _LEGACY_RANGES if legacy else _RANGES),
    )
    fields.mapping(body, "stream_options")
    return ask_of(call, model, body, turns, options)


def is_legacy(model: Model) -> bool:
    return model.schema_shape.startswith(("chat-legacy", "chat-flat"))


def answers_in_chat(model: Model) -> bool:
    """Whether the native door answers with a whole chat completion; the older models keep their own shape (workers-ai §5.2).

    gpt-oss takes legacy input and answers in OpenAI's shape; models whose schema is not public are taken for newer ones
    (inferred).
    """
    shape = model.schema_shape
    return shape.startswith("chat-openai") or "openai-out" in shape or "responses" in shape or shape == "none"


def _turns(body: Mapping[str, Any], model: Model, *, strict: bool) -> list[Turn]:
    messages = body.get("messages")
    if messages is None:
        if not isinstance(body.get("prompt"), str):
            raise AskRefused(
                "oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', "
                "required properties at '/' are 'messages'"
            )
        messages = [{"role": "user", "content": body["prompt"]}]
    if not isinstance(messages, list):
        raise AskRefused(mismatch("/messages", messages, "array"), pointer="/messages")
    if not messages:
        raise AskRefused("'/messages' must hold at least one message", pointer="/messages")
    reader = _Messages(strict=strict, parts_allowed=not strict or "parts" in model.schema_shape)
    turns = [reader.turn(message, f"/messages/{index}") for index, message in enumerate(messages)]
    if (picture := _top_level_picture(body)) is not None:
        turns.append(replace(turns.pop(), attachments=(picture,)))
    return turns


def _top_level_picture(body: Mapping[str, Any]) -> Attachment | None:
    """The `image` that llama-3.2-vision takes beside its messages: a byte array or base64 text (workers-ai §5.6)."""
    given = body.get("image")
    try:
        if isinstance(given, str):
            return fields.attached(PICTURE, given, "/image") if ":" in given else inline(PICTURE, given)
        return from_bytes(PICTURE, bytes(given)) if isinstance(given, list) else None
    except (NotBase64, ValueError, TypeError) as bad:
        raise AskRefused(
            "'/image' must be base64 text or bytes from 0 to 255", code=5004, pointer="/image"
        ) from bad


class _Messages:
    """Reads messages in order, so that a tool's result knows which call it answers."""

    def __init__(self, *, strict: bool, parts_allowed: bool) -> None:
        self._strict = strict
        self._parts_allowed = parts_allowed
        self._names: dict[str, str] = {}
        self._waiting: list[str] = []

    def turn(self, message: Any, where: str) -> Turn:
        if not isinstance(message, dict):
            raise AskRefused(mismatch(where, message, "object"), pointer=where)
        role = message.get("role")
        if not isinstance(role, str):
            raise AskRefused(f"required properties at '{where}' are 'role'", pointer=f"{where}/role")
        if role not in ROLES:
            raise AskRefused(
                f"'{where}/role' must be one of {', '.join(sorted(ROLES))}", pointer=f"{where}/role"
            )
        called = self._called(message)
        text, attachments = self._content(message.get("content"), f"{where}/content", optional=called)
        kind = _ROLE.get(role, role)
        return Turn(kind, text, self._answered(message) if kind == "tool" else "", attachments)

    def _content(self, content: Any, at: str, *, optional: bool) -> tuple[str, tuple[Attachment, ...]]:
        if isinstance(content, str):
            return content, ()
        if content is None and optional and not self._strict:
            return "", ()
        if not isinstance(content, list) or not self._parts_allowed:
            raise AskRefused(mismatch(at, content, "string"), pointer=at)
        return _parts(content, at)

    def _called(self, message: Mapping[str, Any]) -> bool:
        calls = message.get("tool_calls")
        if not isinstance(calls, list):
            return False
        self._waiting = []
        for call in calls:
            function = call.get("function") if isinstance(call, dict) else None
            holder = function if isinstance(function, dict) else call
            if isinstance(holder, dict) and isinstance(holder.get("name"), str):
                self._waiting.append(holder["name"])
                self._names[str(call.get("id"))] = holder["name"]
        return bool(self._waiting)

    def _answered(self, message: Mapping[str, Any]) -> str:
        """The tool a result is of: by the call's id, else by its own word, else in order, for legacy calls have no ids."""
        name = self._names.get(str(message.get("tool_call_id")), "") or str(message.get("name") or "")
        if name in self._waiting:
            self._waiting.remove(name)
        elif not name and self._waiting:
            return self._waiting.pop(0)
        return name


def _parts(content: Sequence[Any], where: str) -> tuple[str, tuple[Attachment, ...]]:
    texts, attachments = [], []
    for index, part in enumerate(content):
        at = f"{where}/{index}"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in ("text", "refusal") and isinstance(part.get(kind), str):
            texts.append(part[kind])
        elif kind == "image_url":
            held = part.get("image_url")
            url = held.get("url") if isinstance(held, dict) else held
            attachments.append(fields.attached(PICTURE, url, f"{at}/image_url/url"))
        elif kind == "input_audio":
            attachments.append(_inline(RECORDING, part, "input_audio", "data", at))
        elif kind == "file":
            attachments.append(_inline(DOCUMENT, part, "file", "file_data", at))
        else:
            raise AskRefused(f"'{at}' is not a content part", pointer=at)
    return "\n".join(texts), tuple(attachments)


def _inline(kind: str, part: Mapping[str, Any], holder: str, name: str, at: str) -> Attachment:
    """Audio and files come as base64 text or as a data URL; a file may also be only an id."""
    held = fields.mapping(part, holder, at) or {}
    data = fields.text(held, name, f"{at}/{holder}")
    if data.startswith("data:") or not data:
        return fields.attached(kind, data or "uploaded", f"{at}/{holder}/{name}")
    try:
        return inline(kind, data, f"audio/{held['format']}" if held.get("format") else "")
    except NotBase64 as bad:
        raise AskRefused(f"'{at}/{holder}/{name}': {bad}", pointer=f"{at}/{holder}/{name}") from bad


def _tools(body: Mapping[str, Any], *, flat_too: bool) -> tuple[Tool, ...]:
    """OpenAI's form, and the flat form of older native models (workers-ai §5.4)."""
    tools = []
    for index, entry in enumerate(fields.array(body, "tools")):
        where = f"/tools/{index}"
        function = entry.get("function") if isinstance(entry, dict) else None
        if function is None and flat_too:
            function = entry
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise AskRefused(f"required properties at '{where}/function' are 'name'", pointer=where)
        tools.append(fields.tool(function))
    return tuple(tools)


def _tool_choice(body: Mapping[str, Any], tools: Sequence[Tool]) -> str:
    choice = body.get("tool_choice")
    if choice is None:
        return "auto"
    if isinstance(choice, str):
        if choice not in ("auto", "none", "required"):
            raise AskRefused(
                "'/tool_choice' must be auto, none, required or a function", pointer="/tool_choice"
            )
        return choice
    function = choice.get("function") if isinstance(choice, dict) else None
    return named_choice(function.get("name") if isinstance(function, dict) else None, tools)


def named_choice(name: Any, tools: Sequence[Tool]) -> str:
    """The choice of one tool by its name, which must be among those that came along."""
    if not any(tool.name == name for tool in tools):
        raise AskRefused("'/tool_choice' names a function that is not in '/tools'", pointer="/tool_choice")
    return f"={name}"


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | bool | None:
    """The schema of a `response_format`: bare as the native door has it, or in OpenAI's wrapping (workers-ai §5.5)."""
    wanted = fields.mapping(body, "response_format")
    if wanted is None:
        guided = body.get("guided_json")
        return guided if isinstance(guided, dict) else None
    schema = wanted.get("json_schema")
    if isinstance(schema, dict) and isinstance(schema.get("name"), str) and "schema" in schema:
        schema = schema["schema"]
    return format_schema(wanted.get("type"), schema, "/response_format", "json_schema")


def format_schema(kind: Any, schema: Any, at: str, name: str) -> Mapping[str, Any] | None:
    """What a format of OpenAI's three types wants."""
    if kind in ("text", "json_object"):
        return None if kind == "text" else {}
    if kind != "json_schema":
        raise AskRefused(f"'{at}/type' must be text, json_object or json_schema", pointer=f"{at}/type")
    if not isinstance(schema, dict):
        raise AskRefused(mismatch(f"{at}/{name}", schema, "object"), pointer=f"{at}/{name}")
    return schema


def reasoning(body: Mapping[str, Any], model: Model) -> tuple[str, bool]:
    """The effort in force and whether the model thinks at all (workers-ai §5.7)."""
    nested = body.get("reasoning")
    effort = body.get("reasoning_effort")
    if effort is None and isinstance(nested, dict):
        effort = nested.get("effort")
    if effort is not None and not isinstance(effort, str):
        raise AskRefused(mismatch("/reasoning_effort", effort, "string"), pointer="/reasoning_effort")
    if not model.reasoning:
        return "", False
    facts = model.reasoning_effort
    can_disable = facts is None or facts.can_disable
    template = body.get("chat_template_kwargs")
    if can_disable and isinstance(template, dict) and template.get("enable_thinking") is False:
        return "none", False
    chosen = effort or (facts.default if facts else None) or "medium"
    if facts is not None:
        chosen = facts.aliases.get(chosen, chosen)
    if chosen == "none" and can_disable:
        return "none", False
    return ("medium" if chosen == "none" else chosen), True
