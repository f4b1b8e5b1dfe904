"""What stands in the way of a button."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QWidget

from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import CAPTION, Theme


class Hindrance(TextLabel):
    """Says why an act cannot be done; seen only then, while the act is disabled and says it too."""

    def __init__(
        self, theme: Theme, act: QAbstractButton, parent: QWidget | None = None, *, size: float = CAPTION
    ) -> None:
        super().__init__(theme, "", parent, size=size, role="muted", wrap=True)
        self._act = act

    def say(self, why: str, *, wrong: bool = False) -> None:
        """why: "" where nothing hinders. wrong: what was entered has to be mended, and is not only missing."""
        self.setText(why)
        self.setVisible(bool(why))
        self.set_role("bad" if wrong else "muted")
        self._act.setEnabled(not why)
        self._act.setAccessibleDescription(why)
