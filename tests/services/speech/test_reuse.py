"""What a model has said, taken among the recordings."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.conftest import Run
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording
from workbench.services.speech.reuse import Reuse, name_of


class Speaking:
    async def save_as(self, spoken: Spoken, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, b"sound")


class Library:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recording = Recording("", "", "")

    async def adopt(self, recorded: Path, name: str = "") -> Recording:
        path = shutil.move(recorded, self.folder / recorded.name)
        self.recording = Recording("r1", name, str(path), own=True)
        return self.recording

    async def set_reference(self, recording_id: str, text: str) -> Recording:
        assert recording_id == self.recording.id
        return Recording("r1", self.recording.name, self.recording.path, own=True, reference=text)


def test_a_copy_becomes_a_recording_with_its_text_for_a_reference(run_async: Run, tmp_path: Path) -> None:
    spoken = Spoken("s1", "Good morning.", "@cf/deepgram/aura-2-en", file="s1.mp3")
    made = run_async(Reuse(Speaking(), Library(tmp_path)).as_recording(spoken))
    assert Path(made.path).read_bytes() == b"sound"
    assert (made.name, made.reference) == ("Good morning.", "Good morning.")


def test_a_long_text_is_cut_at_a_word() -> None:
    name = name_of(Spoken("s1", "word " * 40, "m"))
    assert name.endswith("word…")
    assert len(name) <= 61
