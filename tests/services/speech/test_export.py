from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.speech.forms import TextForm, text_of
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.services.speech.export import export, export_all, stem_of

TEXT = Transcript(
    (
        Segment("a", (Word("Hello,", 0.0, 0.5), Word("you.", 0.5, 1.0)), "Ann"),
        Segment("b", (Word("Hm", 4.0, 4.5, 0.5), Word("…", 4.5, 4.6)), "Ben"),
    ),
    "en",
    5.0,
)


def test_a_file_is_written_whole_over_what_was_there(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "talk.srt"
    path.write_text("old")
    run_async(export(TEXT, path, TextForm.SRT))
    assert path.read_bytes().decode() == text_of(TEXT, TextForm.SRT)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_is_told(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(StorageFailed, match=r"talk\.srt could not be saved"):
        run_async(export(TEXT, tmp_path / "gone" / "talk.srt", TextForm.SRT))


def test_a_take_without_text_is_not_exported_by_hand_but_in_a_batch(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(InvalidInput, match="no text"):
        run_async(export(Transcript(), tmp_path / "a.txt", TextForm.TXT))
    paths = run_async(export_all(Transcript(), tmp_path, "a", (TextForm.TXT, TextForm.VTT)))
    assert [path.name for path in paths] == ["a.txt", "a.vtt"]
    assert (tmp_path / "a.txt").read_bytes() == b""


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("talk.mp3", "talk"),
        ("a: b/c?.wav", "a b c"),
        ("Monday, 9.30", "Monday, 9.30"),
        ("Résumé\n.ogg", "Résumé"),
        ("...", "transcript"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_file_is_called_after_its_recording_on_any_system(name: str, stem: str) -> None:
    assert stem_of(name) == stem
