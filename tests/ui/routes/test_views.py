"""Canvas, JSON and document at once: whatever is done in whichever of them, all three say the same, and so does a replay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QUndoCommand

from tests.ui.routes.canvas.conftest import PLACES, ROUTE
from tests.ui.routes.canvas.test_mirror import Desk, one_act
from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Point
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.ui.routes.canvas.mirror import differences
from workbench.ui.routes.source.model import SourceModel
from workbench.ui.routes.source.writing import Change, applied

_numbers = st.integers(0, 30)
_layouts = st.sampled_from([None, 0, 2])
_drawn = one_act.map(lambda act: ("draw", act))
_typed = st.one_of(
    st.tuples(st.just("set"), _numbers, st.sampled_from(["model", "limit", "colour"]), _numbers, _layouts),
    st.tuples(st.just("drop"), _numbers, _layouts),
    st.tuples(st.just("turn"), _layouts),
    st.tuples(st.just("future"), _numbers, _layouts),
    st.tuples(st.just("name"), st.text(max_size=4), _layouts),
    st.tuples(st.just("wreck"), _numbers, st.sampled_from(["{", '"', ",", "\0", "[]", "9" * 40])),
    st.tuples(st.just("truncate"), _numbers),
    st.just(("undo_there",)),
    st.just(("redo_there",)),
    st.just(("bring_back",)),
    st.just(("leave",)),
    st.just(("hide",)),
)


class Views(Desk):
    """A canvas, and beside it the JSON as in the editor without its widget.

    kept: the route after each step, by its number. strayed: steps that undo or redo did not lead back to.
    """

    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self.source = SourceModel(self.document)
        self.text = ""
        self.source.rewritten.connect(self._rewrite)
        self.source.text_wanted.connect(lambda: self.source.take(self.text))
        self.source.set_shown(True)
        self.at = 0
        self.kept: dict[int, tuple[QUndoCommand | None, Route]] = {0: (None, self.document.route)}
        self.strayed: list[int] = []
        self.document.history.indexChanged.connect(self._stepped)

    def settle(self) -> None:
        """What the timers would do."""
        self.source.flush()
        self.source.set_shown(True)
        if self.source.problem is None:
            self.source.follow()

    def agree(self) -> None:
        route = self.document.route
        assert self.strayed == []
        assert differences(self.scene, route) == []
        assert self.text == self.source.text
        if self.source.problem is not None:
            return
        assert json.loads(self.text) == route_document(route)
        try:
            read = read_route(self.text).route
        except RouteError:  # what its kind does not allow can be drawn, but says so when it is read
            return
        assert read == route

    def close(self) -> None:
        for timer in (self.source._typed, self.source._follow_later, self.source._find):
            timer.stop()

    def _rewrite(self, made: str | list[Change]) -> None:
        self.text = made if isinstance(made, str) else applied(self.text, made)

    def _stepped(self, index: int) -> None:
        step = self.document.history.command(index - 1) if index else None
        known = self.kept.get(index)
        if (
            known is None or known[0] is not step or index == self.at
        ):  # a new step, or one that took another in
            self.kept[index] = (step, self.document.route)
        elif known[1] != self.document.route:
            self.strayed.append(index)
        self.at = index

    def _type(self, text: str) -> None:
        self.text = text
        self.source.touch()

    def _write(self, document: Mapping[str, Any], indent: int | None) -> None:
        self._type(json.dumps(document, indent=indent))

    @property
    def _document_there(self) -> dict[str, Any]:
        self.settle()
        if self.source.problem is not None:
            return route_document(self.document.route)
        found: dict[str, Any] = json.loads(self.text)
        return found

    def _draw(self, act: tuple[Any, ...]) -> None:
        self.act(*act)

    def _set(self, number: int, key: str, value: int, indent: int | None) -> None:
        written = self._document_there
        if elements := written["elements"]:
            properties = elements[number % len(elements)].setdefault("properties", {})
            properties[key] = f"m{value}" if key == "model" else value
        self._write(written, indent)

    def _drop(self, number: int, indent: int | None) -> None:
        written = self._document_there
        if elements := written["elements"]:
            del elements[number % len(elements)]
        self._write(written, indent)

    def _turn(self, indent: int | None) -> None:
        written = self._document_there
        written["elements"].reverse()
        self._write(dict(reversed(written.items())), indent)

    def _future(self, number: int, indent: int | None) -> None:
        written = self._document_there
        outputs = {"EU": {"elementId": self._element(number)}, "x": None}
        written["elements"].append({"id": f"f{number}", "type": "geo", "outputs": outputs, "by": [1, True]})
        self._write(written, indent)

    def _name(self, name: str, indent: int | None) -> None:
        self._write({**self._document_there, "name": name}, indent)

    def _wreck(self, at: int, what: str) -> None:
        self._type(f"{self.text[:at]}{what}{self.text[at:]}")

    def _truncate(self, length: int) -> None:
        self._type(self.text[: -1 - length])

    def _undo_there(self) -> None:
        self.source.undo()

    def _redo_there(self) -> None:
        self.source.redo()

    def _bring_back(self) -> None:
        self.source.bring_back()

    def _leave(self) -> None:
        self.source.leave()

    def _hide(self) -> None:
        self.source.leave()
        self.source.set_shown(False)


@settings(max_examples=200)
@given(
    acts=st.lists(
        _drawn | _typed | st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 4)), max_size=30
    )
)
def test_canvas_json_and_document_say_the_same_and_so_does_a_replay(qapp: object, acts: list[Any]) -> None:
    views = Views(canvas.placed(ROUTE, {id: Point(*at) for id, at in PLACES.items()}))
    for name, *how in acts:
        before, waiting = views.document.route, views.source.typing
        views.act(name, *how)
        if name in ("wreck", "truncate") and not waiting and views.source.problem is not None:
            assert views.document.route is before
        views.settle()
        views.agree()
    last, history = views.document.route, views.document.history
    here = history.index()
    for number in range(history.count() + 1):
        history.setIndex(number)
        views.settle()
        views.agree()
    history.setIndex(here)
    views.settle()
    views.agree()
    assert views.document.route == last
    views.close()
