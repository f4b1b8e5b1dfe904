"""Thinking that a model writes into its text as `<think>…</think>` (workers-ai §5.3)."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

_OPEN = "<think>"
_CLOSE = "</think>"
_DISTILLED = re.compile(r"\b(qwq|r1)\b|r1-distill", re.IGNORECASE)


def implies_thinking(model: str) -> bool:
    """True for the distilled reasoners, whose template has written `<think>` already, so that the reply begins behind it."""
    return bool(_DISTILLED.search(model))


class Piece(NamedTuple):
    thinking: bool
    text: str


class _State(Enum):
    START = auto()
    THINKING = auto()
    BETWEEN = auto()
    ANSWER = auto()


class ThinkSplitter:
    """Cuts a text that comes in pieces into thinking and answer; a tag may lie across pieces.

    Only a text that begins with `<think>` is cut: later tags may be what the answer is about. With implied=True the
    opening tag may be missing. Should no tag come at all, what looked like thinking was the answer, and `end` says it again as such.
    """

    def __init__(self, *, implied: bool = False) -> None:
        self._state = _State.START
        self._implied = implied
        self._held = ""
        self._guessed: list[str] = []
        self._opened = False
        self._at_line_start = False

    @property
    def idle(self) -> bool:
        """Nothing is held back and nothing is looked for any more: text may pass by without being fed."""
        return self._state is _State.ANSWER

    def feed(self, text: str) -> list[Piece]:
        if self._state is _State.ANSWER:
            return [Piece(False, text)]
        self._held += text
        pieces: list[Piece] = []
        if self._state is _State.START:
            self._begin(pieces)
        if self._state is _State.THINKING:
            self._think(pieces)
        if self._state is _State.BETWEEN and (answer := self._held.lstrip()):
            self._held = ""
            self._state = _State.ANSWER
            pieces.append(Piece(False, answer))
        return pieces

    def end(self, *, complete: bool = True) -> list[Piece]:
        """What is still held back. complete: the model had finished, so a missing closing tag will not come."""
        held, self._held = self._held, ""
        if self._state is _State.START:
            return [Piece(False, held)] if held else []
        if self._state is not _State.THINKING:
            return []
        pieces = [self._thought(held)] if held else []
        if complete and not self._opened and (guessed := "".join(self._guessed).strip()):
            pieces.append(Piece(False, guessed))
        return pieces

    def _begin(self, pieces: list[Piece]) -> None:
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._held = start[len(_OPEN) :]
            self._opened = self._at_line_start = True
            self._state = _State.THINKING
        elif _OPEN.startswith(start):
            pass  # blank so far, or the first letters of the tag
        elif self._implied:
            self._state = _State.THINKING
        else:
            pieces.append(Piece(False, self._held))
            self._held = ""
            self._state = _State.ANSWER

    def _think(self, pieces: list[Piece]) -> None:
        if self._at_line_start:
            self._held = self._held.lstrip("\n")
            if not self._held:
                return
            self._at_line_start = False
        thought, closed, rest = self._held.partition(_CLOSE)
        if closed:
            self._state = _State.BETWEEN
        else:
            keep = _overlap(thought)
            thought, rest = thought[: len(thought) - keep], thought[len(thought) - keep :]
        self._held = rest
        if thought:
            pieces.append(self._thought(thought))

    def _thought(self, text: str) -> Piece:
        if not self._opened:
            self._guessed.append(text)
        return Piece(True, text)


def _overlap(text: str) -> int:
    """How many of the last characters of text may be the beginning of a closing tag."""
    for size in range(min(len(text), len(_CLOSE) - 1), 0, -1):
        if _CLOSE.startswith(text[-size:]):
            return size
    return 0
