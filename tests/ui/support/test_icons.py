from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from workbench.ui.support.icons import icon, pixmap, set_icon
from workbench.ui.support.theme import DARK, LIGHT, Theme


def inks(picture: QPixmap) -> set[str]:
    """Colours of the fully covered pixels."""
    image = picture.toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in pixels if colour.alpha() == 255}


def test_an_icon_is_drawn_in_the_colour_of_its_role(theme: Theme) -> None:
    assert inks(pixmap(theme, "square", "bad", 24, 4)) == {LIGHT.bad.lower()}


def test_an_icon_is_sharp_at_twice_the_density(theme: Theme) -> None:
    drawn = pixmap(theme, "send", size=16, dpr=2)
    assert drawn.size() == QSize(32, 32)
    assert drawn.deviceIndependentSize().toSize() == QSize(16, 16)


def test_the_same_icon_is_drawn_once(theme: Theme) -> None:
    assert pixmap(theme, "send").cacheKey() == pixmap(theme, "send").cacheKey()


def test_a_disabled_icon_is_paler(theme: Theme) -> None:
    made = icon(theme, "square", size=24)
    disabled = inks(made.pixmap(QSize(24, 24), QIcon.Mode.Disabled))
    assert disabled.isdisjoint(inks(made.pixmap(QSize(24, 24))))


def test_a_button_keeps_its_icon_in_the_colours_of_the_theme(qtbot: QtBot, theme: Theme) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    set_icon(button, theme, "square", size=24)
    theme.set_mode("dark")
    assert inks(button.icon().pixmap(QSize(24, 24))) <= {DARK.text.lower()}


def test_an_unknown_icon_is_an_error_not_a_blank(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icon(theme, "no-such-icon")


def test_a_role_is_a_colour_of_the_tokens(theme: Theme) -> None:
    assert QColor(theme.tokens.colour("accent")).isValid()
