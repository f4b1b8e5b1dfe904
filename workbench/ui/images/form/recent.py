"""Prompts of earlier runs, gone through with one key for older and one for newer."""

from __future__ import annotations

from collections.abc import Iterable


class RecentPrompts:
    """Newest first, each once. What stood in the field before the first step back comes again at the end of the way."""

    def __init__(self) -> None:
        self._prompts: tuple[str, ...] = ()
        self._at = -1
        self._own = ""

    @property
    def prompts(self) -> tuple[str, ...]:
        return self._prompts

    def fill(self, newest_first: Iterable[str]) -> None:
        self._prompts = tuple(dict.fromkeys(prompt for prompt in newest_first if prompt.strip()))
        self._at = -1

    def add(self, prompt: str) -> None:
        self.fill((prompt, *self._prompts))

    def older(self, current: str) -> str:
        """What to show instead of current; current itself at the oldest."""
        if not self._showing(current):
            self._at, self._own = -1, current
        after = self._at + 1
        if self._at < 0 and self._prompts[:1] == (current,):
            after = 1
        if after >= len(self._prompts):
            return current
        self._at = after
        return self._prompts[after]

    def newer(self, current: str) -> str:
        if not self._showing(current):
            return current
        self._at -= 1
        return self._own if self._at < 0 else self._prompts[self._at]

    def _showing(self, current: str) -> bool:
        return self._at >= 0 and self._prompts[self._at] == current
