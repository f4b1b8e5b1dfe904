"""OpenAI Responses (workers-ai §6): `input` as a text or as items, `instructions`, flat function tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.models import Model
from workbench.gateway.calls import Call
from workbench.gateway.sandbox.ask import Ask, Options, Tool, ask_of
from workbench.gateway.sandbox.attachments import DOCUMENT, PICTURE, RECORDING, Attachment
from workbench.gateway.sandbox.reading import fields
from workbench.gateway.sandbox.reading.chat import format_schema, named_choice, reasoning
from workbench.gateway.sandbox.turns import AskRefused, Turn, mismatch

_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "developer": "system"}
_RANGES: Mapping[str, tuple[float, float]] = {"temperature": (0, 2), "top_p": (0, 1)}


def read(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    if body.get("previous_response_id"):
        raise AskRefused(
            "Previous response not found: the sandbox keeps none. Send the whole conversation as 'input'",
            pointer="/previous_response_id",
        )
    turns = _turns(body)
    tools = _tools(body)
    effort, thinks = _reasoning(body, model)
    options = Options(
        tools=tools,
        tool_choice=_tool_choice(body, tools),
        parallel_calls=body.get("parallel_tool_calls") is not False,
        schema=_schema(body),
        max_tokens=fields.whole(body, "max_output_tokens"),
        stream=fields.boolean(body, "stream"),
        thinks=thinks,
        effort=effort,
        shaping=fields.settings(body, _RANGES),
    )
    return ask_of(call, model, body, turns, options)


def _turns(body: Mapping[str, Any]) -> list[Turn]:
    given = body.get("input")
    if given is None:
        raise AskRefused("required properties at '/' are 'input'", pointer="/input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if not isinstance(items, list):
        raise AskRefused(mismatch("/input", given, "string' or 'array"), pointer="/input")
    if not items:
        raise AskRefused("'/input' must hold at least one item", pointer="/input")
    instructions = fields.text(body, "instructions")
    turns = [Turn("system", instructions)] if instructions else []
    names: dict[str, str] = {}
    for index, item in enumerate(items):
        turns += _item(item, f"/input/{index}", names)
    return turns


def _item(item: Any, where: str, names: dict[str, str]) -> list[Turn]:
    """The turn an item makes; none for reasoning and for what hosted tools left. names: of the calls so far, by id."""
    if not isinstance(item, dict):
        raise AskRefused(mismatch(where, item, "object"), pointer=where)
    kind = item.get("type", "message")
    call_id = str(item.get("call_id"))
    if kind == "message":
        return [_message(item, where)]
    if kind in ("function_call", "custom_tool_call"):
        names[call_id] = str(item.get("name") or "")
        return [Turn("assistant", "")]
    if kind in ("function_call_output", "custom_tool_call_output"):
        text, attachments = _content(item.get("output"), f"{where}/output")
        return [Turn("tool", text, names.get(call_id, ""), attachments)]
    return []


def _message(item: Mapping[str, Any], where: str) -> Turn:
    role = item.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise AskRefused(f"'{where}/role' must be one of {', '.join(_ROLES)}", pointer=f"{where}/role")
    text, attachments = _content(item.get("content"), f"{where}/content")
    return Turn(_ROLES[role], text, attachments=attachments)


def _content(content: Any, where: str) -> tuple[str, tuple[Attachment, ...]]:
    if isinstance(content, str):
        return content, ()
    if not isinstance(content, list):
        raise AskRefused(mismatch(where, content, "string' or 'array"), pointer=where)
    texts, attachments = [], []
    for index, part in enumerate(content):
        at = f"{where}/{index}"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in ("input_text", "output_text", "text", "refusal"):
            texts.append(fields.text(part, "refusal" if kind == "refusal" else "text", at))
        elif isinstance(kind, str) and kind in _ATTACHED:
            attachments.append(_attachment(part, kind, at))
        else:
            raise AskRefused(f"'{at}' is not a content part", pointer=at)
    return "\n".join(texts), tuple(attachments)


_ATTACHED = {
    "input_image": (PICTURE, "image_url"),
    "input_file": (DOCUMENT, "file_data"),
    "input_audio": (RECORDING, "data"),
}


def _attachment(part: Mapping[str, Any], kind: str, at: str) -> Attachment:
    what, name = _ATTACHED[kind]
    return fields.attached(what, part.get(name) or part.get("file_url") or "uploaded", f"{at}/{name}")


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    """The function tools; hosted ones (search, shells …) have nobody here to run them and are never called."""
    tools = []
    for index, entry in enumerate(fields.array(body, "tools")):
        where = f"/tools/{index}"
        if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            raise AskRefused(f"required properties at '{where}' are 'type'", pointer=f"{where}/type")
        if entry["type"] != "function":
            continue
        if not isinstance(entry.get("name"), str):
            raise AskRefused(f"required properties at '{where}' are 'name'", pointer=f"{where}/name")
        tools.append(fields.tool(entry))
    return tuple(tools)


def _tool_choice(body: Mapping[str, Any], tools: Sequence[Tool]) -> str:
    choice = body.get("tool_choice")
    if choice in (None, "auto", "none", "required"):
        return choice or "auto"
    if not isinstance(choice, dict):
        raise AskRefused("'/tool_choice' must be auto, none, required or a tool", pointer="/tool_choice")
    if choice.get("type") != "function":
        return "auto"
    return named_choice(choice.get("name"), tools)


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = fields.mapping(fields.mapping(body, "text") or {}, "format", "/text")
    if wanted is None:
        return None
    return format_schema(wanted.get("type"), wanted.get("schema"), "/text/format", "schema")


def _reasoning(body: Mapping[str, Any], model: Model) -> tuple[str, bool]:
    """A third party's model is taken to reason when the request says how much it should (inferred)."""
    effort, thinks = reasoning(body, model)
    wanted = fields.mapping(body, "reasoning")
    if thinks or model.known or not wanted or wanted.get("effort") == "none":
        return effort, thinks
    return str(wanted.get("effort") or "medium"), True
