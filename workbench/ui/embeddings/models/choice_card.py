"""One model that is chosen: what is known of it, its options, and what it will take."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.models import Model
from workbench.services.embeddings.planning import ModelPlan
from workbench.ui.embeddings.models import words
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.forms import Field, Segments, Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme
from workbench.ui.support.tooltips import as_tip


class ChoiceCard(QFrame):
    """Signals: removed, twin_wanted, option_chosen (its name, value), dimensions_typed (text), rows_wanted (those that are cut)."""

    removed = Signal()
    twin_wanted = Signal()
    option_chosen = Signal(str, object)
    dimensions_typed = Signal(str)
    rows_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._abilities: EmbeddingAbilities | None = None
        self._cut: Sequence[int] = ()
        self.fields: dict[str, Field] = {}
        self.setProperty("kind", "card")
        self.name = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.options = small(IconButton(theme, "sliders-horizontal", self.tr("Options"), self))
        self.options.setCheckable(True)
        self.remove = small(IconButton(theme, "x", self.tr("Remove"), self))
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.body = QWidget(self)
        self.twin = button(self.tr("Same model, other options"), "quiet", self.body)
        set_icon(self.twin, theme, "copy-plus", "muted", 14)
        self.double = TextLabel(
            theme,
            self.tr("The same as above, so it is asked once. Choose another option."),
            self,
            size=CAPTION,
            role="warn",
            wrap=True,
        )
        self.plan = TextLabel(theme, "", self, size=CAPTION, wrap=True)
        self.cut = TextLabel(theme, "", self, size=CAPTION, role="warn", wrap=True)
        self.show_cut = button(self.tr("Show"), "quiet", self)
        self.show_cut.setToolTip(self.tr("Select these texts on the page “Texts”"))
        self._lay_out()
        self.options.toggled.connect(self._fold)
        self.remove.clicked.connect(self.removed)
        self.twin.clicked.connect(self.twin_wanted)
        self.show_cut.clicked.connect(self._want_rows)

    def show_choice(
        self,
        choice: ModelChoice,
        model: Model,
        abilities: EmbeddingAbilities,
        plan: ModelPlan | None,
        *,
        planning: bool = False,
        free: bool = False,
        problem: str = "",
        double: bool = False,
    ) -> None:
        """plan: None where it is not known. free: nobody charges for it. problem: with the dimensions that are typed."""
        self.name.setText(model.short_name)
        self.name.setToolTip(
            as_tip("\n".join(part for part in (model.id, model.description, model.note) if part))
        )
        self.setAccessibleName(model.short_name)
        self.remove.set_text(self.tr("Remove {0}").format(model.short_name))
        self.options.set_text(self.tr("Options of {0}").format(model.short_name))
        told = (words.facts(model, abilities), words.price(model))
        self.facts.setText(" · ".join(part for part in told if part))
        if abilities != self._abilities:
            self._abilities = abilities
            self._make_fields(abilities)
        self._show_options(choice, abilities, problem)
        self.double.setVisible(double)
        self.plan.setText(
            words.plan(plan, free=free) if plan else self.tr("Reckoning what it takes…") if planning else ""
        )
        self.plan.setVisible(bool(self.plan.text()) and not double)
        self._cut = plan.cut if plan is not None and not double else ()
        self.cut.setText(words.cut(plan, abilities) if plan is not None and self._cut else "")
        for widget in (self.cut, self.show_cut):
            widget.setVisible(bool(self._cut))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.name, 1)
        head.addWidget(self.options)
        head.addWidget(self.remove)
        cut = QHBoxLayout()
        cut.setSpacing(GRID)
        cut.addWidget(self.cut, 1)
        cut.addWidget(self.show_cut, 0, Qt.AlignmentFlag.AlignTop)
        self._fields = QVBoxLayout()
        self._fields.setSpacing(INSIDE)
        body = QVBoxLayout(self.body)
        body.setContentsMargins(0, GRID, 0, GRID)
        body.setSpacing(INSIDE)
        body.addLayout(self._fields)
        body.addWidget(self.twin, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.body)
        column.addWidget(self.double)
        column.addWidget(self.plan)
        column.addLayout(cut)

    def _make_fields(self, abilities: EmbeddingAbilities) -> None:
        """Only for what the model has."""
        for field in self.fields.values():
            self._fields.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields.clear()
        if len(abilities.poolings) > 1:
            label = self.tr("Pooling")
            pooling = Segments(label, [(each, each) for each in abilities.poolings])
            pooling.chosen.connect(self._pool)
            self._add("pooling", label, self.tr("How the vectors of a text’s tokens become one."), pooling)
        if abilities.shorter:
            line = _line(self.tr("Dimensions"))
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            if abilities.dimensions:
                line.setPlaceholderText(figures.count(abilities.dimensions))
            line.textEdited.connect(self.dimensions_typed)
            self._add(
                "dimensions",
                self.tr("Dimensions"),
                self.tr("Fewer take less room and tell a little less."),
                line,
            )
        if abilities.queries or abilities.instruction:
            switch = Switch(self._theme, self.tr("These texts are queries"))
            switch.clicked.connect(self._ask_as_queries)
            help_text = self.tr("This model embeds queries otherwise than what they look for.")
            self._add("query", self.tr("These texts are queries"), help_text, switch)
        if abilities.instruction:
            line = _line(self.tr("Before queries"))
            line.setPlaceholderText(self.tr("Find texts that answer the question"))
            line.textEdited.connect(self._instruct)
            help_text = self.tr(
                "Put before queries, also those you type at “Neighbours”; other texts stay as they are."
            )
            self._add("instruction", self.tr("Before queries"), help_text, line)
        self.options.setVisible(bool(self.fields))
        self.body.setVisible(bool(self.fields) and self.options.isChecked())

    def _add(self, name: str, label: str, help_text: str, control: QWidget) -> None:
        field = Field(self._theme, label, help_text, control)
        field.reset_wanted.connect(lambda: self._reset(name))
        self.fields[name] = field
        self._fields.addWidget(field)

    def _show_options(self, choice: ModelChoice, abilities: EmbeddingAbilities, problem: str) -> None:
        options = choice.options
        pooling = abilities.poolings[0] if abilities.poolings else ""
        for name, field in self.fields.items():
            value = getattr(options, name)
            match field.control:
                case Segments() as segments:
                    segments.set_value(value or pooling)
                case Switch() as switch:
                    switch.setChecked(bool(value))
                case QLineEdit() as line if not line.hasFocus():
                    line.setText("" if value is None else str(value))
            mine = problem if name == "dimensions" else ""
            field.show_problem(mine)
            usual = value in ("", None, False) or (name == "pooling" and value == pooling)
            field.show_default(usual and not mine)
        if any(getattr(options, name) not in ("", None, False) for name in self.fields) or problem:
            self.options.set_icon("sliders-horizontal", "accent")
        else:
            self.options.set_icon("sliders-horizontal", "muted")

    @Slot(bool)
    def _fold(self, shown: bool) -> None:
        self.body.setVisible(shown and bool(self.fields))

    @Slot(str)
    def _pool(self, pooling: str) -> None:
        self.option_chosen.emit("pooling", pooling)

    @Slot(bool)
    def _ask_as_queries(self, on: bool) -> None:
        self.option_chosen.emit("query", on)

    @Slot(str)
    def _instruct(self, text: str) -> None:
        self.option_chosen.emit("instruction", text)

    def _reset(self, name: str) -> None:
        control = self.fields[name].control
        if isinstance(control, QLineEdit):
            control.clear()
        if name == "dimensions":
            self.dimensions_typed.emit("")
        else:
            self.option_chosen.emit(name, False if name == "query" else "")

    @Slot()
    def _want_rows(self) -> None:
        self.rows_wanted.emit(self._cut)


def _line(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    return line
