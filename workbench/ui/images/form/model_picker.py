"""The popup models are chosen in: one to draw alone, or several to compare."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.images.form.drawing_models import DrawingModels
from workbench.ui.images.form.model_rows import ModelDelegate, badges
from workbench.ui.images.form.words import facts_text, price_text
from workbench.ui.support import figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.models.popup import ModelPopup
from workbench.ui.support.models.rows import ModelEntry, ModelRows
from workbench.ui.support.models.view import ModelView
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow

_SIZE = QSize(560, 460)
_LEAST = 260


class ModelPicker(ModelPopup):
    """Arrows move, Enter takes one alone, Ctrl+Enter adds or removes one, Ctrl+D marks a favourite, Escape closes.

    Signals: chosen (id: it alone), toggled (id).
    """

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(self, models: DrawingModels, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Choose models"), parent)
        self._models = models
        self._current: tuple[str, ...] = ()
        self._many = False
        self.rows = ModelRows(self)
        self.list = ModelView(self.rows)
        self.delegate = ModelDelegate(theme, self.list)
        self.list.setItemDelegate(self.delegate)
        self.favourites = button(" " + self.tr("Favourites"))
        self.retired = button(self.tr("With retired"))
        self._name = TextLabel(theme, weight=SEMIBOLD)
        self._facts = TextLabel(theme, size=CAPTION + 1, role="muted", wrap=True)
        self._build()
        self._connect()
        follow(self, theme, self._dress)

    def open(self, anchor: QWidget, chosen: tuple[str, ...], *, many: bool = False) -> None:
        """Show it at anchor. many: Enter or a click adds to what is chosen, or removes it."""
        self._current, self._many = chosen, many
        self.field.clear()
        self._models.refresh()
        self._show()
        row = self.rows.row_of(chosen)
        self.list.setCurrentIndex(self.rows.index(max(0, row)))
        self.show_at(anchor, _SIZE, _LEAST)

    def show_chosen(self, chosen: tuple[str, ...]) -> None:
        """While it is open others may be chosen."""
        self._current = chosen
        self._show()

    def key(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        entry = self._under_cursor()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if entry is not None:
                    self._take(entry.model.id, alone=not control and not self._many)
            case Qt.Key.Key_D if control:
                if entry is not None:
                    self._models.toggle_favourite(entry.model.id)
            case _:
                return self.list.moves(event)
        return True

    def _build(self) -> None:
        for flag in (self.favourites, self.retired):
            flag.setCheckable(True)
            flag.setProperty("kind", "segment")
        set_icon(self.favourites, self._theme, "star", "muted", 14)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.field, 1)
        top.addWidget(self.favourites)
        top.addWidget(self.retired)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, RELATED, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addLayout(self.foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._show)
        self.favourites.toggled.connect(self._show)
        self.retired.toggled.connect(self._show)
        self.list.selectionModel().currentChanged.connect(self._tell)
        self.rows.modelReset.connect(self._first)
        self.delegate.box_clicked.connect(self.toggled)
        self.delegate.name_clicked.connect(self._clicked)
        self.delegate.star_clicked.connect(self._models.toggle_favourite)
        self.again_wanted.connect(self._ask_again)
        self._models.changed.connect(self._show_if_open)

    def _dress(self) -> None:
        self.setStyleSheet(self.ground() + "QPushButton { padding: 3px 8px; }")

    def _under_cursor(self) -> ModelEntry | None:
        return self.rows.at(self.list.currentIndex())

    def _show_if_open(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        models = self._models
        text = self.field.text().strip()
        found = models.found(text, favourites=self.favourites.isChecked(), retired=self.retired.isChecked())
        stars = frozenset(models.favourites)
        entries = [self._entry(model, stars) for model in found]
        if typed := self._typed_id(text, found):
            entries.append(self._entry(models.find(typed), stars, typed=True))
        self.rows.show(entries)
        self._tell()
        self._show_status(len(found))

    def _entry(self, model: Model, stars: frozenset[str], *, typed: bool = False) -> ModelEntry:
        abilities = self._models.abilities_of(model.id)
        facts = facts_text(abilities)
        return ModelEntry(
            model,
            price_text(self._models.usual_price(model)),
            badges=badges(abilities),
            told=facts,
            tip="\n".join((model.id, *facts)),
            chosen=model.id in self._current,
            favourite=model.id in stars,
            typed=typed,
        )

    def _typed_id(self, text: str, found: tuple[Model, ...]) -> str:
        """What was typed, where it may be the id of a model that the list does not have."""
        like_an_id = text and not any(char.isspace() for char in text)
        return text if like_an_id and "/" in text and all(model.id != text for model in found) else ""

    def _show_status(self, count: int) -> None:
        trouble = self._models.trouble
        if self._models.loading:
            text = self.tr("Asking the connection for its own list…")
        elif trouble is not None:
            text = self.tr("The connection's own list did not come: {0}").format(trouble.what)
        elif not count:
            text = self.tr("No model matches.")
        elif self._many:
            text = self.tr("Enter adds or removes it.")
        else:
            text = self.tr(
                "Enter takes it alone, Ctrl+Enter adds it to compare, Ctrl+D makes it a favourite."
            )
        self.say(text, "warn" if trouble is not None else "")

    def _ask_again(self) -> None:
        self._models.refresh(again=True)

    def _first(self) -> None:
        self.list.setCurrentIndex(self.rows.index(0))

    def _tell(self) -> None:
        entry = self._under_cursor()
        self._name.setVisible(entry is not None)
        self._facts.setVisible(entry is not None)
        if entry is None:
            return
        model = entry.model
        self._name.setText(model.id)
        parts = [model.description, *entry.told]
        parts += [f"{figures.usd(price.usd)} {price.unit}" for price in model.prices if price.usd]
        if model.deprecated:
            parts.insert(0, self.tr("Retired; use {0}.").format(model.replacement or self.tr("another one")))
        self._facts.setText(" · ".join(part for part in parts if part))

    def _clicked(self, model_id: str) -> None:
        self._take(model_id, alone=not self._many)

    def _take(self, model_id: str, *, alone: bool) -> None:
        if alone:
            self.close()
            self.chosen.emit(model_id)
        else:
            self.toggled.emit(model_id)
