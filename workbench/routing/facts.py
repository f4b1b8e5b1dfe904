"""What a route looks at: the request's metadata, headers and body, and what follows from them.

A field is written with dots: `metadata.plan`, `headers.x-team`, `body.messages.0.role`, `request.has_image`. What costs
something to find out is found out when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from workbench.domain.exchange import SECRET_HEADERS, masked_value
from workbench.domain.models import estimated_tokens
from workbench.domain.routes.errors import RouteError

DERIVED = ("prompt_tokens_estimate", "has_image", "has_tools", "stream")
"""What can follow `request.`; the desk's own, Cloudflare has no such fields."""
ROOTS = ("metadata", "headers", "body", "request")
MAX_PATH = 16
"""Steps in a field."""

_IMAGE_PARTS = frozenset({"image_url", "image", "input_image"})


class Missing:
    """What is not there, which is not the same as null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()

Reader = Callable[["Facts"], Any]


class Facts:
    """One request. headers: names in any case. body: the chat-completions body, parsed. Nothing is copied: whoever changes
    the body in place changes what the trace says later.
    """

    __slots__ = ("_derived", "_given", "_headers", "body", "metadata")

    def __init__(self, metadata: Mapping[str, Any], headers: Mapping[str, str], body: Any) -> None:
        self.metadata = metadata
        self.body = body
        self._given = headers
        self._headers: dict[str, str] | None = None
        self._derived: dict[str, Any] | None = None

    def header(self, name: str) -> Any:
        """name: in lower case, as the gateway has them all; only if that finds nothing other spellings are looked at."""
        if name in self._given:
            return self._given[name]
        if self._headers is None:
            self._headers = {given.lower(): value for given, value in self._given.items()}
        return self._headers.get(name, MISSING)

    def get(self, field: str) -> Any:
        """The value of a field, MISSING where there is none. Raises RouteError for what is no field."""
        return reader(field)(self)

    def derived(self, name: str) -> Any:
        """One of DERIVED."""
        found = self._derived
        if found is None:
            found = self._derived = {}
        if name not in found:
            found[name] = _DERIVE[name](self.body) if self.body.__class__ is dict else _DERIVE[name]({})
        return found[name]


@lru_cache(maxsize=1024)
def reader(field: str) -> Reader:
    """How to read one value of a field. A number in the path is an index where it meets a list. Raises RouteError."""
    root, rest = parts_of(field)
    if root == "headers":
        name = rest.lower()
        return lambda facts: facts.header(name)
    if root == "request":
        return lambda facts: facts.derived(rest)
    if "." not in rest and root == "metadata":
        return lambda facts: facts.metadata.get(rest, MISSING)
    path = rest.split(".")
    if root == "metadata":
        return lambda facts: facts.metadata.get(rest, _walked(facts.metadata, path))
    return lambda facts: _walked(facts.body, path)


def parts_of(field: str) -> tuple[str, str]:
    """A field's root and what follows it. Raises RouteError, saying what fields there are."""
    root, _, rest = field.partition(".")
    if root not in ROOTS or not rest or "" in rest.split("."):
        raise RouteError(
            f"“{field}” is no field of a request.",
            fix="Fields are metadata.…, headers.…, body.… and request.….",
        )
    if root == "request" and rest not in DERIVED:
        raise RouteError(
            f"“{field}” is no field of a request.", fix=f"After “request.” comes one of {', '.join(DERIVED)}."
        )
    if rest.count(".") >= MAX_PATH:
        raise RouteError(f"“{field[:60]}…” has more than {MAX_PATH} steps.")
    return root, rest


def _walked(value: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and _is_index(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def reached(value: Any, path: list[str], at: int = 0) -> Iterator[Any]:
    """Every value that a path leads to: a step that is no index goes into each object of a list, as in Mongo."""
    if at == len(path):
        yield value
    elif isinstance(value, Mapping):
        if path[at] in value:
            yield from reached(value[path[at]], path, at + 1)
    elif isinstance(value, list):
        if _is_index(path[at]):
            if int(path[at]) < len(value):
                yield from reached(value[int(path[at])], path, at + 1)
        else:
            for inner in value:
                if isinstance(inner, Mapping):
                    yield from reached(inner, path, at)


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 10


def shown(field: str, value: Any) -> Any:
    """A value as a trace may keep it: credentials in headers masked, long text cut, missing as None."""
    if value is MISSING:
        return None
    root, _, name = field.partition(".")
    if root == "headers" and name.lower() in SECRET_HEADERS:
        return masked_value(str(value))
    return _cut(value)


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 200:
        return f"{value[:199]}…"
    if isinstance(value, list | tuple):
        return [_cut(inner) for inner in value[:5]] + (["…"] if len(value) > 5 else [])
    if isinstance(value, Mapping):
        return {str(key)[:200]: _cut(inner) for key, inner in list(value.items())[:10]}
    return value


def _prompt_tokens(body: Mapping[str, Any]) -> int:
    return estimated_tokens("".join(_texts(body)))


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    """What the model reads: the turns' text, or a prompt without turns."""
    for key in ("prompt", "system", "input"):
        if isinstance(body.get(key), str):
            yield body[key]
    for message in _messages(body):
        if isinstance(message.get("content"), str):
            yield message["content"]
        for part in _content_parts(message):
            if isinstance(part.get("text"), str):
                yield part["text"]


def _messages(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    messages = body.get("messages")
    if isinstance(messages, list):
        yield from (message for message in messages if isinstance(message, Mapping))


def _content_parts(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    content = message.get("content")
    if isinstance(content, list):
        yield from (part for part in content if isinstance(part, Mapping))


def _has_image(body: Mapping[str, Any]) -> bool:
    if body.get("image"):
        return True
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if isinstance(message, Mapping) else None
        if content.__class__ is list and _has_image_part(content):
            return True
    return False


def _has_image_part(content: list[Any]) -> bool:
    return any(isinstance(part, Mapping) and part.get("type") in _IMAGE_PARTS for part in content)


def _has_tools(body: Mapping[str, Any]) -> bool:
    return bool(body.get("tools") or body.get("functions"))


def _stream(body: Mapping[str, Any]) -> bool:
    return body.get("stream") is True


_DERIVE: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "prompt_tokens_estimate": _prompt_tokens,
    "has_image": _has_image,
    "has_tools": _has_tools,
    "stream": _stream,
}
