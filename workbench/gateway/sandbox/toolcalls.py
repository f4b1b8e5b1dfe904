"""When the sandbox calls a tool, which one, and with what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

import msgspec

from workbench.gateway.sandbox.ask import Ask, Tool
from workbench.gateway.sandbox.instances import json_text
from workbench.gateway.sandbox.phrases import COMMON_WORDS
from workbench.gateway.sandbox.tokens import count, tokens_of

_ASKS_FOR_TOOLS = re.compile(
    r"\b(?:use|call|invoke|run)\b[^.?!\n]{0,40}\b(?:tools?|functions?)\b|\btool call\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Call:
    """arguments: JSON text, valid against the tool's parameters (unless it was cut by max_tokens)."""

    id: str
    name: str
    arguments: str


def calls_for(ask: Ask, dice: Random) -> tuple[Call, ...]:
    """The calls of this turn: forced ones, or those the prompt asks for; none right after a tool has answered."""
    chosen = _chosen(ask)
    if not ask.options.parallel_calls:
        chosen = chosen[:1]
    return tuple(
        Call(f"call_{dice.getrandbits(96):024x}", tool.name, json_text(tool.parameters, dice, ask.question))
        for tool in chosen
    )


def _chosen(ask: Ask) -> list[Tool]:
    """Plain words are no order to call something: a coding agent would run what nobody asked for."""
    tools, choice = ask.options.tools, ask.options.tool_choice
    if not tools or choice == "none":
        return []
    if choice.startswith("="):
        return [next(tool for tool in tools if tool.name == choice[1:])]
    if ask.turns[-1].role == "tool":
        return []
    question = ask.question
    named = [tool for tool in tools if _named(tool, question)]
    if named:
        return named
    likely = max(tools, key=lambda tool: _overlap(tool, question))
    if choice == "required" or _ASKS_FOR_TOOLS.search(question):
        return [likely]
    return [likely] if _words(question) & _words(likely.name) and " " in _spoken(likely) else []


def _named(tool: Tool, question: str) -> bool:
    """A name of several words counts wherever it stands; a single word only where it is told to be used, or in backticks."""
    spoken = _spoken(tool)
    text = question.lower()
    name = tool.name.lower()
    if name not in text and spoken not in text:
        return False
    if " " in spoken:
        return True
    use = rf"\b(?:use|using|call|invoke|run)\b[^.?!\n]{{0,40}}\b{re.escape(name)}\b|`{re.escape(name)}`"
    return re.search(use, text) is not None


def _spoken(tool: Tool) -> str:
    return re.sub(r"[_\-.]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tool.name)).lower()


def _overlap(tool: Tool, question: str) -> int:
    """How much of the question is about the tool: words of its name count twice, of its description and parameters once."""
    asked = _words(question)
    described = _words(f"{tool.description[:400]} {msgspec.json.encode(tool.parameters).decode()[:2000]}")
    return 2 * len(asked & _words(tool.name)) + len(asked & described)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W_]{4,}", text.lower()) if word not in COMMON_WORDS}


def cut(calls: tuple[Call, ...], limit: int) -> tuple[tuple[Call, ...], int]:
    """The calls as far as they fit into a number of tokens, and how many they take."""
    kept: list[Call] = []
    used = 0
    for call in calls:
        room = limit - used - count(call.name)
        if room <= 0:
            break
        pieces = tokens_of(call.arguments)[:room]
        used += count(call.name) + len(pieces)
        kept.append(replace(call, arguments="".join(pieces)))
    return tuple(kept), used
