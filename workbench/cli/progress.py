"""How far a command has come, on standard error."""

from __future__ import annotations

from typing import TextIO


class Progress:
    """One line that changes, on a terminal; elsewhere only the lines that stay."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._shown = 0
        self._lives = err.isatty()

    def show(self, text: str) -> None:
        if self._lives:
            self._err.write(f"\r{text.ljust(self._shown)}")
            self._err.flush()
            self._shown = len(text)

    def line(self, text: str) -> None:
        self.clear()
        self._err.write(f"workbench: {text}\n")
        self._err.flush()

    def clear(self) -> None:
        if self._shown:
            self._err.write(f"\r{' ' * self._shown}\r")
            self._shown = 0
