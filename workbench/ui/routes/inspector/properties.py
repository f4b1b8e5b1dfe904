"""What each kind of element can be told: the middle of its form."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import MAX_RETRIES, AnyElement, LimitType, ModelCall, Rate, Technique
from workbench.domain.routes.properties import properties_of
from workbench.services.route_suggestions import field_problem
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.fields import ChoiceField, NumberField, SuggestField, ValueField
from workbench.ui.routes.inspector.numbers import MILLISECONDS, WINDOW
from workbench.ui.routes.words import provider_name, window_words
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import PADDING, Theme

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
_LONGEST_TIMEOUT = 3_600_000
_TELLING = ("metadata.", "headers.")
"""What tells callers apart."""


class Suggestions(Protocol):
    """services.route_suggestions.RouteSuggestions."""

    def fields(self) -> tuple[str, ...]: ...
    def values(self, field: str) -> tuple[str, ...]: ...
    def kind(self, field: str) -> type | None: ...
    def providers(self) -> tuple[str, ...]: ...
    def models(self, provider: str) -> tuple[str, ...]: ...


class Properties(QWidget):
    """Of one element at a time, all of the same kind. A subclass shows it in `show_element`, and edits it by `_change`.

    Signals: rebuilt (there are other fields now).
    """

    rebuilt = Signal()

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__()
        self._theme = theme
        self._document = document
        self._suggestions = suggestions
        self._id = ""
        self.column = column_of(self, spacing=PADDING)

    def begin(self, id: str) -> None:
        """From now on it is about this element; what was being typed about another is forgotten."""
        self._id = id
        for field in self.findChildren(ValueField):
            field.forget()

    def show_element(self, element: AnyElement) -> None:
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the keyboard on what is most often edited."""
        self.setFocus()

    def _change(self, field: str, name: str, **values: Any) -> None:
        """name: of the step. Steps of one field that follow each other are one."""
        route = changed(self._document.route, self._id, **values)
        self._document.edit(name, route, merge=f"{self._id}/{field}")


class PlainProperties(Properties):
    """Of an element that has none: a sentence on what it is for."""

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions, words: str) -> None:
        super().__init__(theme, document, suggestions)
        self.column.addWidget(TextLabel(theme, words, self, role="muted", wrap=True))

    def show_element(self, element: AnyElement) -> None:
        pass


class ModelProperties(Properties):
    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__(theme, document, suggestions)
        self.provider = SuggestField(
            theme, self.tr("Provider"), "", suggestions.providers, self._provider_problem
        )
        self.model = SuggestField(
            theme,
            self.tr("Model"),
            self.tr("As the provider spells it."),
            lambda: suggestions.models(self.provider.line.text().strip()),
            self._model_problem,
        )
        units = {"s": self.tr("seconds"), "ms": self.tr("milliseconds")}
        self.timeout = NumberField(
            theme,
            self.tr("Timeout"),
            self.tr("Until the first byte of the answer; 0 waits as long as it takes."),
            self._timeout_problem,
            [(unit, units[unit.key]) for unit in MILLISECONDS],
        )
        self.retries = NumberField(
            theme,
            self.tr("Retries"),
            self.tr("How often it is asked again before the fallback, {0} times at most.").format(
                MAX_RETRIES
            ),
            self._retries_problem,
            words=self.tr("times"),
        )
        self.timeout.with_default(0)
        self.retries.with_default(0)
        for field in (self.provider, self.model, self.timeout, self.retries):
            self.column.addWidget(field)
        self.provider.edited.connect(self._provider_edited)
        self.model.edited.connect(self._model_edited)
        self.timeout.edited.connect(self._timeout_edited)
        self.retries.edited.connect(self._retries_edited)

    def show_element(self, element: AnyElement) -> None:
        assert isinstance(element, ModelCall)
        self.provider.show_value(element.provider)
        self.model.show_value(element.model)
        self.timeout.show_value(element.timeout_ms)
        self.retries.show_value(element.retries)
        self._name_provider(element.provider)

    def focus_first(self) -> None:
        self.model.combo.setFocus()
        self.model.line.selectAll()

    def _name_provider(self, provider: str) -> None:
        name = provider_name(provider)
        self.provider.setToolTip(name if name != provider else "")

    def _provider_problem(self, text: str) -> str:
        if not text:
            return self.tr("Choose whose model it is.")
        if not _SLUG.fullmatch(text):
            return self.tr("A provider is written in small letters, digits and hyphens, such as workers-ai.")
        return ""

    def _model_problem(self, text: str) -> str:
        return "" if text else self.tr("Choose a model.")

    def _timeout_problem(self, value: float) -> str:
        if value < 0 or value != int(value):
            return self.tr("A timeout is 0 or more whole milliseconds.")
        return self.tr("Nobody waits longer than an hour.") if value > _LONGEST_TIMEOUT else ""

    def _retries_problem(self, value: float) -> str:
        if value != int(value) or not 0 <= value <= MAX_RETRIES:
            return self.tr("A whole number from 0 to {0}.").format(MAX_RETRIES)
        return ""

    @Slot(object)
    def _provider_edited(self, value: str) -> None:
        self._name_provider(value)
        self._change("provider", self.tr("Change the provider"), provider=value)

    @Slot(object)
    def _model_edited(self, value: str) -> None:
        self._change("model", self.tr("Change the model"), model=value)

    @Slot(object)
    def _timeout_edited(self, value: int) -> None:
        self._change("timeout", self.tr("Change the timeout"), timeout_ms=value)

    @Slot(object)
    def _retries_edited(self, value: int) -> None:
        self._change("retries", self.tr("Change the retries"), retries=value)


class LimitProperties(Properties):
    """Of a rate or a budget limit."""

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__(theme, document, suggestions)
        self._type = LimitType.COUNT
        counted = [(LimitType.COUNT.value, self.tr("Requests")), (LimitType.COST.value, self.tr("Dollars"))]
        self.type = ChoiceField(theme, self.tr("What is counted"), "", counted)
        self.limit = NumberField(theme, self.tr("Limit"), "", self._limit_problem, words=" ")
        units = {
            "d": self.tr("days"),
            "h": self.tr("hours"),
            "min": self.tr("minutes"),
            "s": self.tr("seconds"),
        }
        self.span = NumberField(
            theme, self.tr("Per"), "", self._window_problem, [(unit, units[unit.key]) for unit in WINDOW]
        )
        self.key = SuggestField(
            theme,
            self.tr("For each"),
            self.tr("Every value of this field has a limit of its own."),
            lambda: telling(suggestions),
            self._key_problem,
        )
        techniques = [
            (Technique.FIXED.value, self.tr("Fixed")),
            (Technique.SLIDING.value, self.tr("Sliding")),
        ]
        self.technique = ChoiceField(
            theme,
            self.tr("Window"),
            self.tr(
                "Fixed: counting begins anew with every window. Sliding: the last stretch of that length counts."
            ),
            techniques,
        )
        self.technique.with_default(Technique.FIXED.value)
        for field in (self.type, self.limit, self.span, self.key, self.technique):
            self.column.addWidget(field)
        self.type.edited.connect(self._type_edited)
        self.limit.edited.connect(self._limit_edited)
        self.span.edited.connect(self._window_edited)
        self.key.edited.connect(self._key_edited)
        self.technique.edited.connect(self._technique_edited)

    def show_element(self, element: AnyElement) -> None:
        assert isinstance(element, Rate)
        self._type = element.limit_type
        self.limit.words.setText(
            self.tr("US dollars") if element.limit_type is LimitType.COST else self.tr("requests")
        )
        self.type.show_value(element.limit_type.value)
        self.limit.show_value(element.limit)
        self.span.show_value(element.window_s)
        self.key.show_value(element.key)
        self.technique.show_value(element.technique.value)

    def focus_first(self) -> None:
        self.limit.line.setFocus()
        self.limit.line.selectAll()

    def _limit_problem(self, value: float) -> str:
        if value <= 0:
            return self.tr("A limit is more than 0.")
        if self._type is LimitType.COUNT and value != int(value):
            return self.tr("Requests are counted in whole numbers.")
        return ""

    def _window_problem(self, value: float) -> str:
        if value < 1 or value != int(value):
            return self.tr("A window is a whole number of seconds, 1 at least.")
        return ""

    def _key_problem(self, text: str) -> str:
        return field_problem(text) if text else self.tr("Choose a field, such as metadata.user_id.")

    @Slot(object)
    def _type_edited(self, value: str) -> None:
        """A part of a dollar is no number of requests."""
        kind = LimitType(value)
        limit = self._limit_of(kind)
        self._type = kind
        self._change("type", self.tr("Change what is counted"), limit_type=kind, limit=limit)

    def _limit_of(self, kind: LimitType) -> float:
        element = self._document.route.find(self._id)
        limit = element.limit if isinstance(element, Rate) else 1
        return max(1, round(limit)) if kind is LimitType.COUNT and limit != int(limit) else limit

    @Slot(object)
    def _limit_edited(self, value: float) -> None:
        self._change("limit", self.tr("Change the limit"), limit=value)

    @Slot(object)
    def _window_edited(self, value: int) -> None:
        words = window_words(value)
        self._change("window", self.tr("Change the window to {0}").format(words), window_s=value)

    @Slot(object)
    def _key_edited(self, value: str) -> None:
        self._change("key", self.tr("Change whose limit it is"), key=value)

    @Slot(object)
    def _technique_edited(self, value: str) -> None:
        self._change("technique", self.tr("Change the window’s kind"), technique=Technique(value))


class UnknownProperties(Properties):
    """Of a type that nobody here knows: to read, not to change."""

    def __init__(self, theme: Theme, document: RouteDocument, suggestions: Suggestions) -> None:
        super().__init__(theme, document, suggestions)
        words = self.tr(
            "This program does not know this type. It is kept and written back as it is, and not run here."
        )
        self.code = CodeBlock(theme, self.tr("Properties"), self)
        self.column.addWidget(TextLabel(theme, words, self, role="muted", wrap=True))
        self.column.addWidget(self.code)

    def show_element(self, element: AnyElement) -> None:
        self.code.set_text(json.dumps(properties_of(element), ensure_ascii=False, indent=2, default=str))

    def focus_first(self) -> None:
        self.code.code.setFocus()


def telling(suggestions: Suggestions) -> list[str]:
    """Fields that tell callers apart: metadata, then headers."""
    return [field for root in _TELLING for field in suggestions.fields() if field.startswith(root)]
