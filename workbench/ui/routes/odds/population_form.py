"""The form that describes who sends requests to the route: what they carry, how long they are, how the models behave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.services.route_odds import Behaviour, LogNormal
from workbench.ui.routes.odds.model import DESCRIBED_BY, Asked, OddsModel
from workbench.ui.routes.odds.numbers import Number, Spread, caption
from workbench.ui.routes.odds.shares import Shares
from workbench.ui.routes.proof.requests import shown_value, typed_value
from workbench.ui.routes.words import field_words, provider_name
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.figures import price
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme

_MOST = 16
"""Fields, and models, that have a place in the form; more can be described in the file."""
_STATUSES = (429, 500)
"""Proposed for how a model fails."""


class _Uncut(QWidget):
    """Inside a scroll area a field may not be lower than it wants to be, which its style would allow."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        least = super().minimumSizeHint()
        return least if layout is None else QSize(least.width(), layout.totalSizeHint().height())


class PopulationForm(QScrollArea):
    """Shows what an OddsModel says of the population, and takes edits to it."""

    def __init__(self, theme: Theme, model: OddsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("QScrollArea, QWidget#inner { background: transparent; }")
        self.by_log = button(self.tr("Describe by the log"), "", self)
        set_icon(self.by_log, theme, "history", "muted")
        self.by_log.setToolTip(
            self.tr("Describe requests by the last {0} that the local gateway logged").format(DESCRIBED_BY)
        )
        self.kinds = _Notice(theme, self)
        self.broken = _Notice(theme, self)
        self.requests = Number(self.tr("Requests per hour"), parent=self, decimals=2)
        self.prompt = Spread(theme, self.tr("Prompt tokens"), "", self)
        self.output = Spread(theme, self.tr("Answer tokens"), "", self)
        self.fields: dict[str, Shares] = {}
        self.users: dict[str, Number] = {}
        self.models: dict[str, ModelForm] = {}
        self._shape: object = None
        self._beyond = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        self._fields = QVBoxLayout()
        self._users = QVBoxLayout()
        self._models = QVBoxLayout()
        self.setWidget(self._built())
        self._connect()
        self._show()

    def focus_first(self) -> None:
        first = next(iter(self.fields.values()), None)
        (first.rows[0][1] if first is not None else self.requests).setFocus()

    def _built(self) -> QWidget:
        inner = _Uncut()
        inner.setObjectName("inner")
        column = QVBoxLayout(inner)
        column.setContentsMargins(RELATED, GRID, RELATED, PADDING)
        column.setSpacing(RELATED)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        title = TextLabel(self._theme, self.tr("Requests"), inner, weight=SEMIBOLD)
        title.setMinimumHeight(self._theme.px(28))
        top.addWidget(title, 1)
        top.addWidget(self.by_log)
        column.addLayout(top)
        column.addWidget(self.broken)
        column.addWidget(self.kinds)
        for layout in (self._fields, self._users, self._models):
            layout.setSpacing(RELATED)
        column.addLayout(self._fields)
        column.addWidget(self.prompt)
        column.addWidget(self.output)
        many = QVBoxLayout()
        many.setSpacing(GRID)
        many.addWidget(_title(self._theme, self.tr("Requests per hour"), self.requests, inner))
        many.addWidget(self.requests)
        column.addLayout(many)
        column.addLayout(self._users)
        column.addLayout(self._models)
        column.addWidget(self._beyond)
        column.addStretch(1)
        return inner

    def _connect(self) -> None:
        model = self._model
        self.by_log.clicked.connect(model.describe_by_log)
        self.kinds.act.clicked.connect(model.by_hand)
        self.broken.act.clicked.connect(model.start_over)
        self.requests.valueChanged.connect(model.set_requests)
        self.prompt.changed.connect(model.set_prompt)
        self.output.changed.connect(model.set_output)
        model.population_changed.connect(self._show)

    @Slot()
    def _show(self) -> None:
        model, population = self._model, self._model.population
        fields = dict(list(model.fields.items())[:_MOST])
        keys, models = model.keys[:_MOST], model.models
        beyond, models = max(0, len(models) - _MOST), models[:_MOST]
        shape = (tuple(fields), keys, tuple((one.key, one.provider, one.model) for one in models))
        if shape != self._shape:
            self._shape = shape
            self._rebuild(tuple(fields), keys, models)
        for name, values in fields.items():
            self.fields[name].show_shares(population.fields.get(name, ()), values)
        for key, number in self.users.items():
            number.show_value(population.users_of(key))
        for one in models:
            self.models[one.key].show_model(one)
        self.requests.show_value(population.requests_per_hour)
        self.prompt.show_lengths(population.prompt)
        self.output.show_lengths(population.output)
        self._beyond.setText(
            self.tr(
                "More models can be described in the route’s file, at workbench.population: %n.", "", beyond
            )
        )
        self._beyond.setVisible(beyond > 0)
        self._show_notices()

    def _show_notices(self) -> None:
        model = self._model
        self.by_log.setVisible(model.can_describe)
        self.by_log.setEnabled(not model.describing)
        self.by_log.setText(
            self.tr("Reading the log…") if model.describing else self.tr("Describe by the log")
        )
        kinds = len(model.population.segments)
        words = self.tr(
            "Kinds of requests, as the log has them: %n. What they say of a field goes before what stands below.",
            "",
            kinds,
        )
        self.kinds.say(words if kinds else "", self.tr("Describe by hand"))
        problem = model.population_problem
        words = "" if problem is None else " ".join(part for part in (problem.what, problem.fix) if part)
        self.broken.say(words, self.tr("Start over"), "bad")

    def _rebuild(self, fields: tuple[str, ...], keys: tuple[str, ...], models: tuple[Asked, ...]) -> None:
        for layout in (self._fields, self._users, self._models):
            emptied(layout)
        self.fields, self.users, self.models = {}, {}, {}
        for name in fields:
            plain = name.startswith("headers.")
            read: Callable[[str], Any] = str if plain else typed_value
            write: Callable[[Any], str] = str if plain else shown_value
            table = Shares(self._theme, field_words(name), read, write, self)
            table.changed.connect(partial(self._model.set_field, name))
            self.fields[name] = table
            self._fields.addWidget(self._group(field_words(name), name, table))
        for key in keys:
            words = self.tr("Different values of {0}").format(field_words(key))
            number = Number(words, parent=self)
            number.setSpecialValueText(self.tr("nobody says"))
            number.valueChanged.connect(partial(self._take_users, key))
            self.users[key] = number
            self._users.addWidget(self._group(words, key, number))
        for one in models:
            form = ModelForm(self._theme, self._model, one, self)
            self.models[one.key] = form
            self._models.addWidget(form)

    def _group(self, title: str, field: str, inner: QWidget) -> QWidget:
        group = QWidget(self)
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        label = _title(self._theme, title, inner, group)
        label.setToolTip(field)
        column.addWidget(label)
        column.addWidget(inner)
        return group

    def _take_users(self, key: str, many: float) -> None:
        self._model.set_users(key, round(many))


class ModelForm(QFrame):
    """How one model behaves, for each try."""

    def __init__(self, theme: Theme, model: OddsModel, asked: Asked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model, self._asked = theme, model, asked
        self.setProperty("kind", "card")
        name = ElidedLabel(theme, asked.model, self, weight=SEMIBOLD, size=BODY)
        self.price = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.failures = Shares(
            theme,
            self.tr("{0} fails").format(asked.model),
            _status,
            str,
            self,
            hint=self.tr("status"),
            rest=False,
        )
        self.timeouts = Number(
            self.tr("{0}: never answers").format(asked.model), "%", self, decimals=2, most=100
        )
        self.timeouts.setToolTip(
            self.tr("Of a hundred tries, so many bring no first byte before the time-out")
        )
        self.first_byte = Spread(theme, "", "ms", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        column.setSpacing(GRID)
        column.addWidget(name)
        column.addWidget(self.price)
        for words, field in (
            (self.tr("Fails with"), self.failures),
            (self.tr("Never answers"), self.timeouts),
            (self.tr("First byte"), self.first_byte),
        ):
            column.addSpacing(GRID)
            column.addWidget(caption(theme, words, field, self))
            column.addWidget(field)
        self.failures.changed.connect(self._take_failures)
        self.timeouts.valueChanged.connect(self._take_timeouts)
        self.first_byte.changed.connect(self._take_first_byte)

    def show_model(self, asked: Asked) -> None:
        self._asked = asked
        behaviour = asked.behaviour
        self.failures.show_shares(list(behaviour.failures.items()), _STATUSES)
        self.timeouts.show_value(behaviour.timeouts * 100)
        self.first_byte.show_lengths(behaviour.first_byte)
        where = provider_name(asked.provider)
        if asked.price is None:
            self.price.setText(self.tr("{0} · no price known, so it counts as free").format(where))
        else:
            words = self.tr("{0} · {1} in, {2} out for a million tokens")
            self.price.setText(words.format(where, price(asked.price.input), price(asked.price.output)))
        self.price.set_role("warn" if asked.price is None else "muted")

    @Slot(object)
    def _take_failures(self, shares: list[tuple[int, float]]) -> None:
        self._take(replace(self._asked.behaviour, failures=dict(shares)))

    @Slot(float)
    def _take_timeouts(self, percentage: float) -> None:
        self._take(replace(self._asked.behaviour, timeouts=percentage / 100))

    @Slot(object)
    def _take_first_byte(self, first_byte: LogNormal) -> None:
        self._take(replace(self._asked.behaviour, first_byte=first_byte))

    def _take(self, behaviour: Behaviour) -> None:
        self._model.set_behaviour(self._asked.key, behaviour)


class _Notice(QFrame):
    """A sentence in the form, with what can be done about it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.words = TextLabel(theme, "", self, size=CAPTION + 1, wrap=True)
        self.act = button("", "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.words)
        column.addWidget(self.act, 0, Qt.AlignmentFlag.AlignLeading)
        self.hide()

    def say(self, words: str, act: str, role: str = "") -> None:
        self.words.setText(words)
        self.words.set_role(role)
        self.act.setText(act)
        self.setVisible(bool(words))


def _title(theme: Theme, words: str, buddy: QWidget, parent: QWidget) -> TextLabel:
    made = TextLabel(theme, words, parent, weight=SEMIBOLD, size=CAPTION + 1)
    made.setBuddy(buddy)
    return made


def _status(text: str) -> int | None:
    return int(text) if text.isdigit() and 400 <= int(text) <= 599 else None
