"""`workbench transcribe` as a user types it, on a profile of its own, with the real gateway."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.speech.recordings import babble
from workbench.domain.speech import vtt
from workbench.domain.speech.takes import Take, TakeState
from workbench.domain.speech.wav import wav_of
from workbench.services.speech.samples import RATE
from workbench.storage.database import Database
from workbench.storage.paths import Paths
from workbench.storage.recordings import RecordingStore
from workbench.storage.takes import TakeStore

TURBO = "@cf/openai/whisper-large-v3-turbo"
SLOWLY = "initial_prompt=[sandbox latency=300ms]"


@pytest.fixture
def home(home: Path) -> Path:
    """Whose gateway makes up what it hears: a real recogniser takes its time."""
    (home / "sitecustomize.py").write_text("import sys\nsys.modules['pocketsphinx'] = None\n")
    (home / "talk.wav").write_bytes(wav_of(babble(120.0), RATE))
    return home


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "WORKBENCH_HOME": str(home), "PYTHONPATH": str(home)}


def command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "workbench", "transcribe", str(home / "talk.wav"), "-m", TURBO, *arguments]


def transcribed(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(home, *arguments),
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def takes(home: Path, run_async: Run) -> list[Take]:
    async def read() -> list[Take]:
        database = await Database.open(Paths.under(home).database)
        try:
            (recording,) = await RecordingStore(database).all()
            return await TakeStore(database).of(recording.id)
        finally:
            await database.aclose()

    return run_async(read())


def test_a_recording_becomes_texts_in_a_folder(home: Path) -> None:
    done = transcribed(home, "-f", "vtt,json", "-o", str(home / "out"), "--part-seconds", "20", "--json")
    assert (done.returncode, done.stderr) == (0, "workbench: talk.wav: done.\n")
    (told,) = json.loads(done.stdout)["files"]
    assert (told["seconds"], told["sandbox"], told["error"]) == (120.0, True, None)
    assert told["parts"] > 5
    assert told["written"] == [str(home / "out" / f"talk.{form}") for form in ("vtt", "json")]
    captions = vtt.read((home / "out" / "talk.vtt").read_text())
    assert " ".join(caption.text for caption in captions).split() == told["text"].split()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_what_was_interrupted_is_gone_on_with_by_the_same_command(home: Path, run_async: Run) -> None:
    given = ("--part-seconds", "10", "-p", SLOWLY)
    with subprocess.Popen(
        command(home, *given),
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while _done(home) < 3:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    (stopped,) = takes(home, run_async)
    assert stopped.state is TakeState.STOPPED
    first = {part.number: part.exchange_id for part in stopped.parts if part.state is TakeState.DONE}
    assert 3 <= len(first) < len(stopped.parts)
    assert transcribed(home, *given).returncode == 0
    (resumed,) = takes(home, run_async)
    assert resumed.id == stopped.id
    assert resumed.state is TakeState.DONE
    assert {number: resumed.parts[number].exchange_id for number in first} == first
    assert (home / "talk.txt").read_text().split()


def _done(home: Path) -> int:
    """Parts that are done, in a database that another process writes."""
    path = Paths.under(home).database
    if not path.exists():
        return 0
    connection = sqlite3.connect(path, timeout=5)
    try:
        return int(connection.execute("SELECT count(*) FROM take_parts WHERE state = 'done'").fetchone()[0])
    except sqlite3.OperationalError:  # its tables are being made
        return 0
    finally:
        connection.close()
