"""The models of one kind that the current target has: what is known at once, then what the target tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.models import Model
from workbench.domain.trouble import Trouble
from workbench.ui.speech.options.ports import KnownModels, Targets
from workbench.ui.support.tasks import TaskScope


class ModelList(QObject):
    """of: those of the kind that a target is known to have. Signals: changed, failed (Exception)."""

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        of: Callable[[str], Sequence[Model]],
        known: KnownModels,
        targets: Targets,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._of = of
        self._known = known
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
        known = self._of(self.target_id)
        return tuple(sorted(known, key=lambda model: model.deprecated))

    def found(self, text: str) -> tuple[Model, ...]:
        """Those with all of these words in their ids."""
        words = text.casefold().split()
        return tuple(model for model in self.all if all(word in model.id.casefold() for word in words))

    def find(self, model_id: str) -> Model:
        return self._known.find(model_id)

    def refresh(self, *, again: bool = False) -> None:
        """Ask the target for its list, once for each target unless again."""
        target_id = self.target_id
        if again or target_id != self._asked_for:
            self._asked_for = target_id
            self.loading, self.trouble = True, None
            self._tasks.start("models", self._refresh(target_id))
            self.changed.emit()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _refresh(self, target_id: str) -> None:
        try:
            await self._known.refresh(target_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        finally:
            self.loading = False
        self.changed.emit()
