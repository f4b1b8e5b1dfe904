"""The models that draw, as the picker lists them: what is known at once, then what the target tells."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.costs import estimated
from workbench.domain.images.fitting import fitted
from workbench.domain.images.settings import ImageSettings
from workbench.domain.model_filter import ModelFilter, narrowed
from workbench.domain.models import Model
from workbench.domain.trouble import Trouble
from workbench.ui.images.form.ports import FormDesk
from workbench.ui.support.tasks import TaskScope


class DrawingModels(QObject):
    """There is a list from the first moment. Signals: changed, failed (Exception)."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: FormDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._asked_for = ""
        self.loading = False
        self.trouble: Trouble | None = None
        """Why the target's own list did not come; the older one stays."""

    @property
    def favourites(self) -> tuple[str, ...]:
        return tuple(self._desk.catalogue.favourites)

    def found(self, text: str = "", *, favourites: bool = False, retired: bool = False) -> tuple[Model, ...]:
        """Those that have all the words, best first."""
        known = self._desk.catalogue.cached(self._desk.targets.current.id)
        wanted = ModelFilter(text=text, favourites=favourites, retired=retired)
        return narrowed((model for model in known if model.draws), wanted, frozenset(self.favourites))

    def find(self, model_id: str) -> Model:
        return self._desk.catalogue.find(model_id)

    def known(self, model_id: str) -> bool:
        """It is in the list, or what it takes is known."""
        listed = self._desk.catalogue.cached(self._desk.targets.current.id)
        return any(model.id == model_id for model in listed) or self.abilities_of(model_id).known

    def abilities_of(self, model_id: str) -> Abilities:
        return self._desk.abilities.of(model_id)

    def usual_price(self, model: Model) -> float | None:
        """US dollars for one picture with nothing set; None where it is not known."""
        abilities = self.abilities_of(model.id)
        return estimated(model, fitted(ImageSettings(), abilities).settings, abilities)

    def toggle_favourite(self, model_id: str) -> None:
        try:
            self._desk.catalogue.set_favourite(model_id, model_id not in self.favourites)
        except WorkbenchError as error:
            self.failed.emit(error)
        self.changed.emit()

    def refresh(self, *, again: bool = False) -> None:
        """Ask the target for its list, once for each target unless again."""
        target_id = self._desk.targets.current.id
        if again or target_id != self._asked_for:
            self._asked_for = target_id
            self.loading = True
            self.trouble = None
            self._tasks.start("models", self._refresh(target_id))
            self.changed.emit()

    async def finish(self) -> None:
        """Wait for the list that was asked for."""
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _refresh(self, target_id: str) -> None:
        try:
            await self._desk.catalogue.models(target_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        finally:
            self.loading = False
        self.changed.emit()
