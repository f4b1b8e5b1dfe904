"""How a picture was made: prompt, model, settings; and what an imported file says besides."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.recipe import Recipe
from workbench.ui.images.details.rows import FactRows
from workbench.ui.images.facts import Fact, settings_of
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow

_LONG, _LINES = 300, 6
_AS_HIGH_AS_NEEDED = 16_777_215  # QWIDGETSIZE_MAX


class MadeWith(QWidget):
    """Signals: prompt_copied (text), settings_wanted (all of them, on the clipboard)."""

    prompt_copied = Signal(str)
    settings_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.prompt = Passage(theme, self.tr("Prompt"), self)
        self.negative = Passage(theme, self.tr("Negative prompt"), self)
        self.said = Passage(theme, self.tr("What the model said"), self)
        self.settings = FactRows(theme, self)
        self.leftovers = FactRows(theme, self)
        self._heading = QWidget(self)
        self.copy = small(IconButton(theme, "braces", self.tr("Copy all settings as JSON"), self))
        self.recipe = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self._aside = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        row = QHBoxLayout(self._heading)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(TextLabel(theme, self.tr("Settings"), self._heading, weight=SEMIBOLD), 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        passages = (self.prompt, self.negative, self.said)
        for widget in (*passages, self._heading, self.settings, self.recipe, self._aside, self.leftovers):
            column.addWidget(widget)
        self.copy.clicked.connect(self.settings_wanted)
        for passage in passages:
            passage.copied.connect(self.prompt_copied)
        self.show_recipe(None)

    def show_image(self, image: GalleryImage | None) -> None:
        """None: several are selected, or none."""
        self.setVisible(image is not None)
        if image is None:
            return
        self.prompt.set_text(image.settings.prompt)
        self.negative.set_text(image.settings.negative_prompt)
        self.said.set_text(image.said)
        facts = [Fact("model", self.tr("Model"), image.model, image.model)] if image.model else []
        facts += settings_of(image)
        if image.settings.source:
            words = self.tr("a picture, with a mask") if image.settings.mask else self.tr("a picture")
            facts.append(Fact("source", self.tr("Started from"), words, image.settings.source, plain=False))
        if image.settings.references:
            number = len(image.settings.references)
            words = self.tr("1 picture") if number == 1 else self.tr("{0} pictures").format(number)
            copied = "\n".join(image.settings.references)
            facts.append(Fact("references", self.tr("References"), words, copied, plain=False))
        self.settings.show_facts(facts)
        self._heading.setVisible(bool(facts))
        if image.origin is not Origin.IMPORTED:
            self.show_recipe(None)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """What the file of an imported picture says; None hides it."""
        self.recipe.setVisible(recipe is not None)
        leftovers = recipe.leftovers if recipe is not None else ()
        if recipe is not None:
            self.recipe.setText(self.tr("Read from the file, written by {0}").format(recipe.made_by))
        self._aside.setText(self.tr("There is no field for these here:"))
        self._aside.setVisible(bool(leftovers))
        self.leftovers.show_facts([Fact(name, name, value, value) for name, value in leftovers])


class Passage(QWidget):
    """A text of several lines with its name and a button that copies it; hidden while it is empty. Of a long one the beginning is
    shown, so that what stands below is not far away. Signals: copied (text).
    """

    copied = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = TextLabel(theme, "", self, wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(name)
        self.copy = small(IconButton(theme, "copy", self.tr("Copy {0}").format(name), self))
        self.more = button("", "quiet", self)
        self.more.setCheckable(True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(TextLabel(theme, name, self, weight=SEMIBOLD), 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self.text)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        self.copy.clicked.connect(self._copy)
        self.more.toggled.connect(self._fold)
        self.hide()
        follow(self, theme, self._fold)

    def set_text(self, text: str) -> None:
        if text != self.text.text():
            self.text.setText(text)
            self.more.setChecked(False)
            self._fold()
        self.setVisible(bool(text))

    @Slot()
    def _fold(self) -> None:
        text, whole = self.text.text(), self.more.isChecked()
        long = len(text) > _LONG or text.count("\n") > _LINES
        self.more.setVisible(long)
        self.more.setText(self.tr("Show less") if whole else self.tr("Show all of it"))
        line = ceil(QFontMetricsF(self._theme.font()).lineSpacing())  # as QLabel lays lines out
        self.text.setMaximumHeight(_LINES * line if long and not whole else _AS_HIGH_AS_NEEDED)

    @Slot()
    def _copy(self) -> None:
        self.copied.emit(self.text.text())
