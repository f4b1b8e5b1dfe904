"""The keyboard on the canvas: every key and what it does. What is listed here is also what the help tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from workbench.ui.routes.canvas.aligning import Axis, Side
from workbench.ui.support.shortcuts import spelled

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.canvas import RouteCanvas

_FINE, _COARSE = 8.0, 24.0
_SCROLL = 80
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_SHIFT, _CTRL, _ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_REAL = _SHIFT | _CTRL | _ALT | Qt.KeyboardModifier.MetaModifier
_SHIFTED = {
    Qt.Key.Key_Exclam: "1",
    Qt.Key.Key_1: "1",
    Qt.Key.Key_At: "2",
    Qt.Key.Key_QuoteDbl: "2",
    Qt.Key.Key_2: "2",
}
"""What Shift and a figure gives on the keyboards of some countries."""


class Help(NamedTuple):
    """One line of what the canvas can do. keys: as they are written, translated where they are words."""

    keys: str
    what: str


class Keys:
    def __init__(self, canvas: RouteCanvas) -> None:
        self._canvas = canvas
        self._plain: dict[str, Callable[[], object]] = {
            "A": canvas.search,
            "Ins": canvas.search,
            "C": canvas.connect_by_keys,
            "N": canvas.add_note,
            "L": canvas.arrange,
            "M": canvas.toggle_minimap,
            "F2": canvas.rename,
            "Return": canvas.inspect,
            "Enter": canvas.inspect,
            "Del": canvas.delete,
            "Backspace": canvas.delete,
            "Ctrl+Del": canvas.delete_and_join,
            "Ctrl+Backspace": canvas.delete_and_join,
            "Ctrl+A": canvas.select_all,
            "Ctrl+C": canvas.copy,
            "Ctrl+X": canvas.cut,
            "Ctrl+V": canvas.paste,
            "Ctrl+D": canvas.duplicate,
            "Ctrl+G": canvas.frame_selection,
            "Ctrl+F": canvas.find_element,
            "Ctrl+Z": canvas.document.history.undo,
            "Ctrl+Shift+Z": canvas.document.history.redo,
            "Ctrl+Y": canvas.document.history.redo,
            "Ctrl+0": canvas.zoom_to_100,
            "Ctrl++": canvas.zoom_in,
            "Ctrl+=": canvas.zoom_in,
            "Ctrl+-": canvas.zoom_out,
            "Alt+A": lambda: canvas.align(Side.LEFT),
            "Alt+H": lambda: canvas.align(Side.CENTRE),
            "Alt+D": lambda: canvas.align(Side.RIGHT),
            "Alt+W": lambda: canvas.align(Side.TOP),
            "Alt+V": lambda: canvas.align(Side.MIDDLE),
            "Alt+S": lambda: canvas.align(Side.BOTTOM),
            "Alt+Shift+H": lambda: canvas.distribute(Axis.ACROSS),
            "Alt+Shift+V": lambda: canvas.distribute(Axis.DOWN),
        }

    def wants(self, event: QKeyEvent) -> bool:
        """Whether the canvas takes this key before any shortcut of the window does."""
        return self._action(event) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says; whether it says anything."""
        action = self._action(event)
        if action is not None:
            action()
        return action is not None

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        canvas, held = self._canvas, event.modifiers() & _REAL
        key = Qt.Key(event.key())
        if key in _ARROWS:
            return self._arrow(*_ARROWS[key], held)
        if key is Qt.Key.Key_Escape and held == Qt.KeyboardModifier.NoModifier and canvas.can_escape:
            return canvas.escape
        if held == _SHIFT and key in _SHIFTED:
            return canvas.zoom_to_fit if _SHIFTED[key] == "1" else canvas.zoom_to_selection
        if key is Qt.Key.Key_Plus and held & _CTRL:
            return canvas.zoom_in
        return self._plain.get(_written(event, held))

    def _arrow(self, dx: int, dy: int, held: Qt.KeyboardModifier) -> Callable[[], object] | None:
        canvas = self._canvas
        if held == _CTRL:
            return lambda: canvas.follow(dx, dy)
        if held not in (Qt.KeyboardModifier.NoModifier, _SHIFT):
            return None
        if canvas.connecting:
            return lambda: canvas.point(dx, dy)
        if canvas.document.selected:
            step = _COARSE if held == _SHIFT else _FINE
            return lambda: canvas.nudge(dx * step, dy * step)
        return lambda: canvas.view.scroll_by(dx * _SCROLL, dy * _SCROLL)


def _written(event: QKeyEvent, held: Qt.KeyboardModifier) -> str:
    combined = QKeySequence(event.key() | int(held.value))
    return combined.toString(QKeySequence.SequenceFormat.PortableText)


def help_lines() -> tuple[Help, ...]:
    """What one would not find by trying, in the order one needs it."""
    translate = QCoreApplication.translate

    def keys(text: str) -> str:
        return spelled(text)

    return (
        Help(translate("Routes", "A, Insert or double click"), translate("Routes", "Search for something to add")),
        Help(translate("Routes", "Drag from a port"), translate("Routes", "Connect; on empty ground, add what fits")),
        Help(translate("Routes", "Drag the end of a wire"), translate("Routes", "Lead it elsewhere")),
        Help(translate("Routes", "Alt and drag on empty ground"), translate("Routes", "Cut the wires that are crossed")),
        Help(translate("Routes", "Ctrl and drag with the right button"), translate("Routes", "Cut, from anywhere")),
        Help(translate("Routes", "Drag an element onto a wire"), translate("Routes", "Insert it there")),
        Help(translate("Routes", "Ctrl or Alt and drag"), translate("Routes", "Drag a copy; Shift keeps the line")),
        Help(translate("Routes", "Space or middle button and drag"), translate("Routes", "Move the canvas")),
        Help(translate("Routes", "Ctrl and wheel, or pinch"), translate("Routes", "Zoom at the pointer")),
        Help(translate("Routes", "Tab"), translate("Routes", "Next element, in reading order")),
        Help(translate("Routes", "Ctrl and arrows"), translate("Routes", "Follow the wires")),
        Help(translate("Routes", "Arrows"), translate("Routes", "Move the selection; with Shift further")),
        Help("C", translate("Routes", "Connect: choose a port, then a target, then Enter")),
        Help(keys("Return"), translate("Routes", "Open in the inspector")),
        Help("F2", translate("Routes", "Rename an element, write in a note or a frame")),
        Help(keys("Del"), translate("Routes", "Delete")),
        Help(keys("Ctrl+Del"), translate("Routes", "Delete and reconnect")),
        Help(keys("Ctrl+D"), translate("Routes", "Duplicate")),
        Help(keys("Ctrl+G"), translate("Routes", "Put a frame around the selection")),
        Help(keys("Ctrl+F"), translate("Routes", "Find an element")),
        Help("L", translate("Routes", "Arrange everything")),
        Help(keys("Alt+A") + " / W / D / S / H / V", translate("Routes", "Align left, top, right, bottom, centre, middle")),
        Help(keys("Alt+Shift+H") + " / V", translate("Routes", "Distribute across, down")),
        Help(keys("Shift+1") + ", " + keys("Shift+2"), translate("Routes", "Show everything, show the selection")),
        Help(keys("Ctrl+0"), translate("Routes", "100 %")),
    )  # fmt: skip
