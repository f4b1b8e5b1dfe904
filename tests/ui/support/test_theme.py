from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCompleter, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from workbench.domain.resources import resource
from workbench.ui.support import theme as tokens_module
from workbench.ui.support.theme import DARK, LIGHT, Theme, Tokens, follow, mixed

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("canvas", "surface", "raised")


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@BOTH
def test_body_text_reads_on_every_ground(tokens: Tokens) -> None:
    assert min(contrast(tokens.text, tokens.colour(ground)) for ground in GROUNDS) >= 7


@BOTH
@pytest.mark.parametrize("role", ["muted", "accent", "good", "warn", "bad"])
def test_secondary_and_status_text_reads_on_every_ground(tokens: Tokens, role: str) -> None:
    assert min(contrast(tokens.colour(role), tokens.colour(ground)) for ground in GROUNDS) >= 4.5


@BOTH
def test_text_on_an_accent_button_reads_also_when_hovered_and_pressed(tokens: Tokens) -> None:
    grounds = [
        tokens.accent,
        mixed(tokens.accent, tokens.text, 0.12),
        mixed(tokens.accent, tokens.text, 0.22),
    ]
    assert min(contrast(tokens.on_accent, ground) for ground in grounds) >= 4.5


@BOTH
def test_field_borders_and_series_are_seen_on_every_ground(tokens: Tokens) -> None:
    # `line` is left out: it only separates, and nothing is found by it. What bounds a control is `edge`.
    marks = (tokens.edge, tokens.muted, *tokens.series)
    assert min(contrast(mark, tokens.colour(ground)) for mark in marks for ground in GROUNDS) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_reads_on_hovered_selected_and_tinted_grounds(qapp: QApplication, mode: str) -> None:
    theme = Theme(mode)
    grounds = [
        theme.hover(),
        theme.pressed(),
        *(theme.tint(role) for role in ("accent", "good", "warn", "bad")),
    ]
    assert min(contrast(theme.tokens.text, ground) for ground in grounds) >= 7


def test_a_series_never_repeats_a_colour() -> None:
    for tokens in (LIGHT, DARK):
        assert len(tokens.series) == 8
        assert all(a != b for a, b in itertools.combinations(tokens.series, 2))


def test_the_theme_dresses_the_application_and_says_when_it_changes(qapp: QApplication, theme: Theme) -> None:
    seen: list[bool] = []
    theme.changed.connect(lambda: seen.append(theme.dark))
    theme.set_mode("dark")
    assert seen == [True]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.canvas)
    theme.set_mode("dark")
    assert seen == [True]


def test_system_means_light_where_the_platform_tells_nothing(qapp: QApplication) -> None:
    assert Theme("system").tokens is LIGHT


def test_an_unknown_mode_counts_as_system(theme: Theme) -> None:
    theme.set_mode("sepia")
    assert theme.mode == "system"


def test_fonts_grow_with_the_users_scale_within_bounds(theme: Theme) -> None:
    normal = theme.font().pointSizeF()
    theme.set_scale(1.5)
    assert theme.font().pointSizeF() == pytest.approx(normal * 1.5)
    theme.set_scale(9)
    assert theme.scale == 2.0


def test_code_is_set_half_a_pixel_smaller_than_text(theme: Theme) -> None:
    assert theme.mono().pointSizeF() / theme.font().pointSizeF() == pytest.approx(12.5 / 13)


def test_a_widget_follows_the_theme_as_long_as_it_lives(qtbot: QtBot, theme: Theme) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    follow(label, theme, lambda: label.setText(theme.tokens.text))
    theme.set_mode("dark")
    assert label.text() == DARK.text
    label.deleteLater()
    qtbot.wait(1)
    theme.set_mode("light")  # would raise if the dead label were still dressed


@BOTH
def test_the_stylesheets_pictures_have_the_colours_of_the_theme(tokens: Tokens) -> None:
    mode = "dark" if tokens is DARK else "light"
    wanted = {f"chevron-{mode}.svg": tokens.muted, f"check-{mode}.svg": tokens.on_accent}
    pictures = {picture.name: picture for picture in resource("stylesheet").glob(f"*-{mode}.svg")}
    assert pictures.keys() == wanted.keys()
    for name, colour in wanted.items():
        assert f'stroke="{colour}"' in pictures[name].read_text(encoding="utf-8")


def test_no_other_module_holds_a_literal_colour() -> None:
    import re
    from pathlib import Path

    ui = Path(tokens_module.__file__).parents[1]
    guilty = [
        str(path.relative_to(ui))
        for path in ui.rglob("*.py")
        if path.name != "theme.py" and re.search(r"[\"' ]#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_a_series_is_a_role_like_others() -> None:
    assert LIGHT.colour("series-1") == LIGHT.series[0]
    assert DARK.colour("series-8") == DARK.series[7]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_suggested_while_one_types_stands_on_a_ground(
    qapp: QApplication, qtbot: QtBot, mode: str
) -> None:
    theme = Theme(mode)
    theme.apply(qapp)
    line = QLineEdit()
    qtbot.addWidget(line)
    completer = QCompleter(["alpha", "alpine"], line)
    line.setCompleter(completer)
    line.show()
    completer.setCompletionPrefix("al")
    completer.complete()
    popup = completer.popup()
    assert popup is not None
    picture = popup.grab().toImage()
    assert (
        picture.pixelColor(picture.width() // 2, picture.height() - 4).name() == theme.tokens.raised.lower()
    )
    popup.hide()


class Dressed(QWidget):
    """Counts how often it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.times = 0

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.times += 1


def test_a_switch_dresses_what_lies_deep_no_oftener_than_what_does_not(theme: Theme, qtbot: QtBot) -> None:
    top = Dressed()
    qtbot.addWidget(top)
    deepest = top
    for _ in range(12):
        deepest = Dressed(deepest)
    top.show()
    top.times = deepest.times = 0
    theme.set_mode("dark")
    assert 1 <= deepest.times <= 3
    assert deepest.times == top.times
