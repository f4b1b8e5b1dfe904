"""How a text is handed out, without a widget."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.speech import srt
from workbench.domain.speech.captions import CaptionRules
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.ui.speech.options.export_model import ExportModel


def transcript(segments: int = 3, speaker: str = "") -> Transcript:
    made = []
    for number in range(segments):
        text = f"Sentence number {number} is said here, and it is not too short."
        start = number * 5.0
        words = tuple(
            Word(word, start + at * 0.3, start + at * 0.3 + 0.25) for at, word in enumerate(text.split())
        )
        made.append(Segment(f"s{number}", words, speaker))
    return Transcript(tuple(made), "en", segments * 5.0)


async def settled(model: ExportModel) -> None:
    await asyncio.sleep(0)
    await until(lambda: not model._tasks.busy)


def test_the_preview_shows_the_first_captions_by_the_rules() -> None:
    model = ExportModel()
    model.show(transcript(50), "talk.mp3")
    assert model.preview.startswith("1\n00:00:00,000 -->")
    assert model.preview.endswith("…")
    wide = model.preview
    model.type_rule("most_characters", "20")
    assert model.preview != wide
    assert all(len(line) <= 20 for caption in srt.read(model.preview) for line in caption.lines[:1])


def test_a_rule_that_cannot_be_is_told_and_the_one_before_holds() -> None:
    model = ExportModel()
    model.show(transcript())
    model.type_rule("most_lines", "2.5")
    assert model.problems == {"most_lines": "From 1 to 4."}
    assert model.rule("most_lines") == 2
    assert model.hindrance
    model.set_form(TextForm.TXT)
    assert model.hindrance == ""
    model.set_form(TextForm.SRT)
    model.type_rule("most_lines", "")
    assert model.hindrance == ""
    model.type_rule("most_cps", "12,5")
    assert model.rule("most_cps") == 12.5
    model.reset_rules()
    assert model.rules.captions == CaptionRules()


def test_what_is_saved_is_the_text_as_it_is(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        model = ExportModel()
        saved: list[str] = []
        model.saved.connect(saved.append)
        model.show(transcript(speaker="Ada"), "My talk: part 1.mp3")
        assert model.file_name == "My talk part 1.srt"
        model.save(tmp_path / "a.srt")
        await settled(model)
        assert saved == [str(tmp_path / "a.srt")]
        read = srt.read((tmp_path / "a.srt").read_text())
        assert "Sentence number 0" in read[0].text
        await model.aclose()

    run_qt(story())


def test_a_folder_that_is_not_there_is_told(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        model = ExportModel()
        model.show(transcript())
        model.save(tmp_path / "gone" / "a.srt")
        await settled(model)
        assert model.trouble is not None
        assert "a.srt" in model.trouble.what
        await model.aclose()

    run_qt(story())


def test_the_text_is_handed_on(run_qt: Run) -> None:
    async def story() -> None:
        model = ExportModel()
        got: list[Any] = []
        model.copied.connect(got.append)
        model.chat_wanted.connect(got.append)
        model.translation_wanted.connect(lambda source, target: got.append((source, target)))
        model.translate()
        model.copy()
        await settled(model)
        assert got == []
        model.show(transcript(2))
        model.set_form(TextForm.CSV)
        model.copy()
        await settled(model)
        model.send_to_chat()
        await settled(model)
        model.set_language("fr")
        model.translate()
        assert got[0].startswith("start,end,speaker,text")
        assert got[1].startswith("Sentence number 0")
        assert got[2] == ("en", "fr")
        await model.aclose()

    run_qt(story())


def test_each_segment_is_a_text_of_its_own_for_embeddings() -> None:
    model = ExportModel()
    got: list[tuple[str, str]] = []
    model.embeddings_wanted.connect(lambda text, name: got.append((text, name)))
    model.send_to_embeddings()
    model.show(transcript(2), "talk.wav")
    model.send_to_embeddings()
    ((text, name),) = got
    assert name == "talk"
    assert [line[:17] for line in text.splitlines()] == ["Sentence number 0", "Sentence number 1"]


def test_choices_are_kept() -> None:
    kept: list[str] = []
    model = ExportModel(keep=kept.append)
    model.set_form(TextForm.VTT)
    model.type_rule("most_characters", "32")
    model.set_speakers(False)
    again = ExportModel(kept=kept[-1])
    assert (again.form, again.rule("most_characters"), again.rules.speakers) == (TextForm.VTT, 32, False)


@pytest.mark.parametrize(
    "kept", ['{"form": "doc"}', '{"captions": {"most_lines": 99, "gap_s": true}}', "[]", "x"]
)
def test_what_was_kept_and_makes_no_sense_is_left_out(kept: str) -> None:
    model = ExportModel(kept=kept)
    assert model.rules.captions == CaptionRules()


@given(st.text(max_size=30))
def test_whatever_was_kept_can_be_read(kept: str) -> None:
    assert ExportModel(kept=kept).form in TextForm
