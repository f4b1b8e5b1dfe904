"""What one tab asks of another: the page opens first, then its tab is told."""

from __future__ import annotations

from workbench.ui.errands import Errands


def test_a_route_is_shown_with_its_way_once_its_page_is_open() -> None:
    order: list[object] = []
    errands = Errands(order.append)
    errands.route_wanted.connect(lambda name, trace_id: order.append((name, trace_id)))
    errands.show_route("support", "t1")
    errands.show_route("support")
    assert order == ["routes", ("support", "t1"), "routes", ("support", "")]


def test_a_request_is_tried_on_a_route_once_its_page_is_open() -> None:
    order: list[object] = []
    errands = Errands(order.append)
    errands.dry_run_wanted.connect(order.append)
    sent = {"headers": {}, "metadata": {"plan": "free"}, "body": {}}
    errands.try_on_route(sent)
    assert order == ["routes", sent]


def test_texts_are_embedded_once_their_page_is_open() -> None:
    order: list[object] = []
    errands = Errands(order.append)
    errands.embedding_wanted.connect(lambda text, name: order.append((text, name)))
    errands.embed("one\ntwo", "talk")
    assert order == ["embeddings", ("one\ntwo", "talk")]
