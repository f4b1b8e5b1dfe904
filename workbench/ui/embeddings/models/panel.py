"""The right side of the tab: which models are asked, what that takes, how far they are, and which vectors are compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.runs import EmbeddingRun
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.models import words
from workbench.ui.embeddings.models.choice_card import ChoiceCard
from workbench.ui.embeddings.models.model import ModelsModel, RunEntry
from workbench.ui.embeddings.models.note import Note
from workbench.ui.embeddings.models.own_card import OwnCard
from workbench.ui.embeddings.models.picker import ModelPicker
from workbench.ui.embeddings.models.run_card import RunCard
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import ask
from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox


class ModelsPanel(Ground):
    """Ctrl+Enter embeds, Ctrl+M opens the list of models. clock: Unix seconds."""

    def __init__(
        self,
        theme: Theme,
        model: ModelsModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(theme, "left", "surface", parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._clock = clock
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._picker: ModelPicker | None = None
        self.cards: list[ChoiceCard] = []
        self.runs: dict[str, RunCard] = {}
        self.brought: dict[str, OwnCard] = {}
        self.setAccessibleName(self.tr("Models and vectors"))
        self._make()
        self._lay_out()
        self._connect()
        self._show()
        self._show_runs()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def focus(self) -> None:
        self.embed.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self) -> None:
        """Open the list of models."""
        if self._picker is None:
            self._picker = ModelPicker(self._theme, self.model.models, self)
            self._picker.toggled.connect(self.model.toggle)
        self._picker.open(self.add, self._chosen_ids)

    def _make(self) -> None:
        theme = self._theme
        self.halted = TroubleBox(theme, retry=self.tr("Go on"))
        self._heading = TextLabel(theme, self.tr("Models"), weight=SEMIBOLD)
        self.add = QToolButton()
        self.add.setText(self.tr("Choose"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setToolTip(self.tr("Choose one or several models to compare (Ctrl+M)"))
        set_icon(self.add, theme, "plus", "muted", 14)
        self.none = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.sandbox = Note(theme)
        self.alike = Note(theme, "triangle-alert", "warn")
        self.plan_trouble = TroubleBox(theme)
        self._vectors = TextLabel(theme, self.tr("Vectors"), weight=SEMIBOLD)
        self._vectors_help = TextLabel(
            theme, self.tr("What is ticked is compared on all pages."), size=CAPTION, role="muted", wrap=True
        )
        self._earlier_body = QWidget()
        self.earlier = Section(theme, "", self._earlier_body)
        self.trouble = TroubleBox(theme)
        self.total = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.memory = TextLabel(theme, "", size=CAPTION, role="warn", wrap=True)
        self.embed = button(self.tr("Embed"), "primary")
        self.embed.setToolTip(self.tr("Make vectors of all texts (Ctrl+Enter)"))
        self.hindrance = Hindrance(theme, self.embed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.add)
        self._cards = _column(INSIDE)
        self._runs = _column(INSIDE)
        self._brought = _column(INSIDE)
        self._earlier = QVBoxLayout(self._earlier_body)
        self._earlier.setContentsMargins(0, 0, 0, 0)
        self._earlier.setSpacing(INSIDE)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(INSIDE)
        column.addWidget(self.halted)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addLayout(self._cards)
        column.addWidget(self.sandbox)
        column.addWidget(self.plan_trouble)
        column.addSpacing(INSIDE)
        column.addWidget(self._vectors)
        column.addWidget(self._vectors_help)
        column.addWidget(self.alike)
        column.addLayout(self._runs)
        column.addLayout(self._brought)
        column.addWidget(self.earlier)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scrolled(inner), 1)
        layout.addWidget(self._foot())

    def _foot(self) -> QWidget:
        foot = Ground(self._theme, "top", "surface", self)
        column = QVBoxLayout(foot)
        column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        column.setSpacing(INSIDE)
        for widget in (self.trouble, self.total, self.memory, self.hindrance, self.embed):
            column.addWidget(widget)
        return foot

    def _connect(self) -> None:
        model = self.model
        self.add.clicked.connect(self.choose)
        self.embed.clicked.connect(model.embed)
        self.halted.retry_wanted.connect(model.go_on)
        self.trouble.retry_wanted.connect(model.try_again)
        self.plan_trouble.retry_wanted.connect(model.plan_again)
        for box in (self.halted, self.trouble, self.plan_trouble):
            box.connection_wanted.connect(model.shared.connection_wanted)
        model.changed.connect(self._show)
        model.runs_changed.connect(self._show_runs)
        model.deleted.connect(self._tell_deleted)
        # From anywhere on the page: while the panel is in sight, it has the primary action.
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, model.embed)
        QShortcut(QKeySequence("Ctrl+M"), self, self.choose)

    @property
    def _chosen_ids(self) -> list[str]:
        return [each.model for each in self.model.choices]

    @Slot()
    def _show(self) -> None:
        model = self.model
        choices = model.choices
        self._show_cards()
        self.add.setText(self.tr("Compare") if choices else self.tr("Choose"))
        self.none.setText(self._nothing_chosen())
        self.none.setVisible(not choices)
        self.sandbox.say(self._about_sandbox() if choices else "")
        self.plan_trouble.show_trouble(model.plan_trouble)
        hindrance = model.hindrance
        plans = model.plans if not hindrance else ()
        reckoning = self.tr("Reckoning…") if model.planning else ""
        self.total.setText(words.total(plans, free=model.on_sandbox) or reckoning)
        self.total.setVisible(bool(self.total.text()))
        self.memory.setText(words.memory(plans))
        self.memory.setVisible(bool(self.memory.text()))
        self.hindrance.say(hindrance, wrong=bool(model.problems))
        many = len(model.wanted)
        self.embed.setText(self.tr("Embed with {0} models").format(many) if many > 1 else self.tr("Embed"))
        self.trouble.show_trouble(model.trouble)
        self.halted.show_trouble(model.halted)
        if self._picker is not None and self._picker.isVisible():
            self._picker.show_chosen(self._chosen_ids)

    def _show_cards(self) -> None:
        model, choices = self.model, self.model.choices
        while len(self.cards) > len(choices):
            _drop(self._cards, self.cards.pop())
        while len(self.cards) < len(choices):
            self._put_card(len(self.cards))
        problems = model.problems
        for place, (card, choice) in enumerate(zip(self.cards, choices, strict=True)):
            card.show_choice(
                choice,
                model.models.find(choice.model),
                model.models.abilities(choice.model),
                model.plan_of(choice),
                planning=model.planning,
                free=model.on_sandbox,
                problem=problems.get(place, ""),
                double=model.is_double(place),
            )

    def _put_card(self, place: int) -> ChoiceCard:
        card, cards, model = ChoiceCard(self._theme, self), self.cards, self.model
        card.removed.connect(lambda: self._remove(card))
        card.twin_wanted.connect(lambda: self._add_twin(card))
        card.option_chosen.connect(lambda name, value: model.set_option(cards.index(card), **{name: value}))
        card.dimensions_typed.connect(lambda text: model.type_dimensions(cards.index(card), text))
        card.rows_wanted.connect(model.show_rows)
        cards.insert(place, card)
        self._cards.insertWidget(place, card)
        return card

    def _remove(self, card: ChoiceCard) -> None:
        """The others stay as they are, unfolded or not."""
        place = self.cards.index(card)
        _drop(self._cards, self.cards.pop(place))
        self.model.remove(place)

    def _add_twin(self, card: ChoiceCard) -> None:
        """Its options are what comes next."""
        place = self.cards.index(card)
        twin = self._put_card(place + 1)
        self.model.add_twin(place)
        twin.options.setChecked(True)
        twin.options.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_runs(self) -> None:
        """Cards of what is gone go; the others stay, and with them where the keyboard is."""
        entries, earlier, brought = self.model.entries, self.model.earlier, self.model.brought
        ids = {entry.run.id for entry in (*entries, *earlier)}
        for id in [id for id in self.runs if id not in ids]:
            self._drop_run(self.runs.pop(id))
        for layout, shown in ((self._runs, entries), (self._earlier, earlier)):
            for at, entry in enumerate(shown):
                self._put(layout, at, entry)
        self._show_brought(brought)
        there = bool(entries or brought)
        self._vectors.setVisible(there or bool(earlier))
        self._vectors_help.setVisible(there)
        self.earlier.set_title(self.tr("Earlier runs: {0}").format(len(earlier)))
        self.earlier.setVisible(bool(earlier))
        self.alike.say(self._about_alike())

    def _drop_run(self, card: RunCard) -> None:
        _drop(self._earlier if self._earlier.indexOf(card) >= 0 else self._runs, card)

    def _put(self, layout: QVBoxLayout, at: int, entry: RunEntry) -> None:
        card = self.runs.get(entry.run.id)
        if card is None:
            card = self.runs[entry.run.id] = RunCard(self._theme, self.model, entry, self, clock=self._clock)
        else:
            card.show_entry(entry)
        if layout.indexOf(card) != at:
            layout.insertWidget(at, card)

    def _show_brought(self, columns: Sequence[Column]) -> None:
        keys = [column.key for column in columns]
        for key in [key for key in self.brought if key not in keys]:
            _drop(self._brought, self.brought.pop(key))
        for column in columns:
            if column.own is not None and column.key not in self.brought:
                self.brought[column.key] = self._own_card(column.key, column.own)
            self.brought[column.key].box.setChecked(self.model.compared(column.key))

    def _own_card(self, key: str, own: OwnVectors) -> OwnCard:
        card = OwnCard(self._theme, own, len(self.model.shared.rows), self)
        card.compare_wanted.connect(lambda on: self.model.shared.compare(key, on))
        card.delete_wanted.connect(lambda: self._tasks.start("delete", self._delete(own)))
        self._brought.addWidget(card)
        return card

    async def _delete(self, own: OwnVectors) -> None:
        """There is no way back, so it is asked."""
        agreed = await ask(
            self,
            self.tr("Delete the vectors “{0}”?").format(own.name),
            self.tr("The file they came from stays; they can be loaded from it again."),
            accept=self.tr("Delete"),
            dangerous=True,
        )
        if agreed:
            self.model.delete_own(own)

    @Slot(object)
    def _tell_deleted(self, run: EmbeddingRun) -> None:
        text = self.tr("Run deleted. Its vectors are kept for whoever asks again.")
        self._notifier.undo(text, lambda: self.model.restore(run), key="embeddings/run")

    def _nothing_chosen(self) -> str:
        models = self.model.models
        if models.trouble is not None:
            return words.trouble(models.trouble)
        if models.loading:
            return self.tr("Asking the connection for its models…")
        return self.tr("No embedding model is known of this connection. Choose one by its id.")

    def _about_sandbox(self) -> str:
        """Said before anything is asked."""
        if not self.model.on_sandbox:
            return ""
        return self.tr("The sandbox answers: nothing is charged, and the models named here are not asked.")

    def _about_alike(self) -> str:
        """What the vectors that are compared cannot tell."""
        model = self.model
        if len(model.alike) > 1:
            names = ", ".join(words.ltr(name) for name in model.alike)
            return self.tr(
                "In the sandbox one real model, all-MiniLM-L6-v2, stands in for every other: {0} have equal vectors."
                " To tell these models apart, connect an account or a server."
            ).format(names)
        if model.simulated:
            return self.tr(
                "The sandbox has made these vectors up from words and letters, without any meaning. They say nothing about"
                " the models named here. Connect an account or a server, or install the extra “engines” for one real model."
            )
        return ""


def _column(spacing: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(spacing)
    return column


def _drop(layout: QVBoxLayout, widget: QWidget) -> None:
    """Take it out and delete it."""
    layout.removeWidget(widget)
    widget.hide()
    widget.deleteLater()
