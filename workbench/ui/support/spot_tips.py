"""Tooltips of the places in a widget that draws its parts itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from workbench.ui.support.tooltips import as_tip


def tip_shown(widget: QWidget, event: QEvent, tip_at: Callable[[QPoint], str]) -> bool:
    """Whether the event was Qt's wish for a tooltip, which then says what there is to say of that place, or is hidden.

    For event(), or viewportEvent() with the viewport as the widget.
    """
    if event.type() is not QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
        return False
    if tip := tip_at(event.pos()):
        QToolTip.showText(event.globalPos(), as_tip(tip), widget)
    else:
        QToolTip.hideText()
    return True
