"""What is asked of the models that embed, what that would come to, how far it is, and what is compared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, RunState
from workbench.domain.errors import WorkbenchError
from workbench.domain.models import short_name
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.embedding import sandbox_engine
from workbench.services.embeddings.planning import ModelPlan, plan
from workbench.services.embeddings.runs import RunAdded, RunChanged, RunGone, RunsEvent, RunsHalted
from workbench.services.embeddings.study import Column
from workbench.services.waiting import Hold
from workbench.ui.embeddings.model import EmbeddingsModel, PageId
from workbench.ui.embeddings.models.choices import Choices, first_choices, fits, fitting, read, written
from workbench.ui.embeddings.models.offered import OfferedModels
from workbench.ui.support.tasks import TaskScope

_SIMULATED = "simulated"
"""The engine of the sandbox that makes other vectors for each model."""
_SETTLE_S = 0.15
_SHOWN_ROWS = 1000
"""Of those that are cut or bad, so many are selected at once."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """columns: of each of its models, the key of the column that shows its vectors; "" where another run does, or there are none."""

    run: EmbeddingRun
    columns: tuple[str, ...]


class ModelsModel(QObject):
    """plans: what each choice will take, as far as that is reckoned. trouble: why the last wish was not carried out; halted: why
    nothing is called at all. on_sandbox: no model of a provider will answer.

    Signals: changed (what is chosen, and what it comes to), runs_changed (how far they are, and what is compared),
    deleted (EmbeddingRun), failed (Exception).
    """

    changed = Signal()
    runs_changed = Signal()
    deleted = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        parent: QObject | None = None,
        settle_s: float = _SETTLE_S,
    ) -> None:
        """kept: what an earlier run gave to keep. settle_s: nothing is reckoned before nothing has changed for so long."""
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._keep = keep
        self._settle_s = settle_s
        self._last_wish: tuple[str, Callable[[], Awaitable[object]]] | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.models = OfferedModels(desk.models, desk.targets, self)
        self.models.changed.connect(self._models_came)
        self.models.failed.connect(self.failed)
        self._by_target = read(kept)
        self._typed: dict[int, str] = {}
        self._runs: dict[str, EmbeddingRun] = {}
        self._plans: dict[ModelChoice, ModelPlan] = {}
        self._planned: list[object] | None = None
        self._planning: list[object] | None = None
        self.on_sandbox = False
        self.halted = desk.runs.trouble
        self.trouble: Trouble | None = None
        self.plan_trouble: Trouble | None = None
        self._leave = desk.runs.on_change(self._heard_of)
        shared.opened.connect(self._opened)
        shared.columns_changed.connect(self.runs_changed)

    async def aclose(self) -> None:
        self._leave()
        await self.models.aclose()
        await self._tasks.aclose()

    # what is chosen

    @property
    def choices(self) -> Choices:
        """Of the current target; small models until the user chooses."""
        kept = self._by_target.get(self._target_id)
        return first_choices(self.models.all) if kept is None else kept

    @property
    def wanted(self) -> Choices:
        """As they will be asked: with what each model has of its options, and each once."""
        return tuple(dict.fromkeys(fitting(each, self.models.abilities(each.model)) for each in self.choices))

    @property
    def problems(self) -> dict[int, str]:
        """What is wrong with what is typed, by the place of the choice."""
        found = {}
        for place, each in enumerate(self.choices):
            abilities = self.models.abilities(each.model)
            if abilities.shorter and place in self._typed:
                most = abilities.dimensions
                found[place] = (
                    self.tr("From 1 to {0}.").format(most) if most else self.tr("A whole number from 1.")
                )
        return found

    def is_double(self, place: int) -> bool:
        """It comes to the same as one before it, and is asked once."""
        as_asked = [fitting(each, self.models.abilities(each.model)) for each in self.choices[: place + 1]]
        return as_asked[place] in as_asked[:place]

    def plan_of(self, choice: ModelChoice) -> ModelPlan | None:
        """Of one that is chosen, as it will be asked; None while it is reckoned for the first time."""
        return self._plans.get(fitting(choice, self.models.abilities(choice.model)))

    @property
    def plans(self) -> tuple[ModelPlan, ...]:
        """Of all that is wanted; empty while one of them is not known."""
        found = [self._plans.get(each) for each in self.wanted]
        return tuple(each for each in found if each is not None) if None not in found else ()

    @property
    def planning(self) -> bool:
        return self._planning is not None

    @property
    def hindrance(self) -> str:
        """Why nothing can be embedded now, in a sentence; "" when it can."""
        if self.shared.study is None:
            return self.tr("Open a set of texts first.")
        if not self.choices:
            if self.models.loading:
                return self.tr("Asking the connection for its models…")
            return self.tr("Choose a model first.")
        if self.problems:
            return self.tr("Mend what is marked first.")
        if not self.shared.rows or any(not each.rows for each in self.plans):
            return self.tr("This set has no text.")
        if all(self._is_under_way(each) for each in self.wanted):
            return self.tr("These models are at work.")
        if self.plans and all(self._is_done(each) for each in self.plans):
            return self.tr("Every text has its vectors. Choose another model, or other options.")
        return ""

    # choosing

    @Slot()
    def load(self) -> None:
        """When it is first shown, and after a change of target."""
        targets = self._desk.targets
        self.on_sandbox = targets.current.can.sandbox and not targets.upstream_id
        self.halted = self._desk.runs.trouble
        self._typed.clear()
        self.models.refresh()
        self._learn()
        self._opened()

    def set_choices(self, choices: Sequence[ModelChoice]) -> None:
        """Exactly these, for the current target."""
        self._by_target[self._target_id] = tuple(choices)
        self._typed = {place: text for place, text in self._typed.items() if place < len(choices)}
        if self._keep is not None:
            self._keep(written(self._by_target))
        self._learn()
        self._plan()
        self.changed.emit()

    def toggle(self, model_id: str) -> None:
        """Add a model, or take it away with whatever options it has."""
        left = [each for each in self.choices if each.model != model_id]
        if len(left) == len(self.choices):
            left.append(ModelChoice(model_id))
        else:
            self._typed.clear()
        self.set_choices(left)

    def remove(self, place: int) -> None:
        self._typed.clear()
        self.set_choices([each for at, each in enumerate(self.choices) if at != place])

    def add_twin(self, place: int) -> None:
        """The same model once more, to be given other options."""
        choices = list(self.choices)
        choices.insert(place + 1, choices[place])
        self._typed.clear()
        self.set_choices(choices)

    def set_option(self, place: int, **options: Any) -> None:
        """See EmbeddingOptions."""
        choices = list(self.choices)
        choices[place] = replace(choices[place], options=replace(choices[place].options, **options))
        self.set_choices(choices)

    def type_dimensions(self, place: int, text: str) -> None:
        """As they are being typed; "" for all that the model has. What cannot be is told by `problems`."""
        number = int(text) if text.strip().isdecimal() else None
        choice = self.choices[place]
        abilities = self.models.abilities(choice.model)
        if text.strip() and (number is None or not fits(number, abilities)):
            self._typed[place] = text
            self.changed.emit()
            return
        self._typed.pop(place, None)
        self.set_option(place, dimensions=None if number == abilities.dimensions else number)

    # what came of it

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """Runs to be looked at, the newest first: those whose vectors are there to be compared, and those that did not end well."""
        return tuple(each for each in self._entries() if self._matters(each))

    @property
    def earlier(self) -> tuple[RunEntry, ...]:
        """The others: newer ones have taken their place."""
        return tuple(each for each in self._entries() if not self._matters(each))

    @property
    def brought(self) -> tuple[Column, ...]:
        """Vectors that were brought along."""
        return tuple(column for column in self.shared.columns if column.own is not None)

    def compared(self, key: str) -> bool:
        return any(column.key == key for column in self.shared.chosen)

    def is_elsewhere(self, run: EmbeddingRun) -> bool:
        """Another window is at it."""
        return not run.state.over and all(each.id != run.id for each in self._desk.runs.open)

    def held(self, run: EmbeddingRun, number: int) -> Hold | None:
        """Until when that model is left alone, and what is waited out."""
        return None if run.models[number].state.over else self._desk.runs.held(run, number)

    def title_of(self, run: EmbeddingRun, number: int) -> str:
        """The model's short name, with its options where another column has the same model."""
        return self.shared.title_of(Column("", run, number))

    def target_name(self, run: EmbeddingRun) -> str:
        """Of whom it asks."""
        try:
            return self._desk.targets.get(run.target).name if run.target else ""
        except WorkbenchError:
            return ""

    @property
    def simulated(self) -> tuple[str, ...]:
        """Short names of compared models in whose place the sandbox made vectors up."""
        return tuple(
            short_name(column.choice.model)
            for column in self.shared.chosen
            if column.model is not None and sandbox_engine(column.model.origin) == _SIMULATED
        )

    @property
    def alike(self) -> tuple[str, ...]:
        """Titles of compared columns for all of which one real model stood in: they cannot differ. Empty for fewer than two."""
        by_engine: dict[str, list[str]] = {}
        for column in self.shared.chosen:
            engine = sandbox_engine(column.model.origin) if column.model is not None else ""
            if engine not in ("", _SIMULATED) and column.choice.options.dimensions is None:
                by_engine.setdefault(engine, []).append(self.shared.title_of(column))
        return next((tuple(titles) for titles in by_engine.values() if len(titles) > 1), ())

    # doing

    @Slot()
    def embed(self) -> None:
        """Ask all that is wanted for vectors of the set that is open."""
        texts = self.shared.texts
        if texts is not None and not self.hindrance and not self._tasks.running("embed"):
            wanted, target_id = self.wanted, self._target_id
            self._try("embed", lambda: self._desk.runs.begin(texts.id, wanted, target_id=target_id))

    def stop(self, run_id: str) -> None:
        self._try(f"run/{run_id}", lambda: self._desk.runs.stop(run_id))

    def resume(self, run_id: str) -> None:
        """Ask for what has no vector; what is done is not asked for again."""
        self._try(f"run/{run_id}", lambda: self._desk.runs.resume(run_id))

    def delete(self, run_id: str) -> None:
        """Its vectors stay kept: whoever asks for them again pays nothing."""
        self._try(f"run/{run_id}", lambda: self._delete(run_id))

    def restore(self, run: EmbeddingRun) -> None:
        self._try(f"run/{run.id}", lambda: self._desk.runs.restore(run))

    def delete_own(self, own: OwnVectors) -> None:
        """There is no way back but to load them again."""
        self._try(f"own/{own.id}", lambda: self._delete_own(own))

    @Slot()
    def go_on(self) -> None:
        """After a halt."""
        self._try("go on", self._desk.runs.go_on)

    @Slot()
    def try_again(self) -> None:
        """What was wished last and was not carried out."""
        if self.trouble is not None and self._last_wish is not None:
            self._try(*self._last_wish)

    def show_rows(self, rows: Sequence[int]) -> None:
        """Select them among the texts."""
        self.shared.select(rows[:_SHOWN_ROWS])
        self.shared.show_page(PageId.TEXTS)

    @Slot()
    def plan_again(self) -> None:
        self._planned = self._planning = None
        self._plan()
        self.changed.emit()

    @property
    def _target_id(self) -> str:
        return self._desk.targets.current.id

    def _try(self, name: str, wish: Callable[[], Awaitable[object]]) -> None:
        self._last_wish = (name, wish)
        self._tasks.start(name, self._tried(wish))

    async def _tried(self, wish: Callable[[], Awaitable[object]]) -> None:
        self.trouble = None
        try:
            await wish()
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        self.changed.emit()

    async def _delete(self, run_id: str) -> None:
        run = self._runs.get(run_id)
        if run is None:
            return
        await self._desk.runs.delete(run_id)
        self.deleted.emit(run)

    async def _delete_own(self, own: OwnVectors) -> None:
        await self._desk.own.delete(own.id)
        self.shared.reload()

    # planning

    def _plan(self) -> None:
        """Reckon what is wanted would take, unless that is known or under way."""
        subject = self._subject()
        if subject is None:
            self._planned = self._planning = None
            self._tasks.cancel("plan")
        elif subject not in (self._planned, self._planning):
            self._planning = subject
            self._tasks.start("plan", self._reckon(subject))

    def _subject(self) -> list[object] | None:
        """All that the plans follow from."""
        texts, models, wanted = self.shared.texts, self.models, self.wanted
        if texts is None or not wanted:
            return None
        known = [(each, models.abilities(each.model), models.find(each.model).prices) for each in wanted]
        return [texts.id, self._target_id, known]

    async def _reckon(self, subject: list[object]) -> None:
        rows, wanted, target_id = self.shared.rows, self.wanted, self._target_id
        self.plan_trouble = None
        try:
            await asyncio.sleep(self._settle_s)
            texts = await asyncio.to_thread(lambda: [row.text for row in rows])
            plans = await plan(self._desk.calls, texts, wanted, target_id)
        except WorkbenchError as error:
            self.plan_trouble = Trouble.of(error)
        else:
            self._planned = subject
            self._plans = {each.choice: each for each in plans}
        finally:
            if self._planning is subject:
                self._planning = None
        self.changed.emit()

    def _learn(self) -> None:
        for each in self.choices:
            self.models.learn(each.model)

    def _is_done(self, plan: ModelPlan) -> bool:
        return plan.calls == 0 and any(
            model.state is RunState.DONE and not model.bad
            for run in self._runs.values()
            if run.target == self._target_id
            for model in run.models
            if model.choice == plan.choice
        )

    def _is_under_way(self, choice: ModelChoice) -> bool:
        return any(
            not model.state.over
            for run in self._runs.values()
            if run.target in ("", self._target_id)
            for model in run.models
            if model.choice == choice
        )

    # runs

    def _entries(self) -> list[RunEntry]:
        shown = {
            (column.run.id, column.number): column.key
            for column in self.shared.columns
            if column.run is not None
        }
        runs = sorted(self._runs.values(), key=lambda run: (run.created_at, run.id), reverse=True)
        return [
            RunEntry(run, tuple(shown.get((run.id, number), "") for number in range(len(run.models))))
            for run in runs
        ]

    def _matters(self, entry: RunEntry) -> bool:
        run = entry.run
        if any(entry.columns) or not run.state.over:
            return True
        newer = {
            (other.target, model.choice)
            for other in self._runs.values()
            if (other.created_at, other.id) > (run.created_at, run.id)
            for model in other.models
        }
        return any((run.target, model.choice) not in newer for model in run.models)

    @Slot()
    def _opened(self) -> None:
        """Another set is open, or the target is another one."""
        texts = self.shared.texts
        if texts is None or any(run.text_set_id != texts.id for run in self._runs.values()):
            self._runs.clear()
        self._plans.clear()
        self._planned = self._planning = None
        self.trouble = self.plan_trouble = None
        if texts is None:
            self._tasks.cancel("runs")
        else:
            self._tasks.start("runs", self._look_for_runs(texts.id))
        self._plan()
        self.changed.emit()
        self.runs_changed.emit()

    async def _look_for_runs(self, set_id: str) -> None:
        try:
            found = await self._desk.runs.of(set_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            self._runs = {run.id: run for run in found}
        self.changed.emit()
        self.runs_changed.emit()

    def _heard_of(self, event: RunsEvent) -> None:
        set_id = self.shared.texts.id if self.shared.texts is not None else ""
        match event:
            case RunAdded(run) | RunChanged(run) if run.text_set_id == set_id:
                before = self._runs.get(run.id)
                self._runs[run.id] = run
                if run.state.over and (before is None or not before.state.over):
                    self.plan_again()  # more is kept now
                elif before is None or before.state is not run.state:
                    self.changed.emit()
                self.runs_changed.emit()
            case RunGone(run_id) if run_id in self._runs:
                del self._runs[run_id]
                self.changed.emit()
                self.runs_changed.emit()
            case RunsHalted(trouble):
                self.halted = trouble
                self.changed.emit()
            case _:
                pass

    @Slot()
    def _models_came(self) -> None:
        self._learn()
        self._plan()
        self.changed.emit()
