"""The models that draw, as the picker lists them: what is known at once, then what the target tells."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.costs import estimated
from workbench.domain.images.fitting import fitted
from workbench.domain.images.settings import ImageSettings
from workbench.domain.model_filter import ModelFilter, narrowed
from workbench.domain.models import Model
from workbench.ui.images.form.ports import FormDesk
from workbench.ui.support.models.target_models import TargetModels


class DrawingModels(TargetModels):
    def __init__(self, desk: FormDesk, parent: QObject | None = None) -> None:
        super().__init__(self._drawing, desk.catalogue.models, desk.catalogue.find, desk.targets, parent)
        self._desk = desk

    @property
    def favourites(self) -> tuple[str, ...]:
        return tuple(self._desk.catalogue.favourites)

    def found(self, text: str = "", *, favourites: bool = False, retired: bool = False) -> tuple[Model, ...]:
        """Those that have all the words, best first."""
        wanted = ModelFilter(text=text, favourites=favourites, retired=retired)
        return narrowed(self.all, wanted, frozenset(self.favourites))

    def known(self, model_id: str) -> bool:
        """It is in the list, or what it takes is known."""
        listed = self._desk.catalogue.cached(self.target_id)
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

    def _drawing(self, target_id: str) -> tuple[Model, ...]:
        return tuple(model for model in self._desk.catalogue.cached(target_id) if model.draws)
