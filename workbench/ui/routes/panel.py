"""What the panels under the canvas have in common: they show one document, and put one overlay on it while they are in front."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING


class Panel(QWidget):
    """One of the panels. A subclass shows and hides its overlay in `opened`, and need not listen while it is not in front."""

    def __init__(self, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.in_front = False

    def opened(self) -> None:
        """It came to the front. Call this first when overriding."""
        self.in_front = True

    def left(self) -> None:
        """Another came to the front, or the drawer was closed; its overlay goes."""
        self.in_front = False
        self.document.show_overlay(NOTHING)

    def focus_first(self) -> None:
        """Put the keyboard where the user will want it."""
        self.setFocus()

    async def aclose(self) -> None:
        """Before the document is closed: what runs is cancelled."""
