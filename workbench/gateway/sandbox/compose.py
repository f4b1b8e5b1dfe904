"""What the sandbox answers: reasoning, text, tool calls and how it ends, all decided before the first byte leaves."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from workbench.gateway.sandbox import toolcalls
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.instances import json_text
from workbench.gateway.sandbox.markdown import Writer
from workbench.gateway.sandbox.phrases import REASONING, REFUSAL
from workbench.gateway.sandbox.prose import answer_text, topic_of, wanted_tokens
from workbench.gateway.sandbox.tokens import count, tokens_of

_SENTENCES_BY_EFFORT = {"minimal": 1, "low": 2, "medium": 4, "high": 6, "xhigh": 8, "max": 10}
_TAGS = ("deepseek-r1-distill", "qwq")
"""Models that think inside their text, between <think> tags (workers-ai §5.3)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """reasoning, text: token by token. finish: OpenAI's word for how it ended. stopped_by: the stop sequence that ended it.

    refused: the text is a refusal. picture: a PNG that belongs to the answer, b"" for none.
    """

    reasoning: tuple[str, ...]
    text: tuple[str, ...]
    calls: tuple[toolcalls.Call, ...]
    finish: str
    prompt_tokens: int
    completion_tokens: int
    stopped_by: str = ""
    refused: bool = False
    picture: bytes = b""


def compose(ask: Ask, *, tokens: int | None = None) -> Answer:
    """The answer to a request; the same request gets the same one. tokens: long markdown of that length is ordered."""
    dice = Random(ask.seed)
    calls = toolcalls.calls_for(ask, dice)
    reasoning = _reasoning(ask, dice) if ask.options.thinks else []
    text = [] if calls else _text(ask, dice, tokens)
    if reasoning and any(tag in ask.model.id for tag in _TAGS):
        text = ["<think>", "\n", *reasoning, "\n", "</think>", "\n\n", *text]
        reasoning = []
    text, stopped_by = _stopped_at(text, ask.options.stop)
    return _cut_to_length(ask, reasoning, text, calls, stopped_by)


def refusal(ask: Ask) -> Answer:
    """The answer of a model that will not."""
    text = tuple(tokens_of(REFUSAL))
    return Answer((), text, (), "stop", ask.prompt_tokens, len(text), refused=True)


def _text(ask: Ask, dice: Random, tokens: int | None) -> list[str]:
    if ask.options.schema is not None:
        return tokens_of(json_text(ask.options.schema, dice, ask.question))
    wanted = tokens or wanted_tokens(ask.question)
    if wanted is not None:
        return Writer(topic_of(ask.question), dice).long(wanted)
    return tokens_of(answer_text(ask, dice))


def _reasoning(ask: Ask, dice: Random) -> list[str]:
    writer = Writer(topic_of(ask.question), dice)
    sentences = _SENTENCES_BY_EFFORT.get(ask.options.effort, 4)
    return tokens_of(" ".join(writer.fill(text) for text in REASONING[:sentences]))


def _stopped_at(text: list[str], stops: tuple[str, ...]) -> tuple[list[str], str]:
    """The text up to the first stop sequence, and which that was."""
    if not stops:
        return text, ""
    whole = "".join(text)
    ends = [(at, stop) for stop in stops if (at := whole.find(stop)) >= 0]
    if not ends:
        return text, ""
    at, stop = min(ends)
    return tokens_of(whole[:at]), stop


def _cut_to_length(
    ask: Ask, reasoning: list[str], text: list[str], calls: tuple[toolcalls.Call, ...], stopped_by: str
) -> Answer:
    call_tokens = sum(count(call.name) + count(call.arguments) for call in calls)
    total = len(reasoning) + len(text) + call_tokens
    limit = total if ask.options.max_tokens is None else ask.options.max_tokens
    finish = "tool_calls" if calls else "stop"
    if total > limit:
        finish, stopped_by = "length", ""
        reasoning = reasoning[:limit]
        text = text[: limit - len(reasoning)]
        calls, call_tokens = toolcalls.cut(calls, limit - len(reasoning))
        total = len(reasoning) + len(text) + call_tokens
    return Answer(tuple(reasoning), tuple(text), calls, finish, ask.prompt_tokens, total, stopped_by)
