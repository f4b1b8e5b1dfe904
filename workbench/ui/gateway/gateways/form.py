"""How one gateway is set: cache, rate limit, retries, log, spend limits. Every edit goes to the model's draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from workbench.ui.gateway.gateways import places
from workbench.ui.gateway.gateways.model import GatewaysModel
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.forms import Field, Segments, Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import CalmCombo, Heading, column_of, emptied, small
from workbench.ui.support.theme import INSIDE, PADDING, RELATED, Theme, follow

_NUMBER = 128
WINDOWS = ((3600, "hour"), (86_400, "day"), (604_800, "week"), (2_592_000, "month"))


class GatewayForm(QWidget):
    """Fields by their dotted paths, which is also how the API names what it refuses."""

    def __init__(self, theme: Theme, model: GatewaysModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.fields: dict[str, Field] = {}
        self._shows: dict[str, Callable[[Any], None]] = {}
        self._limits: list[dict[str, Any]] | None = None
        self._limit_paths: list[str] = []
        column = column_of(self, spacing=PADDING)
        self._column = column
        self._cache()
        self._rate_limit()
        self._retries()
        self._logs()
        self._spending()
        model.opened.connect(self._opened)
        model.edited.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """As the draft has it."""
        model = self._model
        if not model.draft:
            return
        rules = places.rules_of(model.draft)
        if self._limits is None or len(rules) != len(self._limits):
            self._limits = rules
            self._build_limits(rules)
        for path, show in self._shows.items():
            show(model.value(path))
        for path, field in self.fields.items():
            field.show_problem(self._problem_at(path))
        others = {path: words for path, words in model.problems.items() if path not in self.fields}
        self.rest.setText(" ".join(f"{path}: {words}" if path else words for path, words in others.items()))
        self.rest.setVisible(bool(others))

    def focus_problem(self) -> None:
        """Put the keyboard where the first thing is wrong."""
        for path, field in self.fields.items():
            if self._problem_at(path):
                field.control.setFocus()
                return

    @Slot()
    def _opened(self) -> None:
        self._limits = None
        self.refresh()

    def _problem_at(self, path: str) -> str:
        return self._model.problems.get(path, "")

    def _cache(self) -> None:
        words = self.tr("An answer that was given once is given again to the same request, at once and free.")
        self._section(self.tr("Cache"), words)
        words = self.tr("0: off. Else 60 seconds to a month.")
        self._column.addWidget(
            self._number("cache_ttl", self.tr("Keep answers for"), words, self.tr("seconds"))
        )
        self._switch(
            "workbench.cache_streams",
            self.tr("Streams too"),
            self.tr("Whole streams are kept, and replayed as streams. Cloudflare does not do this."),
        )
        self._switch(
            "workbench.coalesce",
            self.tr("Share identical requests"),
            self.tr("The same request asked several times at once goes upstream once."),
        )
        self._switch(
            "cache_invalidate_on_update",
            self.tr("Forget answers when these settings change"),
            "",
        )

    def _rate_limit(self) -> None:
        self._section(
            self.tr("Rate limit"), self.tr("What comes above it is answered with 429, and goes nowhere.")
        )
        limit = self._number(
            "rate_limiting_limit", self.tr("At most"), self.tr("0: no limit"), self.tr("requests")
        )
        window = self._number("rate_limiting_interval", self.tr("In"), "", self.tr("seconds"))
        self._side_by_side(limit, window)
        choices = (("fixed", self.tr("Fixed window")), ("sliding", self.tr("Sliding window")))
        self._column.addWidget(self._choice("rate_limiting_technique", self.tr("Counted over"), choices))

    def _retries(self) -> None:
        self._section(
            self.tr("Retries"),
            self.tr(
                "After 408, 409, 429, any 5xx or no answer at all, before the first byte. A request may say otherwise."
            ),
        )
        attempts = self._number(
            "retry_max_attempts", self.tr("Attempts"), self.tr("1 to 5; empty: one"), "", unset=None
        )
        delay = self._number(
            "retry_delay", self.tr("Delay"), self.tr("Before the second one"), "ms", unset=None
        )
        self._side_by_side(attempts, delay)
        choices = (
            ("constant", self.tr("Always the same")),
            ("linear", self.tr("Growing evenly")),
            ("exponential", self.tr("Doubling")),
        )
        self._column.addWidget(self._choice("retry_backoff", self.tr("Later delays"), choices))

    def _logs(self) -> None:
        self._section(self.tr("Log"), "")
        self._switch("collect_logs", self.tr("Keep a row of every request"), "")
        self._switch(
            "workbench.collect_payloads",
            self.tr("Keep what was asked and answered"),
            self.tr("Off: rows have figures only."),
        )
        words = self.tr("10,000 to 10,000,000")
        self._column.addWidget(self._number("log_management", self.tr("How many"), words, self.tr("rows")))
        choices = (
            ("DELETE_OLDEST", self.tr("Delete the oldest")),
            ("STOP_INSERTING", self.tr("Stop recording")),
        )
        self._column.addWidget(self._choice("log_management_strategy", self.tr("When it is full"), choices))

    def _spending(self) -> None:
        self.add_limit = button(self.tr("Add a limit"), "", self)
        set_icon(self.add_limit, self._theme, "plus", "text")
        self.add_limit.clicked.connect(self._model.add_limit)
        words = self.tr(
            "In US dollars, as far as prices are known. When one is spent, requests get 429 until it is over."
        )
        heading = Heading(self._theme, self.tr("Spend limits"), words, self, (self.add_limit,))
        heading.setContentsMargins(0, RELATED, 0, 0)
        self._column.addWidget(heading)
        self._limit_rows = QVBoxLayout()
        self._limit_rows.setSpacing(RELATED)
        self._column.addLayout(self._limit_rows)
        self.rest = TextLabel(self._theme, "", self, role="bad", wrap=True)
        self.rest.hide()
        self._column.addWidget(self.rest)

    def _build_limits(self, rules: Sequence[dict[str, Any]]) -> None:
        for path in self._limit_paths:
            self.fields.pop(path, None)
            self._shows.pop(path, None)
        self._limit_paths = []
        emptied(self._limit_rows)
        for at, rule in enumerate(rules):
            self._limit_rows.addWidget(self._limit_row(at, rule))

    def _limit_row(self, at: int, rule: dict[str, Any]) -> QWidget:
        before = set(self.fields) | set(self._shows)
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(PADDING)
        path = f"{places.RULES}.{at}"
        row.addWidget(
            self._number(f"{path}.limit", self.tr("At most"), "", "$", whole=False),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        row.addWidget(self._window(f"{path}.window"), 0, Qt.AlignmentFlag.AlignTop)
        choices = (("fixed", self.tr("Fixed")), ("sliding", self.tr("Sliding")))
        row.addWidget(
            self._choice(f"{path}.technique", self.tr("Window"), choices), 0, Qt.AlignmentFlag.AlignTop
        )
        row.addStretch(1)
        if more := _narrowed(rule):
            row.addWidget(TextLabel(self._theme, more, box, role="muted", wrap=True), 1)
        remove = small(IconButton(self._theme, "trash-2", self.tr("Remove this limit"), box))
        remove.clicked.connect(partial(self._model.remove_limit, at))
        row.addWidget(remove)
        self._limit_paths += [one for one in (*self.fields, *self._shows) if one not in before]
        return box

    def _window(self, path: str) -> Field:
        combo = CalmCombo(self)
        combo.setAccessibleName(self.tr("In"))
        names = {
            "hour": self.tr("an hour"),
            "day": self.tr("a day"),
            "week": self.tr("a week"),
            "month": self.tr("30 days"),
        }
        for seconds, name in WINDOWS:
            combo.addItem(names[name], seconds)

        def show(value: Any) -> None:
            if value is not None and combo.findData(value) < 0:
                combo.addItem(self.tr("{0} seconds").format(value), value)
            with QSignalBlocker(combo):
                combo.setCurrentIndex(max(0, combo.findData(value)))

        combo.activated.connect(lambda at: self._model.set(path, combo.itemData(at)))
        return self._kept(path, Field(self._theme, self.tr("In"), "", combo, self), show)

    def _number(
        self, path: str, label: str, help_text: str, unit: str, *, unset: int | None = 0, whole: bool = True
    ) -> Field:
        """A number with its unit behind it. unset: what an empty line means."""
        line = QLineEdit(self)
        line.setAccessibleName(f"{label} ({unit})" if unit else label)
        follow(line, self._theme, lambda: line.setFixedWidth(self._theme.px(_NUMBER)))
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        dollars = unit == "$"
        mark = QLabel(unit, box)
        mark.setProperty("role", "muted")
        for widget in (mark, line) if dollars else (line, mark):
            row.addWidget(widget)
        row.addStretch(1)
        box.setFocusProxy(line)

        def typed(text: str) -> None:
            self._model.set(path, _read(text, unset, whole))

        def show(value: Any) -> None:
            if not line.hasFocus() or _read(line.text(), unset, whole) != value:
                line.setText(
                    "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
                )

        line.textEdited.connect(typed)
        field = Field(self._theme, label, help_text, box, self)
        return self._kept(path, field, show)

    def _switch(self, path: str, label: str, help_text: str) -> None:
        switch = Switch(self._theme, label, self)
        switch.clicked.connect(lambda on: self._model.set(path, on))
        field = Field(self._theme, label, help_text, switch, self)
        self._column.addWidget(self._kept(path, field, lambda value: switch.setChecked(bool(value))))

    def _choice(self, path: str, label: str, choices: Sequence[tuple[str, str]]) -> Field:
        segments = Segments(label, choices, self)
        segments.chosen.connect(lambda value: self._model.set(path, value))
        field = Field(self._theme, label, "", segments, self)
        return self._kept(path, field, lambda value: segments.set_value(str(value or choices[0][0])))

    def _kept(self, path: str, field: Field, show: Callable[[Any], None]) -> Field:
        self.fields[path] = field
        self._shows[path] = show
        return field

    def _section(self, title: str, words: str) -> None:
        heading = Heading(self._theme, title, words, self)
        heading.setContentsMargins(0, RELATED, 0, 0)
        self._column.addWidget(heading)

    def _side_by_side(self, *fields: Field) -> None:
        row = QHBoxLayout()
        row.setSpacing(PADDING)
        for field in fields:
            row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self._column.addLayout(row)


def _read(text: str, unset: int | None, whole: bool) -> object:
    """The number typed; as it is where it is none, for the gateway to refuse."""
    text = text.strip().replace("\u202f", "").replace(" ", "")
    if not text:
        return unset
    try:
        return int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text


def _narrowed(rule: dict[str, Any]) -> str:
    """To whom a limit applies, where a file or the API has said so; the form keeps it and does not change it."""
    parts = [f"{key}: {found.get('mode')}" for key, found in (rule.get("metadata") or {}).items()]
    for name in ("model", "provider"):
        values = (rule.get(name) or {}).get("values") or ()
        if values:
            parts.append(f"{name}: {', '.join(map(str, values))}")
    return " · ".join(parts)
