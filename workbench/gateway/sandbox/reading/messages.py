"""Anthropic Messages: `max_tokens` is required, `system` stands apart, tool results come inside user turns.

The shape is that of the provider's public API. Refusals read `max_tokens: Field required`, as the API words them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.calls import Call
from workbench.gateway.sandbox.ask import Ask, Options, Tool, ask_of
from workbench.gateway.sandbox.attachments import (
    DOCUMENT,
    PICTURE,
    Attachment,
    NotBase64,
    inline,
    linked,
)
from workbench.gateway.sandbox.reading import fields
from workbench.gateway.sandbox.turns import AskRefused, Turn

_RANGES: Mapping[str, tuple[float, float]] = {"temperature": (0, 1), "top_p": (0, 1), "top_k": (0, 500)}
_LEAST_BUDGET = 1024
_REMINDER = "<system-reminder>"
"""How coding agents mark what they add to a user's message; it is context, not the question."""


def read(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    max_tokens = fields.whole(body, "max_tokens")
    if max_tokens is None:
        raise _required("/max_tokens")
    return _read(body, call, model, max_tokens)


def read_counted(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    """A request of `count_tokens`, which has no limit."""
    return _read(body, call, model, None)


def _read(body: Mapping[str, Any], call: Call, model: Model, max_tokens: int | None) -> Ask:
    if not isinstance(body.get("model") or call.model or None, str):
        raise _required("/model")
    tools = _tools(body)
    choice = fields.mapping(body, "tool_choice") or {}
    effort, thinks = _thinking(body, max_tokens)
    options = Options(
        tools=tools,
        tool_choice=_tool_choice(choice, tools),
        parallel_calls=choice.get("disable_parallel_tool_use") is not True,
        schema=_schema(body),
        max_tokens=max_tokens,
        stop=fields.strings(body, "stop_sequences"),
        stream=fields.boolean(body, "stream"),
        thinks=thinks,
        effort=effort,
        shaping=fields.settings(body, _RANGES),
    )
    return ask_of(call, model, body, [*_system(body), *_turns(body, _roles(call))], options)


def _roles(call: Call) -> tuple[str, ...]:
    """Who may speak in `messages`: the system too, for a client that asks for that beta, as newer coding agents do."""
    mid_conversation = "mid-conversation-system" in call.headers.get("anthropic-beta", "")
    return ("user", "assistant", "system") if mid_conversation else ("user", "assistant")


def _required(pointer: str) -> AskRefused:
    return AskRefused("Field required", pointer=pointer)


def _system(body: Mapping[str, Any]) -> list[Turn]:
    given = body.get("system")
    if given is None:
        return []
    text, _ = _content(given, "/system")
    return [Turn("system", text)]


def _turns(body: Mapping[str, Any], roles: Sequence[str]) -> list[Turn]:
    if "messages" not in body:
        raise _required("/messages")
    messages = fields.array(body, "messages")
    if not messages:
        raise AskRefused("at least one message is required", pointer="/messages")
    names: dict[str, str] = {}
    turns: list[Turn] = []
    for index, message in enumerate(messages):
        where = f"/messages/{index}"
        if not isinstance(message, dict):
            raise AskRefused("Input should be a valid dictionary", pointer=where)
        role = message.get("role")
        if not isinstance(role, str) or role not in roles:
            raise AskRefused(
                f"Unexpected role {str(role)[:40]!r}. Allowed roles are 'user' or 'assistant'; "
                "a system prompt goes into the top-level 'system'",
                pointer=f"{where}/role",
            )
        turns += _message(role, message.get("content"), f"{where}/content", names)
    return turns


def _message(role: str, content: Any, where: str, names: dict[str, str]) -> Iterator[Turn]:
    """Results come after the text beside them, so that the turn the answer follows is theirs. names: of calls, by id."""
    if isinstance(content, str):
        yield Turn(role, content)
        return
    if not isinstance(content, list) or not content:
        raise AskRefused("Input should be a valid string or a list of content blocks", pointer=where)
    results: list[Turn] = []
    rest: list[Any] = []
    for index, block in enumerate(content):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "tool_use":
            names[str(block.get("id"))] = str(block.get("name") or "")
        if kind == "tool_result":
            results.append(_result(block, f"{where}/{index}", names))
        elif kind == "text" and str(block.get("text")).startswith(_REMINDER):
            yield Turn("system", str(block["text"]))
        else:
            rest.append(block)
    text, attachments = _content(rest, where)
    if text or attachments or not results:
        yield Turn(role, text, attachments=attachments)
    yield from results


def _result(block: Mapping[str, Any], where: str, names: Mapping[str, str]) -> Turn:
    call_id = block.get("tool_use_id")
    if not isinstance(call_id, str):
        raise _required(f"{where}/tool_use_id")
    if call_id not in names:
        raise AskRefused(
            f"unexpected `tool_use_id` found in `tool_result` blocks: {call_id[:80]}. Each `tool_result` block must "
            "have a corresponding `tool_use` block before it",
            pointer=where,
        )
    content = block.get("content")
    text, attachments = ("", ()) if content is None else _content(content, f"{where}/content")
    return Turn("tool", text, names[call_id], attachments)


_SILENT = frozenset(
    {"thinking", "redacted_thinking", "tool_use", "server_tool_use", "mcp_tool_use", "tool_reference", "container_upload"}
)  # fmt: skip
"""Blocks beside those of results that have nothing to tell here."""


def _content(content: Any, where: str) -> tuple[str, tuple[Attachment, ...]]:
    if isinstance(content, str):
        return content, ()
    if not isinstance(content, list):
        raise AskRefused("Input should be a valid string or a list of content blocks", pointer=where)
    texts, attachments = [], []
    for index, block in enumerate(content):
        at = f"{where}/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        if not isinstance(kind, str):
            raise _required(f"{at}/type")
        if kind == "text":
            texts.append(fields.text(block, "text", at))
        elif kind in ("image", "document"):
            attachments.append(_attachment(block, PICTURE if kind == "image" else DOCUMENT, at))
        elif kind not in _SILENT and not kind.endswith("_result"):
            raise AskRefused(f"Input tag '{kind[:40]}' found is not one that is expected here", pointer=at)
    return "\n".join(texts), tuple(attachments)


def _attachment(block: Mapping[str, Any], kind: str, at: str) -> Attachment:
    source = fields.mapping(block, "source", at)
    if source is None:
        raise _required(f"{at}/source")
    where = f"{at}/source"
    match source.get("type"):
        case "base64":
            return _inline(source, kind, where)
        case "url" | "file":
            return linked(kind, str(source.get("url") or source.get("file_id")))
        case "text" | "content":
            return Attachment(DOCUMENT, "text/plain", size=len(str(source.get("data", ""))))
    raise AskRefused("Input should be 'base64', 'url' or 'file'", pointer=f"{where}/type")


def _inline(source: Mapping[str, Any], kind: str, where: str) -> Attachment:
    media_type, data = source.get("media_type"), source.get("data")
    if not isinstance(media_type, str):
        raise _required(f"{where}/media_type")
    if not isinstance(data, str):
        raise _required(f"{where}/data")
    try:
        found = inline(kind, data, media_type)
    except NotBase64 as bad:
        raise AskRefused("invalid base64 data", pointer=f"{where}/data") from bad
    if found.media_type != media_type:
        raise AskRefused(
            f"Image does not match the provided media type {media_type[:40]}: it is {found.media_type}",
            pointer=where,
        )
    return found


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    """Tools with a schema of their own; those the provider runs itself (`web_search_20250305` …) are never called here."""
    tools = []
    for index, entry in enumerate(fields.array(body, "tools")):
        where = f"/tools/{index}"
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise _required(f"{where}/name")
        if entry.get("type") not in (None, "custom"):
            continue
        if not isinstance(entry.get("input_schema"), dict):
            raise _required(f"{where}/input_schema")
        tools.append(fields.tool(entry, "input_schema"))
    return tuple(tools)


def _tool_choice(choice: Mapping[str, Any], tools: Sequence[Tool]) -> str:
    match choice.get("type", "auto"):
        case "auto" | "none" as plain:
            return str(plain)
        case "any":
            return "required"
        case "tool":
            name = choice.get("name")
            if not any(tool.name == name for tool in tools):
                raise AskRefused(f"Tool '{name}' not found in provided tools", pointer="/tool_choice")
            return f"={name}"
    raise AskRefused("Input should be 'auto', 'any', 'tool' or 'none'", pointer="/tool_choice/type")


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Structured outputs: `output_config.format`, and `output_format` as it was called before."""
    config = fields.mapping(body, "output_config") or {}
    wanted = fields.mapping(config, "format", "/output_config") or fields.mapping(body, "output_format")
    if wanted is None:
        return None
    if wanted.get("type") != "json_schema" or not isinstance(wanted.get("schema"), dict):
        raise AskRefused("Input should be a json_schema with its schema", pointer="/output_config/format")
    schema: Mapping[str, Any] = wanted["schema"]
    return schema


def _thinking(body: Mapping[str, Any], max_tokens: int | None) -> tuple[str, bool]:
    """Whether it thinks, and how hard: by the budget, or by `output_config.effort` where it is left to the model."""
    wanted = fields.mapping(body, "thinking") or {}
    match wanted.get("type", "disabled"):
        case "disabled":
            return "", False
        case "adaptive":
            config = fields.mapping(body, "output_config") or {}
            return str(config.get("effort") or "high"), True
        case "enabled":
            budget = fields.whole(wanted, "budget_tokens", at="/thinking", least=_LEAST_BUDGET)
            if budget is None:
                raise _required("/thinking/budget_tokens")
            if max_tokens is not None and budget >= max_tokens:
                raise AskRefused(
                    "`max_tokens` must be greater than `thinking.budget_tokens`", pointer="/max_tokens"
                )
            return ("low" if budget < 4096 else "medium" if budget < 16_384 else "high"), True
    raise AskRefused("Input should be 'enabled', 'adaptive' or 'disabled'", pointer="/thinking/type")
