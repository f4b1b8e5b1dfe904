"""What was typed after `workbench`: a command, or what the window is to open."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.domain.opening import Opening, thing_of
from workbench.storage.paths import HOME_VARIABLE, Paths
from workbench.storage.window_place import WindowPlace

HAND_OVER_S = 10.0
"""A window that has just been started listens a second later; one that is being closed is gone a few later."""
_LOOK_EACH_S = 0.05
_WORD = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True, slots=True)
class Start:
    """command: it and its arguments, empty where the window opens. portable: the folder that keeps everything, "" for the user's."""

    command: tuple[str, ...] = ()
    portable: str = ""
    new_window: bool = False
    opening: Opening = field(default_factory=Opening)

    @classmethod
    def read(cls, given: Sequence[str]) -> Start:
        """Raises InvalidInput. What only a command can be is left to its parser, and so is what is neither."""
        things: list[str] = []
        portable, new_chat, new_window = "", False, False
        rest = list(given)
        command: tuple[str, ...] = ()
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if word == "--new-chat":
                new_chat = True
            elif word == "--new-window":
                new_window = True
            elif name == "--portable":
                portable = _folder(value if equals else rest.pop(0) if rest else "")
            elif word == "--":
                things += rest
                break
            elif word.startswith("-") or (not things and _is_command(word)):
                command = (word, *rest)
                break
            else:
                things.append(word)
        if command and (things or new_chat or new_window) and not command[0].startswith("-"):
            raise InvalidInput(
                "--new-chat and --new-window open the window, so they go with no command.",
                fix="workbench --help",
            )
        return cls(command, portable, new_window, Opening(_things(things), new_chat, _token()))

    def paths(self) -> Paths:
        return Paths.under(Path(self.portable), portable=True) if self.portable else Paths.of_user()

    def run(self) -> int:
        """The command. Returns its exit code."""
        from workbench.cli.arguments import parser

        if self.portable:
            os.environ[HOME_VARIABLE] = self.portable
        options = parser().parse_args(self.command)
        return int(options.do(options))


def handed_over(place: WindowPlace, start: Start | None) -> bool:
    """Whether the window that has the place took it. False: this start opens a window, which may have the place by now."""
    if start is not None and start.new_window:
        return False
    import workbench.ui  # noqa: F401  before PySide6, see there
    from workbench.ui.shell.handover import Handed, hand_over

    opening = start.opening if start is not None else Opening(token=_token())
    end = time.monotonic() + HAND_OVER_S
    while time.monotonic() < end:
        if address := place.address:
            if not place.is_in_sight():
                return False
            _let_it_come_forward()
            match hand_over(address, opening):
                case Handed.TAKEN:
                    return True
                case Handed.REFUSED:
                    return False
        if place.is_free():
            return False
        time.sleep(_LOOK_EACH_S)
    return False


def _is_command(word: str) -> bool:
    """A plain word that is no file can be nothing else, also where it is misspelt."""
    if not _WORD.fullmatch(word):
        return False
    if not os.path.exists(word):
        return True
    from workbench.cli.arguments import command_words

    return word in command_words()


def _things(given: Sequence[str]) -> tuple[str, ...]:
    with _here():
        return tuple(thing_of(thing, "") for thing in given if thing)


@contextmanager
def _here() -> Iterator[None]:
    """What is named without its whole path lies in the folder that the user is in, if that is still there."""
    try:
        yield
    except FileNotFoundError as error:
        raise InvalidInput(
            "The folder you are in has been removed.", fix="Go to another one, or give the whole path."
        ) from error


def _folder(text: str) -> str:
    if not text or text.startswith("--"):
        raise InvalidInput("--portable needs a folder.", fix="workbench --portable DIR")
    with _here():
        folder = os.path.abspath(os.path.expanduser(text))
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise InvalidInput(f"{folder} is no folder.", fix="Name the folder that is to keep everything.")
    return folder


def _token() -> str:
    """What the desktop gave this start, so that a window may come to the front."""
    names = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
    token = next((value for name in names if (value := os.environ.get(name))), "")
    return token if token.isascii() and token.isprintable() and len(token) <= 1024 else ""


def _let_it_come_forward() -> None:
    """Windows lets a process come to the front only if the one in front says so."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # any process
