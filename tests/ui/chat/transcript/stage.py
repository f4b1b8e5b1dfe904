"""A transcript on a stage: messages to show, and a way to let it come to rest."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from workbench.domain.chat import Role
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.flow import Flow
from workbench.ui.chat.transcript.making import TEXT
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.selection import Place
from workbench.ui.chat.transcript.view import TranscriptView

LONG = "\n\n".join(
    f"Paragraph {number} with some words that fill a line or two of it." for number in range(60)
)


def question(message_id: str, text: str = "What is it?", **more: object) -> TranscriptMessage:
    return replace(TranscriptMessage(message_id, Role.USER, "You", text), **more)  # type: ignore[arg-type]  # its fields


def answer(message_id: str, text: str = "It is this.", **more: object) -> TranscriptMessage:
    return replace(TranscriptMessage(message_id, Role.ASSISTANT, "model", text), **more)  # type: ignore[arg-type]  # its fields


def history(count: int) -> list[TranscriptMessage]:
    """Messages of many heights, so that no estimate is right."""
    kinds = (
        "Short.",
        "Some words that go on. " * 20,
        "- one\n- two\n- three\n\n```py\nx = 1\ny = 2\n```",
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 12,
        "# Heading\n\n> quote\n\n1. a\n2. b",
    )
    return [
        (question if number % 2 == 0 else answer)(f"m{number}", f"{number}: {kinds[number % len(kinds)]}")
        for number in range(count)
    ]


def settle(view: TranscriptView) -> None:
    """Frames until there is nothing left to do, and what they posted."""
    for _ in range(20):
        view.paint_frame(50)
        QApplication.processEvents()
        if not any(entry.dirty and entry.built for entry in view.column.entries):
            return


def entry(view: TranscriptView, message_id: str) -> Entry:
    found = view.column.entry(message_id)
    assert found is not None
    return found


def flow(view: TranscriptView, message_id: str, number: int = TEXT) -> Flow:
    made = entry(view, message_id)
    made.build()
    found = made.flow(number)
    assert found is not None
    return found


def shown(view: TranscriptView, message_id: str) -> str:
    """The text of a message as it is laid out."""
    text = flow(view, message_id)
    return "\n".join(text.box(n).plain(0, 1 << 30) for n in range(len(text.cells)))


def place(view: TranscriptView, message_id: str, words: str, *, after: bool = False) -> Place:
    """The place before (or after) the first appearance of words in a message."""
    text = flow(view, message_id)
    for leaf in range(len(text.cells)):
        box = text.box(leaf)
        at = box.plain(0, box.length).find(words)
        if at >= 0:
            return Place(view.column.index(message_id), TEXT, leaf, at + (len(words) if after else 0))
    raise AssertionError(f"{words!r} is not shown")


def point(view: TranscriptView, where: Place) -> QPointF:
    """The middle of the caret at a place, in the viewport."""
    rect = view.place_rect(where)
    assert rect is not None
    return rect.center()
