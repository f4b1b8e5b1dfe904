"""Every colour of the transcript can be read on its ground, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from workbench.ui.chat.transcript.look import Look, contrast, readable
from workbench.ui.support.markdown.highlight import Tone
from workbench.ui.support.theme import MEASURE_CHARS, Theme


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tone", list(Tone))
def test_code_can_be_read(qapp: QApplication, mode: str, tone: Tone) -> None:
    theme = Theme(mode)
    colour = Look(theme).tones[tone].foreground().color().name()
    assert contrast(colour, theme.tokens.surface) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_can_be_read_under_a_selection(qapp: QApplication, mode: str) -> None:
    look = Look(Theme(mode))
    assert contrast(look.text.name(), look.selection.name()) >= 4.5
    assert contrast(look.text.name(), look.inline_ground.name()) >= 7


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert readable("#000000", "#ffffff", "#ffffff") == "#000000"


def test_lines_are_no_longer_than_can_be_read(theme: Theme) -> None:
    look = Look(theme)
    assert look.measure <= MEASURE_CHARS * look.average_char


def test_the_text_has_room_between_its_lines(theme: Theme) -> None:
    assert Look(theme).body_line == 19
