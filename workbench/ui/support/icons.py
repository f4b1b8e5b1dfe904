"""Lucide icons, recoloured to a role of the theme (visual-language, "Icons")."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QPushButton

from workbench.domain.resources import resource
from workbench.ui.support.theme import GRID, ICON, STROKE, Theme, follow, mixed

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QIcon,
    )  # imported when one is made: 2 ms of the first paint, which needs pixmaps only


def icon_file(name: str) -> Path:
    return resource("icons") / f"{name}.svg"


@lru_cache(maxsize=512)
def _source(name: str) -> str:
    """The icon's SVG. Raises FileNotFoundError for a name that resources/icons does not have."""
    return icon_file(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _drawn(name: str, colour: str, size: int, dpr: float) -> QPixmap:
    # The files are drawn on a 24 px grid; the stroke is 1.5 px on screen, whatever the size.
    stroke = STROKE * 24 / size
    svg = _source(name).replace("currentColor", colour)
    svg = svg.replace('stroke-width="1.5"', f'stroke-width="{stroke:.3f}"', 1)
    pixmap = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def pixmap(theme: Theme, name: str, role: str = "text", size: int = ICON, dpr: float = 0) -> QPixmap:
    """One icon in the colour of a role; dpr 0 means that of the sharpest screen."""
    return _drawn(name, theme.tokens.colour(role), size, dpr or _sharpest())


def coloured(name: str, colour: str, size: int = ICON, dpr: float = 0) -> QPixmap:
    """One icon in a colour that is no role of its own: a series', which stands for something in a picture."""
    return _drawn(name, colour, size, dpr or _sharpest())


def icon(theme: Theme, name: str, role: str = "text", size: int = ICON, gap: int = 0) -> QIcon:
    """A snapshot in today's colours, with a disabled state; `set_icon` keeps a widget's icon up to date instead.

    gap: empty pixels behind it, on the side of the text it stands before.
    """
    from PySide6.QtGui import QIcon

    tokens, dpr = theme.tokens, _sharpest()
    faded = mixed(tokens.muted, tokens.canvas, 0.35)
    made = QIcon(_spaced(_drawn(name, tokens.colour(role), size, dpr), gap))
    made.addPixmap(_spaced(_drawn(name, faded, size, dpr), gap), QIcon.Mode.Disabled)
    return made


def _spaced(drawn: QPixmap, gap: int) -> QPixmap:
    if not gap:
        return drawn
    dpr = drawn.devicePixelRatio()
    wider = QPixmap(drawn.width() + round(gap * dpr), drawn.height())
    wider.setDevicePixelRatio(dpr)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(gap if QGuiApplication.isRightToLeft() else 0, 0, drawn)
    painter.end()
    return wider


class HasIcon(Protocol):
    """A QAction or any button."""

    def setIcon(self, icon: QIcon, /) -> None: ...


def set_icon(target: HasIcon, theme: Theme, name: str, role: str = "text", size: int = ICON) -> None:
    """Give target (a QObject) the icon and renew it whenever the theme changes; a later call replaces it."""
    assert isinstance(target, QObject)
    gap = 0
    if isinstance(target, QPushButton) and target.text():  # Qt leaves next to nothing between icon and text
        gap = GRID
        target.setIconSize(QSize(size + gap, size))
    follow(target, theme, lambda: target.setIcon(icon(theme, name, role, size, gap)), key="icon")


def _sharpest() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
