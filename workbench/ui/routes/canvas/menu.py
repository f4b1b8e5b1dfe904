"""What a right click offers: what can be done with what is selected, or with the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QPointF
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from workbench.domain.routes.canvas import Direction
from workbench.ui.routes.canvas.aligning import Axis, Side
from workbench.ui.support.shortcuts import spelled

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.canvas import RouteCanvas


def fill_menu(menu: QMenu, canvas: RouteCanvas, at: QPoint) -> None:
    """at: where it was asked for, in the viewport."""
    if canvas.document.selected_wire is not None:
        _wire(menu, canvas, at)
    elif canvas.document.selected:
        _selection(menu, canvas)
    else:
        _ground(menu, canvas, at)


def _wire(menu: QMenu, canvas: RouteCanvas, at: QPoint) -> None:
    wire = canvas.document.selected_wire
    scene = canvas.view.scene_at(QPointF(at))
    _add(menu, _tr("Insert an element…"), lambda: canvas.view.ask_for_piece(scene, into=wire))
    _add(menu, _tr("Delete the wire"), canvas.delete, "Del")


def _selection(menu: QMenu, canvas: RouteCanvas) -> None:
    ids = canvas.document.selected
    elements = [id for id in ids if id in canvas.scene.cards]
    if len(ids) == 1:
        if elements:
            _add(menu, _tr("Open in the inspector"), canvas.inspect, "Return")
            _add(menu, _tr("Connect…"), canvas.connect_by_keys, "C")
            _add(menu, _tr("Note about it…"), canvas.add_note, "N")
        _add(menu, _tr("Rename…") if elements else _tr("Write…"), canvas.rename, "F2")
        menu.addSeparator()
    _add(menu, _tr("Cut"), canvas.cut, "Ctrl+X")
    _add(menu, _tr("Copy"), canvas.copy, "Ctrl+C")
    _add(menu, _tr("Duplicate"), canvas.duplicate, "Ctrl+D")
    if elements:
        _add(menu, _tr("Frame the selection"), canvas.frame_selection, "Ctrl+G")
    if len(ids) > 1:
        _order(menu, canvas, many=len(ids) > 2)
    menu.addSeparator()
    _add(menu, _tr("Show the selection"), canvas.zoom_to_selection, "Shift+2")
    menu.addSeparator()
    _add(menu, _tr("Delete"), canvas.delete, "Del")
    if elements:
        _add(menu, _tr("Delete and reconnect"), canvas.delete_and_join, "Ctrl+Del")


def _order(menu: QMenu, canvas: RouteCanvas, *, many: bool) -> None:
    align = menu.addMenu(_tr("Align"))
    sides = (
        (_tr("Left"), Side.LEFT, "Alt+A"),
        (_tr("Centre"), Side.CENTRE, "Alt+H"),
        (_tr("Right"), Side.RIGHT, "Alt+D"),
        (_tr("Top"), Side.TOP, "Alt+W"),
        (_tr("Middle"), Side.MIDDLE, "Alt+V"),
        (_tr("Bottom"), Side.BOTTOM, "Alt+S"),
    )
    for title, side, keys in sides:
        _add(align, title, partial(canvas.align, side), keys)
    if many:
        distribute = menu.addMenu(_tr("Distribute"))
        _add(distribute, _tr("Across"), lambda: canvas.distribute(Axis.ACROSS), "Alt+Shift+H")
        _add(distribute, _tr("Down"), lambda: canvas.distribute(Axis.DOWN), "Alt+Shift+V")


def _ground(menu: QMenu, canvas: RouteCanvas, at: QPoint) -> None:
    scene = canvas.view.scene_at(QPointF(at))
    _add(menu, _tr("Add…"), lambda: canvas.view.ask_for_piece(scene), "A")
    paste = _add(menu, _tr("Paste"), canvas.paste, "Ctrl+V")
    if not QGuiApplication.clipboard().text().strip():
        paste.setEnabled(False)
        paste.setToolTip(_tr("There is nothing on the clipboard."))
        menu.setToolTipsVisible(True)
    _add(menu, _tr("Select all"), canvas.select_all, "Ctrl+A")
    _add(menu, _tr("Find…"), canvas.find_element, "Ctrl+F")
    menu.addSeparator()
    _add(menu, _tr("Arrange"), canvas.arrange, "L")
    if canvas.scene.way is Direction.RIGHT:
        _add(menu, _tr("Let it run from top to bottom"), lambda: canvas.turn(Direction.DOWN))
    else:
        _add(menu, _tr("Let it run from left to right"), lambda: canvas.turn(Direction.RIGHT))
    menu.addSeparator()
    _add(menu, _tr("Show everything"), canvas.zoom_to_fit, "Shift+1")
    shown = not canvas.minimap.isHidden()
    _add(menu, _tr("Hide the map") if shown else _tr("Show the map"), canvas.toggle_minimap, "M")


def _add(menu: QMenu, title: str, run: Callable[[], object], keys: str = "") -> QAction:
    """The keys are shown only: they are the canvas's own while it has the keyboard."""
    written = spelled(keys)
    action = menu.addAction(f"{title}\t{written}" if written else title)
    action.triggered.connect(lambda: run())
    return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("Routes", text)
