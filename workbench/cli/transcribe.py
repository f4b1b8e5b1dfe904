"""`workbench transcribe`: recordings in, texts out."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, TextIO

from workbench.cli.edge import FAILED, finish
from workbench.cli.progress import Progress
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities, OptionKind, SpeechOption
from workbench.domain.speech.batches import BatchItem, SpeechBatch
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.targets import Connection
from workbench.domain.trouble import Trouble
from workbench.services.background import to_the_end
from workbench.services.speech.batch import BatchChanged, BatchEvent
from workbench.services.speech.takes import (
    HearingHalted,
    PartChanged,
    TakeAdded,
    TakeChanged,
    TakePreparing,
    TakesEvent,
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*|auto|multi")
"""BCP 47 as far as models read it, and the two words they have for "find out"."""
_YES = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class Models(Protocol):
    """services.speech.models.SpeechModels."""

    def find(self, model_id: str) -> Model: ...
    def hearing(self, target_id: str) -> Sequence[Model]: ...
    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities: ...


class Batches(Protocol):
    """services.speech.batch.Batches."""

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
    ) -> SpeechBatch: ...
    async def stop(self, batch_id: str) -> None: ...
    def on_change(self, listener: Callable[[BatchEvent], object]) -> Callable[[], None]: ...


class Takes(Protocol):
    """services.speech.takes.Takes."""

    async def get(self, take_id: str) -> Take | None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...


class Library(Protocol):
    """services.speech.library.Recordings."""

    async def get(self, recording_id: str) -> Recording: ...


class Transcribing(Protocol):
    """What hears; closed when the command is done."""

    @property
    def models(self) -> Models: ...
    @property
    def recordings(self) -> Library: ...
    @property
    def takes(self) -> Takes: ...
    @property
    def batches(self) -> Batches: ...


class Session(Protocol):
    """cli.headless.Headless."""

    async def connection(self, target: str) -> Connection:
        """The target of that name or id, "" for the current one; started first where it is ours to start."""

    def transcribing(self) -> AbstractAsyncContextManager[Transcribing]: ...


OpenSession = Callable[[], AbstractAsyncContextManager[Session]]


def run(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(transcribe(options, open_session, sys.stdout, sys.stderr))


async def transcribe(options: Namespace, open_session: OpenSession, out: TextIO, err: TextIO) -> int:
    """Write the texts, and name each file that was written, or say in JSON what became of everything."""
    given = _pairs(options.option, options.language)
    async with open_session() as session, session.transcribing() as desk:
        connection = await session.connection(options.target or "")
        target_id = connection.target.id
        _check_model(desk.models, options.model, target_id)
        abilities = await desk.models.learn_hearing(options.model, target_id)
        progress = Progress(err)
        over = asyncio.get_running_loop().create_future()
        paths = tuple(dict.fromkeys(Path(file) for file in options.file))
        watch = _Watch(over, progress, paths[0].name if len(paths) == 1 else "recording")
        ends = (desk.batches.on_change(watch.batch_changed), desk.takes.on_change(watch.take_changed))
        batch = await desk.batches.begin(
            paths,
            options.model,
            {name: _value(name, text, abilities, options.model) for name, text in given.items()},
            target_id=target_id,
            folder=Path(options.output) if options.output else None,
            forms=[TextForm(form) for form in options.format],
            most_s=options.part_seconds or 0.0,
        )
        watch.begin(batch)
        try:
            batch = await over
        except asyncio.CancelledError:
            progress.line("stopped. The same command goes on from here; what is heard by now is kept.")
            raise
        finally:
            for end in ends:
                end()
            progress.clear()
            if watch.batch is None or not watch.batch.state.over:
                await to_the_end(desk.batches.stop(batch.id))
        if options.json:
            told = await _as_json(batch, connection, desk)
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            for item in batch.items:
                out.writelines(f"{_near(path)}\n" for path in item.files)
        out.flush()
    return 0 if batch.state is TakeState.DONE else FAILED


class _Watch:
    """Follows one batch to its end, or until the disk fails. unnamed: what one is called whose file is not known yet."""

    def __init__(self, over: asyncio.Future[SpeechBatch], progress: Progress, unnamed: str) -> None:
        self.batch: SpeechBatch | None = None
        self._unnamed = unnamed
        self._over = over
        self._progress = progress
        self._early: dict[str, SpeechBatch] = {}
        self._ended: set[int] = set()
        self._takes: dict[str, Take] = {}

    def begin(self, batch: SpeechBatch) -> None:
        self.batch = self._early.pop(batch.id, batch)
        self._tell(self.batch)

    def batch_changed(self, event: BatchEvent) -> None:
        if not isinstance(event, BatchChanged):
            return
        if self.batch is None:
            self._early[event.batch.id] = event.batch
        elif event.batch.id == self.batch.id:
            self.batch = event.batch
            self._tell(event.batch)

    def take_changed(self, event: TakesEvent) -> None:
        match event:
            case TakeAdded(take) | TakeChanged(take):
                self._takes[take.id] = take
                self._show(take.id)
            case PartChanged(take_id, part) if take_id in self._takes:
                take = self._takes[take_id]
                if part.state is TakeState.WAITING and part.trouble is not None:
                    self._progress.line(f"{self._name(take)}: {part.trouble.what} Trying again.")
            case TakePreparing(take_id, part) if take_id in self._takes:
                self._progress.show(f"{self._name(self._takes[take_id])}: decoded {part:.0%}")
            case HearingHalted(Trouble() as trouble) if not self._over.done():
                self._over.set_exception(StorageFailed(trouble.what, why=trouble.why, fix=trouble.fix))

    def _show(self, take_id: str) -> None:
        take = self._takes[take_id]
        if take.parts and not take.state.over:
            done = sum(part.state is TakeState.DONE for part in take.parts)
            self._progress.show(f"{self._name(take)}: heard {done} of {len(take.parts)} parts")

    def _name(self, take: Take) -> str:
        items = self.batch.items if self.batch is not None else ()
        return next(
            (
                Path(item.path).name
                for item in items
                if take.id == item.take_id or take.recording_id == item.recording_id
            ),
            self._unnamed,
        )

    def _tell(self, batch: SpeechBatch) -> None:
        for item in batch.items:
            if item.state.over and item.number not in self._ended:
                self._ended.add(item.number)
                self._progress.line(_ended(item))
        if batch.state.over and not self._over.done():
            self._over.set_result(batch)


def _ended(item: BatchItem) -> str:
    name = Path(item.path).name
    if item.state is TakeState.DONE:
        return f"{name}: done."
    if item.trouble is None:
        return f"{name}: stopped."
    what = item.trouble.what if name in item.trouble.what else f"{name}: {item.trouble.what}"
    hint = f"Hint: {item.trouble.fix}" if item.trouble.fix else ""
    return " ".join(f"{what} {item.trouble.why} {hint}".split())


def _pairs(given: Iterable[str] | None, language: str | None) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InvalidInput(
                f"“{text}” is no option.",
                field="option",
                fix="Write it as NAME=VALUE, such as vad_filter=true.",
            )
        pairs[name.strip()] = value
    if language:
        if not _LANGUAGE.fullmatch(language):
            raise InvalidInput(
                f"“{language}” is no code of a language.",
                field="language",
                fix="Write it as en, ar or pt-BR.",
            )
        pairs["language"] = language
    return pairs


def _check_model(models: Models, model_id: str, target_id: str) -> None:
    model = models.find(model_id)
    if model.known and not model.hears:
        known = ", ".join(found.id for found in models.hearing(target_id))
        raise InvalidInput(
            f"“{model_id}” does not turn speech into text.",
            field="model",
            fix=f"Those that do: {known}." if known else "Choose another one.",
        )


def _value(name: str, text: str, abilities: HearingAbilities, model: str) -> str | float | bool:
    """As the model takes it. An option that nothing is known of is sent as it was typed."""
    option = next((one for one in abilities.options if one.name == name), None)
    if option is None:
        if not abilities.known:
            return text
        known = ", ".join(one.name for one in abilities.options) or "none"
        raise InvalidInput(f"“{model}” has no option “{name}”.", field="option", fix=f"It has: {known}.")
    match option.kind:
        case OptionKind.FLAG:
            if text.lower() not in _YES:
                raise _wrong(option, text, "Write true or false.")
            return _YES[text.lower()]
        case OptionKind.NUMBER:
            return _number(option, text)
        case OptionKind.CHOICE if text not in option.choices:
            raise _wrong(option, text, f"Choose one of: {', '.join(option.choices)}.")
        case _:
            return text


def _number(option: SpeechOption, text: str) -> float:
    low, high = option.minimum, option.maximum
    try:
        number = float(text)
    except ValueError:
        raise _wrong(option, text, "Write a number.") from None
    if (low is not None and number < low) or (high is not None and number > high) or number != number:
        between = f"at least {low:g}" if high is None else f"at most {high:g}"
        if low is not None and high is not None:
            between = f"from {low:g} to {high:g}"
        raise _wrong(option, text, f"Write a number {between}.")
    return int(number) if number.is_integer() and float(option.step).is_integer() else number


def _wrong(option: SpeechOption, text: str, fix: str) -> InvalidInput:
    return InvalidInput(f"“{text}” cannot be the value of “{option.name}”.", field="option", fix=fix)


def _near(path: str) -> str:
    """As one would type it here: without the way to this folder."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


async def _as_json(batch: SpeechBatch, connection: Connection, desk: Transcribing) -> dict[str, Any]:
    return {
        "model": batch.model,
        "target": connection.target.name,
        "files": [await _item_json(item, desk) for item in batch.items],
    }


async def _item_json(item: BatchItem, desk: Transcribing) -> dict[str, Any]:
    """Unknown figures are null; cost_usd is charged where told, else estimated."""
    take = await desk.takes.get(item.take_id) if item.take_id else None
    recording = await desk.recordings.get(item.recording_id) if item.recording_id else None
    cost = take.cost if take else None
    took_ms = take.took_ms if take else None
    heard_s = take.heard_s if take else 0.0
    return {
        "file": _near(item.path),
        "state": str(item.state),
        "written": [_near(file) for file in item.files],
        "text": take.transcript.text if take else "",
        "language": take.transcript.language if take else "",
        "seconds": recording.seconds if recording else None,
        "parts": len(take.parts) if take else 0,
        "took_s": None if took_ms is None else round(took_ms / 1000, 3),
        "real_time_factor": round(took_ms / 1000 / heard_s, 4) if took_ms is not None and heard_s else None,
        "cost_usd": cost.usd if cost else None,
        "sandbox": take.sandbox if take else None,
        "error": None
        if item.trouble is None
        else {"what": item.trouble.what, "why": item.trouble.why, "fix": item.trouble.fix},
    }
