"""Hand-written rules, distributions, fallbacks and countries, read into a graph."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.routes.elements import ELSE
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.handwritten.conditions import condition_of
from workbench.domain.routes.handwritten.countries import countries_of
from workbench.domain.routes.handwritten.fields import COUNTRY, field_of
from workbench.domain.routes.handwritten.graph import END, Graph
from workbench.domain.routes.handwritten.models import named_model
from workbench.domain.routes.handwritten.settings import retries_of, timeout_of
from workbench.domain.routes.handwritten.shapes import (
    Keys,
    Shape,
    Where,
    has_share_ports,
    label_of,
    placed,
    shape_of,
    word,
)
from workbench.domain.routes.handwritten.shares import Part, percent_of, scaled, share_out

_MAX_NESTING = 24
_ALWAYS = ("", "true", "default", "else", "otherwise", "*", "always")

Placed = tuple[Any, Where]
"""Something written, with where it stands."""


class Reading:
    """target() gives the id of the element that a request meets first. changes: grows by what is said."""

    def __init__(self, changes: list[str]) -> None:
        self.graph = Graph()
        self._changes = changes
        self._said = set(changes)
        self._readers = {
            Shape.RULES: self._rules,
            Shape.GEOGRAPHIC: self._geographic,
            Shape.DISTRIBUTION: self._distribution,
            Shape.FALLBACKS: self._primary,
            Shape.MODEL: self._model_object,
        }

    def target(self, value: Any, at: Where, fallback: str = END, *, outermost: bool = False) -> str:
        """fallback: where a request goes on when the models in `value` have failed."""
        if len(at) > _MAX_NESTING:
            raise RouteError("The route is nested too deeply.", pointer=pointer(*at))
        shape = shape_of(value, at)
        if shape is Shape.GRAPH:
            raise RouteError("A graph cannot stand inside another shape.", pointer=pointer(*at))
        if isinstance(value, str):
            return self._model(value, "", 0, 0, at, fallback)
        if isinstance(value, list):
            return self._list(value, shape, at, fallback)
        keys = Keys(value, at)
        keys.skip("marks")
        if outermost:
            keys.skip("label")
        note = keys.text("notes")
        first = self._readers[shape](keys, fallback)
        keys.close()
        if note:
            self.graph.notes[first] = note
        return first

    def _list(self, value: list[Any], shape: Shape, at: Where, fallback: str) -> str:
        if shape is Shape.RULES:
            return self._each_rule(_several(value, at), None, fallback)
        if shape is Shape.DISTRIBUTION:
            return self._shared(value, at, None, "", fallback)
        return self._in_turn(value, at, fallback)

    def _say(self, change: str) -> None:
        if change not in self._said:
            self._said.add(change)
            self._changes.append(change)

    # models, and one after another

    def _model(
        self, name: str, provider: str, timeout_ms: int, retries: int, at: Where, fallback: str
    ) -> str:
        with placed(at):
            named = named_model(name, provider)
        if named.change:
            self._say(named.change)
        return self.graph.model(named.provider, named.model, timeout_ms, retries, fallback)

    def _model_object(self, keys: Keys, fallback: str) -> str:
        value, at = keys.take("model")
        fallback = self._after_failure(keys, fallback)
        if not isinstance(value, str):
            return self.target(value, at, fallback)
        timeout_ms, retries = timeout_of(keys, self._say), retries_of(keys)
        return self._model(value, keys.text("provider"), timeout_ms, retries, at, fallback)

    def _primary(self, keys: Keys, fallback: str) -> str:
        """Its time-out and retries stand for the fallbacks too, where they have none of their own."""
        first, first_at = keys.take("primary")
        if first is None:
            first, first_at = keys.take("model")
        settings = {"timeout": timeout_of(keys, self._say), "retries": retries_of(keys)}
        shared = {key: value for key, value in settings.items() if value}
        fallback = self._after_failure(keys, fallback, shared)
        if first is None:
            return fallback
        provider = keys.text("provider")
        return self.target(
            _with(first, {**shared, **({"provider": provider} if provider else {})}), first_at, fallback
        )

    def _after_failure(self, keys: Keys, fallback: str, settings: Mapping[str, Any] | None = None) -> str:
        value, at = keys.take("fallbacks")
        if value is None:
            return fallback
        if not isinstance(value, list):
            return self.target(_with(value, settings), at, fallback)
        return self._in_turn(value, at, fallback, settings)

    def _in_turn(
        self, models: list[Any], at: Where, fallback: str, settings: Mapping[str, Any] | None = None
    ) -> str:
        for index in reversed(range(len(models))):
            fallback = self.target(_with(models[index], settings), (*at, index), fallback)
        return fallback

    # rules and countries

    def _rules(self, keys: Keys, fallback: str) -> str:
        rules, at = keys.take("rules")
        default = keys.take("default")
        if default[0] is None:
            default = keys.take("fallbacks")
            if default[0] is not None:
                self._say(f"{pointer(*default[1])}: taken for what answers when no rule holds.")
        fallback = self._after_failure(keys, fallback)
        return self._each_rule(_several(rules, at), default, fallback)

    def _geographic(self, keys: Keys, fallback: str) -> str:
        value, at = keys.take("geographic")
        default = keys.take("default")
        fallback = self._after_failure(keys, fallback)
        if isinstance(value, list):
            return self._each_rule(_several(value, at), default, fallback)
        rules: list[Placed] = []
        for name, model in value.items():
            if word(name) in _ALWAYS:
                default = (model, (*at, name))
            else:
                rules.append(({"countries": name, "model": model}, (*at, name)))
        return self._each_rule(rules, default, fallback)

    def _each_rule(self, rules: Sequence[Placed], default: Placed | None, fallback: str) -> str:
        ids = [
            self.graph.begin(label_of(rule, f"rule-{number}")) for number, (rule, _) in enumerate(rules, 1)
        ]
        read = [self._rule(rule, at, id, fallback) for id, (rule, at) in zip(ids, rules, strict=True)]
        following = self._otherwise(default, fallback, said=bool(read) and read[-1][0] is None)
        for number in reversed(range(len(read))):
            conditions, target = read[number]
            if conditions is None:
                if number < len(read) - 1:
                    where = pointer(*rules[number][1])
                    raise RouteError("A rule without a condition hides those after it.", pointer=where)
                following = target
            else:
                self.graph.condition(ids[number], conditions, target, following)
                following = ids[number]
        return following

    def _otherwise(self, default: Placed | None, fallback: str, *, said: bool) -> str:
        if default is not None and default[0] is not None:
            return self.target(*default, fallback)
        if not said:
            self._say("Nothing is said for when no rule holds: such a request ends with an error.")
        return END

    def _rule(self, rule: Any, at: Where, id: str, fallback: str) -> tuple[dict[str, Any] | None, str]:
        """Its condition, None for one that always holds, and the element it leads to."""
        if not isinstance(rule, Mapping):
            raise RouteError("A rule is an object with a condition and a model.", pointer=pointer(*at))
        keys = Keys(rule, at)
        keys.skip("label")
        note = keys.text("notes")
        conditions = self._conditions_of(keys)
        if note and conditions is not None:
            self.graph.notes[id] = note
        rest = keys.rest()
        if not rest:
            raise RouteError("The rule leads to no model.", pointer=pointer(*at))
        return conditions, self.target(rest, at, fallback)

    def _conditions_of(self, keys: Keys) -> dict[str, Any] | None:
        countries, countries_at = keys.take("countries")
        value, at = keys.take("condition")
        always = value is None or value is True or (isinstance(value, str) and word(value.strip()) in _ALWAYS)
        if countries is None:
            return None if always else self._condition(value, at)
        with placed(countries_at):
            here = {COUNTRY: {"$in": countries_of(countries, self._say)}}
        self._say_country()
        return here if always else {"$and": [here, self._condition(value, at)]}

    def _condition(self, value: Any, at: Where) -> dict[str, Any]:
        conditions = condition_of(value, at)
        query = json.dumps(conditions, ensure_ascii=False)
        if conditions != value:
            written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            self._say(f"{pointer(*at)}: “{written}” is written as {query}.")
        if f'"{COUNTRY}"' in query:
            self._say_country()
        return conditions

    def _say_country(self) -> None:
        self._say(
            f"There is no geographic element: the country is looked for in {COUNTRY}, which whoever calls has to send."
        )

    # a distribution

    def _distribution(self, keys: Keys, fallback: str) -> str:
        value, at = keys.take("distribution")
        default, default_at = keys.take("default")
        sticky = keys.text("sticky")
        fallback = self._after_failure(keys, fallback)
        rest = None if default is None else self.target(default, default_at, fallback)
        return self._shared(value, at, rest, field_of(sticky.split(".")) if sticky else "", fallback)

    def _shared(self, value: Any, at: Where, rest: str | None, sticky: str, fallback: str) -> str:
        id = self.graph.begin("split")
        parts: list[Part] = []
        weights = False
        for share, share_at, model, model_at in _shares(value, at):
            weights = weights or word(str(share_at[-1])) in ("weight", "weights")
            target = self.target(model, model_at, fallback)
            if share == ELSE:
                rest = target
            else:
                with placed(share_at):
                    parts.append((percent_of(share), target))
        with placed(at):
            shares, change = scaled([share for share, _ in parts], weights=weights, rest=rest is not None)
        if change:
            self._say(change)
        targets = [target for _, target in parts]
        share_out(self.graph, id, list(zip(shares, targets, strict=True)), rest, sticky, self._say)
        return id


def _several(values: Sequence[Any], at: Where) -> list[Placed]:
    return [(value, (*at, index)) for index, value in enumerate(values)]


def _shares(value: Any, at: Where) -> list[tuple[Any, Where, Any, Where]]:
    """Each share with its model: {"70%": model}, {model: 70}, or [{"model": …, "percentage": 70}]."""
    if isinstance(value, Mapping):
        if has_share_ports(value):
            return [(key, (*at, key), model, (*at, key)) for key, model in value.items()]
        return [(share, (*at, model), model, (*at, model)) for model, share in value.items()]
    found: list[tuple[Any, Where, Any, Where]] = []
    for index, part in enumerate(value):
        if not isinstance(part, Mapping):
            raise RouteError(
                "A share is an object with a model and a percentage.", pointer=pointer(*at, index)
            )
        keys = Keys(part, (*at, index))
        keys.skip("label")
        share, share_at = keys.take("share")
        found.append((share, share_at, keys.rest(), (*at, index)))
    return found


def _with(model: Any, settings: Mapping[str, Any] | None) -> Any:
    """A model with settings that stand for all, where it has none of its own."""
    if not settings:
        return model
    own = {"model": model} if isinstance(model, str) else model
    return {**settings, **own} if isinstance(own, Mapping) else own
