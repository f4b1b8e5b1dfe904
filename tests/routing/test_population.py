from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from tests.domain.routes.samples import route_of, start
from tests.routing.populated import populations
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.errors import RouteError
from workbench.routing.facts import MISSING
from workbench.routing.population import (
    Behaviour,
    LogNormal,
    Population,
    Segment,
    TokenPrice,
    ValueShare,
    population_of,
    read_population,
    with_population,
)

DOCUMENTED: dict[str, Any] = {
    "requests_per_hour": 500,
    "users": {"metadata.user_id": 200},
    "fields": {
        "metadata.plan": {"free": 80, "pro": 15},
        "request.has_image": {"true": 10},
        "metadata.level": [{"value": 3, "share": 40}, {"missing": True, "share": 60}],
    },
    "segments": [
        {
            "share": 30,
            "metadata": {"team": "search"},
            "headers": {"x-team": "search"},
            "body": {"stream": True},
            "request": {"has_image": True},
            "prompt": 4000,
            "output": {"median": 200, "p95": 900},
        }
    ],
    "prompt": {"median": 500, "p95": 4000},
    "output": {"histogram": [[1, 500, 60], [501, 2000, 40]]},
    "models": {
        "openai/gpt-4o-mini": {
            "failures": {"429": 2, "500": 0.5},
            "timeouts": 1,
            "first_byte_ms": {"median": 700, "p95": 2000},
            "price": {"input": 0.15, "output": 0.6},
        }
    },
    "limits": {"r1": 10},
    "last_try_waits": True,
}


def test_the_documented_form_is_read_and_written_back() -> None:
    population = read_population(DOCUMENTED)
    assert population.fields["metadata.plan"] == (ValueShare("free", 0.8), ValueShare("pro", 0.15))
    assert population.fields["request.has_image"] == (ValueShare(True, 0.1),)
    assert population.fields["metadata.level"] == (ValueShare(3, 0.4), ValueShare(MISSING, 0.6))
    assert population.segments[0].prompt == LogNormal(4000, 4000)
    assert population.models["openai/gpt-4o-mini"] == Behaviour(
        {429: 0.02, 500: 0.005}, 0.01, LogNormal(700, 2000), TokenPrice(0.15, 0.6)
    )
    assert population.document() == DOCUMENTED


@given(populations())
def test_what_is_written_is_read_again(population: Population) -> None:
    read = read_population(json.loads(json.dumps(population.document())))
    assert read.document() == population.document()
    assert set(read.fields) == set(population.fields)
    assert len(read.segments) == len(population.segments)


def test_a_population_is_kept_in_the_routes_file() -> None:
    route = route_of(start(""), workbench={"positions": {"start": [0, 0]}})
    described = with_population(route, read_population(DOCUMENTED))
    again = read_route(route_document(described)).route
    assert population_of(again) == read_population(DOCUMENTED)
    assert with_population(again, Population()).sidecar == route.sidecar
    assert population_of(route) == Population()


def test_it_is_read_with_good_will() -> None:
    population = read_population(
        {
            "users": 50,
            "requests_per_hour": "200",
            "prompt": None,
            "fields": {"headers.CF-IPCountry": {"DE": "40"}},
            "segments": [{"headers": {"X-Team": 7}}],
        }
    )
    assert population.users_of("metadata.anything") == 50
    assert population.requests_per_hour == 200
    assert population.fields == {"headers.cf-ipcountry": (ValueShare("DE", 0.4),)}
    assert population.segments == (Segment(headers={"x-team": "7"}),)
    assert population.prompt == Population().prompt


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], ""),
        ({"user": 3}, "/user"),
        ({"fields": {"plan": {"free": 1}}}, "/fields/plan"),
        ({"fields": {"metadata.plan": {"free": 80, "pro": 30}}}, "/fields/metadata.plan"),
        ({"fields": {"metadata.plan": {"free": "most"}}}, "/fields/metadata.plan/free"),
        ({"fields": {"metadata.plan": "free"}}, "/fields/metadata.plan"),
        ({"fields": {"metadata.plan": [{"value": 1}]}}, "/fields/metadata.plan/0/share"),
        ({"fields": {"metadata.a/b": [3]}}, "/fields/metadata.a~1b/0"),
        ({"segments": {}}, "/segments"),
        ({"segments": [{"share": 0}]}, "/segments"),
        ({"segments": [{"plan": "free"}]}, "/segments/0/plan"),
        ({"segments": [{"request": {"length": 3}}]}, "/segments/0/request/length"),
        ({"models": {"m": {"failures": {"200": 3}}}}, "/models/m/failures/200"),
        ({"models": {"m": {"failures": {"500": 60, "429": 60}}}}, "/models/m/failures"),
        ({"models": {"m": {"first_byte_ms": {"histogram": [[1, 2, 3]]}}}}, "/models/m/first_byte_ms/median"),
        ({"models": {"m": {"price": {"input": -1}}}}, "/models/m/price/input"),
        ({"users": 0}, "/users"),
        ({"limits": {"r": 101}}, "/limits/r"),
        ({"last_try_waits": "no"}, "/last_try_waits"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(RouteError) as caught:
        read_population(document, ("workbench", "population"))
    assert caught.value.pointer == f"/workbench/population{pointer}"


def test_a_models_behaviour_is_found_by_its_nearest_name() -> None:
    one, two, three = (Behaviour({500: share}) for share in (0.1, 0.2, 0.3))
    population = Population(models={"*": one, "openai/m": two, "m1": three})
    assert population.behaviour("m1", "openai", "m") is three
    assert population.behaviour("m2", "openai", "m") is two
    assert population.behaviour("m2", "google", "m") is one
    assert Population().behaviour("m2", "google", "m") == Behaviour()
