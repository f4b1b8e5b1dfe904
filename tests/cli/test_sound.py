from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.speech.recordings import tone, wav
from workbench.cli.sound import CommandDecoder
from workbench.domain.errors import InvalidInput, StorageFailed


def test_a_wav_file_is_decoded_without_qt(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav((1.0, 0.5)))
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom workbench.cli.sound import CommandDecoder\n"
        "folder = Path(sys.argv[1])\n"
        "asyncio.run(CommandDecoder().decode(folder / 'a.wav', folder / 'a.s16', lambda part: None))\n"
        "assert not any(name.startswith('PySide6') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    assert (tmp_path / "a.s16").read_bytes() == tone(1.0)


def test_progress_is_told_in_the_callers_loop(tmp_path: Path, run_async: Run) -> None:
    (tmp_path / "a.wav").write_bytes(wav((1.0, 0.5)))
    parts: list[float] = []

    async def decode() -> None:
        await CommandDecoder().decode(tmp_path / "a.wav", tmp_path / "a.s16", parts.append)
        await asyncio.sleep(0)

    run_async(decode())
    assert parts[-1:] == [1.0]


def test_what_is_no_sound_is_refused(tmp_path: Path, run_async: Run) -> None:
    (tmp_path / "a.ogg").write_bytes(b"OggS" + bytes(4000))
    with pytest.raises(InvalidInput, match=r"a\.ogg"):
        run_async(CommandDecoder().decode(tmp_path / "a.ogg", tmp_path / "a.s16", lambda part: None))
    with pytest.raises(StorageFailed):
        run_async(CommandDecoder().decode(tmp_path / "gone.wav", tmp_path / "a.s16", lambda part: None))
