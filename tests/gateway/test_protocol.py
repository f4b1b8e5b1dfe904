"""A body is an object or refused; ids can be headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.protocol import BadBody, ids_of, json_object


@given(st.binary())
def test_any_body_is_an_object_or_refused(body: bytes) -> None:
    try:
        value = json_object(body)
    except BadBody:
        return
    assert isinstance(value, dict)


def test_a_body_nested_too_deep_is_refused() -> None:
    with pytest.raises(BadBody):
        json_object(b'{"a":' * 100_000)


def test_an_event_id_that_cannot_be_a_header_is_replaced() -> None:
    assert ids_of({"cf-aig-event-id": "mine"}).event == "mine"
    ids = ids_of({"cf-aig-event-id": "a\nb"})
    assert ids.event == ids.request
