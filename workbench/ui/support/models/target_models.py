"""The models of one kind that the current target has: what is known at once, then what the target tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.models import Model
from workbench.domain.targets import Target
from workbench.domain.trouble import Trouble
from workbench.ui.support.search_words import has_words
from workbench.ui.support.tasks import TaskScope


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...


class TargetModels(QObject):
    """There is a list from the first moment. Signals: changed, failed (Exception)."""

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        of: Callable[[str], Sequence[Model]],
        ask: Callable[[str], Awaitable[object]],
        find: Callable[[str], Model],
        targets: Targets,
        parent: QObject | None = None,
    ) -> None:
        """of: those of the kind that a target is known to have. ask: for the target's own list; may raise a WorkbenchError."""
        super().__init__(parent)
        self._of = of
        self._ask = ask
        self._find = find
        self._targets = targets
        self._asked_for = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.loading = False
        self.trouble: Trouble | None = None
        """Why the target's own list did not come; the older one stays."""

    @property
    def target_id(self) -> str:
        return self._targets.current.id

    @property
    def all(self) -> tuple[Model, ...]:
        """Those that can be chosen; retired ones come last."""
        return tuple(sorted(self._of(self.target_id), key=lambda model: model.deprecated))

    def found(self, text: str) -> tuple[Model, ...]:
        """Those with all of these words in their ids."""
        return tuple(model for model in self.all if has_words(model.id, text))

    def find(self, model_id: str) -> Model:
        """Of any kind; one that no list has is known=False."""
        return self._find(model_id)

    def refresh(self, *, again: bool = False) -> None:
        """Ask the target for its list, once for each target unless again."""
        target_id = self.target_id
        if again or target_id != self._asked_for:
            self._asked_for = target_id
            self.loading, self.trouble = True, None
            self._tasks.start("models", self._refresh(target_id))
            self.changed.emit()

    async def finish(self) -> None:
        """Wait for what was asked for."""
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _refresh(self, target_id: str) -> None:
        try:
            await self._ask(target_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        finally:
            self.loading = False
        self.changed.emit()
