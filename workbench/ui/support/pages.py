"""What a tab hands to the window that shows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from workbench.ui.support.search_words import has_words

MOST_FOUND = 8
"""That one tab adds to the palette."""
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Found:
    """Something the command palette can open. detail: shown muted behind the title."""

    title: str
    open: Callable[[], object]
    icon: str = ""
    detail: str = ""


def named(words: str, things: Iterable[Thing], name: Callable[[Thing], str]) -> Iterator[Thing]:
    """Those whose name has all the words, in whatever case."""
    return (thing for thing in things if has_words(name(thing), words))


async def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Page:
    """A built tab or page, and the few things the window asks of it.

    title: what is open in it, for the header. find: what in it matches the words typed into the palette, at once and from memory. focus: puts the keyboard where
    the user will want it. regions: where F6 stops, in order (none: the widget as a whole). aclose: before the window goes.
    """

    widget: QWidget
    title: Callable[[], str] = lambda: ""
    find: Callable[[str], Sequence[Found]] = lambda words: ()
    focus: Callable[[], object] = lambda: None
    regions: Callable[[], Sequence[QWidget]] = lambda: ()
    aclose: Callable[[], Awaitable[object]] = _nothing
