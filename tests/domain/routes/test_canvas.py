"""How a route is drawn: positions, notes and frames in the sidecar."""

from __future__ import annotations

from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Direction, Frame, Point
from workbench.domain.routes.elements import End, Route, Start

ROUTE = Route("r", (Start(id="start", outputs={"next": "end"}), End(id="end")))


def test_what_is_placed_is_found_there_and_the_rest_stays() -> None:
    route = canvas.placed(ROUTE, {"start": Point(0, 16)})
    route = canvas.placed(route, {"end": Point(240.5, 16)})
    assert canvas.positions(route) == {"start": Point(0, 16), "end": Point(240.5, 16)}
    assert route.sidecar == {"positions": {"start": [0, 16], "end": [240.5, 16]}}


def test_a_note_under_an_elements_id_is_about_that_element() -> None:
    route = canvas.with_note(canvas.with_note(ROUTE, "end", "done"), "note-1", "by itself")
    assert canvas.notes(route) == {"end": "done", "note-1": "by itself"}
    assert canvas.free_notes(route) == {"note-1": "by itself"}


def test_an_empty_note_about_an_element_is_none() -> None:
    route = canvas.with_note(canvas.with_note(ROUTE, "end", "done"), "end", "")
    assert route == ROUTE


def test_moving_moves_elements_and_frames_alike() -> None:
    route = canvas.placed(ROUTE, {"start": Point(0, 0), "end": Point(100, 0)})
    route = canvas.with_frame(route, "frame", Frame("both", -10, -10, 200, 100))
    route = canvas.moved(route, ["start", "frame"], 8, -8)
    assert canvas.positions(route) == {"start": Point(8, -8), "end": Point(100, 0)}
    assert canvas.frames(route) == {"frame": Frame("both", -2, -18, 200, 100)}


def test_what_is_deleted_leaves_nothing_in_the_sidecar() -> None:
    route = canvas.placed(canvas.with_note(ROUTE, "note-1", "x"), {"note-1": Point(0, 0)})
    assert canvas.without_drawn(route, {"note-1"}) == ROUTE


def test_the_usual_direction_is_not_written() -> None:
    down = canvas.directed(ROUTE, Direction.DOWN)
    assert canvas.direction(down) is Direction.DOWN
    assert canvas.directed(down, Direction.RIGHT) == ROUTE


def test_nonsense_in_a_file_is_kept_and_not_drawn() -> None:
    sidecar = {
        "positions": {"start": "left", "end": [1, 2, 3], "x": [True, 0], "far": [1e12, 0]},
        "notes": 5,
        "frames": {"f": {"box": [0]}, "g": 7},
        "direction": "up",
    }
    route = Route("r", ROUTE.elements, sidecar)
    assert canvas.positions(route) == {}
    assert canvas.notes(route) == {}
    assert canvas.frames(route) == {}
    assert canvas.direction(route) is Direction.RIGHT
    assert canvas.placed(route, {"end": Point(0, 0)}).sidecar["notes"] == 5
