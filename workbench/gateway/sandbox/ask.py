"""A request for text as the sandbox understands it, whatever wire it came by; the readers in `reading` make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from workbench.domain.models import Model
from workbench.gateway.calls import Call
from workbench.gateway.sandbox.attachments import PICTURE, Attachment
from workbench.gateway.sandbox.tokens import count, estimated
from workbench.gateway.sandbox.turns import AskRefused, Turn, without_orders

WINDOW_EXCEEDED = 5021
_PICTURE_TOKENS = 256
_READ = 4000


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How an answer is to be made. tool_choice: "auto", "none", "required", or "=name". schema: of the JSON wanted, {} for
    any object, None for text. thinks, effort: whether it reasons, and how much. shaping: other settings that make it
    another answer (temperature, seed …). canvas: width and height of a picture to answer with, in pixels.
    """

    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    parallel_calls: bool = True
    schema: Mapping[str, Any] | bool | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    stream: bool = False
    thinks: bool = False
    effort: str = ""
    shaping: Mapping[str, Any] = field(default_factory=dict)
    canvas: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """model: the catalogue's entry, or one made up for a third-party id. wire_model: the id to answer with.

    endpoint: of the call, query included. body: as it came, for the shapes that tell parts of it back.
    orders: directives found in the prompt, in the grammar of `faults`. seed: what the answer's dice start from.
    """

    model: Model
    wire_model: str
    provider: str
    endpoint: str
    body: Mapping[str, Any]
    turns: tuple[Turn, ...]
    options: Options
    seed: int
    prompt_tokens: int
    orders: str

    @property
    def question(self) -> str:
        """The newest user text; of a very long one its beginning and end, for all of it is not looked through."""
        text = next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")
        return text if len(text) <= _READ else f"{text[: _READ // 2]}\n{text[-_READ // 2 :]}"

    @property
    def system(self) -> str:
        return "\n".join(turn.text for turn in self.turns if turn.role == "system")

    @property
    def attachments(self) -> list[Attachment]:
        return [attachment for turn in self.turns for attachment in turn.attachments]

    @property
    def picture_tokens(self) -> int:
        """How many of the prompt's tokens stand for pictures."""
        return _PICTURE_TOKENS * sum(attachment.kind == PICTURE for attachment in self.attachments)


def ask_of(call: Call, model: Model, body: Mapping[str, Any], turns: Iterable[Turn], options: Options) -> Ask:
    """Put together what a reader found; raises AskRefused where it exceeds the model's window."""
    kept, orders = without_orders(turns)
    prompt_tokens = _prompt_tokens(kept, options)
    _check_window(model, prompt_tokens, options.max_tokens)
    return Ask(
        model=model,
        wire_model=call.wire or call.model,
        provider=call.provider,
        endpoint=call.endpoint,
        body=body,
        turns=kept,
        options=options,
        seed=_seed(model, kept, options),
        prompt_tokens=prompt_tokens,
        orders=orders,
    )


def _seed(model: Model, turns: Sequence[Turn], options: Options) -> int:
    """All that shapes the answer, and nothing of how it is sent or where it ends; the same over every wire."""
    said = [(turn.role, turn.text, turn.name, [(a.kind, a.mark) for a in turn.attachments]) for turn in turns]
    tools = [(tool.name, tool.description, tool.parameters) for tool in options.tools]
    shaping = [options.tool_choice, options.schema, options.effort, options.shaping]
    text = msgspec.json.encode([model.id, said, tools, shaping])
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def _prompt_tokens(turns: Sequence[Turn], options: Options) -> int:
    """Four for each turn's frame, as common templates have, and a fixed number for a picture."""
    total = sum(4 + estimated(turn.text) for turn in turns)
    total += _PICTURE_TOKENS * sum(a.kind == PICTURE for turn in turns for a in turn.attachments)
    for tool in options.tools:
        total += count(f"{tool.name} {tool.description} {msgspec.json.encode(tool.parameters).decode()}")
    if options.schema:
        total += count(msgspec.json.encode(options.schema).decode())
    return total


def _check_window(model: Model, prompt_tokens: int, max_tokens: int | None) -> None:
    if model.context_window and prompt_tokens + (max_tokens or 0) > model.context_window:
        raise AskRefused(
            f"The estimated number of input and maximum output tokens ({prompt_tokens + (max_tokens or 0)}) "
            f"exceeded this model context window limit ({model.context_window}).",
            code=WINDOW_EXCEEDED,
            pointer="/max_tokens",
        )
