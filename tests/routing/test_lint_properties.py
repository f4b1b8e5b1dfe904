"""What holds of the linter for any route that can be drawn."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.routes.codec import deployable, read_route, route_document
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.findings import LintFacts, Severity
from workbench.routing.engine import compile_route
from workbench.routing.lint import RULES, lint, worst

IDS = st.sampled_from(["a", "b", "c", "d", "e"])
FIELDS = st.sampled_from(
    ["metadata.plan", "metadata.user", "headers.x", "body.model", "request.stream", "plan", ""]
)
QUERIES = st.recursive(
    st.dictionaries(
        FIELDS,
        st.sampled_from(
            ["free", {"$eq": 1}, {"$in": ["x"]}, {"$near": 1}, {"$regex": "("}, {"$not": {"$gt": 2}}]
        ),
        max_size=2,
    ),
    lambda inner: st.dictionaries(
        st.sampled_from(["$and", "$or", "$nor", "$not"]), st.lists(inner, max_size=2) | inner, max_size=1
    ),
    max_leaves=3,
)


def outputs(*ports: str, to: st.SearchStrategy[str] = IDS) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(ports), to, max_size=4)


ELEMENTS: st.SearchStrategy[AnyElement] = st.one_of(
    st.builds(Start, id=IDS, outputs=outputs("next")),
    st.builds(Conditional, id=IDS, conditions=QUERIES, outputs=outputs("true", "false", "maybe")),
    st.builds(
        Percentage,
        id=IDS,
        sticky=FIELDS,
        outputs=outputs("0%", "10%", "50%", "100%", "100.0%", "else", "many", to=IDS | st.just("")),
    ),
    st.builds(
        Rate,
        id=IDS,
        limit_type=st.sampled_from(LimitType),
        key=FIELDS,
        limit=st.integers(-1, 2),
        window_s=st.integers(-1, 60),
        outputs=outputs("success", "fallback"),
    ),
    st.builds(
        ModelCall,
        id=IDS,
        provider=st.sampled_from(["openai", "google", "custom-x", "workers-ai", ""]),
        model=st.sampled_from(["gpt-4o-mini", "openai/gpt-4o-mini", "@cf/zai-org/glm-4.7-flash", ""]),
        timeout_ms=st.integers(-1, 1),
        retries=st.integers(-1, 6),
        outputs=outputs("success", "fallback"),
    ),
    st.builds(End, id=IDS, outputs=outputs("next")),
    st.builds(Unknown, id=IDS, type=st.just("geo"), outputs=outputs("EU", "US")),
)
ROUTES = st.builds(
    Route,
    st.sampled_from(["support", "my route", ""]),
    st.lists(ELEMENTS, max_size=6).map(tuple),
)
FACTS = st.builds(
    LintFacts,
    custom=st.sampled_from([None, {}, {"x": "http://127.0.0.1:1/v1"}]),
    metadata_seen=st.sampled_from([frozenset(), frozenset({"plan"})]),
    for_deploy=st.booleans(),
)


@given(ROUTES, FACTS)
@settings(max_examples=150)
def test_a_route_without_errors_can_be_compiled(route: Route, facts: LintFacts) -> None:
    """At Cloudflare a type that is unknown here may run, so that is asked of the desk."""
    if worst(lint(route, replace(facts, for_deploy=False))) is not Severity.ERROR:
        compile_route(route)


@given(ROUTES)
@settings(max_examples=150)
def test_a_route_that_cannot_be_compiled_has_an_error(route: Route) -> None:
    try:
        compile_route(route)
    except RouteError:
        assert worst(lint(route)) is Severity.ERROR


@given(ROUTES)
@settings(max_examples=150)
def test_a_route_that_may_be_deployed_can_be_and_is_sound_as_it_is_sent(route: Route) -> None:
    facts = LintFacts(for_deploy=True)
    if worst(lint(route, facts)) is not Severity.ERROR:
        sent = read_route({"name": route.name, "elements": deployable(route).elements}).route
        assert worst(lint(sent, facts)) is not Severity.ERROR


@given(ROUTES, FACTS)
@settings(max_examples=60)
def test_every_fix_mends_its_finding_and_gives_a_route_that_can_be_written(
    route: Route, facts: LintFacts
) -> None:
    for finding in lint(route, facts):
        assert finding.code in RULES
        for fix in finding.fixes:
            after = fix.apply(route)
            assert finding not in lint(after, facts), fix.title
            read_route(route_document(after))


@given(ROUTES, FACTS)
@settings(max_examples=40)
def test_mending_the_first_thing_that_can_be_mended_comes_to_an_end(route: Route, facts: LintFacts) -> None:
    for _ in range(200):
        fixes = [fix for finding in lint(route, facts) for fix in finding.fixes[:1]]
        if not fixes:
            return
        route = fixes[0].apply(route)
    raise AssertionError("the fixes undo each other")
