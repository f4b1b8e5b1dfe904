"""What is kept of a universal request: everything but its keys."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.legs import keepable

KEY = "sk-canary"
VALUES = st.recursive(
    st.none() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


def kept(leg: object) -> object:
    found = keepable(json.dumps([leg]).encode())
    assert found is not None
    return json.loads(found)[0]


def test_keys_in_headers_and_addresses_are_masked_and_the_rest_stays() -> None:
    leg = {
        "provider": "openai",
        "endpoint": f"models/x:go?alt=sse&key={KEY}",
        "headers": {"Authorization": f"Bearer {KEY}", "X-Goog-Api-Key": [KEY], "accept": "*/*"},
        "query": {"model": "m", "temperature": 0.5},
    }
    masked = kept(leg)
    assert KEY not in json.dumps(masked)
    assert isinstance(masked, dict)
    assert masked["endpoint"].startswith("models/x:go?alt=sse&key=")
    assert masked["headers"]["accept"] == "*/*"
    assert (masked["provider"], masked["query"]) == ("openai", leg["query"])


@pytest.mark.parametrize(
    "headers", [f"authorization: {KEY}", [["authorization", KEY]], {"API-KEY": {"a": KEY}}]
)
def test_headers_of_any_shape_are_masked(headers: object) -> None:
    assert KEY not in json.dumps(kept({"provider": "openai", "headers": headers}))


@pytest.mark.parametrize("body", [b"", b"{", f'[{{"headers": {{"authorization": "{KEY}"'.encode()])
def test_what_cannot_be_read_is_not_kept(body: bytes) -> None:
    assert keepable(body) is None


@given(VALUES)
def test_any_json_is_kept_as_json_and_never_an_error(value: object) -> None:
    found = keepable(json.dumps(value).encode())
    assert found is None or isinstance(json.loads(found), list)
