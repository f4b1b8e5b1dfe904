"""What all items of one canvas share: how large the picture is now, what it is drawn with, and the painted cards."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPen

from workbench.ui.routes.canvas.look import DETAILS, NEAR, SHAPES, Look
from workbench.ui.routes.canvas.pictures import Pictures

FRAME_S, HURRIED_S = 0.004, 0.0025
"""So long cards are painted in one frame, and in one while the zoom changes; those that are left show as boxes until the
next.
"""
_THIN = 1.5
"""In pixels of the screen: a wire no wider may be one pixel wide as long as the zoom changes."""


class Stage:
    """scale: pixels of the screen's coordinates for one of the scene. dpr: device pixels for one of those. hurried: the
    scale is changing right now, so that pictures of another scale and thin wires will do. age: goes up when pens and
    colours are to be made anew. owing: not everything could be painted in this frame.
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
        if any((scale >= step) is not (self.scale >= step) for step in (SHAPES, DETAILS, NEAR)):
            self.renew()
        self.scale, self.dpr = scale, dpr

    def hurry(self, hurried: bool) -> None:
        if hurried is not self.hurried:
            self.hurried = hurried
            if DETAILS <= self.scale < NEAR:
                self.renew()

    def begin_frame(self) -> None:
        self._left_s = HURRIED_S if self.hurried else FRAME_S
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
            # As wide as one pixel is drawn six times as fast as a little wider.
            if self.scale < DETAILS or (self.hurried and width * self.scale < _THIN):
                pen.setWidthF(max(1.0, width * 0.35))
                pen.setCosmetic(True)
            self._pens[key] = pen
        return pen
