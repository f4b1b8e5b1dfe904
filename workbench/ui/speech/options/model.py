"""What is asked of the models that hear, what that would come to, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.trouble import Trouble
from workbench.services.speech.takes import HearingHalted, TakePreparing, TakesEvent
from workbench.ui.speech.options import words
from workbench.ui.speech.options.choices import Offered, fitting, is_wrong, offered, read, written
from workbench.ui.speech.options.outlook import Outlook, outlook
from workbench.ui.speech.options.ports import HearingModels, Takes, Targets
from workbench.ui.support.models.target_models import TargetModels
from workbench.ui.support.tasks import TaskScope

FIRST = "@cf/openai/whisper-large-v3-turbo"
"""What is chosen at first, where the target has it."""
LEAST_PART_S, MOST_PART_S = 5.0, 1800.0
_LEAST_SELECTION_S = 0.05


class OptionsModel(QObject):
    """Whoever shows a recording tells so with `show`, at each change of it and of its takes.

    Signals: changed (what is chosen, and what it comes to), offer_changed (which options there are), progress_changed,
    started (Take), failed (Exception).
    """

    changed = Signal()
    offer_changed = Signal()
    progress_changed = Signal()
    started = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        models: HearingModels,
        targets: Targets,
        takes: Takes,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self._models = models
        self._targets = targets
        self._takes = takes
        self._keep = keep
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.models = TargetModels(models.hearing, models.refresh, models.find, targets, self)
        self.models.changed.connect(self._models_came)
        self.models.failed.connect(self.failed)
        self._choices = read(kept)
        self._typed: dict[str, str] = {}
        self._speeds: dict[str, float] = {}
        self._begun: set[str] = set()
        self.recording: Recording | None = None
        self.takes: tuple[Take, ...] = ()
        self.take_id = ""
        self.selection: tuple[float, float] | None = None
        self._only_selection = False
        self.preparing: dict[str, float] = {}
        """How much of a recording is decoded, 0–1, by the id of the take that waits for it."""
        self.halted: Trouble | None = takes.trouble
        """Why nothing is called at all."""
        self.trouble: Trouble | None = None
        """Why the last wish was not carried out."""
        self._leave = takes.on_change(self._heard_of)

    # what is chosen

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the models; empty where there is none to choose."""
        if self._choices.models:
            return self._choices.models
        known = [model.id for model in self.models.all]
        return (FIRST,) if FIRST in known else tuple(known[:1])

    @property
    def values(self) -> dict[str, Any]:
        return dict(self._choices.values)

    @property
    def most_s(self) -> float:
        """Of a part, as wished; 0 for what suits the model."""
        return self._choices.most_s

    @property
    def offer(self) -> tuple[Offered, ...]:
        return offered(self._abilities())

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of those that all chosen models can be told; () for any."""
        told = [able.languages for able in self._abilities().values() if able.languages]
        return tuple(code for code in told[0] if all(code in one for one in told)) if told else ()

    @property
    def only_selection(self) -> bool:
        return self._only_selection and self.selection is not None

    @property
    def span(self) -> tuple[float, float] | None:
        """What would be heard; None for all of it."""
        return self.selection if self.only_selection else None

    @property
    def seconds(self) -> float:
        """Of what would be heard."""
        if self.span is not None:
            return self.span[1] - self.span[0]
        return self.recording.seconds if self.recording else 0.0

    @property
    def outlooks(self) -> tuple[Outlook, ...]:
        """For each chosen model; empty while it is not known how long the recording is."""
        if not self.seconds:
            return ()
        return tuple(
            outlook(self._models.find(id), able, self.seconds, self.most_s, self._speeds.get(id))
            for id, able in self._abilities().items()
        )

    @property
    def hindrance(self) -> str:
        """Why nothing can be transcribed now, in a sentence; "" when it can."""
        recording = self.recording
        if recording is None:
            return self.tr("Choose a recording first.")
        if recording.missing:
            return self.tr("The file of this recording is not found. Tell where it is now.")
        if recording.changed:
            return self.tr("The file of this recording has changed. Add it as a new one.")
        if not self.chosen:
            return self.tr("This connection has no model that hears.")
        return next(iter(self.problems.values()), "")

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with what is typed, by the option's name; "most_s" for the length of a part."""
        found = {}
        for one in self.offer:
            name = one.option.name
            if name in self._typed or (
                name in self._choices.values and is_wrong(one.option, self._choices.values[name])
            ):
                found[name] = words.problem(one.option)
        if "most_s" in self._typed:
            found["most_s"] = self.tr("From {0} to {1} seconds.").format(int(LEAST_PART_S), int(MOST_PART_S))
        return found

    def fitting(self, model_id: str) -> dict[str, Any]:
        """What would be sent to a model: what it has of what is chosen."""
        return fitting(self._choices.values, self._models.hearing_abilities(model_id).options)

    def describe(self, model: Model) -> tuple[str, str]:
        """Price and facts of a model, as the picker shows them."""
        return words.price(model), " · ".join(words.facts(model, self._models.hearing_abilities(model.id)))

    # choosing

    @Slot()
    def load(self) -> None:
        """When it is first shown, and after a change of target."""
        self.models.refresh()
        self._learn()
        self.offer_changed.emit()
        self.changed.emit()

    def set_models(self, ids: Sequence[str]) -> None:
        self._take(models=tuple(ids))
        self._learn()
        self.offer_changed.emit()

    def toggle_model(self, model_id: str) -> None:
        """Add it, or take it away; one always stays."""
        chosen = self.chosen
        others = tuple(one for one in chosen if one != model_id)
        self.set_models((others or chosen) if model_id in chosen else (*chosen, model_id))

    def set_value(self, name: str, value: Any) -> None:
        """None, or the default, sends nothing."""
        option = next((one.option for one in self.offer if one.option.name == name), None)
        self._typed.pop(name, None)
        values = {key: one for key, one in self._choices.values.items() if key != name}
        if option is not None and value is not None and value != "" and value != (option.default or False):
            values[name] = value
        elif option is not None and value is False and option.default is True:
            values[name] = False
        self._take(values=values)

    def type_number(self, name: str, text: str) -> None:
        """As it is being typed; what is no number is told by `problems`."""
        number = words.read_number(text)
        if text.strip() and number is None:
            self._typed[name] = text
            self.changed.emit()
        else:
            self.set_value(name, number)

    def type_most_s(self, text: str) -> None:
        """The longest part in seconds; "" for what suits the model."""
        number = words.read_number(text)
        if text.strip() and (number is None or not LEAST_PART_S <= number <= MOST_PART_S):
            self._typed["most_s"] = text
            self.changed.emit()
        else:
            self._typed.pop("most_s", None)
            self._take(most_s=number or 0.0)

    def set_only_selection(self, only: bool) -> None:
        self._only_selection = only
        self.changed.emit()

    # what is shown elsewhere

    def show(self, recording: Recording | None, takes: Sequence[Take] = (), take_id: str = "") -> None:
        """This recording is open, with these takes, of which one may be open, too."""
        other = (recording.id if recording else "") != (self.recording.id if self.recording else "")
        if other:
            self.selection, self._only_selection, self.trouble = None, False, None
        changed = other or recording != self.recording
        self.recording, self.takes, self.take_id = recording, tuple(takes), take_id
        for take in takes:
            self._note_speed(take)
        if changed:
            self.changed.emit()
        self.progress_changed.emit()

    def set_selection(self, span: tuple[float, float] | None) -> None:
        """What is selected in the waveform, in seconds."""
        if span is not None and span[1] - span[0] < _LEAST_SELECTION_S:
            span = None
        if span != self.selection:
            self.selection = span
            self.changed.emit()

    @property
    def followed(self) -> tuple[Take, ...]:
        """Takes of the recording whose progress is shown: all that are not done, those begun just now, and the open one."""
        return tuple(
            take
            for take in self.takes
            if take.state is not TakeState.DONE or take.id in self._begun or take.id == self.take_id
        )

    # doing

    @Slot()
    def transcribe(self) -> None:
        """A take for each chosen model."""
        if not self.hindrance and not self._tasks.running("transcribe"):
            self.trouble = None
            self._begun.clear()
            self._tasks.start("transcribe", self._transcribe())

    def stop(self, take_id: str) -> None:
        self._tasks.start(f"stop/{take_id}", self._try(self._takes.stop(take_id)))

    def resume(self, take_id: str) -> None:
        """Hear what failed or was stopped; what is done is not heard again."""
        self._tasks.start(f"resume/{take_id}", self._try(self._takes.resume(take_id)))

    def retry_part(self, take_id: str, number: int) -> None:
        self._tasks.start(f"part/{take_id}/{number}", self._try(self._takes.retry_part(take_id, number)))

    @Slot()
    def go_on(self) -> None:
        """After a halt."""
        self._tasks.start("go on", self._try(self._takes.go_on()))

    async def aclose(self) -> None:
        self._leave()
        await self.models.aclose()
        await self._tasks.aclose()

    async def _transcribe(self) -> None:
        recording = self.recording
        if recording is None:
            return
        span, target_id = self.span, self._targets.current.id
        for id in self.chosen:
            try:
                take = await self._takes.transcribe(
                    recording.id, id, self.fitting(id), span=span, target_id=target_id, most_s=self.most_s
                )
            except WorkbenchError as error:
                self.trouble = Trouble.of(error)
                break
            self._begun.add(take.id)
            self.started.emit(take)
        self.changed.emit()
        self.progress_changed.emit()

    async def _try(self, work: Any) -> None:
        self.trouble = None
        try:
            await work
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self.changed.emit()

    def _abilities(self) -> dict[str, HearingAbilities]:
        return {id: self._models.hearing_abilities(id) for id in self.chosen}

    def _take(self, **changes: Any) -> None:
        self._choices = replace(self._choices, **changes)
        if self._keep is not None:
            self._keep(written(self._choices))
        self.changed.emit()

    def _learn(self) -> None:
        """Ask for the schema of a model of which little is known."""
        for id, able in self._abilities().items():
            if not able.known:
                self._tasks.start(f"learn/{id}", self._learn_about(id, able))

    async def _learn_about(self, model_id: str, before: HearingAbilities) -> None:
        if await self._models.learn_hearing(model_id, self._targets.current.id) != before:
            self.offer_changed.emit()
            self.changed.emit()

    def _note_speed(self, take: Take) -> None:
        if take.state is TakeState.DONE and take.took_ms:
            heard = sum(part.seconds for part in take.parts if part.took_ms is not None)
            self._speeds[take.model] = heard / (take.took_ms / 1000)

    def _heard_of(self, event: TakesEvent) -> None:
        match event:
            case TakePreparing(take_id, share):
                if share < 1:
                    self.preparing[take_id] = share
                else:
                    self.preparing.pop(take_id, None)
                self.progress_changed.emit()
            case HearingHalted(trouble):
                self.halted = trouble
                self.changed.emit()

    @Slot()
    def _models_came(self) -> None:
        self.offer_changed.emit()
        self.changed.emit()
