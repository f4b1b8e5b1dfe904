"""Which parts a message is made of, and the texts in them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workbench.domain.chat import Role, ToolCall
from workbench.ui.chat.transcript.boxes import Setting
from workbench.ui.chat.transcript.flow import Flow
from workbench.ui.chat.transcript.foot import FootPart, TroublePart
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.parts import FoldPart, LabelPart, LinePart, Part, ReasoningPart, TextPart
from workbench.ui.chat.transcript.words import Words

REASONING, TEXT, TOOLS = 0, 1, 2
"""Numbers of the texts of a message, in the order they stand."""


@dataclass(slots=True)
class Scene:
    """What all messages share. clock: seconds."""

    look: Look
    words: Words
    rtl: bool = False
    width: float = 600.0
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Now:
    """What a message shows beside its content: the words that count seconds, and what the user has unfolded."""

    reasoning_title: str
    waiting: str
    unfolded: bool
    shown: bool


def parts_of(
    message: TranscriptMessage, scene: Scene, flow: Callable[[int], Flow], now: Now
) -> Iterator[Part]:
    """The parts from top to bottom. flow: gives the text with a number."""
    look, words, rtl = scene.look, scene.words, scene.rtl
    if message.superseded:
        yield FoldPart(
            look, words, rtl, words.superseded(message.label, asked=message.role is Role.USER), now.shown
        )
        if not now.shown:
            return
    if message.role is not Role.USER:
        yield LabelPart(look, words, rtl, message.label)
    if message.reasoning:
        reasoning = ReasoningPart(look, words, rtl, flow(REASONING))
        reasoning.unfolded = now.unfolded
        reasoning.title = now.reasoning_title
        yield reasoning
    if message.text:
        text = TextPart(look, words, rtl, flow(TEXT), message.role is Role.USER)
        text.streaming = message.streaming
        yield text
    elif message.streaming and not message.reasoning:
        yield LinePart(look, words, rtl, "ellipsis", now.waiting)
    if message.tool_calls:
        yield TextPart(look, words, rtl, flow(TOOLS), card=False)
    if message.note:
        yield LinePart(look, words, rtl, "circle-stop", message.note)
    if message.trouble is not None:
        yield TroublePart(look, words, rtl, message.trouble, tuple(_trouble_buttons(message, words)))
    actions = tuple(_actions(message, words))
    yield FootPart(look, words, rtl, message.metrics, actions, message.role is Role.USER)


def flow_of(message: TranscriptMessage, scene: Scene, number: int) -> Flow:
    """One of the texts of a message, to be laid out."""
    setting = Setting(
        rtl=scene.rtl,
        muted=number == REASONING,
        breaks=message.role is Role.USER,
        picture=scene.words.picture(),
    )
    if number == TOOLS:
        titles = tuple(scene.words.tool(call.name) for call in message.tool_calls)
        return Flow(scene.look, setting, "\n\n".join(map(_as_code, message.tool_calls)), titles)
    return Flow(scene.look, setting, message.reasoning if number == REASONING else message.text)


def _actions(message: TranscriptMessage, words: Words) -> Iterator[tuple[str, str, str]]:
    if message.text:
        yield "copy", "copy", words.copy()
    if message.role is Role.USER:
        yield "edit", "pencil", words.edit()
    if message.trouble is not None:
        return  # its card has the rest as buttons
    if message.can_retry:
        yield "retry", "rotate-cw", words.retry()
    if message.has_exchange:
        yield "details", "code-xml", words.details()


def _trouble_buttons(message: TranscriptMessage, words: Words) -> Iterator[tuple[str, str]]:
    if message.can_retry:
        yield "retry", words.retry_button()
    if message.fix_label:
        yield "fix", message.fix_label
    if message.has_exchange:
        yield "details", words.details_button()


def _as_code(call: ToolCall) -> str:
    """A call as a fence of its own, so that it shows as code does: coloured, with a copy button."""
    try:
        text = json.dumps(json.loads(call.arguments), indent=2, ensure_ascii=False)
    except ValueError:
        text = call.arguments  # still coming in, or not JSON at all
    rows = (line for line in text.split("\n") if line and not line.strip("~"))
    fence = "~" * (3 + max(map(len, rows), default=0))
    return f"{fence}json\n{text}\n{fence}"
