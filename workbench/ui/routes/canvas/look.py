"""What the canvas is drawn with: the theme's colours and fonts, made once for each look of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QPixmap

from workbench.ui.support.icons import coloured
from workbench.ui.support.theme import BODY, CAPTION, SECTION, SEMIBOLD, Theme, mixed

DETAILS = 0.5
"""Below this zoom a card shows its icon and title only."""
NEAR = 0.75
"""Below this zoom so much is in view that it is drawn roughly as long as the zoom changes."""
SHAPES = 0.22
"""Below this zoom a card is a box in its colour."""
DIMMED = 0.35
"""How much is left of what the overlay does not light."""


class Look:
    """Fonts are those of a text scale of 1: the canvas grows with the text as a whole (see `Sight`)."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.age = 0
        self.refresh()

    def refresh(self) -> None:
        """After the theme has changed; `age` tells whoever keeps pictures."""
        theme, tokens = self.theme, self.theme.tokens
        self.age += 1
        self._roles: dict[tuple[str, float], QColor] = {}
        self.ground = QColor(tokens.canvas)
        self.surface = QColor(tokens.surface)
        self.raised = QColor(tokens.raised)
        self.line = QColor(tokens.line)
        self.text = QColor(tokens.text)
        self.muted = QColor(tokens.muted)
        self.accent = QColor(tokens.accent)
        self.on_accent = QColor(tokens.on_accent)
        self.good, self.warn, self.bad = (QColor(c) for c in (tokens.good, tokens.warn, tokens.bad))
        self.dot = QColor(mixed(tokens.canvas, tokens.edge, 0.38 if theme.dark else 0.34))
        self.border = QColor(mixed(tokens.line, tokens.edge, 0.45))
        self.wire = QColor(mixed(tokens.edge, tokens.canvas, 0.08))
        self.veil = QColor(mixed(tokens.canvas, tokens.text, 0.03))
        self.caption = theme.font(CAPTION / theme.scale)
        self.caption_bold = theme.font(CAPTION / theme.scale, SEMIBOLD)
        self.body = theme.font(BODY / theme.scale)
        self.title = theme.font(BODY / theme.scale, SEMIBOLD)
        self.section = theme.font(SECTION / theme.scale, SEMIBOLD)
        self.poster = theme.font(1.7 * BODY / theme.scale, SEMIBOLD)
        self._metrics: dict[str, QFontMetricsF] = {}

    def colour(self, role: str) -> QColor:
        """The colour of a role of the theme, or of a series: "series-3" is the third."""
        return self._mixed(role, 1.0)

    def hex(self, role: str) -> str:
        tokens = self.theme.tokens
        if role.startswith("series"):
            number = int(role.removeprefix("series").lstrip("-") or 1)
            return tokens.series[(number - 1) % len(tokens.series)]
        return tokens.colour(role)

    def tint(self, role: str, share: float = 0.0) -> QColor:
        """A quiet ground in the colour of a role, for a card."""
        return self._mixed(role, share or (0.2 if self.theme.dark else 0.13))

    def _mixed(self, role: str, share: float) -> QColor:
        """So much of the colour of a role on the ground of a card."""
        found = self._roles.get((role, share))
        if found is None:
            found = QColor(mixed(self.theme.tokens.raised, self.hex(role), share))
            self._roles[role, share] = found
        return found

    def metrics(self, font: QFont) -> QFontMetricsF:
        key = font.key()
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(font)
        return self._metrics[key]

    def elided(self, text: str, font: QFont, width: float) -> str:
        return self.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)

    def icon(self, name: str, role: str, size: int, dpr: float) -> QPixmap:
        """An icon in the colour of a role or a series."""
        return coloured(name, self.hex(role), size, dpr)

    def wire_pen(self, colour: QColor, width: float) -> QPen:
        return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
