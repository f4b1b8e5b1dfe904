"""Whatever happens to the document, the text says the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.test_route_proof import ROUTE
from workbench.domain.routes.canvas import Frame, Point, placed, with_frame, with_note
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.edits import changed, renamed, with_element, without_element
from workbench.domain.routes.elements import ModelCall, Percentage, Route
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.source.model import SourceModel
from workbench.ui.routes.source.reading import read
from workbench.ui.routes.source.writing import Change, applied

pytestmark = pytest.mark.usefixtures("qapp")
IDS = st.sampled_from(["start", "split", "again", "big", "small", "end", "new", "😀"])
TEXTS = st.text(max_size=5)


def sticky(id: str, field: str) -> Callable[[Route], Route]:
    def edit(route: Route) -> Route:
        element = route.find(id)
        return (
            with_element(route, replace(element, sticky=field)) if isinstance(element, Percentage) else route
        )

    return edit


EDITS: st.SearchStrategy[Callable[[Route], Route]] = st.one_of(
    st.builds(lambda name: lambda route: renamed(route, name), TEXTS),
    st.builds(lambda id: lambda route: without_element(route, id), IDS),
    st.builds(
        lambda id, name: lambda route: with_element(route, ModelCall(id=id, provider="openai", model=name)),
        IDS,
        TEXTS,
    ),
    st.builds(lambda id, x: lambda route: placed(route, {id: Point(x, 0)}), IDS, st.integers(-9, 9)),
    st.builds(lambda id, text: lambda route: with_note(route, id, text), IDS, TEXTS),
    st.builds(lambda id, text: lambda route: with_frame(route, id, Frame(text, 0, 0, 9, 9)), IDS, TEXTS),
    st.builds(sticky, IDS, st.sampled_from(["", "metadata.user"])),
    st.just(lambda route: replace(route, elements=route.elements[::-1])),
)


class Typist:
    """The editor without its widget."""

    def __init__(self, route: Route) -> None:
        self.document = RouteDocument(route)
        self.model = SourceModel(self.document)
        self.text = ""
        self.model.rewritten.connect(self.rewrite)
        self.model.set_shown(True)

    def rewrite(self, made: str | list[Change]) -> None:
        self.text = made if isinstance(made, str) else applied(self.text, made)

    def follow(self) -> None:
        self.model.follow()
        assert self.text == self.model.text
        assert json.loads(self.text) == route_document(self.document.route)
        assert read_route(self.text).route == self.document.route

    def close(self) -> None:
        self.model._find.stop()


@given(st.lists(EDITS | st.sampled_from(["undo", "redo"]), max_size=12), st.booleans())
def test_text_and_document_stay_equal(edits: list[Callable[[Route], Route] | str], laid_out: bool) -> None:
    typist = Typist(ROUTE)
    if laid_out:  # as somebody else would
        typist.rewrite(json.dumps(route_document(ROUTE)))
        typist.model.take(typist.text)
    for edit in edits:
        if isinstance(edit, str):
            getattr(typist.document.history, edit)()
        else:
            typist.document.edit("Edit", edit(typist.document.route))
        typist.follow()
    typist.close()


def test_a_text_in_another_order_keeps_it() -> None:
    typist = Typist(ROUTE)
    text = json.dumps({key: value for key, value in reversed(route_document(ROUTE).items())})
    typist.rewrite(text)
    typist.model.take(text)
    typist.document.edit("Rename", renamed(ROUTE, "other"))
    typist.follow()
    assert typist.text == text.replace('"plans"', '"other"')
    typist.close()


def test_elements_that_are_equal_are_the_same_objects_after_reading() -> None:
    text = json.dumps(route_document(changed(ROUTE, "big", retries=3)))
    after = read(text, ROUTE).route
    assert after is not None
    assert [one is two for one, two in zip(after.elements, ROUTE.elements, strict=True)].count(False) == 1


def test_ports_in_another_order_are_another_element() -> None:
    split = ROUTE.find("split")
    assert isinstance(split, Percentage)
    turned = replace(split, outputs=dict(list(split.outputs.items())[::-1]))
    after = read(json.dumps(route_document(with_element(ROUTE, turned))), ROUTE).route
    assert after is not None
    assert list(after.elements[1].outputs) == ["else", "30%"]
