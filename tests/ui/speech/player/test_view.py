from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.speech.player.fakes import FakePlayer
from workbench.domain.speech.transcripts import Word
from workbench.services.speech.samples import Samples
from workbench.ui.speech.player.model import PlayerModel, Span
from workbench.ui.speech.player.view import PlayerView
from workbench.ui.support.theme import Theme

Key, Mod, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
WIDE = 1000


@pytest.fixture
def view(theme: Theme, model: PlayerModel, samples: Samples, run_qt: Run, qtbot: QtBot) -> PlayerView:
    """1,000 pixels for ten seconds."""
    view = PlayerView(theme, model)
    qtbot.addWidget(view)
    view.resize(WIDE, 300)
    view.show()

    async def open_it() -> None:
        model.open(Path("talk.mp3"), samples)
        await model._tasks.finish()

    run_qt(open_it())
    return view


def press(view: PlayerView, key: Qt.Key, mods: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    from PySide6.QtTest import QTest

    QTest.keyClick(view.waveform, key, mods)


def drag(
    view: PlayerView, start: int, end: int, y: int = 100, button: Qt.MouseButton = Button.LeftButton
) -> None:
    from PySide6.QtTest import QTest

    QTest.mousePress(view.waveform, button, Mod.NoModifier, QPoint(start, y))
    QTest.mouseMove(view.waveform, QPoint((start + end) // 2, y))
    QTest.mouseMove(view.waveform, QPoint(end, y))
    QTest.mouseRelease(view.waveform, button, Mod.NoModifier, QPoint(end, y))


def wheel(view: PlayerView, x: int, turn: int, mods: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    event = QWheelEvent(
        QPointF(x, 100), QPointF(x, 100), QPoint(), QPoint(0, turn), Button.NoButton, mods,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.waveform, event)


def column(view: PlayerView, x: int) -> set[str]:
    """The colours of the wave at a pixel."""
    picture: QImage = view.waveform.grab().toImage()
    return {picture.pixelColor(x, y).name() for y in range(40, view.waveform.height() - 4)}


def test_speech_is_drawn_tall_and_silence_flat(view: PlayerView, theme: Theme) -> None:
    wave = theme.tokens.colour("series-2").lower()
    assert wave in column(view, 200)
    assert wave not in column(view, 350)


def test_dragging_selects_and_a_click_moves_the_playhead(view: PlayerView, model: PlayerModel) -> None:
    drag(view, 100, 300)
    assert model.selection == Span(pytest.approx(1.0, abs=0.02), pytest.approx(3.0, abs=0.02))  # type: ignore[arg-type]
    drag(view, 500, 500)
    assert model.selection is None
    assert model.position == pytest.approx(5.0, abs=0.02)


def test_an_edge_of_the_selection_can_be_taken_hold_of(view: PlayerView, model: PlayerModel) -> None:
    model.select(1.0, 3.0)
    drag(view, 301, 600)
    assert model.selection == Span(pytest.approx(1.0), pytest.approx(6.0, abs=0.02))  # type: ignore[arg-type]


def test_in_the_ruler_the_playhead_is_dragged(view: PlayerView, model: PlayerModel) -> None:
    model.select(1.0, 3.0)
    drag(view, 100, 800, y=5)
    assert model.position == pytest.approx(8.0, abs=0.02)
    assert model.selection == Span(1.0, 3.0)


def test_a_double_click_selects_what_is_said_there(view: PlayerView, model: PlayerModel) -> None:
    from PySide6.QtTest import QTest

    QTest.mouseDClick(view.waveform, Button.LeftButton, Mod.NoModifier, QPoint(500, 100))
    assert model.selection is not None
    assert model.selection.start == pytest.approx(4.0, abs=0.15)


def test_the_wheel_zooms_at_the_pointer(view: PlayerView) -> None:
    scale = view.waveform.scale
    wheel(view, 700, 240)
    assert not scale.fitted
    assert scale.x(7.0) == pytest.approx(700, abs=2)
    wheel(view, 700, -2400)
    assert scale.fitted


def test_the_wheel_with_shift_and_the_middle_button_scroll(view: PlayerView) -> None:
    scale = view.waveform.scale
    wheel(view, 500, 480)
    start = scale.start
    wheel(view, 500, -120, Mod.ShiftModifier)
    assert scale.start > start
    start = scale.start
    drag(view, 300, 400, button=Button.MiddleButton)
    assert scale.start < start


@pytest.mark.parametrize(
    ("key", "mods", "at"),
    [
        (Key.Key_Right, Mod.NoModifier, 6.0),
        (Key.Key_Left, Mod.NoModifier, 4.0),
        (Key.Key_Right, Mod.AltModifier, 5.1),
        (Key.Key_Period, Mod.NoModifier, 5.02),
        (Key.Key_Comma, Mod.NoModifier, 4.98),
        (Key.Key_Home, Mod.NoModifier, 0.0),
        (Key.Key_End, Mod.NoModifier, 10.0),
        (Key.Key_Right, Mod.ControlModifier, 6.92),
        (Key.Key_Left, Mod.ControlModifier, 3.92),
    ],
)
def test_keys_move_the_playhead(
    view: PlayerView, model: PlayerModel, key: Qt.Key, mods: Qt.KeyboardModifier, at: float
) -> None:
    model.seek(5.0)
    press(view, key, mods)
    assert model.position == pytest.approx(at, abs=0.05)


def test_keys_play_select_loop_and_change_the_speed(
    view: PlayerView, model: PlayerModel, player: FakePlayer
) -> None:
    press(view, Key.Key_Space)
    assert player.playing
    press(view, Key.Key_Space)
    model.seek(5.0)
    press(view, Key.Key_Right, Mod.ShiftModifier | Mod.ControlModifier)
    assert model.selection == Span(5.0, 6.0)
    press(view, Key.Key_L)
    assert model.looping
    press(view, Key.Key_BracketRight)
    assert player.speed == 1.1
    press(view, Key.Key_Escape)
    assert model.selection is None
    press(view, Key.Key_Plus)
    assert not view.waveform.scale.fitted
    press(view, Key.Key_0)
    assert view.waveform.scale.fitted


def test_keys_work_from_the_buttons_too(view: PlayerView, model: PlayerModel) -> None:
    from PySide6.QtTest import QTest

    QTest.keyClick(view.transport._loop, Key.Key_Period)
    assert model.position == pytest.approx(0.02)


def test_the_view_follows_what_plays_as_long_as_it_is_in_sight(view: PlayerView, player: FakePlayer) -> None:
    scale = view.waveform.scale
    scale.show(1.0, 2.0)
    player.seek(1.5)
    player.play()
    player.seek(2.5)
    assert scale.start <= 2.5 <= scale.end
    scale.turn_to(8.0)
    player.seek(2.6)
    assert scale.start > 5


def test_the_overview_moves_the_view(view: PlayerView) -> None:
    from PySide6.QtTest import QTest

    scale = view.waveform.scale
    scale.show(1.0, 2.0)
    QTest.mousePress(view.overview, Button.LeftButton, Mod.NoModifier, QPoint(800, 10))
    assert scale.start < 8.0 < scale.end
    QTest.mouseMove(view.overview, QPoint(500, 10))
    QTest.mouseRelease(view.overview, Button.LeftButton, Mod.NoModifier, QPoint(500, 10))
    assert scale.start < 5.0 < scale.end
    start = scale.start
    QTest.keyClick(view.overview, Key.Key_PageDown)
    assert scale.start > start


def test_the_clock_the_selection_and_the_tools_say_what_is(
    view: PlayerView, model: PlayerModel, player: FakePlayer
) -> None:
    transport = view.transport
    model.seek(5.25)
    assert transport._clock.text() == "0:05.25 / 0:10"
    model.select(4.0, 6.5)
    assert transport._selected.text() == "2.50 s"
    assert transport._selected.toolTip() == "Selected: 0:04.00–0:06.50, 2.50 s"
    assert transport._chosen.isEnabled()
    assert not transport._out.isEnabled()
    transport._chosen.click()
    assert transport._out.isEnabled()
    transport._play.click()
    assert player.playing
    assert transport._play.accessibleName() == "Pause"
    transport._speed.setCurrentIndex(transport._speed.findData(2.0))
    transport._speed.activated.emit(transport._speed.currentIndex())
    assert player.speed == 2.0


def test_without_a_device_it_is_said_why_nothing_plays(view: PlayerView, player: FakePlayer) -> None:
    player.trouble = "There is no device to play on."
    player.trouble_changed.emit(player.trouble)
    assert view._trouble.words.text() == player.trouble
    assert view._trouble.isVisible()
    assert not view.transport._play.isEnabled()
    player.trouble = ""
    player.trouble_changed.emit("")
    assert not view._trouble.isVisible()
    assert view.transport._play.isEnabled()


def test_seams_and_words_are_drawn_and_told(view: PlayerView, model: PlayerModel, theme: Theme) -> None:
    model.set_marks((3.5,), (Word("hello", 1.2, 2.0),))
    assert theme.tokens.warn.lower() in column(view, 350)
    assert "put together" in view.waveform._tip(350)
    assert "hello" in view.waveform._tip(150)
    assert "hello" not in view.waveform._tip(250)


def test_what_happens_is_told_to_who_cannot_see_it(view: PlayerView, model: PlayerModel) -> None:
    model.seek(2.0)
    model.select(1.0, 3.0)
    assert view.waveform.accessibleDescription() == "At 0:02.00 of 0:10.00. Selected from 0:01.00 to 0:03.00."


def test_time_runs_from_left_to_right_in_every_language(
    theme: Theme, model: PlayerModel, qtbot: QtBot
) -> None:
    view = PlayerView(theme, model)
    qtbot.addWidget(view)
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert view.waveform.layoutDirection() == Qt.LayoutDirection.LeftToRight
    view.resize(WIDE, 300)
    view.show()
    transport = view.transport
    assert transport._before.x() < transport._play.x() < transport._after.x()


def test_while_it_is_decoded_the_progress_is_shown(
    view: PlayerView, model: PlayerModel, theme: Theme
) -> None:
    model.wait_for("long.mp3", 0.5)
    picture = view.waveform.grab().toImage()
    found = {picture.pixelColor(x, y).name() for x in range(400, 500) for y in range(picture.height())}
    assert theme.tokens.accent.lower() in found
    assert not view.transport._play.isEnabled()


def test_keys_do_nothing_while_nothing_is_open(
    theme: Theme, model: PlayerModel, player: FakePlayer, qtbot: QtBot
) -> None:
    view = PlayerView(theme, model)
    qtbot.addWidget(view)
    press(view, Key.Key_Space)
    press(view, Key.Key_Plus)
    wheel(view, 100, 120)
    assert player.played == []
