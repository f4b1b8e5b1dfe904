"""Text that is broken, huge, cyclic or hostile, and elements of a kind that does not exist yet: opened, pasted, and typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bad_days.children import ROOT
from tests.bad_days.test_route_files import PATIENCE_S, ROUTE, kept, put, text_in, wait_for, window
from tests.conftest import Run
from tests.ui.routes.test_views import Views
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.document import MOST_ELEMENTS, MOST_OUTPUTS, MOST_WIRES
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.starters import STARTERS
from workbench.services.route_files import text_of
from workbench.storage.paths import Paths
from workbench.storage.route_files import MAX_BYTES
from workbench.ui.routes.canvas.mirror import differences


def model(id: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "type": "model",
        "properties": {"provider": "openai", "model": "m"},
        "outputs": {port: {"elementId": target} for port, target in outputs.items()},
    }


def ring(number: int) -> str:
    """Elements that lead to each other for ever."""
    elements = [
        model(f"e{i}", {"success": f"e{(i + 1) % number}", "fallback": f"e{i}"}) for i in range(number)
    ]
    return json.dumps({"name": "ring", "elements": elements})


def bush(elements: int, outputs: int) -> str:
    ports = {f"p{port}": f"e{port % elements}" for port in range(outputs)}
    found = [{**model(f"e{i}", ports), "type": "geo"} for i in range(elements)]
    return json.dumps({"name": "bush", "elements": found})


REFUSED = {
    "nothing": "",
    "words": "Dear all, here is the route.",
    "half a file": text_of(ROUTE)[:200],
    "no route": '{"a": 1}',
    "a number": "12",
    "null": "null",
    "zeros": "\0" * 100,
    "another kind of list": '{"elements": 3}',
    "a key twice": '{"name": "a", "name": "b", "elements": []}',
    "no number": '{"elements": [{"id": "m", "type": "model", "properties": {"timeout": NaN}}]}',
    "half a character": '{"elements": [{"id": "\\ud800", "type": "end"}]}',
    "too many digits": f'{{"elements": [], "n": {"9" * 5000}}}',
    "too deep": '{"elements":' + "[" * 100_000 + "]" * 100_000 + "}",
    "too deep and open": "[" * 2_000_000,
    "too many elements": ring(MOST_ELEMENTS + 1),
    "too many outputs": bush(1, MOST_OUTPUTS + 1),
    "too many wires": bush(MOST_WIRES // 400 + 1, 400),
}
TAKEN = {
    "a ring": ring(3),
    "a long ring": ring(300),
    "to itself": json.dumps({"name": "a", "elements": [model("m", {"success": "m", "fallback": "m"})]}),
    "the same id": json.dumps({"name": "a", "elements": [model("m", {"success": "m"})] * 3}),
    "many outputs": bush(1, MOST_OUTPUTS),
    "a very long id": json.dumps({"name": "a", "elements": [{"id": "i" * 100_000, "type": "end"}]}),
    "markup": json.dumps(
        {"name": "<b>a", "elements": [{"id": "<img src='file:///etc/passwd'>", "type": "end"}]}
    ),
    "control characters": '{"name": "a\\u0000\\u202eb", "elements": [{"id": "\\u0007", "type": "end"}]}',
    "far away": json.dumps(
        {
            "name": "a",
            "elements": [{"id": "e", "type": "end"}],
            "workbench": {"positions": {"e": [1e300, -1e300]}, "frames": {"f": 5}, "notes": [1]},
        }
    ),
    "no start": json.dumps({"name": "a", "elements": [model("m", {"success": "gone"})]}),
}
refused = pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
taken = pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())


@refused
def test_what_is_no_route_opens_nothing_from_a_file_or_the_clipboard_and_is_told(
    tmp_path: Path, qapp: object, text: str, run_qt: Run
) -> None:
    put(file := tmp_path / "theirs.json", text)

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            for from_file in (True, False):
                if from_file:
                    desk.model.open(file)
                else:
                    desk.model.open_text(text)
                await desk.done()
                assert desk.model.routes == []
                said = desk.said.pop()
                assert said.text
                assert "Traceback" not in f"{said.text} {said.detail}"
            assert text_in(file) == text

    run_qt(scenario())


@refused
def test_what_is_no_route_changes_nothing_pasted_on_the_canvas_or_typed_beside_it(
    qapp: object, text: str, run_qt: Run
) -> None:
    async def scenario() -> None:
        views = Views(ROUTE)
        was = views.document.route
        said: list[str] = []
        views.steps.refused.connect(said.append)
        assert not views.steps.paste(text)
        assert said[-1]
        views._type(text)
        views.source.flush()
        await views.source._tasks.finish()
        problem = views.source.problem
        assert problem is not None
        assert problem.what or problem.syntax
        assert (views.document.route, views.document.history.count()) == (was, 0)
        assert views.text == text
        views.source.undo()
        views.agree()
        assert json.loads(views.text) == json.loads(text_of(was))
        views.close()
        await views.source.aclose()

    run_qt(scenario())


@taken
def test_what_is_odd_and_can_be_drawn_is_drawn_and_can_be_undone(
    qapp: object, text: str, run_qt: Run
) -> None:
    async def scenario() -> None:
        views = Views(ROUTE)
        was = views.document.route
        assert views.steps.paste(text)
        assert differences(views.scene, views.document.route) == []
        views.settle()
        views.agree()
        views.document.history.undo()
        views.settle()
        assert views.document.route == was

        views._type(text)
        views.source.flush()
        await views.source._tasks.finish()
        assert views.source.problem is None
        assert views.document.route.elements == read_route(text).route.elements
        assert differences(views.scene, views.document.route) == []
        views.source.undo()
        views.settle()
        views.agree()
        assert views.document.route == was
        views.close()
        await views.source.aclose()

    run_qt(scenario())


@taken
def test_what_is_odd_is_opened_and_saved_with_the_same_meaning(
    tmp_path: Path, qapp: object, text: str, run_qt: Run
) -> None:
    put(file := tmp_path / "theirs.json", text)

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            assert not route.unsaved
            desk.rename("ours")
            await desk.save()
            assert route.problem is None
            assert read_route(text_in(file)).route == renamed(read_route(text).route, "ours")

    run_qt(scenario())


def test_a_file_of_many_megabytes_is_refused_before_it_is_read(
    tmp_path: Path, qapp: object, run_qt: Run
) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            desk.model.open(file)
            await desk.done()
            assert desk.model.routes == []
            assert "too large" in desk.said[-1].text

    run_qt(scenario())


FUTURE = {
    "id": "g",
    "type": "geo_fence",
    "radius": [1, 1.0, True, None, {"deep": {"er": "ü"}}],
    "properties": {"areas": [{"name": "EU", "polygon": [[0, 1], [2, 3]]}], "strict": False},
    "outputs": {"inside": {"elementId": "m", "weight": 3}, "outside": None, "odd": ["m", 1]},
}


def test_an_element_from_the_future_stays_as_it_was_while_others_are_edited(
    tmp_path: Path, qapp: object, run_qt: Run
) -> None:
    start = {"id": "s", "type": "start", "outputs": {"next": {"elementId": "g"}}}
    written = {
        "name": "fence",
        "elements": [start, FUTURE, model("m", {"success": "e"}), {"id": "e", "type": "end"}],
        "workbench": {"holograms": {"g": [1]}, "positions": {"g": [8, 16]}},
        "region": "moon",
    }
    put(file := tmp_path / "fence.route.json", json.dumps(written))

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            views = Views(route.document.route)
            views.steps.rename("m", "answer")
            views.steps.move(["s", "g"], 8, 8)
            views.steps.delete(["e"])
            views.steps.duplicate(["g"])
            views.settle()
            views.agree()
            views.document.history.undo()
            views.settle()
            there = views._document_there
            there["name"] = "fence-2"
            views._write(there, 2)
            views.settle()
            views.agree()
            assert "g" in views.scene.cards
            route.document.edit("Take over", views.document.route)
            await desk.save()
            views.close()
            await views.source.aclose()

    run_qt(scenario())
    after = json.loads(text_in(file))
    (kept,) = [element for element in after["elements"] if element["id"] == "g"]
    renamed_target = {**FUTURE["outputs"], "inside": {"elementId": "answer", "weight": 3}}  # type: ignore[dict-item]
    assert typed(kept) == typed({**FUTURE, "outputs": renamed_target})
    assert (after["region"], after["workbench"]["holograms"], after["name"]) == (
        "moon",
        {"g": [1]},
        "fence-2",
    )


def typed(value: Any) -> str:
    """As JSON has it: 1, 1.0 and true differ."""
    return json.dumps(value, sort_keys=True)


def test_undo_goes_back_over_a_reload_and_the_canvas_with_it(
    tmp_path: Path, qapp: object, run_qt: Run
) -> None:
    put(file := tmp_path / "support.route.json", text_of(ROUTE))
    ring_of_three: Route = read_route(ring(3)).route

    async def scenario() -> None:
        async with window(tmp_path) as desk:
            route = await desk.open(file)
            views = Views(route.document.route)
            document = views.document
            route.document.edited.connect(lambda step: document.edit(step.name, step.after))
            desk.rename("ours")
            put(file, text_of(ring_of_three))
            desk.model.reload(route)
            await desk.done()
            desk.rename("mine")
            for steps, name in ((1, "ring"), (1, "ours"), (1, ROUTE.name)):
                for _ in range(steps):
                    route.document.history.undo()
                views.settle()
                views.agree()
                assert (route.document.route.name, document.route.name) == (name, name)
            for _ in range(3):
                route.document.history.redo()
            views.settle()
            views.agree()
            assert document.route.name == "mine"
            assert set(views.scene.cards) == {"e0", "e1", "e2"}
            views.close()
            await views.source.aclose()

    run_qt(scenario())


def run_window(folder: Path, act: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bad_days.window_writer", str(folder), act],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.timeout(120)
def test_the_real_window_killed_while_somebody_edits_opens_with_the_last_state(tmp_path: Path) -> None:
    data = Paths.under(tmp_path).data
    window = run_window(tmp_path, "edit")
    try:
        wait_for(lambda: kept(data).startswith("edit-"))
        first = kept(data)
        wait_for(lambda: kept(data) != first)
        last = kept(data)
    finally:
        window.kill()
        output, _ = window.communicate(timeout=PATIENCE_S)
    made = int(output.split()[-1])

    again = run_window(tmp_path, "look")
    told, _ = again.communicate(timeout=PATIENCE_S)
    seen = json.loads(told)
    number = int(seen["route"]["name"].removeprefix("edit-"))
    assert int(last.removeprefix("edit-")) <= number <= made + 1
    assert (again.returncode, seen["open"], seen["unsaved"], seen["canvas"]) == (0, 1, True, [])
    assert seen["tab"] == f"edit-{number} •"
    starter = read_route(seen["route"]).route
    assert [one.id for one in starter.elements] == [one.id for one in STARTERS[0].route.elements]
