"""Text to speech: what is to be said and by whom, what was said before, and how well it was understood."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Model
from workbench.domain.speech.abilities import OptionKind, SpeakingAbilities, SpeechOption
from workbench.domain.speech.costs import speaking_estimate
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Take, TakeState
from workbench.domain.trouble import Trouble
from workbench.services.speech.comparison import Shown, compared
from workbench.services.speech.speaking import Check, SpeakingEvent, SpokenAdded, SpokenGone
from workbench.services.speech.takes import PartChanged, TakeChanged, TakesEvent
from workbench.ui.speech.library.model import with_part
from workbench.ui.speech.options import words as option_words
from workbench.ui.speech.options.choices import Offered, fitting, is_wrong
from workbench.ui.speech.options.model import FIRST as FIRST_HEARING
from workbench.ui.speech.options.ports import Targets
from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.history import History
from workbench.ui.speech.speaking.kept import Draft, read, written
from workbench.ui.speech.speaking.ports import Models, Player, Reuse, Speaking, Takes
from workbench.ui.support.models.target_models import TargetModels
from workbench.ui.support.tasks import TaskScope

FIRST = "@cf/deepgram/aura-2-en"
"""Who speaks at first, where the target has it."""
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """A check with its words laid beside the text; () until it is done."""

    check: Check
    words: tuple[Shown, ...] = ()


class SpeakingModel(QObject):
    """clock: Unix seconds.

    Signals: changed (text, model, options, whether it speaks), offer_changed, chosen_changed (another one of the history, or its
    checks), playing_changed, spoken (Spoken), used (Recording), saved (path as text), deleted (a tuple of Spoken), failed (Exception).
    """

    changed = Signal()
    offer_changed = Signal()
    chosen_changed = Signal()
    playing_changed = Signal()
    spoken = Signal(object)
    used = Signal(object)
    saved = Signal(str)
    deleted = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        speaking: Speaking,
        models: Models,
        targets: Targets,
        takes: Takes,
        reuse: Reuse,
        player: Player,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self._speaking = speaking
        self._models = models
        self._targets = targets
        self._takes = takes
        self._reuse = reuse
        self._player = player
        self._keep = keep
        self._clock = clock
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._tasks.busy_changed.connect(self.changed)
        self.voices = TargetModels(models.speaking, models.refresh, models.find, targets, self)
        self.hearers = TargetModels(models.hearing, models.refresh, models.find, targets, self)
        for models_there in (self.voices, self.hearers):
            models_there.changed.connect(self._models_came)
            models_there.failed.connect(self.failed)
        self.history = History(self)
        self.history.more_wanted.connect(self._read_more)
        self.draft: Draft = read(kept)
        self._typed: dict[str, str] = {}
        self.loaded = False
        self.trouble: Trouble | None = None
        """Why it was not spoken."""
        self.exchange_id = ""
        """Of the call that was made last."""
        self.history_trouble: Trouble | None = None
        """Why the history could not be read, or something not be done to it."""
        self.chosen: Spoken | None = None
        self.checks: tuple[Heard, ...] = ()
        """Of the chosen one, the oldest first."""
        self.check_trouble: Trouble | None = None
        self.playing_id = ""
        player.playing_changed.connect(self._playing_changed)
        player.failed.connect(self._playing_failed)
        self._leave = (speaking.on_change(self._happened), takes.on_change(self._heard_of))

    # what there is

    @property
    def text(self) -> str:
        return self.draft.text

    @property
    def model_id(self) -> str:
        """Who speaks; "" where there is none."""
        known = [model.id for model in self.voices.all]
        return self.draft.model or (FIRST if FIRST in known else next(iter(known), ""))

    @property
    def hearing_id(self) -> str:
        """Who checks; "" where there is none."""
        known = [model.id for model in self.hearers.all]
        return self.draft.hearing or (FIRST_HEARING if FIRST_HEARING in known else next(iter(known), ""))

    @property
    def abilities(self) -> SpeakingAbilities:
        return self._models.speaking_abilities(self.model_id)

    @property
    def offer(self) -> tuple[Offered, ...]:
        """The voice first, where there are any."""
        if not self.model_id:
            return ()
        able = self.abilities
        options = list(able.options)
        if able.voices and able.voice_option:
            options.insert(0, SpeechOption(able.voice_option, OptionKind.CHOICE, None, able.voices))
        return tuple(Offered(option) for option in options)

    @property
    def most_characters(self) -> int | None:
        return self.abilities.most_characters if self.model_id else None

    @property
    def estimate(self) -> float | None:
        """US dollars for the text; None where nobody knows."""
        return speaking_estimate(self._models.find(self.model_id), self.text) if self.model_id else None

    @property
    def speaking(self) -> bool:
        return self._tasks.running("speak")

    @property
    def loading(self) -> bool:
        return not self.loaded and self._tasks.running("history")

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with an option, by its name."""
        values = self.draft.values
        return {
            one.option.name: option_words.problem(one.option)
            for one in self.offer
            if one.option.name in self._typed
            or (one.option.name in values and is_wrong(one.option, values[one.option.name]))
        }

    @property
    def hindrance(self) -> str:
        """Why nothing can be spoken now, in a sentence; "" when it can."""
        if not self.model_id:
            return self.tr("This connection has no model that speaks.")
        if not self.text.strip():
            return self.tr("Write what is to be said.")
        most = self.most_characters
        if most is not None and len(self.text) > most:
            return self.tr("That is {0} more than the model takes.").format(len(self.text) - most)
        return next(iter(self.problems.values()), "")

    @property
    def checking(self) -> bool:
        """The chosen one is being heard, or is about to be."""
        return self._tasks.running("check") or any(not one.check.take.state.over for one in self.checks)

    def describe(self, model: Model) -> tuple[str, str]:
        """Price and facts of a model that speaks."""
        return words.price(model), " · ".join(words.able(model, self._models.speaking_abilities(model.id)))

    def describe_hearing(self, model: Model) -> tuple[str, str]:
        return option_words.price(model), ""

    # choosing

    @Slot()
    def load(self) -> None:
        """When the page is first shown, and after the history could not be read."""
        self.voices.refresh()
        self.hearers.refresh()
        self._learn()
        if not self.loaded:
            self._read_more()
        self.offer_changed.emit()

    def set_text(self, text: str) -> None:
        self._take(text=text)

    def set_model(self, model_id: str) -> None:
        self._take(model=model_id)
        self._learn()
        self.offer_changed.emit()

    def set_hearing(self, model_id: str) -> None:
        self._take(hearing=model_id)
        self.chosen_changed.emit()

    def set_checks(self, checks: bool) -> None:
        """Whether each text that is spoken is heard again at once."""
        self._take(checks=checks)

    def set_value(self, name: str, value: Any) -> None:
        """None, or the default, sends nothing."""
        option = next((one.option for one in self.offer if one.option.name == name), None)
        self._typed.pop(name, None)
        values = {key: one for key, one in self.draft.values.items() if key != name}
        if option is not None and value not in (None, "") and value != option.default:
            values[name] = value
        self._take(values=values)

    def type_number(self, name: str, text: str) -> None:
        number = option_words.read_number(text)
        if text.strip() and number is None:
            self._typed[name] = text
            self.changed.emit()
        else:
            self.set_value(name, number)

    # speaking

    @Slot()
    def speak(self) -> None:
        if not self.hindrance and not self.speaking:
            self.trouble = None
            self._tasks.start("speak", self._speak())
            self.changed.emit()

    @Slot()
    def stop(self) -> None:
        self._tasks.cancel("speak")
        self.changed.emit()

    def try_example(self, text: str) -> None:
        self.set_text(text)
        self.speak()

    # the history

    def choose(self, spoken_id: str) -> None:
        """Show this one, with its checks."""
        spoken = self.history.find(spoken_id)
        if spoken != self.chosen:
            self.chosen, self.checks, self.check_trouble = spoken, (), None
            self._tasks.cancel("checks")
            if spoken is not None:
                self._tasks.start("checks", self._read_checks(spoken))
            self.chosen_changed.emit()

    def toggle(self, spoken: Spoken) -> None:
        """Play it, or stop."""
        if self.playing_id == spoken.id and self._player.playing:
            self._player.pause()
            return
        if self.playing_id != spoken.id:
            self._player.open(self._speaking.path(spoken))
        self.playing_id = spoken.id
        self._player.play()

    @Slot(object)
    def play_new(self, spoken: Spoken) -> None:
        """What was just spoken, unasked: nothing is said where there is no device to play on."""
        if not self._player.trouble:
            self.toggle(spoken)

    def save(self, spoken: Spoken, path: Path) -> None:
        self._tasks.start(f"save/{spoken.id}", self._save(spoken, path))

    def delete(self, several: Sequence[Spoken]) -> None:
        """`restore` brings them back."""
        if several:
            self._tasks.start(f"delete/{several[0].id}", self._delete(tuple(several)))

    def restore(self, several: Sequence[Spoken]) -> None:
        ids = [one.id for one in several]
        self._tasks.start(f"restore/{ids[0]}", self._do(self._speaking.restore(ids)))

    def use(self, spoken: Spoken) -> None:
        """Take a copy among the recordings."""
        self._tasks.start(f"use/{spoken.id}", self._use(spoken))

    def say_again(self, spoken: Spoken) -> None:
        """Take over its text and everything it was spoken with."""
        self._typed.clear()
        self._take(text=spoken.text, model=spoken.model, values=dict(spoken.options))
        self._learn()
        self.offer_changed.emit()

    # checking

    @Slot()
    def check(self) -> None:
        """Have the chosen one heard again."""
        if self.chosen is not None and self.hearing_id and not self.checking:
            self._tasks.start("check", self._check(self.chosen))
            self.chosen_changed.emit()

    def stop_check(self, take_id: str) -> None:
        self._tasks.start(f"stop/{take_id}", self._do_check(self._takes.stop(take_id)))

    def resume_check(self, take_id: str) -> None:
        self._tasks.start(f"resume/{take_id}", self._do_check(self._takes.resume(take_id)))

    async def aclose(self) -> None:
        for leave in self._leave:
            leave()
        self._player.pause()
        await self.voices.aclose()
        await self.hearers.aclose()
        await self._tasks.aclose()

    # work

    async def _speak(self) -> None:
        model = self.model_id
        options = fitting(self.draft.values, [one.option for one in self.offer])
        exchange = Exchange(new_id(), self._clock())
        self.exchange_id = exchange.id
        try:
            spoken = await self._speaking.speak(
                self.text, model, options, target_id=self._targets.current.id, exchange=exchange
            )
        except WorkbenchError as error:
            self.exchange_id = exchange.id if exchange.method else ""
            self.trouble = Trouble.of(error)
        else:
            self.history.put(spoken)
            self.choose(spoken.id)
            self.spoken.emit(spoken)
            if self.draft.checks:
                self.check()

    @Slot()
    def _read_more(self) -> None:
        if not self._tasks.running("history"):
            self._tasks.start("history", self._read_history())

    async def _read_history(self) -> None:
        self.history_trouble = None
        last = self.history.all[-1].id if self.history.all and self.loaded else ""
        try:
            found = await self._speaking.all(_PAGE, last)
        except WorkbenchError as error:
            self.history_trouble = Trouble.of(error)
        else:
            self.history.append(found, complete=len(found) < _PAGE)
            self.loaded = True
            if self.chosen is None and self.history.all:
                self.choose(self.history.all[0].id)
        self.changed.emit()

    async def _save(self, spoken: Spoken, path: Path) -> None:
        try:
            await self._speaking.save_as(spoken, path)
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            self.saved.emit(str(path))

    async def _delete(self, several: tuple[Spoken, ...]) -> None:
        if self.playing_id in [one.id for one in several]:
            self._player.pause()
        try:
            await self._speaking.delete([one.id for one in several])
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            self.deleted.emit(several)

    async def _use(self, spoken: Spoken) -> None:
        try:
            recording = await self._reuse.as_recording(spoken)
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            self.used.emit(recording)

    async def _do(self, work: Any) -> None:
        try:
            await work
        except WorkbenchError as error:
            self.failed.emit(error)

    async def _do_check(self, work: Any) -> None:
        self.check_trouble = None
        try:
            await work
        except WorkbenchError as error:
            self.check_trouble = Trouble.of(error)
        self.chosen_changed.emit()

    async def _check(self, spoken: Spoken) -> None:
        self.check_trouble = None
        try:
            take = await self._speaking.check(spoken, self.hearing_id, {}, target_id=self._targets.current.id)
        except WorkbenchError as error:
            self.check_trouble = Trouble.of(error)
        else:
            if spoken == self.chosen and take.id not in [one.check.take.id for one in self.checks]:
                self.checks = (*self.checks, Heard(Check(take)))
        self.chosen_changed.emit()

    async def _read_checks(self, spoken: Spoken) -> None:
        try:
            found = await self._speaking.checks(spoken)
        except WorkbenchError:  # its file is gone: nothing was heard of it, and playing it says why
            found = ()
        heard = await asyncio.to_thread(lambda: tuple(_heard(check, spoken.text) for check in found))
        if spoken == self.chosen:
            begun = [one for one in self.checks if one.check.take.id not in [each.take.id for each in found]]
            self.checks = (*heard, *begun)
            self.chosen_changed.emit()

    def _learn(self) -> None:
        """Ask for the schema of a model of which little is known."""
        if self.model_id and not self.abilities.known:
            self._tasks.start("learn", self._learn_about(self.model_id, self.abilities))

    async def _learn_about(self, model_id: str, before: SpeakingAbilities) -> None:
        if await self._models.learn_speaking(model_id, self._targets.current.id) != before:
            self.offer_changed.emit()
            self.changed.emit()

    # what happens

    def _happened(self, event: SpeakingEvent) -> None:
        match event:
            case SpokenAdded(spoken):
                self.history.put(spoken)
            case SpokenGone(ids):
                row = self.history.row_of(self.chosen.id) if self.chosen else -1
                self.history.take_out(ids)
                if self.chosen is not None and self.chosen.id in ids:
                    left = self.history.all
                    self.choose(left[min(row, len(left) - 1)].id if left else "")
        self.changed.emit()

    def _heard_of(self, event: TakesEvent) -> None:
        match event:
            case TakeChanged(take) if self._is_check(take.id):
                if take.state is TakeState.DONE and self.chosen is not None:
                    self._tasks.start("checks", self._read_checks(self.chosen))
                self._put_check(take)
            case PartChanged(take_id, part) if self._is_check(take_id):
                known = next(one.check.take for one in self.checks if one.check.take.id == take_id)
                self._put_check(with_part(known, part))

    def _is_check(self, take_id: str) -> bool:
        return take_id in [one.check.take.id for one in self.checks]

    def _put_check(self, take: Take) -> None:
        self.checks = tuple(
            replace(one, check=replace(one.check, take=take)) if one.check.take.id == take.id else one
            for one in self.checks
        )
        self.chosen_changed.emit()

    def _playing_changed(self, playing: bool) -> None:
        self.playing_changed.emit()
        self.history.renew()

    def _playing_failed(self, error: Exception) -> None:
        self.failed.emit(error)

    @property
    def plays(self) -> str:
        """Id of what can be heard now; "" when nothing can."""
        return self.playing_id if self._player.playing else ""

    @Slot()
    def _models_came(self) -> None:
        self.offer_changed.emit()
        self.changed.emit()

    def _take(self, **changes: Any) -> None:
        self.draft = replace(self.draft, **changes)
        if self._keep is not None:
            self._keep(written(self.draft))
        self.changed.emit()


def _heard(check: Check, text: str) -> Heard:
    """With its words beside the text; seconds of work for an hour."""
    if check.words is None:
        return Heard(check)
    rows = compared((check.take,), text).rows
    return Heard(check, tuple(shown for row in rows for shown in row.cells[0]))
