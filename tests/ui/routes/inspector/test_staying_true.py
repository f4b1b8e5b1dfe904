"""Whatever is edited, selected and undone, the inspector shows what one that was just made would show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QSlider

from tests.ui.routes.inspector.conftest import ROUTE, Suggested, of_route
from workbench.domain.routes.canvas import with_note
from workbench.domain.routes.edits import changed, renamed_element, with_output, without_elements
from workbench.domain.routes.elements import Conditional, ModelCall, Percentage, Rate, Route
from workbench.domain.routes.shares import shares_of, with_more_shares, with_share, without_share
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.inspector import Inspector
from workbench.ui.support.theme import Theme

IDS = [one.id for one in ROUTE.elements]
DRAWN = [*IDS, "note-1", "frame-1"]
CONDITIONS: list[dict[str, Any]] = [
    {"metadata.plan": "free"},
    {"$or": [{"metadata.a": 1}, {"metadata.b": {"$gte": 2, "$lt": 5}}]},
    {"metadata.a": {"$not": {"$eq": 1}}, "request.has_image": True},
    {},
]
STEPS = st.one_of(
    st.tuples(st.just("select"), st.lists(st.sampled_from(DRAWN), max_size=3)),
    st.tuples(st.just("wire"), st.sampled_from([("big", "fallback"), ("paying", "true"), ("split", "60%")])),
    st.tuples(st.just("change"), st.tuples(st.sampled_from(IDS), st.integers(1, 4))),
    st.tuples(st.just("lead"), st.tuples(st.sampled_from(IDS), st.sampled_from(IDS))),
    st.tuples(st.just("note"), st.tuples(st.sampled_from(DRAWN[:-1]), st.sampled_from(["", "so", "why"]))),
    st.tuples(st.just("rename"), st.tuples(st.sampled_from(IDS), st.sampled_from(IDS))),
    st.tuples(st.just("delete"), st.sampled_from(DRAWN)),
    st.tuples(st.sampled_from(["undo", "redo"]), st.none()),
)


def edited(route: Route, id: str, number: int) -> Route:
    element = route.find(id)
    match element:
        case ModelCall():
            return changed(route, id, model=f"m{number}", retries=number, timeout_ms=number * 700)
        case Rate():
            return changed(route, id, limit=number * 1.5, window_s=number * 3600)
        case Conditional():
            return changed(route, id, conditions=CONDITIONS[number - 1])
        case Percentage():
            port = list(shares_of(element))[0]
            made = [with_more_shares(element), without_share(element, port), with_share(element, port, 33)]
            again = made[number % 3]
            return changed(route, id, outputs=again.outputs, unknown=again.unknown)
    return route


def take(document: RouteDocument, step: tuple[str, Any]) -> None:
    name, what = step
    route = document.route
    match name:
        case "select":
            document.select(what)
        case "wire":
            document.select(wire=what)
        case "change":
            document.edit(name, edited(route, *what))
        case "lead":
            element = route.find(what[0])
            port = next(iter(element.outputs), "") if element is not None else ""
            document.edit(name, with_output(route, what[0], port, what[1]) if port else route)
        case "note":
            document.edit(name, with_note(route, *what))
        case "rename":
            document.edit(name, renamed_element(route, what[0], f"{what[1]}-new"))
        case "delete":
            document.edit(name, without_elements(route, [what]))
        case "undo":
            document.history.undo()
        case "redo":
            document.history.redo()


def seen(inspector: Inspector) -> list[object]:
    """All that can be read in the form."""
    inspector._show_findings()
    form = inspector.form
    labels = [one.text() for one in form.findChildren(QLabel) if one.isVisibleTo(form)]
    lines = [one.text() for one in form.findChildren(QLineEdit) if one.isVisibleTo(form)]
    combos = [one.currentText() for one in form.findChildren(QComboBox) if one.isVisibleTo(form)]
    notes = [one.toPlainText() for one in form.findChildren(QPlainTextEdit) if one.isVisibleTo(form)]
    sliders = [one.value() for one in form.findChildren(QSlider) if one.isVisibleTo(form)]
    return [type(form), sorted(labels), sorted(lines), sorted(combos), sorted(notes), sorted(sliders)]


@pytest.mark.usefixtures("qapp")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=8))
def test_it_shows_what_a_new_one_would_show(theme: Theme, steps: list[tuple[str, Any]]) -> None:
    document = of_route(ROUTE)
    kept = Inspector(theme, document, Suggested())
    kept.show()
    try:
        for step in steps:
            take(document, step)
        new = Inspector(theme, document, Suggested())
        new.show()
        assert seen(kept) == seen(new)
        new.close()
        new.deleteLater()
    finally:
        kept.close()
        kept.deleteLater()
