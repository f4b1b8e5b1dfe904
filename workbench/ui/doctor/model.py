"""The doctor: one run of its checks over a connection, and what to do about the first that fails."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import Failure, WorkbenchError
from workbench.domain.models import short_name
from workbench.domain.targets import Target
from workbench.services.doctor import Check, CheckState, first_failure
from workbench.ui.support.notify import Notifier
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.tasks import TaskScope


class Examiner(Protocol):
    """services.doctor.Doctor."""

    def run(self, target_id: str = "", model: str = "") -> AsyncGenerator[Check, None]: ...


class Stage(Enum):
    """Where the run is. STOPPED: by the user. BROKEN: it could not go on; see DoctorModel.error."""

    READY = auto()
    RUNNING = auto()
    DONE = auto()
    STOPPED = auto()
    BROKEN = auto()


class FixKind(Enum):
    CONNECTION = auto()
    MODEL = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Fix:
    """A button that mends a failed check. model: the one to use instead, "" to let the user choose."""

    kind: FixKind
    label: str
    model: str = ""


_PASSING = frozenset(
    {Failure.TIMEOUT, Failure.CUT, Failure.RATE_LIMITED, Failure.NO_CAPACITY, Failure.SERVER, Failure.DNS}
)
_OF_THE_MODEL = frozenset(
    {Failure.MODEL_NOT_FOUND, Failure.MODEL_RETIRED, Failure.MODEL_PAID_ONLY, Failure.LICENCE}
)
_OF_THE_CONNECTION = frozenset(
    {
        Failure.NOT_CONFIGURED,
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.GATEWAY_NOT_FOUND,
        Failure.NOT_FOUND,
        Failure.CONNECT,
        Failure.TLS,
    }
)
_STEPS_OF_THE_CONNECTION = frozenset(
    {"configured", "dns", "port", "tls", "token", "account", "permission", "gateway", "gateway-token"}
)


class DoctorModel(QObject):
    """Signals: changed (checks, stage or target), connection_wanted (target id), model_wanted (model id, or "").

    The window answers the last two: it opens that connection's form, or lets the user choose a model.
    """

    changed = Signal()
    connection_wanted = Signal(str)
    model_wanted = Signal(str)

    def __init__(
        self, doctor: Examiner, targets: TargetsModel, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._doctor = doctor
        self._targets = targets
        self._target_id = ""
        self._examined: Target | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self.checks: tuple[Check, ...] = ()
        self.stage = Stage.READY
        self.error: WorkbenchError | None = None
        targets.changed.connect(self.changed)
        targets.current_changed.connect(self._current_changed)

    @property
    def targets(self) -> tuple[Target, ...]:
        return self._targets.targets

    @property
    def target(self) -> Target:
        """The one that is, or will be, examined: the chosen one, else the current one."""
        found = (one for one in self._targets.targets if one.id == self._target_id)
        return next(found, self._targets.current)

    @property
    def failed(self) -> Check | None:
        """The first check that failed."""
        return first_failure(list(self.checks))

    @property
    def warnings(self) -> int:
        return sum(check.state is CheckState.WARNING for check in self.checks)

    @property
    def total_ms(self) -> float:
        return sum(check.ms or 0 for check in self.checks)

    def choose(self, target_id: str) -> None:
        """Examine this one from now on; what was found about another goes."""
        if target_id != self.target.id:
            self._tasks.cancel("run")
            self._target_id = target_id
            self._forget()

    def run(self) -> None:
        """Check from the start."""
        self.checks, self.error = (), None
        self._examined = self.target
        self._set_stage(Stage.RUNNING)
        self._tasks.start("run", self._run(self._examined.id))

    def run_for(self, target_id: str) -> None:
        """Examine this connection now."""
        self.choose(target_id)
        self.run()

    def cancel(self) -> None:
        if self.stage is Stage.RUNNING:
            self._tasks.cancel("run")
            self._set_stage(Stage.STOPPED)

    def fix_for(self, check: Check) -> Fix | None:
        """The button beside a failed check or a warning, where there is one that helps."""
        if check.state not in (CheckState.FAILED, CheckState.WARNING):
            return None
        editable = (self._examined or self.target).can.editable
        if check.replacement:
            name = short_name(check.replacement)
            return Fix(FixKind.MODEL, self.tr("Use {0}").format(name), check.replacement)
        if check.failure in _OF_THE_MODEL or check.name == "model":
            return Fix(FixKind.MODEL, self.tr("Choose a model"))
        if check.failure in _PASSING:
            return Fix(FixKind.AGAIN, self.tr("Try again"))
        if editable and (check.failure in _OF_THE_CONNECTION or check.name in _STEPS_OF_THE_CONNECTION):
            return Fix(FixKind.CONNECTION, self.tr("Open the connection"))
        return Fix(FixKind.AGAIN, self.tr("Try again")) if check.failure in _OF_THE_CONNECTION else None

    def apply(self, fix: Fix) -> None:
        match fix.kind:
            case FixKind.CONNECTION:
                self.connection_wanted.emit((self._examined or self.target).id)
            case FixKind.MODEL:
                self.model_wanted.emit(fix.model)
            case FixKind.AGAIN:
                self.run()

    def report(self) -> str:
        """All that was found, as plain text to pass on; it has no secrets in it."""
        target = self._examined or self.target
        lines = [self.tr("Doctor: {0}").format(target.name)]
        for check in self.checks:
            time = f" ({check.ms:.0f} ms)" if check.ms is not None else ""
            lines.append(f"[{check.state.value}] {check.label}{time}")
            lines += [f"    {part}" for part in (check.what, check.why, check.fix) if part]
        return "\n".join(lines) + "\n"

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _run(self, target_id: str) -> None:
        try:
            async with aclosing(self._doctor.run(target_id)) as checks:
                async for check in checks:
                    self.checks = (*self.checks, check)
                    self.changed.emit()
        except WorkbenchError as error:
            self.error = error
            self._set_stage(Stage.BROKEN)
            return
        self._set_stage(Stage.DONE)
        self._targets.refresh(target_id)

    def _set_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    def _forget(self) -> None:
        self.checks, self.error, self._examined = (), None, None
        self._set_stage(Stage.READY)

    @Slot(object)
    def _current_changed(self, target: Target) -> None:
        """Follow the window to another connection, unless a run would be lost."""
        if self.stage is not Stage.RUNNING and (self._examined is None or self._examined.id != target.id):
            self._target_id = target.id
            self._forget()
