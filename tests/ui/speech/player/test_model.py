from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ui.speech.player.fakes import FakePlayer
from workbench.domain.errors import StorageFailed, WorkbenchError
from workbench.domain.speech.transcripts import Word
from workbench.services.speech.samples import Samples
from workbench.ui.speech.player.model import PlayerModel, Span


@pytest.fixture
def opened(model: PlayerModel, samples: Samples, run_qt: Run) -> PlayerModel:
    async def open_it() -> None:
        model.open(Path("talk.mp3"), samples)
        await model._tasks.finish()

    run_qt(open_it())
    return model


def test_opening_shows_the_waveform_and_the_silences(opened: PlayerModel, player: FakePlayer) -> None:
    assert player.path == Path("talk.mp3")
    assert opened.name == "talk.mp3"
    assert opened.seconds == 10.0
    assert opened.measured is not None
    assert [(round(a), round(b)) for a, b in opened.silences] == [(0, 1), (3, 4), (6, 7), (9, 10)]


def test_a_recording_that_cannot_be_read_is_told(model: PlayerModel, tmp_path: Path, run_qt: Run) -> None:
    failures: list[WorkbenchError] = []
    model.failed.connect(failures.append)

    async def open_it() -> None:
        model.open(Path("talk.mp3"), Samples(tmp_path / "none.s16", 3200))
        await model._tasks.finish()

    run_qt(open_it())
    assert isinstance(failures[0], StorageFailed)
    assert model.measured is None


def test_without_a_device_a_word_is_gone_to_and_not_played(opened: PlayerModel, player: FakePlayer) -> None:
    player.trouble = "There is no device to play on."
    opened.play_span(4.0, 5.0)
    opened.play()
    assert player.position == 4.0
    assert player.played == []


def test_another_recording_begins_without_the_marks_of_the_one_before(
    opened: PlayerModel, samples: Samples, run_qt: Run
) -> None:
    async def open_another() -> None:
        opened.select(1, 2)
        opened.set_marks((5.0,), (Word("one", 1.0, 2.0),))
        opened.open(Path("b.wav"), samples)
        assert (opened.selection, opened.seams, opened.words) == (None, (), ())
        await opened.aclose()

    run_qt(open_another())


def test_what_is_decoded_meanwhile_takes_the_place_of_what_was_open(opened: PlayerModel) -> None:
    opened.wait_for("long.mp3", 0.4)
    assert not opened.is_open
    assert (opened.name, opened.waiting) == ("long.mp3", 0.4)


def test_without_a_selection_all_is_played_on_from_where_it_stands(
    opened: PlayerModel, player: FakePlayer
) -> None:
    opened.toggle()
    assert player.played == [(None, None, False)]
    opened.toggle()
    assert not player.playing


def test_a_selection_is_played_from_its_beginning(opened: PlayerModel, player: FakePlayer) -> None:
    opened.select(4, 6)
    opened.seek(9)
    opened.play()
    assert player.played == [(4, 6, False)]


def test_a_selection_that_was_paused_goes_on(opened: PlayerModel, player: FakePlayer) -> None:
    opened.select(4, 6)
    opened.seek(5)
    opened.play()
    assert player.played == [(5, 6, False)]


def test_looping_follows_the_selection_while_it_plays(opened: PlayerModel, player: FakePlayer) -> None:
    opened.set_looping(True)
    opened.play()
    assert player.played == [(None, None, True)]
    opened.select(4, 6)
    opened.set_looping(False)
    assert player.looped == [(4, 6), None]


def test_a_selection_is_in_order_and_within_the_recording(opened: PlayerModel) -> None:
    opened.select(12, 8)
    assert opened.selection == Span(8, 10)
    opened.select(5, 5.001)
    assert opened.selection is None


def test_what_is_said_around_a_moment_can_be_selected(opened: PlayerModel) -> None:
    opened.select_speech(5.0)
    assert opened.selection is not None
    assert opened.selection.start == pytest.approx(3.92, abs=0.05)
    assert opened.selection.end == pytest.approx(6.08, abs=0.05)


def test_in_a_silence_nothing_is_said_that_could_be_selected(opened: PlayerModel) -> None:
    opened.select_speech(3.5)
    assert opened.selection is None


def test_going_from_speech_to_speech(opened: PlayerModel) -> None:
    places = []
    for _ in range(4):
        opened.next_speech()
        places.append(round(opened.position))
    assert places == [1, 4, 7, 10]
    for _ in range(5):
        opened.previous_speech()
        places.append(round(opened.position))
    assert places[4:] == [10 - 3, 4, 1, 0, 0] or places[4:] == [7, 4, 1, 0, 0]


def test_back_within_speech_goes_to_its_beginning(opened: PlayerModel) -> None:
    opened.seek(5.0)
    opened.previous_speech()
    assert opened.position == pytest.approx(3.92, abs=0.05)


def test_selecting_with_the_keys_moves_the_end_that_one_stands_at(opened: PlayerModel) -> None:
    opened.seek(5.0)
    opened.stretch(1.0)
    opened.stretch(1.0)
    assert opened.selection == Span(5.0, 7.0)
    opened.stretch(-1.0)
    assert opened.selection == Span(5.0, 6.0)
    opened.stretch(-3.0)
    assert opened.selection == Span(3.0, 5.0)


def test_the_speed_goes_step_by_step(opened: PlayerModel, player: FakePlayer) -> None:
    opened.change_speed(faster=True)
    assert player.speed == 1.1
    for _ in range(20):
        opened.change_speed(faster=False)
    assert player.speed == 0.5


def test_moving_stays_within_the_recording(opened: PlayerModel) -> None:
    opened.move(-3)
    assert opened.position == 0.0
    opened.move(99)
    assert opened.position == 10.0
