"""The options of the chosen models: the usual ones at once, the others folded, and to be searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.speech.options import words
from workbench.ui.speech.options.choices import Offered
from workbench.ui.speech.options.option_field import OptionField
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import RELATED, Theme

_MANY = 6


class OptionForm(QWidget):
    """Signals: edited (name, value; None for the default), typed (name, text of a number)."""

    edited = Signal(str, object)
    typed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Sequence[Offered] | None = None
        self._languages: tuple[str, ...] = ()
        self.fields: dict[str, OptionField] = {}
        folded = QWidget()
        self.search = SearchField(self.tr("Search options"), folded)
        self.search.textChanged.connect(self._filter)
        self._usual, self._others = QVBoxLayout(), QVBoxLayout()
        inner = QVBoxLayout(folded)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(RELATED)
        inner.addWidget(self.search)
        inner.addLayout(self._others)
        self.more = Section(theme, self.tr("More options"), folded)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(RELATED)
        column.addLayout(self._usual)
        column.addWidget(self.more)
        for layout in (self._usual, self._others):
            layout.setSpacing(RELATED)

    def show_offer(self, offer: Sequence[Offered], languages: tuple[str, ...] = ()) -> None:
        """languages: codes that can be named, () for any."""
        if (offer, languages) == (self._shown, self._languages):
            return
        self._shown, self._languages = offer, languages
        self.fields = {}
        emptied(self._usual)
        emptied(self._others)
        usual = [one for name in words.USUAL for one in offer if one.option.name == name]
        others = [one for one in offer if one not in usual]
        for layout, several in ((self._usual, usual), (self._others, others)):
            for one in several:
                layout.addWidget(self._field(one, languages))
        self.more.setVisible(bool(others))
        self.more.set_title(self.tr("More options ({0})").format(len(others)))
        self.search.setVisible(len(others) > _MANY)
        self.search.clear()

    def show_values(self, values: Mapping[str, Any], problems: Mapping[str, str]) -> None:
        for name, field in self.fields.items():
            field.set_value(values.get(name), problems.get(name, ""))

    def _field(self, one: Offered, languages: tuple[str, ...]) -> OptionField:
        name = one.option.name
        field = OptionField(self._theme, one.option, languages=languages, missing=one.missing, parent=self)
        field.edited.connect(lambda value: self.edited.emit(name, value))
        field.typed.connect(lambda text: self.typed.emit(name, text))
        self.fields[name] = field
        return field

    @Slot(str)
    def _filter(self, text: str) -> None:
        for name, field in self.fields.items():
            if name not in words.USUAL:
                field.setVisible(field.matches(text) or text.casefold() in name)
