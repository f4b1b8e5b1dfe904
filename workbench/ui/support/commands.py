"""Commands: what the palette lists, what menus show, and where shortcuts come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """One thing the user can do. title: as the palette shows it, translated, starting with a verb.

    shortcut: portable text ("Ctrl+N", several split by "; "). icon: Lucide name. group: heading in the shortcuts sheet.
    enabled: asked each time; False keeps it out of the palette and its shortcut dead. keywords: more words to find it by.
    place: id of the page it belongs to: elsewhere its shortcut is free for others. "" for the whole window.
    """

    id: str
    title: str
    run: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    group: str = ""
    keywords: str = ""
    enabled: Callable[[], bool] = lambda: True
    place: str = ""

    @property
    def shortcuts(self) -> list[QKeySequence]:
        return [QKeySequence(text) for text in self.shortcut.split("; ") if text]

    @property
    def shortcut_text(self) -> str:
        """The first shortcut as this system writes it, "" without one."""
        keys = self.shortcuts
        return keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def shown_first(show: Callable[[], object], do: Callable[..., object], *args: object) -> Callable[[], None]:
    """To do it where it can be seen. show: brings the tab to the front. args: for do."""

    def run() -> None:
        show()
        do(*args)

    return run


class CommandRegistry(QObject):
    """All commands by id, in the order they came. `changed` when the list does."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._window: QWidget | None = None
        self._place: str | None = None

    def add(self, *commands: Command) -> None:
        """Take commands in; one with a known id replaces the older."""
        for command in commands:
            self._drop_action(command.id)
            self._commands[command.id] = command
            self._make_action(command)
        self.changed.emit()

    def remove(self, *ids: str) -> None:
        for command_id in ids:
            self._drop_action(command_id)
            self._commands.pop(command_id, None)
        self.changed.emit()

    def get(self, command_id: str) -> Command | None:
        return self._commands.get(command_id)

    def all(self) -> tuple[Command, ...]:
        return tuple(self._commands.values())

    def available(self) -> Iterable[Command]:
        return (command for command in self._commands.values() if command.enabled())

    def run(self, command_id: str) -> None:
        """Run it if it exists and is enabled."""
        command = self._commands.get(command_id)
        if command is not None and command.enabled():
            command.run()

    def tooltip(self, command_id: str, text: str = "") -> str:
        """A tooltip that names the shortcut: "New conversation (Ctrl+N)"."""
        command = self._commands.get(command_id)
        if command is None:
            return text
        text = text or command.title
        return f"{text} ({command.shortcut_text})" if command.shortcut else text

    def attach(self, window: QWidget) -> None:
        """Make the shortcuts work anywhere in window, for the commands there are and those to come."""
        self._window = window
        for command in self._commands.values():
            self._make_action(command)

    def set_place(self, page_id: str) -> None:
        """This page is open now: the shortcuts of the others are dead, so that two may have the same one."""
        self._place = page_id
        for command_id, action in self._actions.items():
            action.setEnabled(self._alive(self._commands[command_id]))

    def _alive(self, command: Command) -> bool:
        return self._place is None or command.place in ("", self._place)

    def _make_action(self, command: Command) -> None:
        if self._window is None or not command.shortcut:
            return
        action = QAction(command.title, self._window)
        action.setShortcuts(command.shortcuts)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setData(command.id)
        action.setEnabled(self._alive(command))
        action.triggered.connect(self._triggered)
        self._window.addAction(action)
        self._actions[command.id] = action

    def _drop_action(self, command_id: str) -> None:
        action = self._actions.pop(command_id, None)
        if action is not None:
            if self._window is not None:
                self._window.removeAction(action)
            action.deleteLater()

    def _triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.run(action.data())
