"""The messages of a chat-completions body in plain parts, as the writers of other shapes need them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from workbench.gateway.protocol import BadBody

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Media:
    """data: base64; empty when only the address is known."""

    kind: str
    media_type: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """arguments: the decoded object."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    id: str
    name: str
    text: str


Part = Text | Media | Called | Result


@dataclass(frozen=True, slots=True)
class Turn:
    """role: "user" or "assistant"; tool results stand in user turns, as both other shapes have it."""

    role: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    system: str
    turns: tuple[Turn, ...]


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Raises BadBody naming the message that cannot be read. Neighbouring turns of one role are joined."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadBody("'messages' must be a list with at least one message")
    system: list[str] = []
    turns: list[Turn] = []
    names: dict[str, str] = {}
    for index, message in enumerate(messages):
        where = f"messages/{index}"
        if not isinstance(message, Mapping):
            raise BadBody(f"'{where}' must be an object")
        role = message.get("role")
        if role in ("system", "developer"):
            system += [
                part.text for part in _content(message.get("content"), where) if isinstance(part, Text)
            ]
            continue
        turn = _turn(role, message, where, names)
        if turns and turns[-1].role == turn.role:
            turn = Turn(turn.role, turns.pop().parts + turn.parts)
        turns.append(turn)
    return Conversation("\n\n".join(text for text in system if text), tuple(turns))


def _turn(role: Any, message: Mapping[str, Any], where: str, names: dict[str, str]) -> Turn:
    match role:
        case "user":
            return Turn("user", tuple(_content(message.get("content"), where)))
        case "assistant":
            calls = tuple(_calls(message.get("tool_calls"), where))
            names.update({call.id: call.name for call in calls})
            return Turn("assistant", (*_content(message.get("content"), where), *calls))
        case "tool":
            call_id = str(message.get("tool_call_id") or "")
            text = "\n".join(
                part.text for part in _content(message.get("content"), where) if isinstance(part, Text)
            )
            name = str(message.get("name") or names.get(call_id, ""))
            return Turn("user", (Result(call_id, name, text),))
    raise BadBody(f"'{where}/role' must be system, developer, user, assistant or tool")


def _content(content: Any, where: str) -> Iterator[Part]:
    if content is None or content == "":
        return
    if isinstance(content, str):
        yield Text(content)
        return
    if not isinstance(content, list):
        raise BadBody(f"'{where}/content' must be a text or a list of parts")
    for index, part in enumerate(content):
        yield _part(part, f"{where}/content/{index}")


def _part(part: Any, where: str) -> Part:
    kind = part.get("type") if isinstance(part, Mapping) else None
    match kind:
        case "text" | "refusal":
            text = part.get(kind)
            if isinstance(text, str):
                return Text(text)
        case "image_url":
            image = part.get("image_url")
            url = image.get("url") if isinstance(image, Mapping) else image
            if isinstance(url, str):
                return _media("image", url)
        case "input_audio":
            audio = part.get("input_audio")
            if isinstance(audio, Mapping) and isinstance(audio.get("data"), str):
                return Media("audio", f"audio/{audio.get('format', 'wav')}", audio["data"])
        case "file":
            file = part.get("file")
            if isinstance(file, Mapping) and isinstance(file.get("file_data"), str):
                return _media("file", file["file_data"])
    raise BadBody(f"'{where}' is no part this provider's shape has a place for")


def _media(kind: str, url: str) -> Media:
    inline = _DATA_URL.fullmatch(url)
    if inline is not None:
        return Media(kind, inline[1] or "application/octet-stream", data=inline[2])
    return Media(kind, "", url=url)


def _calls(calls: Any, where: str) -> Iterator[Called]:
    if calls is None:
        return
    if not isinstance(calls, list):
        raise BadBody(f"'{where}/tool_calls' must be a list")
    for index, call in enumerate(calls):
        function = call.get("function") if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise BadBody(f"'{where}/tool_calls/{index}/function/name' is missing")
        yield Called(
            str(call.get("id") or ""), function["name"], _arguments(function.get("arguments"), where, index)
        )


def _arguments(arguments: Any, where: str, index: int) -> Mapping[str, Any]:
    if isinstance(arguments, Mapping):
        return arguments
    try:
        found = msgspec.json.decode(arguments or "{}")
    except (msgspec.DecodeError, TypeError) as error:
        raise BadBody(f"'{where}/tool_calls/{index}/function/arguments' is not JSON") from error
    if not isinstance(found, dict):
        raise BadBody(f"'{where}/tool_calls/{index}/function/arguments' must hold an object")
    return found


@dataclass(frozen=True, slots=True)
class Tool:
    """parameters: a JSON schema, None where the tool takes nothing."""

    name: str
    description: str
    parameters: Mapping[str, Any] | None


def read_tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    """Raises BadBody. Only function tools have a place elsewhere."""
    tools = body.get("tools")
    if tools is None:
        return ()
    if not isinstance(tools, list):
        raise BadBody("'tools' must be a list")
    return tuple(_tool(tool, index) for index, tool in enumerate(tools))


def _tool(tool: Any, index: int) -> Tool:
    function = tool.get("function") if isinstance(tool, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        raise BadBody(f"'tools/{index}' must be a function with a name")
    parameters = function.get("parameters")
    description = function.get("description")
    return Tool(
        function["name"],
        description if isinstance(description, str) else "",
        parameters if isinstance(parameters, Mapping) else None,
    )


def tool_choice_of(body: Mapping[str, Any]) -> str:
    """ "auto", "none", "required", the forced tool's name after "=", or "" when the request leaves it open. Raises BadBody."""
    choice = body.get("tool_choice")
    if choice is None:
        return ""
    if choice in ("auto", "none", "required"):
        return str(choice)
    function = choice.get("function") if isinstance(choice, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if not isinstance(name, str):
        raise BadBody("'tool_choice' must be auto, none, required or name a function")
    return f"={name}"


def wanted_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The JSON schema the answer has to meet; {"type": "object"} for plain JSON mode, None for text. Raises BadBody."""
    wanted = body.get("response_format")
    kind = wanted.get("type") if isinstance(wanted, Mapping) else None
    if wanted is None or kind == "text":
        return None
    if kind == "json_object":
        return {"type": "object"}
    if kind == "json_schema":
        schema = wanted.get("json_schema")
        schema = schema.get("schema", schema) if isinstance(schema, Mapping) else None
        if isinstance(schema, Mapping):
            return schema
    raise BadBody("'response_format' must be text, json_object or json_schema with a schema")


def stops_of(body: Mapping[str, Any]) -> list[str]:
    """Raises BadBody."""
    stop = body.get("stop")
    if stop is None or isinstance(stop, str):
        return [stop] if stop else []
    if not isinstance(stop, list) or not all(isinstance(text, str) for text in stop):
        raise BadBody("'stop' must be a text or a list of texts")
    return stop


def max_tokens_of(body: Mapping[str, Any]) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        value = body.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def passed(body: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The fields of body that only change their name, under their new one; null says nothing."""
    return {new: body[old] for old, new in names.items() if body.get(old) is not None}
