"""Routes and parts of routes for the tests of this folder and of the engine."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route

API: dict[str, Any] = {
    "name": "support",
    "elements": [
        {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c"}}},
        {
            "id": "c",
            "type": "conditional",
            "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
            "outputs": {"true": {"elementId": "r"}, "false": {"elementId": "p"}},
        },
        {
            "id": "p",
            "type": "percentage",
            "outputs": {"10%": {"elementId": "m1"}, "50%": {"elementId": "m2"}, "else": {"elementId": "m1"}},
        },
        {
            "id": "r",
            "type": "rate",
            "properties": {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600},
            "outputs": {"success": {"elementId": "m1"}, "fallback": {"elementId": "m2"}},
        },
        {
            "id": "m1",
            "type": "model",
            "properties": {"provider": "openai", "model": "gpt-4o-mini", "timeout": 60000, "retries": 4},
            "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "m2"}},
        },
        {
            "id": "m2",
            "type": "model",
            "properties": {"provider": "workers-ai", "model": "@cf/meta/llama", "timeout": 0, "retries": 0},
            "outputs": {"success": {"elementId": "e"}, "fallback": {"elementId": "e"}},
        },
        {"id": "e", "type": "end", "outputs": {}},
    ],
}
"""The example of ai-gateway §7.2, in the API's dialect."""


def route_of(*elements: dict[str, Any], name: str = "r", **document: Any) -> Route:
    return read_route({"name": name, "elements": list(elements), **document}).route


def to(**ports: str) -> dict[str, Any]:
    """Outputs; `to(next="a")`. For shares use `shares`."""
    return shares(ports)


def shares(ports: dict[str, str]) -> dict[str, Any]:
    return {port: {"elementId": target} for port, target in ports.items()}


def start(target: str) -> dict[str, Any]:
    return {"id": "start", "type": "start", "outputs": to(next=target)}


def model(id: str, success: str = "", fallback: str = "", **properties: Any) -> dict[str, Any]:
    outputs = {port: target for port, target in (("success", success), ("fallback", fallback)) if target}
    return {
        "id": id,
        "type": "model",
        "properties": {"provider": "openai", "model": id, **properties},
        "outputs": shares(outputs),
    }


END = {"id": "end", "type": "end", "outputs": {}}

_ids = st.text("abcdefgh-1", min_size=1, max_size=4)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab/~", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text("xyz/~", min_size=1, max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
_more = st.dictionaries(st.sampled_from(["note", "x/y", "z~", "position"]), _json, max_size=2)
_targets = st.fixed_dictionaries({"elementId": _ids}, optional={"label": _json})
_limits: dict[str, st.SearchStrategy[Any]] = {
    "key": st.just("metadata.user_id"),
    "limit": st.integers(0, 9) | st.floats(0, 9, allow_nan=False),
    "limitType": st.sampled_from(["count", "cost"]),
}
_names: dict[str, st.SearchStrategy[Any]] = {"provider": st.just("openai"), "model": _ids}
_numbers: dict[str, st.SearchStrategy[Any]] = {"timeout": st.integers(0, 9), "retries": st.integers(0, 9)}


def _element(
    kind: str, properties: st.SearchStrategy[Any], ports: list[str]
) -> st.SearchStrategy[dict[str, Any]]:
    outputs = st.dictionaries(st.sampled_from(ports), _targets | _ids | st.none(), max_size=3)
    required: dict[str, st.SearchStrategy[Any]] = {
        "id": _ids,
        "type": st.just(kind),
        "properties": properties,
    }
    made = st.fixed_dictionaries(required, optional={"outputs": outputs})
    return st.builds(lambda element, more: {**more, **element}, made, _more)


def _with_more(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda found, more: {**more, **found}, known, _more)


_condition = st.dictionaries(
    st.sampled_from(["metadata.plan", "body.x"]), st.fixed_dictionaries({"$eq": _json}), max_size=2
)
unknown_elements = st.builds(
    lambda more, element: {**more, **element},
    _more,
    st.fixed_dictionaries(
        {"id": _ids, "type": st.sampled_from(["geo", "unknown", "Start"])},
        optional={
            "properties": _json,
            "outputs": _json | st.dictionaries(st.sampled_from(["EU", "x"]), _json | _targets),
        },
    ),
)
"""Elements of a type from the future, in whatever shape."""
elements = st.one_of(
    unknown_elements,
    _element("start", _more, ["next", "odd"]),
    _element("end", _more, ["odd"]),
    _element("conditional", _with_more(st.fixed_dictionaries({"conditions": _condition})), ["true", "false"]),
    _element("conditional", _with_more(st.fixed_dictionaries({"condition": _condition})), ["true", "false"]),
    _element("percentage", _more, ["10%", "50%", "50.0%", "else"]),
    _element("rate", _with_more(st.fixed_dictionaries({**_limits, "window": st.integers(1, 9)})), ["success", "fallback"]),
    _element(
        "rate_limit",
        _with_more(
            st.fixed_dictionaries({**_limits, "interval": st.integers(1, 9), "technique": st.sampled_from(["fixed", "sliding"])})
        ),
        ["success", "fallback"],
    ),
    _element("model", _with_more(st.fixed_dictionaries(_names, optional=_numbers)), ["success", "fallback"]),
)  # fmt: skip
"""Elements in either dialect, with keys that nobody knows, outputs that lead nowhere, and numbers out of range."""
_sidecars = st.fixed_dictionaries(
    {},
    optional={
        "sticky": st.dictionaries(_ids, st.just("metadata.user_id"), max_size=3),
        "technique": st.dictionaries(_ids, st.sampled_from(["fixed", "sliding"]), max_size=3),
        "positions": _json,
        "tests": st.lists(_json, max_size=2),
    },
)
documents = st.builds(
    lambda elements, more, sidecar: {
        **more,
        "elements": elements,
        **({"workbench": sidecar} if sidecar else {}),
    },
    st.lists(elements, max_size=6),
    _more,
    _sidecars,
)
