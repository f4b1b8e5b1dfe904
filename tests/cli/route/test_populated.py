"""`workbench route simulate` with a population."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.route.desk import ELEMENTS, LARGE, SMALL, options, written
from workbench.cli.route.simulating import simulated
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model, Price

POPULATION: dict[str, Any] = {
    "fields": {"metadata.plan": {"free": 80, "pro": 20}},
    "models": {LARGE: {"failures": {"500": 50}, "price": {"input": 3, "output": 15}}},
    "prompt": 1000,
    "output": 100,
}
MODELS = (Model(SMALL, prices=(Price("per M input tokens", 1.0), Price("per M output tokens", 2.0))),)


def simulate(file: str, *arguments: str) -> str:
    out = io.StringIO()
    assert simulated(options("simulate", file, *arguments), out, MODELS) == 0
    return out.getvalue()


def route_file(tmp_path: Path, **sidecar: Any) -> str:
    more = {"workbench": sidecar} if sidecar else {}
    return written(tmp_path / "route.json", {"name": "support", "elements": ELEMENTS, **more})


def test_exact_odds_stand_beside_what_was_drawn(tmp_path: Path) -> None:
    file, population = route_file(tmp_path), written(tmp_path / "population.json", POPULATION)
    told = json.loads(simulate(file, "--population", population, "--requests", "50000", "--json"))
    assert told["requests"] == 50_000
    assert told["exact"]["answers"] == pytest.approx({"small": 0.9, "large": 0.1})
    assert told["simulated"]["answers"]["small"] == pytest.approx(0.9, abs=0.01)
    assert told["exact"]["cost_per_request"] == pytest.approx(0.9 * 1200e-6 + 0.1 * 4500e-6)
    assert told["exact"]["spend"]["hour"]["worst"] >= told["exact"]["spend"]["hour"]["expected"]
    assert {"element": "c", "port": "true", "share": 0.8} in told["exact"]["wires"]
    assert told["refused"] is None


def test_the_routes_own_population_is_taken_unless_requests_are_given(tmp_path: Path) -> None:
    file = route_file(tmp_path, population=POPULATION)
    text = simulate(file, "--requests", "2000")
    assert text.startswith("2,000 requests of the described population")
    assert "90.000%" in text
    given = simulate(file, "--requests", "10", "--request", written(tmp_path / "r.json", {"metadata": {}}))
    assert given.startswith("10 requests through")


def test_the_text_tells_cost_time_spend_and_what_is_not_described(tmp_path: Path) -> None:
    file = route_file(tmp_path, population={"requests_per_hour": 100})
    text = simulate(file, "--requests", "1000")
    assert "First byte after" in text
    assert "Spend per month" in text
    assert f"Without a price, and not in these costs: {LARGE}" in text
    assert "Nothing describes metadata.plan" in text


def test_a_population_in_a_route_file_is_found_there(tmp_path: Path) -> None:
    other = written(tmp_path / "other.json", {"elements": [], "workbench": {"population": POPULATION}})
    told = json.loads(simulate(route_file(tmp_path), "--population", other, "--requests", "100", "--json"))
    assert told["exact"]["answers"]["small"] == pytest.approx(0.9)


def test_too_much_to_tell_apart_is_simulated_alone_and_said(tmp_path: Path) -> None:
    query = {f"metadata.f{number}": "v0" for number in range(6)}
    fields = {name: {f"v{value}": 10 for value in range(10)} for name in query}
    conditions = [
        {
            "id": f"c{number}",
            "type": "conditional",
            "properties": {"conditions": {name: "v0"}},
            "outputs": {
                "true": {"elementId": "small"},
                "false": {"elementId": f"c{number + 1}" if number < 5 else "large"},
            },
        }
        for number, name in enumerate(query)
    ]
    start = {"id": "s", "type": "start", "outputs": {"next": {"elementId": "c0"}}}
    file = written(tmp_path / "wide.json", {"name": "wide", "elements": [start, *conditions, *ELEMENTS[2:]]})
    population = written(tmp_path / "p.json", {"fields": fields})
    text = simulate(file, "--population", population, "--requests", "2000")
    assert "There are no exact odds." in text
    assert "1,000,000" in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"fields": {"metadata.plan": 3}}', "/fields/metadata.plan"),
        ('{"users": 0}', "/users"),
    ],
)
def test_a_population_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, content: str, told: str
) -> None:
    population = written(tmp_path / "p.json", content)
    with pytest.raises(InvalidInput, match=r"p\.json") as caught:
        simulate(route_file(tmp_path), "--population", population)
    assert told in caught.value.why


def test_outcomes_are_not_for_populations(tmp_path: Path) -> None:
    population = written(tmp_path / "p.json", POPULATION)
    with pytest.raises(InvalidInput, match="itself"):
        simulate(route_file(tmp_path), "--population", population, "--outcome", "large=500")
