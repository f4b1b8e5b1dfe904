"""Lucide icons, recoloured to a role of the theme (visual-language, "Icons")."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workbench.domain.resources import resource
from workbench.ui.support.theme import ICON, STROKE, Theme, follow, mixed

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


def icon(theme: Theme, name: str, role: str = "text", size: int = ICON) -> QIcon:
    """A snapshot in today's colours, with a disabled state; `set_icon` keeps a widget's icon up to date instead."""
    from PySide6.QtGui import QIcon

    tokens, dpr = theme.tokens, _sharpest()
    made = QIcon(_drawn(name, tokens.colour(role), size, dpr))
    faded = mixed(tokens.muted, tokens.canvas, 0.35)
    made.addPixmap(_drawn(name, faded, size, dpr), QIcon.Mode.Disabled)
    return made


class HasIcon(Protocol):
    """A QAction or any button."""

    def setIcon(self, icon: QIcon, /) -> None: ...


def set_icon(target: HasIcon, theme: Theme, name: str, role: str = "text", size: int = ICON) -> None:
    """Give target (a QObject) the icon and renew it whenever the theme changes; a later call replaces it."""
    assert isinstance(target, QObject)
    follow(target, theme, lambda: target.setIcon(icon(theme, name, role, size)), key="icon")


def _sharpest() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
