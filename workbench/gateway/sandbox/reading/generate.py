"""Google's generateContent: contents of parts, settings in `generationConfig`, names in camel or snake case.

The shape is that of the provider's public API, whose JSON takes both spellings of a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.domain.models import Model
from workbench.gateway.calls import Call
from workbench.gateway.sandbox.ask import Ask, Options, Tool, ask_of
from workbench.gateway.sandbox.attachments import (
    DOCUMENT,
    PICTURE,
    RECORDING,
    Attachment,
    NotBase64,
    inline,
    linked,
)
from workbench.gateway.sandbox.reading import fields
from workbench.gateway.sandbox.turns import AskRefused, Turn

_RANGES: Mapping[str, tuple[float, float]] = {"temperature": (0, 2), "topP": (0, 1), "topK": (0, 1000)}
_CHOICE = {"MODE_UNSPECIFIED": "auto", "AUTO": "auto", "VALIDATED": "auto", "ANY": "required", "NONE": "none"}
_SQUARE = (1024, 1024)
_CANVAS = {
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "4:5": (896, 1152),
    "5:4": (1152, 896),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}
"""Pixels of each aspect ratio (inferred)."""


def read(body: Mapping[str, Any], call: Call, model: Model) -> Ask:
    counted = _camel(body.get("generateContentRequest")) if "generateContentRequest" in body else None
    given = counted if isinstance(counted, dict) else _camel(body, deep=False)
    config = _camel(fields.mapping(given, "generationConfig") or {}, deep=False)
    at = "/generationConfig"
    tools = _tools(given)
    effort, thinks = _thinking(config, model)
    options = Options(
        tools=tools,
        tool_choice=_tool_choice(given, tools),
        schema=_schema(config),
        max_tokens=fields.whole(config, "maxOutputTokens", at=at),
        stop=fields.strings(config, "stopSequences", at),
        stream=":stream" in call.endpoint,
        thinks=thinks,
        effort=effort,
        shaping=fields.settings(config, _RANGES, at),
        canvas=_canvas(config, call.model),
    )
    return ask_of(call, model, body, [*_system(given), *_turns(given)], options)


def _camel(value: Any, *, deep: bool = True) -> Any:
    """The value with its names in camel case; contents of functions and schemas have names of their own and stay."""
    if isinstance(value, list):
        return [_camel(item) for item in value] if deep else value
    if not isinstance(value, dict):
        return value
    return {
        (name := _camel_name(key)): _camel(held) if deep and name not in _THEIRS else held
        for key, held in value.items()
    }


_THEIRS = frozenset({"args", "response", "parameters", "parametersJsonSchema", "responseSchema"})


def _camel_name(name: str) -> str:
    if "_" not in name:
        return name
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _system(body: Mapping[str, Any]) -> list[Turn]:
    given = body.get("systemInstruction")
    if given is None:
        return []
    text, _ = _parts(_camel(given), "/systemInstruction")
    return [Turn("system", text)]


def _turns(body: Mapping[str, Any]) -> list[Turn]:
    contents = fields.array(body, "contents")
    if not contents:
        raise AskRefused("contents are required", pointer="/contents")
    turns: list[Turn] = []
    for index, content in enumerate(contents):
        where = f"/contents/{index}"
        if not isinstance(content, dict):
            raise AskRefused("a Content is wanted", pointer=where)
        turns += _content(_camel(content), where)
    return turns


def _content(content: Mapping[str, Any], where: str) -> list[Turn]:
    role = content.get("role") or "user"
    if role not in ("user", "model", "function"):
        raise AskRefused("Please use a valid role: user, model.", pointer=f"{where}/role")
    text, attachments = _parts(content, where)
    results = [
        Turn("tool", _told(answer.get("response")), str(answer.get("name") or ""))
        for part in content["parts"]
        if isinstance(answer := part.get("functionResponse"), dict)
    ]
    if results and not text and not attachments:
        return results
    return [Turn("assistant" if role == "model" else "user", text, attachments=attachments), *results]


def _told(response: Any) -> str:
    """A function's response is an object; the SDKs put plain ones under `result` or `output`."""
    if isinstance(response, dict) and len(response) == 1:
        (name, value), *_ = response.items()
        if name in ("result", "output") and isinstance(value, str):
            return value
    return msgspec.json.encode(response).decode()


def _parts(content: Any, where: str) -> tuple[str, tuple[Attachment, ...]]:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list) or not parts:
        raise AskRefused("contents.parts must not be empty.", pointer=f"{where}/parts")
    texts, attachments = [], []
    for index, part in enumerate(parts):
        at = f"{where}/parts/{index}"
        if not isinstance(part, dict):
            raise AskRefused("a Part is wanted", pointer=at)
        if "text" in part:
            text = fields.text(part, "text", at)
            if not part.get("thought"):
                texts.append(text)
        elif "inlineData" in part or "fileData" in part:
            attachments.append(_attachment(part, at))
        elif not part.keys() & _SILENT:
            raise AskRefused(
                "required oneof field 'data' must have one initialized field", pointer=f"{at}/data"
            )
    return "\n".join(texts), tuple(attachments)


_SILENT = frozenset({"functionCall", "functionResponse", "executableCode", "codeExecutionResult"})


def _attachment(part: Mapping[str, Any], at: str) -> Attachment:
    name = "inlineData" if "inlineData" in part else "fileData"
    held = fields.mapping(part, name, at) or {}
    media_type = fields.text(held, "mimeType", f"{at}/{name}")
    kind = {"image": PICTURE, "audio": RECORDING}.get(media_type.partition("/")[0], DOCUMENT)
    if name == "fileData":
        return linked(kind, fields.text(held, "fileUri", f"{at}/{name}"))
    data = fields.text(held, "data", f"{at}/{name}")
    try:  # the SDK writes base64 in its URL spelling
        return inline(kind, data.translate(_URL_SAFE), media_type)
    except NotBase64 as bad:
        raise AskRefused("Invalid value: Base64 decoding failed", pointer=f"{at}/{name}/data") from bad


_URL_SAFE = str.maketrans("-_", "+/")


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    """The declared functions; tools that Google runs itself (search, code) are never called here."""
    tools = []
    for index, entry in enumerate(fields.array(body, "tools")):
        where = f"/tools/{index}"
        if not isinstance(entry, dict):
            raise AskRefused("a Tool is wanted", pointer=where)
        declared = fields.array(_camel(entry, deep=False), "functionDeclarations", where)
        for number, function in enumerate(declared):
            at = f"{where}/functionDeclarations/{number}"
            if not isinstance(function, dict) or not isinstance(function.get("name"), str):
                raise AskRefused("Invalid function name", pointer=f"{at}/name")
            tools.append(_function(_camel(function, deep=False)))
    return tuple(tools)


def _function(function: Mapping[str, Any]) -> Tool:
    schema = function.get("parametersJsonSchema")
    if schema is None:
        schema = json_schema(function.get("parameters"))
    return fields.tool({**function, "parameters": schema})


def _tool_choice(body: Mapping[str, Any], tools: tuple[Tool, ...]) -> str:
    config = _camel(fields.mapping(body, "toolConfig") or {}, deep=False)
    calling = _camel(fields.mapping(config, "functionCallingConfig", "/toolConfig") or {}, deep=False)
    at = "/toolConfig/functionCallingConfig"
    mode = str(calling.get("mode") or "AUTO")
    if mode not in _CHOICE:
        raise AskRefused(f"Invalid value at 'mode': {mode[:40]!r}", pointer=f"{at}/mode")
    allowed = fields.strings(calling, "allowedFunctionNames", at)
    if mode != "ANY" or not allowed:
        return _CHOICE[mode]
    if not any(tool.name == allowed[0] for tool in tools):
        raise AskRefused(
            f"allowed_function_names: {allowed[0]} is not a declared function",
            pointer=f"{at}/allowedFunctionNames",
        )
    return f"={allowed[0]}"


def _schema(config: Mapping[str, Any]) -> Any:
    if config.get("responseMimeType") not in ("application/json", "text/x.enum"):
        return None
    schema = config.get("responseJsonSchema")
    return schema if schema is not None else json_schema(config.get("responseSchema")) or {}


def json_schema(schema: Any) -> Any:
    """Google's Schema, an OpenAPI subset with types in capitals and counts as text, as JSON Schema."""
    if not isinstance(schema, dict):
        return None
    found: dict[str, Any] = {}
    for key, value in _camel(schema, deep=False).items():
        if key == "type" and isinstance(value, str):
            found[key] = value.lower()
        elif key == "properties" and isinstance(value, dict):
            found[key] = {name: json_schema(part) or {} for name, part in value.items()}
        elif key == "anyOf" and isinstance(value, list):
            found[key] = [json_schema(part) or {} for part in value]
        elif key == "items":
            found[key] = json_schema(value) or {}
        elif key.startswith(("min", "max")) and isinstance(value, str) and value.isdigit():
            found[key] = int(value)
        elif key not in ("nullable", "propertyOrdering", "example", "title"):
            found[key] = value
    if schema.get("nullable") is True and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def _thinking(config: Mapping[str, Any], model: Model) -> tuple[str, bool]:
    """Thoughts are shown when `includeThoughts` asks for them; without that nothing is heard of them."""
    wanted = _camel(fields.mapping(config, "thinkingConfig", "/generationConfig") or {}, deep=False)
    if wanted.get("thinkingBudget") == 0:
        return "none", False
    thinks = wanted.get("includeThoughts") is True or model.reasoning
    return (str(wanted.get("thinkingLevel") or "medium").lower(), True) if thinks else ("", False)


def _canvas(config: Mapping[str, Any], model: str) -> tuple[int, int] | None:
    """A picture is drawn for models whose name has `image` in it, and where the modalities ask for one."""
    modalities = [name.upper() for name in fields.strings(config, "responseModalities", "/generationConfig")]
    if "IMAGE" not in modalities and ("image" not in model or modalities):
        return None
    wanted = _camel(fields.mapping(config, "imageConfig", "/generationConfig") or {}, deep=False)
    ratio = fields.text(wanted, "aspectRatio", "/generationConfig/imageConfig")
    if ratio and ratio != "1:1" and ratio not in _CANVAS:
        raise AskRefused(
            f"aspect_ratio must be one of 1:1, {', '.join(_CANVAS)}",
            pointer="/generationConfig/imageConfig/aspectRatio",
        )
    return _CANVAS.get(ratio, _SQUARE)
