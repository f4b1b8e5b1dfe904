"""A request of the dry run, edited by its form: each gives a new one and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.domain.models import estimated_tokens
from workbench.services.route_proof import Request

_FILLER = "The quick brown fox jumps over the lazy dog and runs on.\n"
_PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
MOST_TOKENS = 200_000


def prompt_of(request: Request) -> str:
    """Text of the last user's turn; a prompt without turns too."""
    message = _user(request.body)
    if message is None:
        prompt = request.body.get("prompt")
        return prompt if isinstance(prompt, str) else ""
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "".join(str(part["text"]) for part in _parts(message) if isinstance(part.get("text"), str))


def tokens_of(request: Request) -> int:
    return int(request.facts.derived("prompt_tokens_estimate"))


def flag_of(request: Request, name: str) -> bool:
    """name: "has_image", "has_tools" or "stream"."""
    return bool(request.facts.derived(name))


def with_prompt(request: Request, text: str) -> Request:
    """With this text in the last user's turn, which is made where there is none."""
    message = _user(request.body)
    if message is None:
        body = {key: value for key, value in request.body.items() if key != "prompt"}
        if not text:
            return replace(request, body=body)
        messages = _messages(request.body)
        return replace(request, body={**body, "messages": [*messages, {"role": "user", "content": text}]})
    pictures = [part for part in _parts(message) if "text" not in part]
    content: Any = [{"type": "text", "text": text}, *pictures] if pictures else text
    return _with_user(request, {**message, "content": content})


def with_tokens(request: Request, tokens: int) -> Request:
    """With a prompt of about that many tokens: the one there is, cut or filled up."""
    tokens = min(max(tokens, 0), MOST_TOKENS)
    text = prompt_of(request)
    missing = tokens - estimated_tokens(text)
    if missing > 0:
        text += ("\n" if text else "") + (_FILLER * (missing * 4 // len(_FILLER) + 1))[: missing * 4]
    elif missing < 0:
        text = text[: len(text) * tokens // max(1, tokens - missing)]
    return with_prompt(request, text)


def with_image(request: Request, on: bool) -> Request:
    """A small picture in the last user's turn, or no picture anywhere."""
    if on == flag_of(request, "has_image"):
        return request
    if not on:
        return _without_pictures(request)
    if _user(request.body) is None:
        request = with_prompt(request, "What is in this picture?")
    message = _user(request.body)
    assert message is not None
    text = prompt_of(request)
    picture = {"type": "image_url", "image_url": {"url": _PICTURE}}
    return _with_user(request, {**message, "content": [{"type": "text", "text": text}, picture]})


def with_tools(request: Request, on: bool) -> Request:
    if on == flag_of(request, "has_tools"):
        return request
    body = {key: value for key, value in request.body.items() if key not in ("tools", "functions")}
    return replace(request, body={**body, "tools": [_TOOL]} if on else body)


def with_stream(request: Request, on: bool) -> Request:
    body = {key: value for key, value in request.body.items() if key != "stream"}
    return replace(request, body={**body, "stream": True} if on else body)


def typed_value(text: str) -> Any:
    """What is typed into a table: a number, true, false or null where it is one, else text; in double quotes always text."""
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(found, dict | list) else found


def shown_value(value: Any) -> str:
    """As `typed_value` reads it back."""
    import json

    if isinstance(value, str) and typed_value(value) == value and isinstance(typed_value(value), str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _messages(body: Mapping[str, Any]) -> list[Any]:
    found = body.get("messages")
    return list(found) if isinstance(found, list) else []


def _user(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    users = (
        one for one in reversed(_messages(body)) if isinstance(one, Mapping) and one.get("role") == "user"
    )
    return next(users, None)


def _parts(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    return [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []


def _with_user(request: Request, message: Mapping[str, Any]) -> Request:
    before = _user(request.body)
    messages = [message if one is before else one for one in _messages(request.body)]
    return replace(request, body={**request.body, "messages": messages})


def _without_pictures(request: Request) -> Request:
    body = {key: value for key, value in request.body.items() if key != "image"}
    messages = []
    for one in _messages(request.body):
        if isinstance(one, Mapping) and isinstance(one.get("content"), list):
            texts = [part for part in _parts(one) if part.get("type") == "text" or "text" in part]
            one = {**one, "content": "".join(str(part.get("text", "")) for part in texts)}
        messages.append(one)
    return replace(request, body={**body, "messages": messages} if "messages" in request.body else body)
