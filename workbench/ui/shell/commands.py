"""What can be done in any tab: going places, the palette, focus, looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from workbench.ui.shell.context_menu import open_menu_of
from workbench.ui.support.commands import Command

if TYPE_CHECKING:
    from workbench.ui.shell.main_window import MainWindow, Place


def window_commands(window: MainWindow, places: Sequence[Place]) -> list[Command]:
    """All of the window's commands, in the order the palette lists them."""
    return _Commands(window).all(places)


class _Commands(QObject):
    """Only a place for `self.tr`, so that translations have one context."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def all(self, places: Sequence[Place]) -> list[Command]:
        return [*self._going(places), *self._window_itself(), *self._looks()]

    def _going(self, places: Sequence[Place]) -> list[Command]:
        group = self.tr("Go to")
        return [
            Command(
                f"open.{place.id}",
                self.tr("Open {0}").format(place.title),
                partial(self._window.open, place.id),
                place.shortcut,
                place.icon,
                group,
                _KEYWORDS.get(place.id, ""),
            )
            for place in places
        ]

    def _window_itself(self) -> list[Command]:
        window, group = self._window, self.tr("Window")
        switcher = window.header.switcher
        return [
            Command("palette", self.tr("Search or run"), window.show_palette, "Ctrl+K", "command", group),
            Command(
                "target", self.tr("Switch connection"), switcher.show_menu, "Ctrl+T", "plug", group, "target"
            ),
            Command(
                "shortcuts",
                self.tr("Show keyboard shortcuts"),
                window.show_shortcuts,
                "F1; Ctrl+/",
                "keyboard",
                group,
            ),
            Command(
                "rail",
                self.tr("Show or hide tab names"),
                window.rail.toggle,
                "Ctrl+Shift+B",
                "panel-left",
                group,
            ),
            Command(
                "focus.next",
                self.tr("Move to the next region"),
                partial(window.move_focus, True),
                "F6",
                group=group,
            ),
            Command(
                "focus.previous",
                self.tr("Move to the previous region"),
                partial(window.move_focus, False),
                "Shift+F6",
                group=group,
            ),
            Command(
                "menu", self.tr("Open the menu of what has the keyboard"), _menu, "Shift+F10", group=group
            ),
            Command("fullscreen", self.tr("Switch full screen"), self._full_screen, "F11", "maximize", group),
            Command("quit", self.tr("Quit"), window.close, "Ctrl+Q", "log-out", group),
        ]

    def _looks(self) -> list[Command]:
        group = self.tr("Appearance")
        return [
            Command(
                "theme.system",
                self.tr("Use the system's theme"),
                partial(self._set, "theme", "system"),
                "",
                "sun-moon",
                group,
            ),
            Command(
                "theme.light",
                self.tr("Use the light theme"),
                partial(self._set, "theme", "light"),
                "",
                "sun",
                group,
            ),
            Command(
                "theme.dark",
                self.tr("Use the dark theme"),
                partial(self._set, "theme", "dark"),
                "",
                "moon",
                group,
            ),
            Command(
                "text.larger",
                self.tr("Larger text"),
                partial(self._scale, 0.1),
                "Ctrl++; Ctrl+=",
                group=group,
            ),
            Command(
                "text.smaller", self.tr("Smaller text"), partial(self._scale, -0.1), "Ctrl+-", group=group
            ),
            Command(
                "text.normal",
                self.tr("Normal text size"),
                partial(self._set, "font_scale", 1.0),
                "Ctrl+0",
                group=group,
            ),
        ]

    def _set(self, name: str, value: object) -> None:
        self._window.settings.set(name, value)

    def _scale(self, by: float) -> None:
        self._set("font_scale", round(self._window.settings.value.font_scale + by, 2))

    def _full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()


def _menu() -> None:
    if (widget := QApplication.focusWidget()) is not None:
        open_menu_of(widget)


_KEYWORDS = {
    "preferences": "preferences options configuration",
    "connections": "targets accounts tokens servers",
    "doctor": "diagnose check problem",
    "about": "version licence notices updates folders bug report",
}
