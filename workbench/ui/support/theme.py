"""Colours, sizes, type and motion of the window: the only place with literal ones (visual-language, "Tokens")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from workbench.ui.support.stylesheet import stylesheet

_SERIES = "series-"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One set of colours, each "#rrggbb".

    line: separators, which are decoration. edge: the border of a field, the only mark of where it is, so ≥ 3:1.
    on_accent: text and icons on an accent ground. shadow: under things that float.
    """

    canvas: str
    surface: str
    raised: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str
    shadow: str
    series: tuple[str, ...]

    def colour(self, role: str) -> str:
        """The colour of a role by its name, as icons and labels give it; "series-3" is the third of the series."""
        if role.startswith(_SERIES):
            return self.series[int(role.removeprefix(_SERIES)) - 1]
        value = getattr(self, role)
        assert isinstance(value, str)
        return value


LIGHT = Tokens(
    canvas="#FFFFFF",
    surface="#F6F7F9",
    raised="#FFFFFF",
    line="#E1E4EA",
    edge="#868E9C",
    text="#1B1F27",
    muted="#5A6372",
    accent="#2F5BEA",
    on_accent="#FFFFFF",
    good="#1B7F4B",
    warn="#9A6700",
    bad="#C0342B",
    shadow="#1B1F27",
    series=("#B87800", "#2F8FC4", "#00805D", "#9A8A00", "#0072B2", "#C24E00", "#B0558A", "#5A6372"),
)
DARK = Tokens(
    canvas="#16181D",
    surface="#1D2026",
    raised="#252931",
    line="#333842",
    edge="#6F7888",
    text="#E6E8EC",
    muted="#9AA3B2",
    accent="#7C9BFF",
    on_accent="#10131A",
    good="#4CC38A",
    warn="#E2A93B",
    bad="#F2776B",
    shadow="#000000",
    series=("#E69F00", "#56B4E9", "#2BC49A", "#F0E442", "#4C9BE8", "#F0743A", "#D88BB8", "#B8BEC9"),
)

# The 4 px grid: inside controls, between related things, panel padding, between groups.
GRID, INSIDE, RELATED, PADDING, GROUPS = 4, 8, 12, 16, 24
RADIUS, CARD_RADIUS = 6, 10
CAPTION, BODY, SECTION, TITLE, CODE = 11.0, 13.0, 15.0, 20.0, 12.5
REGULAR, SEMIBOLD = 400, 600
LINE_HEIGHT, MEASURE_CHARS = 1.45, 78
ROW, HEADER, RAIL, RAIL_COLLAPSED = 28, 44, 64, 44
ICON, RAIL_ICON, STROKE = 16, 20, 1.5

FUSION = ("-style", "fusion")
"""Arguments of a QApplication that is in our style from the start; `styled` says so. Setting it later costs 8 ms more."""
_STYLED = "workbench-styled"

MODES = ("system", "light", "dark")


def mixed(first: str, second: str, share: float) -> str:
    """The colour `share` (0–1) of the way from first to second."""
    a, b = QColor(first), QColor(second)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    ).name()


def styled(app: QApplication) -> None:
    """The application was made with the arguments FUSION."""
    app.setProperty(_STYLED, True)


class Theme(QObject):
    """What the window looks like now. `changed` comes after a switch of colours, font scale or motion."""

    changed = Signal()

    def __init__(self, mode: str = "system", scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._scale = scale
        self._app: QApplication | None = None
        self._fonts: dict[tuple[float, int], QFont] = {}
        self.dark = self._wants_dark()
        self.tokens = DARK if self.dark else LIGHT

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def scale(self) -> float:
        return self._scale

    def font(self, size: float = BODY, weight: int = REGULAR) -> QFont:
        """The system's UI font at `size` logical pixels times the user's scale. Captions get tabular figures."""
        known = self._fonts.get((size, weight))
        if known is None:
            known = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
            self._set_size(known, size)
            known.setWeight(QFont.Weight(weight))
            if size <= CAPTION:
                known.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[size, weight] = known
        return QFont(known)

    def mono(self, size: float = CODE) -> QFont:
        """The system's fixed-width font, for code, ids and JSON."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        self._set_size(font, size)
        return font

    def px(self, size: float) -> int:
        """A length that grows with the text: rows, fixed widths of things that hold words."""
        return round(size * self._scale)

    def hover(self, ground: str = "canvas") -> str:
        return mixed(self.tokens.colour(ground), self.tokens.text, 0.06)

    def pressed(self, ground: str = "canvas") -> str:
        return mixed(self.tokens.colour(ground), self.tokens.text, 0.11)

    def tint(self, role: str = "accent", ground: str = "canvas") -> str:
        """A quiet ground in the colour of a role: a selected row, a notice."""
        return mixed(self.tokens.colour(ground), self.tokens.colour(role), 0.2 if self.dark else 0.12)

    def set_mode(self, mode: str) -> None:
        """mode: "system", "light" or "dark"; anything else counts as "system"."""
        self._mode = mode if mode in MODES else "system"
        self._settle()

    def set_scale(self, scale: float) -> None:
        """scale: 1.0 is the design's size; kept between 0.75 and 2."""
        scale = min(2.0, max(0.75, scale))
        if scale != self._scale:
            self._scale = scale
            self._dress()

    def apply(self, app: QApplication) -> None:
        """Dress the application and follow the system's wishes from now on. Call once, before the first widget."""
        self._app = app
        if app.property(_STYLED) is None:
            app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._settle)
        accessibility = hints.accessibility()
        if accessibility is not None:
            accessibility.motionPreferenceChanged.connect(self.changed)
        self._dress()

    @Slot()
    def _settle(self) -> None:
        dark = self._wants_dark()
        if dark != self.dark:
            self.dark = dark
            self.tokens = DARK if dark else LIGHT
            self._dress()

    def _wants_dark(self) -> bool:
        # Plain X11 and offscreen leave the scheme Unknown, which means light; setColorScheme does nothing there.
        if self._mode == "system":
            hints = QGuiApplication.styleHints()
            return hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    def _dress(self) -> None:
        self._fonts.clear()
        if self._app is not None:
            self._app.setFont(self.font())
            self._app.setPalette(self._palette())
            # Put in the place of another, Qt polishes each widget once for every widget around it; in the place of none, once.
            self._app.setStyleSheet("")
            self._app.setStyleSheet(stylesheet(self))
        self.changed.emit()

    def _palette(self) -> QPalette:
        tokens, role = self.tokens, QPalette.ColorRole
        selection = mixed(tokens.canvas, tokens.accent, 0.42 if self.dark else 0.28)
        colours = {
            role.Window: tokens.canvas,
            role.Base: tokens.canvas,
            role.AlternateBase: tokens.surface,
            role.Button: tokens.raised,
            role.ToolTipBase: tokens.raised,
            role.WindowText: tokens.text,
            role.Text: tokens.text,
            role.ButtonText: tokens.text,
            role.ToolTipText: tokens.text,
            role.BrightText: tokens.on_accent,
            role.PlaceholderText: tokens.muted,
            role.Link: tokens.accent,
            role.LinkVisited: tokens.accent,
            role.Accent: tokens.accent,
            role.Highlight: selection,
            role.HighlightedText: tokens.text,
            role.Light: tokens.raised,
            role.Midlight: tokens.surface,
            role.Mid: tokens.line,
            role.Dark: tokens.edge,
            role.Shadow: tokens.shadow,
        }
        palette = QPalette()
        for name, value in colours.items():
            palette.setColor(name, QColor(value))
        faded = QColor(mixed(tokens.muted, tokens.canvas, 0.35))
        for name in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
        return palette

    def _set_size(self, font: QFont, size: float) -> None:
        # Points, because pixel sizes are whole numbers and code is set in 12.5.
        screen = QGuiApplication.primaryScreen()
        dpi = screen.logicalDotsPerInch() if screen is not None else 96.0
        font.setPointSizeF(size * self._scale * 72 / dpi)


class _Follower(QObject):
    """Lives with its parent, so that the connection ends when the widget does."""

    def __init__(self, parent: QObject, theme: Theme, dress: Callable[[], None]) -> None:
        super().__init__(parent)
        self.dress = dress
        theme.changed.connect(self.run)

    @Slot()
    def run(self) -> None:
        self.dress()


def follow(owner: QObject, theme: Theme, dress: Callable[[], None], key: str = "") -> None:
    """Call dress now and after every change of the theme, for as long as owner lives.

    With a key, a later call for the same owner replaces the earlier one.
    """
    dress()
    if key:
        for child in owner.children():
            if isinstance(child, _Follower) and child.objectName() == key:
                child.dress = dress
                return
    _Follower(owner, theme, dress).setObjectName(key)
