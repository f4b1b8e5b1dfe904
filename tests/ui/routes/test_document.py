"""One route while it is edited: steps, undo, merging, selection."""

from __future__ import annotations

from workbench.domain.routes.edits import changed, renamed, without_element
from workbench.domain.routes.elements import Conditional, End, ModelCall, Route, Start
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import Overlay

ROUTE = Route(
    "support",
    (
        Start(id="start", outputs={"next": "m"}),
        ModelCall(id="m", provider="openai", model="gpt-4o-mini", outputs={"success": "end"}),
        End(id="end"),
    ),
)


def test_an_edit_is_a_named_step_that_can_be_undone_and_redone(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    document.edit("Rename", renamed(ROUTE, "sales"))
    assert document.route.name == "sales"
    assert document.history.undoText() == "Rename"
    document.history.undo()
    assert document.route == ROUTE
    document.history.redo()
    assert document.route.name == "sales"


def test_the_same_value_is_no_step(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    document.edit("Nothing", renamed(ROUTE, "support"))
    assert not document.history.canUndo()


def test_what_python_calls_equal_is_a_step_where_json_tells_it_apart(qapp: object) -> None:
    one, yes = ({"metadata.n": {"$eq": value}} for value in (1, True))
    route = Route("r", (Conditional(id="c", conditions=one, outputs={"true": "a", "false": "b"}),))
    document = RouteDocument(route)
    document.edit("Type", changed(route, "c", conditions=yes))
    document.edit("Turn", changed(document.route, "c", outputs={"false": "b", "true": "a"}))
    assert document.history.count() == 2


def test_typing_in_one_field_is_one_step(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    for name in ("s", "sa", "sal"):
        document.edit("Rename", renamed(document.route, name), merge="name")
    document.edit("Set time-out", changed(document.route, "m", timeout_ms=100), merge="m/timeout")
    assert document.history.count() == 2
    document.history.undo()
    document.history.undo()
    assert document.route == ROUTE


def test_typing_back_to_what_it_was_leaves_no_step(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    document.edit("Rename", renamed(ROUTE, "x"), merge="name")
    document.edit("Rename", renamed(ROUTE, "support"), merge="name")
    assert not document.history.canUndo()
    assert document.clean


def test_every_change_is_told_with_both_values(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    told: list[Edited] = []
    document.edited.connect(told.append)
    document.edit("Rename", renamed(ROUTE, "sales"))
    document.history.undo()
    assert [(step.before.name, step.after.name) for step in told] == [
        ("support", "sales"),
        ("sales", "support"),
    ]


def test_what_is_deleted_is_no_longer_selected(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    document.select(["m", "nobody"])
    assert document.selected == {"m"}
    document.edit("Delete", without_element(ROUTE, "m"))
    assert document.selected == frozenset()


def test_a_wire_that_leads_nowhere_cannot_be_selected(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    document.select(wire=("m", "fallback"))
    assert document.selected_wire is None
    document.select(wire=("m", "success"))
    assert document.selected_wire == ("m", "success")


def test_it_knows_whether_anything_differs_from_what_was_saved(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    assert document.clean
    document.edit("Rename", renamed(ROUTE, "sales"))
    document.mark_saved()
    assert document.clean
    document.history.undo()
    assert not document.clean


def test_findings_are_those_of_the_route_as_it_is(qapp: object) -> None:
    asked: list[str] = []
    document = RouteDocument(ROUTE, lambda route: asked.append(route.name) or ())  # type: ignore[func-returns-value]
    assert document.findings == document.findings == ()
    document.edit("Rename", renamed(ROUTE, "sales"))
    assert document.findings == ()
    assert asked == ["support", "sales"]


def test_an_overlay_is_told_only_when_it_is_another(qapp: object) -> None:
    document = RouteDocument(ROUTE)
    told: list[None] = []
    document.overlay_changed.connect(lambda: told.append(None))
    document.show_overlay(Overlay(says={"m": "answers"}))
    document.show_overlay(Overlay(says={"m": "answers"}))
    document.show_overlay()
    assert len(told) == 2
