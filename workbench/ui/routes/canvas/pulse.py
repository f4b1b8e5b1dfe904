"""Wires that light up for a moment when a request passes."""

from __future__ import annotations

import time
from collections.abc import Collection

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessibilityHints, QGuiApplication

from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.overlay import Wire

_GLOW_MS, _FADE_MS, _FRAME_MS = 120, 240, 16


class Pulse(QObject):
    """With less motion wished for, a wire is lit and then is not, without fading."""

    def __init__(self, scene: RouteScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._since: dict[Wire, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._fade)

    def pass_through(self, wires: Collection[Wire]) -> None:
        now = time.monotonic()
        for wire in wires:
            item = self._scene.wires.get(wire)
            if item is not None:
                self._since[wire] = now
                item.flash(1.0)
        if self._since and not self._timer.isActive():
            self._timer.start(_GLOW_MS + _FADE_MS if _calm() else _FRAME_MS)

    @Slot()
    def _fade(self) -> None:
        now, calm = time.monotonic(), _calm()
        for wire, since in list(self._since.items()):
            gone = (now - since) * 1000 - _GLOW_MS
            strength = 0.0 if gone >= _FADE_MS else 1.0 if calm or gone <= 0 else (1 - gone / _FADE_MS) ** 2
            item = self._scene.wires.get(wire)
            if item is not None:
                item.flash(strength)
            if strength == 0.0 or item is None:
                del self._since[wire]
        if not self._since:
            self._timer.stop()


def _calm() -> bool:
    """Whether the user wishes for less motion."""
    hints = QGuiApplication.styleHints()
    accessibility: QAccessibilityHints | None = hints.accessibility() if hints is not None else None
    return accessibility is not None and accessibility.motionPreference() == Qt.MotionPreference.ReducedMotion
