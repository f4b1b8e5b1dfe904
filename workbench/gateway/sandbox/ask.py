"""A chat request as the sandbox understands it, read from any of the wire's input shapes (workers-ai §5.1, §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec

from workbench.domain.models import Model
from workbench.gateway.sandbox.tokens import count
from workbench.gateway.sandbox.turns import AskRefused, Turn, mismatch, read_turns

LEGACY_MAX_TOKENS = 256
WINDOW_EXCEEDED = 5021
_NOT_SEEDING = frozenset(
    [
        "stream",
        "stream_options",
        "options",
        "user",
        "metadata",
        "store",
        "n",
        "stop",
        "max_tokens",
        "max_completion_tokens",
    ]
)
"""What changes how an answer is sent or where it ends, but not what it is."""


class Dialect(StrEnum):
    """The shape of an answer: OpenAI's, or Workers AI's own `response` (workers-ai §5.2, §5.3)."""

    OPENAI = "openai"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """model: the catalogue's entry, or one made up for a third-party id. wire_model: the id to answer with.

    envelope: the answer goes inside `result`. schema: of the JSON wanted, {} for any object, None for text.
    tool_choice: "auto", "none", "required", or "=name". orders: directives found in the prompt, in the grammar of `faults`.
    """

    model: Model
    wire_model: str
    provider: str
    dialect: Dialect
    envelope: bool
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...]
    tool_choice: str
    parallel_calls: bool
    schema: Mapping[str, Any] | bool | None
    max_tokens: int | None
    stop: tuple[str, ...]
    stream: bool
    include_usage: bool
    thinks: bool
    effort: str
    seed: int
    prompt_tokens: int
    orders: str

    @property
    def question(self) -> str:
        """The newest user text."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def system(self) -> str:
        return "\n".join(turn.text for turn in self.turns if turn.role in ("system", "developer"))


def read_ask(
    body: Mapping[str, Any],
    model: Model,
    *,
    wire_model: str,
    provider: str,
    dialect: Dialect,
    native_door: bool,
) -> Ask:
    """Read a request body; raises AskRefused naming what is wrong. native_door: `/ai/run/…`, whose answers are wrapped."""
    legacy = native_door and _legacy(model)
    turns, orders = read_turns(body, model, strict=legacy)
    tools = _tools(body, flat_too=native_door)
    effort, thinks = _reasoning(body, model)
    seed = _seed(body, model.id)
    prompt_tokens = _prompt_tokens(turns, body)
    max_tokens = _max_tokens(body, default=LEGACY_MAX_TOKENS if legacy else None)
    _check_ranges(body, legacy=legacy)
    _check_window(model, prompt_tokens, max_tokens)
    return Ask(
        model=model,
        wire_model=wire_model,
        provider=provider,
        dialect=dialect,
        envelope=native_door,
        turns=turns,
        tools=tools,
        tool_choice=_tool_choice(body, tools),
        parallel_calls=body.get("parallel_tool_calls") is not False,
        schema=_schema(body),
        max_tokens=max_tokens,
        stop=_stop(body),
        stream=_boolean(body, "stream"),
        include_usage=bool((_mapping(body, "stream_options") or {}).get("include_usage")),
        thinks=thinks,
        effort=effort,
        seed=seed,
        prompt_tokens=prompt_tokens,
        orders=orders,
    )


def _legacy(model: Model) -> bool:
    return model.schema_shape.startswith(("chat-legacy", "chat-flat"))


def dialect_of(model: Model, *, native_door: bool) -> Dialect:
    """Which shape a model answers in: on the native door the older ones keep their own (workers-ai §5.2)."""
    if not native_door:
        return Dialect.OPENAI
    shape = model.schema_shape
    # gpt-oss takes legacy input and answers in OpenAI's shapes; models whose schema is not public are taken for
    # newer ones (inferred).
    openai = (
        shape.startswith("chat-openai") or "openai-out" in shape or "responses" in shape or shape == "none"
    )
    return Dialect.OPENAI if openai else Dialect.NATIVE


def _tools(body: Mapping[str, Any], *, flat_too: bool) -> tuple[Tool, ...]:
    """OpenAI's form, and the flat form of older native models (workers-ai §5.4)."""
    given = body.get("tools")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise AskRefused(mismatch("/tools", given, "array"), pointer="/tools")
    tools = []
    for index, entry in enumerate(given):
        where = f"/tools/{index}"
        function = entry.get("function") if isinstance(entry, dict) else None
        if function is None and flat_too:
            function = entry
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise AskRefused(f"required properties at '{where}/function' are 'name'", pointer=where)
        parameters = function.get("parameters")
        if not isinstance(parameters, dict):
            parameters = {"type": "object", "properties": {}}
        tools.append(Tool(function["name"], str(function.get("description") or ""), parameters))
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
    name = function.get("name") if isinstance(function, dict) else None
    if not any(tool.name == name for tool in tools):
        raise AskRefused("'/tool_choice' names a function that is not in '/tools'", pointer="/tool_choice")
    return f"={name}"


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | bool | None:
    """The schema of a `response_format`: bare as the native door has it, or in OpenAI's wrapping (workers-ai §5.5)."""
    wanted = _mapping(body, "response_format")
    if wanted is None:
        guided = body.get("guided_json")
        return guided if isinstance(guided, dict) else None
    kind = wanted.get("type")
    if kind == "text":
        return None
    if kind == "json_object":
        return {}
    if kind != "json_schema":
        raise AskRefused(
            "'/response_format/type' must be text, json_object or json_schema",
            pointer="/response_format/type",
        )
    schema = wanted.get("json_schema")
    if isinstance(schema, dict) and isinstance(schema.get("name"), str) and "schema" in schema:
        schema = schema["schema"]
    if not isinstance(schema, dict):
        raise AskRefused(
            mismatch("/response_format/json_schema", schema, "object"), pointer="/response_format/json_schema"
        )
    return schema


def _reasoning(body: Mapping[str, Any], model: Model) -> tuple[str, bool]:
    """The effort in force and whether the model thinks at all (workers-ai §5.7)."""
    if not model.reasoning:
        return "", False
    facts = model.reasoning_effort
    effort = body.get("reasoning_effort")
    nested = body.get("reasoning")
    if effort is None and isinstance(nested, dict):
        effort = nested.get("effort")
    if effort is not None and not isinstance(effort, str):
        raise AskRefused(mismatch("/reasoning_effort", effort, "string"), pointer="/reasoning_effort")
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


def _max_tokens(body: Mapping[str, Any], *, default: int | None) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            raise AskRefused(mismatch(f"/{name}", value, "integer"), pointer=f"/{name}")
        if value < 1:
            raise AskRefused(f"'/{name}' must be >= 1", pointer=f"/{name}")
        return value
    return default


def _stop(body: Mapping[str, Any]) -> tuple[str, ...]:
    stop = body.get("stop")
    if stop is None:
        return ()
    given = [stop] if isinstance(stop, str) else stop
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise AskRefused(mismatch("/stop", stop, "string' or 'array"), pointer="/stop")
    return tuple(item for item in given if item)


_RANGES = {"temperature": (0, 2), "top_p": (0, 1), "frequency_penalty": (-2, 2), "presence_penalty": (-2, 2)}
_LEGACY_RANGES = {**_RANGES, "temperature": (0, 5), "top_p": (0, 2), "repetition_penalty": (0, 2)}


def _check_ranges(body: Mapping[str, Any], *, legacy: bool) -> None:
    for name, (low, high) in (_LEGACY_RANGES if legacy else _RANGES).items():
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise AskRefused(mismatch(f"/{name}", value, "number"), pointer=f"/{name}")
        if not low <= value <= high:
            raise AskRefused(f"'/{name}' must be >= {low} and <= {high}", pointer=f"/{name}")


def _check_window(model: Model, prompt_tokens: int, max_tokens: int | None) -> None:
    if model.context_window and prompt_tokens + (max_tokens or 0) > model.context_window:
        raise AskRefused(
            f"The estimated number of input and maximum output tokens ({prompt_tokens + (max_tokens or 0)}) "
            f"exceeded this model context window limit ({model.context_window}).",
            code=WINDOW_EXCEEDED,
            pointer="/max_tokens",
        )


def _seed(body: Mapping[str, Any], model: str) -> int:
    """What the answer's dice start from: all that shapes it."""
    shaping = {key: value for key, value in body.items() if key not in _NOT_SEEDING and key != "model"}
    text = msgspec.json.encode([model, shaping], order="sorted")
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def _prompt_tokens(turns: Sequence[Turn], body: Mapping[str, Any]) -> int:
    """Four for each turn's frame, as common templates have, and 256 for a picture."""
    total = sum(4 + count(turn.text) + 256 * turn.pictures for turn in turns)
    for key in ("tools", "response_format"):
        if body.get(key):
            total += count(msgspec.json.encode(body[key]).decode())
    return total


def _mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = body.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise AskRefused(mismatch(f"/{name}", value, "object"), pointer=f"/{name}")


def _boolean(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise AskRefused(mismatch(f"/{name}", value, "boolean"), pointer=f"/{name}")
