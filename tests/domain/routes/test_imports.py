"""The shapes people write by hand become routes that run; what is not understood is refused with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.routes.samples import API, documents
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Conditional, ModelCall, Percentage, Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.imports import Imported, Shape, import_route


def drawn(imported: Imported) -> dict[str, Any]:
    """The graph in short: what each element says, and where it leads."""
    return {element.id: (_said(element), dict(element.outputs)) for element in imported.route.elements[1:-1]}


def _said(element: Any) -> Any:
    match element:
        case Conditional():
            return element.conditions
        case ModelCall():
            return f"{element.provider} {element.model}"
        case Percentage():
            return element.sticky
    return None


def ends(fallback: str = "end") -> dict[str, str]:
    return {"success": "end", "fallback": fallback}


def refused(value: Any) -> RouteError:
    with pytest.raises(RouteError) as error:
        import_route(value)
    return error.value


def test_rules_with_condition_model_and_default() -> None:
    imported = import_route(
        {
            "name": "by plan",
            "rules": [
                {"condition": "metadata.plan == 'free'", "model": "@cf/meta/llama-3.1-8b-instruct"},
                {"condition": {"metadata.plan": {"$in": ["pro"]}}, "model": "openai/gpt-4o-mini"},
            ],
            "default": "google/gemini-2.5-flash",
        }
    )
    assert imported.shape is Shape.RULES
    assert imported.route.name == "by plan"
    assert drawn(imported) == {
        "rule-1": ({"metadata.plan": {"$eq": "free"}}, {"true": "llama-3.1-8b-instruct", "false": "rule-2"}),
        "llama-3.1-8b-instruct": ("workers-ai @cf/meta/llama-3.1-8b-instruct", ends()),
        "rule-2": ({"metadata.plan": {"$in": ["pro"]}}, {"true": "gpt-4o-mini", "false": "gemini-2.5-flash"}),
        "gpt-4o-mini": ("openai gpt-4o-mini", ends()),
        "gemini-2.5-flash": ("google-ai-studio gemini-2.5-flash", ends()),
    }
    assert [change.split(":")[0] for change in imported.changes] == [
        "/rules/0/condition",
        "Provider “google” is called “google-ai-studio” on a gateway.",
    ]


def test_a_distribution_with_percentages() -> None:
    imported = import_route(
        {"distribution": {"openai/gpt-4o": "70%", "anthropic/claude-sonnet-4-5": 30}}, "split"
    )
    assert imported.shape is Shape.DISTRIBUTION
    assert imported.route.name == "split"
    assert drawn(imported)["split"] == ("", {"70%": "gpt-4o", "30%": "claude-sonnet-4-5"})
    assert imported.changes == ()


def test_a_primary_with_fallbacks_that_share_its_time_out() -> None:
    imported = import_route(
        {
            "primary": "openai/gpt-4o",
            "fallbacks": ["anthropic/c", {"model": "groq/l", "timeout": "5s"}],
            "timeout": 9000,
            "retries": 2,
        }
    )
    assert imported.shape is Shape.FALLBACKS
    assert drawn(imported) == {
        "gpt-4o": ("openai gpt-4o", ends("c")),
        "c": ("anthropic c", ends("l")),
        "l": ("groq l", ends()),
    }
    models = [element for element in imported.route.elements if isinstance(element, ModelCall)]
    assert [(model.timeout_ms, model.retries) for model in models] == [(9000, 2), (9000, 2), (5000, 2)]


def test_geographic_rules_on_the_country_header() -> None:
    imported = import_route(
        {
            "rules": [
                {"condition": "request.headers['cf-ipcountry'] in ['DE', 'FR']", "model": "mistral/large"}
            ],
            "default": "openai/gpt-4o",
        }
    )
    assert drawn(imported)["rule-1"][0] == {"headers.cf-ipcountry": {"$in": ["DE", "FR"]}}
    assert any("no geographic element" in change for change in imported.changes)


@pytest.mark.parametrize(
    "value",
    [
        {"geo": {"DE, fr": "mistral/large", "default": "openai/gpt-4o"}},
        {"geographic": [{"countries": ["de", "FR"], "model": "mistral/large"}], "default": "openai/gpt-4o"},
        {
            "type": "geographic",
            "rules": [{"country": "DE FR", "use": "mistral/large"}, {"model": "openai/gpt-4o"}],
        },
        {"by_country": {"DE|FR": {"provider": "mistral", "model": "large"}}, "otherwise": "openai/gpt-4o"},
    ],
)
def test_countries_are_written_in_several_ways(value: dict[str, Any]) -> None:
    imported = import_route(value)
    assert drawn(imported) == {
        "rule-1": ({"headers.cf-ipcountry": {"$in": ["DE", "FR"]}}, {"true": "large", "false": "gpt-4o"}),
        "large": ("mistral large", ends()),
        "gpt-4o": ("openai gpt-4o", ends()),
    }


def test_the_european_union_is_its_countries() -> None:
    imported = import_route({"geo": {"EU": "mistral/large"}, "default": "openai/a"})
    assert len(drawn(imported)["rule-1"][0]["headers.cf-ipcountry"]["$in"]) == 27
    assert any("27 countries" in change for change in imported.changes)


@pytest.mark.parametrize(
    ("value", "ports"),
    [
        ([("a", 50), ("b", 50)], ["50%", "else"]),
        ([("a", 25), ("b", 25), ("c", 50)], ["25%", "else", "50%"]),
        ([("a", 0.7), ("b", 0.3)], ["70%", "30%"]),
        ([("a", "12.5%"), ("b", "87.5")], ["12.5%", "87.5%"]),
        ([("a", 25), ("b", 25), ("c", 25), ("d", 25)], ["25%", "25.0%", "25.00%", "else"]),
    ],
)
def test_shares_become_ports_that_can_be_told_apart(value: list[tuple[str, Any]], ports: list[str]) -> None:
    imported = import_route(
        {"distribution": [{"model": f"openai/{name}", "percentage": share} for name, share in value]}
    )
    assert list(drawn(imported)["split"][1]) == ports


def test_weights_are_scaled_and_that_is_said() -> None:
    imported = import_route(
        {"targets": [{"model": "openai/a", "weight": 3}, {"model": "openai/b", "weight": 1}]}
    )
    assert drawn(imported)["split"][1] == {"75%": "a", "25%": "b"}
    assert "Weights" in imported.changes[0]


def test_more_than_five_shares_go_into_a_second_split() -> None:
    shares = {f"openai/m{share}": share for share in (5, 6, 7, 8, 9, 10, 55)}
    graph = drawn(import_route({"distribution": shares}))
    assert list(graph["split"][1]) == ["5%", "6%", "7%", "8%", "9%", "else"]
    assert graph["split-2"][1] == {"15.38%": "m10", "84.62%": "m55"}


def test_a_sticky_key_is_kept() -> None:
    imported = import_route({"distribution": {"70%": "openai/a", "else": "openai/b"}, "stickyKey": "user.id"})
    assert drawn(imported)["split"] == ("metadata.user_id", {"70%": "a", "else": "b"})


def test_shapes_stand_inside_one_another() -> None:
    imported = import_route(
        {
            "rules": [
                {"when": "has_image", "distribution": {"50%": "openai/a", "else": ["groq/b", "groq/c"]}}
            ],
            "default": {"primary": "openai/a", "fallbacks": ["groq/c"]},
        }
    )
    assert drawn(imported) == {
        "rule-1": ({"request.has_image": {"$eq": True}}, {"true": "split", "false": "a-2"}),
        "split": ("", {"50%": "a", "else": "b"}),
        "a": ("openai a", ends()),
        "b": ("groq b", ends("c")),
        "c": ("groq c", ends()),
        "a-2": ("openai a", ends("c")),
    }


def test_rules_without_a_default_end_with_an_error_and_that_is_said() -> None:
    imported = import_route([{"if": "metadata.beta", "then": "openai/a"}])
    assert drawn(imported)["rule-1"][1] == {"true": "a", "false": "end"}
    assert "Nothing is said" in imported.changes[-1]


def test_names_and_remarks_of_rules_are_kept() -> None:
    rule = {"name": "Big prompts", "description": "They cost.", "when": "tokens > 1000", "use": "openai/a"}
    imported = import_route({"rules": [rule], "default": "openai/b"})
    assert imported.route.elements[1].id == "big-prompts"
    assert imported.route.sidecar == {"notes": {"big-prompts": "They cost."}}


def test_a_graph_may_have_expressions_for_conditions() -> None:
    element = {
        "id": "c",
        "type": "conditional",
        "properties": {"conditions": 'user.plan === "paid" && tokens > 1000'},
    }
    imported = import_route({"elements": [element]})
    assert imported.shape is Shape.GRAPH
    found = imported.route.elements[0]
    assert isinstance(found, Conditional)
    assert found.conditions == {
        "metadata.plan": {"$eq": "paid"},
        "request.prompt_tokens_estimate": {"$gt": 1000},
    }
    assert len(imported.changes) == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"success": True, "result": API},
        {"success": True, "route": API},
        {
            "success": True,
            "result": {"name": "support", "version": {"version_id": "v", "data": API["elements"]}},
        },
        {
            "name": "support",
            "elements": None,
            "version": {"version_id": "v", "data": json.dumps(API["elements"])},
        },
    ],
)
def test_a_route_is_taken_out_of_a_reply_of_the_api(reply: dict[str, Any]) -> None:
    imported = import_route(json.dumps(reply))
    assert route_document(imported.route) == API
    assert imported.changes


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        ({"hello": 1}, "", "not a route"),
        ([], "", "not a route"),
        (
            {"rules": [{"condition": "metadata.plan = free", "model": "openai/a"}]},
            "/rules/0/condition",
            "character 21",
        ),
        (
            {"rules": [{"condition": "a == 1", "model": "openai/a", "cache": 3}]},
            "/rules/0/cache",
            "not understood",
        ),
        ({"rules": [{"condition": "a == 1"}]}, "/rules/0", "no model"),
        (
            {"rules": [{"condition": {"a": {"$near": 1}}, "model": "openai/a"}]},
            "/rules/0/condition/a",
            "$near",
        ),
        ({"rules": [{"model": "openai/a"}, {"condition": "x", "model": "openai/b"}]}, "/rules/0", "hides"),
        ({"rules": [{"countries": "Germany", "model": "openai/a"}]}, "/rules/0/countries", "Germany"),
        ({"distribution": {"openai/a": 70, "openai/b": 20}}, "/distribution", "other 10 %"),
        ({"distribution": {"openai/a": 70, "openai/b": 50}}, "/distribution", "120 %"),
        ({"distribution": {"openai/a": "most"}}, "/distribution/openai~1a", "most"),
        ({"primary": "llama-3", "fallbacks": []}, "/primary", "whose model"),
        ({"primary": "openai/a", "fallbacks": ["dynamic/x"]}, "/fallbacks/0", "is a route"),
        ({"primary": "openai/a", "fallbacks": [], "retries": 9}, "/retries", "0 to 5"),
        ({"primary": "openai/a", "fallbacks": [], "timeout": "soon"}, "/timeout", "soon"),
        ({"default": "openai/a", "rules": [], "budget": 3}, "/budget", "not understood"),
        ({"rules": [], "default": API}, "/default", "inside"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(value: Any, pointer: str, words: str) -> None:
    error = refused(value)
    assert error.pointer == pointer
    assert words in f"{error.what} {error.why}"


@given(documents)
def test_import_then_export_is_stable(document: dict[str, Any]) -> None:
    route = import_route(document).route
    written = route_document(route)
    again = import_route(json.dumps(written))
    assert again.route == route
    assert again.changes == ()
    assert route_document(again.route) == written


models = st.sampled_from(
    ["openai/gpt-4o", "@cf/meta/llama", "google/gemini-2.5-flash", "groq/llama", "claude-x"]
)
conditions = st.sampled_from(
    [
        "metadata.plan == 'free'",
        "tokens > 100 and not has_tools",
        {"metadata.plan": ["a", "b"]},
        "country in ['DE']",
    ]
)
targets = st.recursive(
    models,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"primary": inner, "fallbacks": st.lists(inner, max_size=2)}),
        st.fixed_dictionaries({"distribution": st.lists(st.fixed_dictionaries({"model": inner, "weight": st.integers(1, 4)}), min_size=1, max_size=8)}),
        st.fixed_dictionaries(
            {"rules": st.lists(st.fixed_dictionaries({"when": conditions, "use": inner}), max_size=3)},
            optional={"default": inner},
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@given(targets.filter(lambda value: not isinstance(value, str)))
def test_every_hand_written_route_is_a_graph_that_is_whole(value: Any) -> None:
    route: Route = import_route(value).route
    ids = [element.id for element in route.elements]
    assert len(set(ids)) == len(ids)
    assert all(target in ids for _, _, target in route.links())
    assert read_route(route_document(route)).route == route
