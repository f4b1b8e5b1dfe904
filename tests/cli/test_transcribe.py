"""`workbench transcribe` against a scripted session."""

from __future__ import annotations

import asyncio
import io
import json
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from workbench.cli.arguments import FORMS, parser
from workbench.cli.transcribe import transcribe
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import SPEECH_RECOGNITION, Cost, Model
from workbench.domain.speech.abilities import HearingAbilities, OptionKind, SpeechOption
from workbench.domain.speech.batches import BatchItem, SpeechBatch
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.targets import Connection, Target, TargetKind
from workbench.domain.trouble import Trouble
from workbench.services.speech.batch import BatchChanged, BatchEvent
from workbench.services.speech.takes import (
    HearingHalted,
    PartChanged,
    TakeAdded,
    TakeChanged,
    TakePreparing,
    TakesEvent,
)

EAR = Model("ear", SPEECH_RECOGNITION)
ABILITIES = HearingAbilities(
    options=(
        SpeechOption("language", OptionKind.TEXT),
        SpeechOption("diarize", OptionKind.FLAG),
        SpeechOption("beam_size", OptionKind.NUMBER, 5, (), 1, 10),
        SpeechOption("threshold", OptionKind.NUMBER, 0.6, (), 0, None, 0.1),
        SpeechOption("mode", OptionKind.CHOICE, "general", ("general", "medical")),
    )
)
TEXT = Transcript((Segment("s", (Word("Hello", 0.0, 1.0),)),), "en", 4.0)
NO = Trouble("The provider said no.", "It is too large.", "Cut it.")
LIMIT = Trouble("Too many requests.")


class FakeDesk:
    """Models, recordings, takes and batches. fate: what happens to the files of a batch, told through the listeners."""

    def __init__(self) -> None:
        self.models = self.recordings = self.takes = self.batches = self
        self.asked: dict[str, Any] = {}
        self.stopped: list[str] = []
        self.abilities = ABILITIES
        self.failing: set[str] = set()
        self.halts: Trouble | None = None
        self.endless = False
        self.folder = "/out"
        self.closed = False
        self._listeners: list[Callable[[Any], object]] = []
        self._takes: dict[str, Take] = {}

    def find(self, model_id: str) -> Model:
        return {"ear": EAR, "writer": Model("writer", "Text Generation")}.get(
            model_id, Model(model_id, known=False)
        )

    def hearing(self, target_id: str) -> Sequence[Model]:
        return (EAR,)

    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        return self.abilities

    def on_change(self, listener: Callable[[Any], object]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: BatchEvent | TakesEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def begin(
        self,
        paths: Sequence[Path],
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        folder: Path | None = None,
        forms: Sequence[TextForm] = (),
        most_s: float = 0.0,
    ) -> SpeechBatch:
        self.asked = {
            "options": dict(options),
            "target_id": target_id,
            "folder": folder,
            "forms": tuple(forms),
            "most_s": most_s,
        }
        items = tuple(BatchItem(number, str(path), path.stem) for number, path in enumerate(paths))
        batch = SpeechBatch("b", 1.0, model, options, target_id, items=items)
        if self.halts is not None:
            self.tell(HearingHalted(self.halts))
            return batch
        for item in batch.items if not self.endless else ():
            batch = self._ended(batch, item)
        return batch

    def _ended(self, batch: SpeechBatch, item: BatchItem) -> SpeechBatch:
        name = Path(item.path).name
        part = Part(0, 0.0, 4.0, TakeState.DONE, TEXT, cost=Cost(0.25), took_ms=1000.0)
        take = Take(f"take {name}", f"recording {name}", "ear", state=TakeState.RUNNING, parts=(part,))
        self.tell(TakeAdded(take))
        self.tell(TakePreparing(take.id, 0.5))
        waiting = replace(part, state=TakeState.WAITING, trouble=LIMIT)
        self.tell(PartChanged(take.id, waiting))
        self.tell(TakeChanged(take))
        over = replace(take, state=TakeState.DONE, transcript=TEXT, heard=TEXT, sandbox=True)
        self._takes[take.id] = over
        news: dict[str, Any] = {"recording_id": take.recording_id, "take_id": take.id}
        if name in self.failing:
            news |= {"state": TakeState.FAILED, "trouble": NO}
        else:
            news |= {"state": TakeState.DONE, "files": (f"{self.folder}/{item.stem}.txt",)}
        items = tuple(replace(one, **news) if one is item else one for one in batch.items)
        batch = replace(batch, items=items)
        self.tell(BatchChanged(batch))
        return batch

    async def get(self, id: str) -> Any:
        return self._takes[id] if id in self._takes else Recording(id, id, f"/{id}", seconds=4.0)

    async def stop(self, batch_id: str) -> None:
        self.stopped.append(batch_id)

    async def connection(self, target: str) -> Connection:
        return Connection(Target(target or "local", "Desk", TargetKind.LOCAL))

    @asynccontextmanager
    async def transcribing(self) -> AsyncIterator[FakeDesk]:
        yield self

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeDesk]:
        try:
            yield self
        finally:
            self.closed = True


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def options(*arguments: str) -> Namespace:
    return parser().parse_args(["transcribe", "-m", "ear", *arguments])


class Ran:
    def __init__(self, run: Run, desk: FakeDesk, given: Namespace, err: io.StringIO | None = None) -> None:
        out, err = io.StringIO(), err or io.StringIO()
        self.code = run(transcribe(given, desk.open, out, err))
        self.out, self.err = out.getvalue(), err.getvalue()


def test_texts_are_written_and_named_and_progress_goes_to_standard_error(run_async: Run) -> None:
    desk = FakeDesk()
    ran = Ran(run_async, desk, options("a.wav", "b.mp3", "-f", "srt,.TXT,srt", "-o", "out", "--target", "t"))
    assert (ran.code, ran.out) == (0, "/out/a.txt\n/out/b.txt\n")
    assert "workbench: a.wav: done.\n" in ran.err
    assert "\r" not in ran.err
    assert desk.asked["forms"] == (TextForm.SRT, TextForm.TXT)
    assert (desk.asked["target_id"], desk.asked["folder"]) == ("t", Path("out"))
    assert desk.stopped == []
    assert desk.closed


def test_on_a_terminal_one_line_shows_how_far_it_is_and_is_gone_at_the_end(run_async: Run) -> None:
    ran = Ran(run_async, FakeDesk(), options("a.wav"), Terminal())
    assert "a.wav: decoded 50%" in ran.err
    assert "heard 1 of 1 parts" in ran.err
    assert "Too many requests. Trying again." in ran.err
    assert ran.err.endswith("workbench: a.wav: done.\n")


def test_a_file_that_fails_says_why_and_the_exit_code_tells(run_async: Run) -> None:
    desk = FakeDesk()
    desk.failing = {"b.wav"}
    ran = Ran(run_async, desk, options("a.wav", "b.wav"))
    assert (ran.code, ran.out) == (1, "/out/a.txt\n")
    assert "workbench: b.wav: The provider said no. It is too large. Hint: Cut it.\n" in ran.err


def test_json_is_one_object_with_what_became_of_each_file(run_async: Run) -> None:
    desk = FakeDesk()
    desk.failing = {"b.wav"}
    ran = Ran(run_async, desk, options("a.wav", "b.wav", "--json"))
    assert ran.out.count("\n") == 1
    told = json.loads(ran.out)
    assert (told["model"], told["target"]) == ("ear", "Desk")
    assert told["files"][0] == {
        "file": "a.wav",
        "state": "done",
        "written": ["/out/a.txt"],
        "text": "Hello",
        "language": "en",
        "seconds": 4.0,
        "parts": 1,
        "took_s": 1.0,
        "real_time_factor": 0.25,
        "cost_usd": 0.25,
        "sandbox": True,
        "error": None,
    }
    assert told["files"][1]["error"] == {
        "what": "The provider said no.",
        "why": "It is too large.",
        "fix": "Cut it.",
    }


def test_options_are_given_as_the_model_takes_them(run_async: Run) -> None:
    desk = FakeDesk()
    given = ("diarize=yes", "beam_size=3", "threshold=0.5", "mode=medical")
    pairs = [part for pair in given for part in ("-p", pair)]
    Ran(run_async, desk, options("a.wav", *pairs, "--language", "de", "--part-seconds", "30"))
    assert desk.asked["options"] == {
        "diarize": True,
        "beam_size": 3,
        "threshold": 0.5,
        "mode": "medical",
        "language": "de",
    }
    assert isinstance(desk.asked["options"]["beam_size"], int)
    assert desk.asked["most_s"] == 30.0


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        ("diarize=perhaps", "true or false"),
        ("beam_size=many", "a number"),
        ("beam_size=99", "from 1 to 10"),
        ("threshold=-1", "at least 0"),
        ("mode=legal", "general, medical"),
        ("bogus=1", "It has: language, diarize"),
        ("bogus", "NAME=VALUE"),
    ],
)
def test_an_option_that_cannot_be_is_wrong_usage_before_anything_is_sent(
    run_async: Run, pair: str, hint: str
) -> None:
    desk = FakeDesk()
    with pytest.raises(InvalidInput) as caught:
        Ran(run_async, desk, options("a.wav", "-p", pair))
    assert hint in caught.value.fix
    assert desk.asked == {}


@pytest.mark.parametrize("language", ["klingon", "e", "en_GB", "english please"])
def test_what_is_no_code_of_a_language_is_wrong_usage(run_async: Run, language: str) -> None:
    desk = FakeDesk()
    with pytest.raises(InvalidInput, match="no code of a language"):
        Ran(run_async, desk, options("a.wav", "--language", language))
    assert desk.asked == {}


def test_options_of_a_model_that_nothing_is_known_of_are_passed_on(run_async: Run) -> None:
    desk = FakeDesk()
    desk.abilities = HearingAbilities(known=False)
    Ran(run_async, desk, options("a.wav", "-m", "mine", "-p", "anything=1"))
    assert desk.asked["options"] == {"anything": "1"}


def test_a_model_that_does_not_hear_is_refused_and_others_are_named(run_async: Run) -> None:
    with pytest.raises(InvalidInput) as caught:
        Ran(run_async, FakeDesk(), options("a.wav", "-m", "writer"))
    assert "ear" in caught.value.fix


def test_a_disk_that_fails_ends_it_and_stops_what_it_began(run_async: Run) -> None:
    desk = FakeDesk()
    desk.halts = Trouble("Hearing has paused itself.", "The disk is full.", "Free some space.")
    with pytest.raises(StorageFailed) as caught:
        Ran(run_async, desk, options("a.wav"))
    assert caught.value.why == "The disk is full."
    assert desk.stopped == ["b"]


def test_texts_in_this_folder_are_named_as_one_would_type_them(run_async: Run) -> None:
    desk = FakeDesk()
    desk.folder = str(Path.cwd() / "texts")
    assert Ran(run_async, desk, options("a.wav")).out == f"{Path('texts', 'a.txt')}\n"


def test_a_file_that_is_given_twice_is_heard_once(run_async: Run) -> None:
    ran = Ran(run_async, FakeDesk(), options("a.wav", "b.wav", "a.wav"))
    assert ran.out == "/out/a.txt\n/out/b.txt\n"


def test_an_interruption_says_how_to_go_on(run_async: Run) -> None:
    async def story() -> tuple[str, list[str]]:
        desk, err = FakeDesk(), io.StringIO()
        desk.endless = True
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await transcribe(options("a.wav"), desk.open, io.StringIO(), err)
        return err.getvalue(), desk.stopped

    said, stopped = run_async(story())
    assert "The same command goes on from here" in said
    assert stopped == ["b"]


def test_forms_are_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(TextForm) == FORMS
    with pytest.raises(SystemExit) as ended:
        options("a.wav", "-f", "doc")
    assert ended.value.code == 2
    assert "txt, md, srt" in capsys.readouterr().err
