from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.route.desk import ELEMENTS, LARGE, SMALL, document, options, written
from workbench.cli.route.simulating import simulated
from workbench.domain.errors import InvalidInput

SPLIT: list[dict[str, Any]] = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "p"}}},
    {
        "id": "p",
        "type": "percentage",
        "outputs": {"20%": {"elementId": "small"}, "else": {"elementId": "large"}},
    },
    *ELEMENTS[2:],
]
LIMITED: list[dict[str, Any]] = [
    {"id": "s", "type": "start", "outputs": {"next": {"elementId": "r"}}},
    {
        "id": "r",
        "type": "rate",
        "properties": {"limitType": "count", "key": "metadata.user", "limit": 3, "window": 60},
        "outputs": {"success": {"elementId": "small"}, "fallback": {"elementId": "e"}},
    },
    ELEMENTS[2],
    ELEMENTS[4],
]


def simulate(tmp_path: Path, elements: list[dict[str, Any]], *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    file = written(tmp_path / "route.json", {"name": "support", "elements": elements})
    assert simulated(options("simulate", file, "--json", *arguments), out) == 0
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def shares(told: dict[str, Any]) -> dict[str, float]:
    return {one["model"]: one["share"] for one in told["answered"]}


def test_a_split_is_counted_out_by_its_shares(tmp_path: Path) -> None:
    told = simulate(tmp_path, SPLIT, "--requests", "5000")
    assert shares(told)[SMALL] == pytest.approx(0.2, abs=0.03)
    assert sum(shares(told).values()) == pytest.approx(1)
    assert sum(one["count"] for one in told["answered"]) == 5000
    assert told["errors"] == []


def test_the_same_seed_counts_the_same(tmp_path: Path) -> None:
    first, second = (simulate(tmp_path, SPLIT, "--seed", "5") for _ in range(2))
    assert first == second
    assert first != simulate(tmp_path, SPLIT, "--seed", "6")


def test_a_model_that_fails_is_asked_and_its_fallback_answers(tmp_path: Path) -> None:
    told = simulate(tmp_path, ELEMENTS, "--requests", "10", "--outcome", "large=500")
    assert shares(told) == {SMALL: 1.0}
    assert told["asked"] == {"large": 10, "small": 10}


def test_a_limit_fills_up_for_each_of_its_values(tmp_path: Path) -> None:
    users = "\n".join(json.dumps({"metadata": {"user": user}}) for user in ("a", "b"))
    file = written(tmp_path / "requests.jsonl", users)
    told = simulate(tmp_path, LIMITED, "--requests", "20", "--requests-file", file)
    assert told["answered"] == [{"element": "small", "model": SMALL, "count": 6, "share": 0.3}]
    assert told["errors"] == [{"element": "e", "count": 14, "share": 0.7}]


def test_a_limit_can_be_told_to_be_over(tmp_path: Path) -> None:
    told = simulate(tmp_path, LIMITED, "--requests", "2", "--outcome", "r=over")
    assert told["answered"] == []


def test_requests_may_be_a_json_list_and_are_drawn_without_repeats_where_they_are_enough(
    tmp_path: Path,
) -> None:
    plans = [{"metadata": {"plan": "free" if number < 40 else "paid"}} for number in range(100)]
    file = written(tmp_path / "requests.json", plans)
    told = simulate(tmp_path, ELEMENTS, "--requests", "100", "--requests-file", file)
    assert shares(told) == {SMALL: 0.4, LARGE: 0.6}
    fewer = simulate(tmp_path, ELEMENTS, "--requests", "10", "--requests-file", file)
    assert fewer["requests"] == 10


@pytest.mark.parametrize("content", ["", "[]", "{half", '{"metadata":{}}\n{"meta":{}}', '[{"metadata": 3}]'])
def test_requests_that_are_none_are_refused_with_their_file(tmp_path: Path, content: str) -> None:
    file = written(tmp_path / "requests.jsonl", content)
    with pytest.raises(InvalidInput, match=r"requests\.jsonl"):
        simulate(tmp_path, ELEMENTS, "--requests-file", file)


def test_the_text_is_a_table_with_what_was_assumed(tmp_path: Path) -> None:
    out = io.StringIO()
    file = written(tmp_path / "route.json", {"name": "support", "elements": LIMITED})
    simulated(options("simulate", file, "--requests", "4"), out)
    lines = out.getvalue().splitlines()
    assert lines[1].split() == ["75.00%", "3", SMALL, "“small”"]
    assert lines[2].split() == ["25.00%", "1", "error", "at", "“e”"]
    assert "one window" in lines[-1]


def test_a_route_without_limits_says_nothing_of_windows(tmp_path: Path) -> None:
    out = io.StringIO()
    simulated(options("simulate", written(tmp_path / "r.json", document())), out)
    assert "window" not in out.getvalue()
