"""What all items of one canvas share: how large the picture is now, what it is drawn with, and the painted cards."""

from __future__ import annotations

from workbench.ui.routes.canvas.look import Look
from workbench.ui.routes.canvas.pictures import Pictures


class Stage:
    """scale: pixels of the screen's coordinates for one of the scene. dpr: device pixels for one of those. hurried: the
    scale is changing right now, so that pictures of another scale will do.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self.pictures = Pictures()
        self.scale = 1.0
        self.dpr = 1.0
        self.hurried = False
