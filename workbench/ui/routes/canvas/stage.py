"""What all items of one canvas share: how large the picture is now, what it is drawn with, and the painted cards."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPen

from workbench.ui.routes.canvas.look import DETAILS, SHAPES, Look
from workbench.ui.routes.canvas.pictures import Pictures

FRAME_S = 0.004
"""So long cards are painted in one frame; those that are left show as boxes until the next."""


class Stage:
    """scale: pixels of the screen's coordinates for one of the scene. dpr: device pixels for one of those. hurried: the
    scale is changing right now, so that pictures of another scale will do. age: goes up when pens are to be made anew. owing:
    not everything could be painted in this frame.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self.pictures = Pictures()
        self.scale = 1.0
        self.dpr = 1.0
        self.hurried = False
        self.age = 0
        self.owing = False
        self._left_s = FRAME_S
        self._pens: dict[tuple[int, float], QPen] = {}

    def show_scale(self, scale: float, dpr: float) -> None:
        if (scale >= DETAILS, scale >= SHAPES) != (self.scale >= DETAILS, self.scale >= SHAPES):
            self.renew()
        self.scale, self.dpr = scale, dpr

    def begin_frame(self) -> None:
        self._left_s = FRAME_S
        self.owing = False

    def may_paint(self) -> bool:
        """Whether there is time in this frame to paint another card; if not, one is owed to the next."""
        if self._left_s <= 0:
            self.owing = True
        return self._left_s > 0

    def spent(self, seconds: float) -> None:
        self._left_s -= seconds

    def renew(self) -> None:
        """Colours have changed, or how much is shown."""
        self.age += 1
        self._pens.clear()

    def wire_pen(self, colour: QColor, width: float) -> QPen:
        """For a wire of this width; from afar of a width on the screen, so that it never fades away."""
        key = (colour.rgba(), width)
        pen = self._pens.get(key)
        if pen is None:
            pen = self.look.wire_pen(colour, width)
            if self.scale < DETAILS:
                # As wide as one pixel is drawn six times as fast as a little wider.
                pen.setWidthF(max(1.0, width * 0.35))
                pen.setCosmetic(True)
            self._pens[key] = pen
        return pen
