from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.route.desk import ELEMENTS, LARGE, SMALL, document, options, written
from workbench.cli.route.tracing import traced
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.errors import RouteError


def trace(tmp_path: Path, *arguments: str) -> str:
    out = io.StringIO()
    file = written(tmp_path / "route.json", document())
    assert traced(options("trace", file, *arguments), out) == 0
    return out.getvalue()


def test_each_element_is_told_with_what_it_saw(tmp_path: Path) -> None:
    request = written(tmp_path / "request.json", {"metadata": {"plan": "free"}})
    lines = trace(tmp_path, "--request", request).splitlines()
    assert [line.split()[1] for line in lines[:4]] == ["s", "c", "small", "e"]
    assert "metadata.plan is free" in lines[1]
    assert "true → small" in " ".join(lines[1].split())
    assert lines[-1] == f"Answered by {SMALL} (“small”)."


def test_a_model_can_be_made_to_fail(tmp_path: Path) -> None:
    told = json.loads(trace(tmp_path, "--outcome", "large=429", "--json"))
    assert (told["by"], told["provider"], told["model"]) == ("small", "openai", "gpt-4o-mini")
    assert [(one["element"], one["ok"], one["status"]) for one in told["attempts"]] == [
        ("large", False, 429),
        ("small", True, 200),
    ]
    assert told["visits"][1]["saw"] == {"metadata.plan": None}


def test_nobody_answering_is_a_result_like_another(tmp_path: Path) -> None:
    told = trace(tmp_path, "--outcome", "*=timeout")
    assert told.endswith("Nobody answers: the request ends with an error at “e”.\n")
    assert json.loads(trace(tmp_path, "--outcome", "*=500", "--json"))["model"] is None


def test_a_name_with_an_equals_sign_keeps_it(tmp_path: Path) -> None:
    assert f"{LARGE} failed" in trace(tmp_path, "--outcome", f"{LARGE}=500")


@pytest.mark.parametrize("outcome", ["m9=500", "large=later"])
def test_an_outcome_that_means_nothing_is_refused(tmp_path: Path, outcome: str) -> None:
    with pytest.raises(InvalidInput, match="--outcome"):
        trace(tmp_path, "--outcome", outcome)


@pytest.mark.parametrize("content", ["{half", "[]", {"metadat": {}}, {"metadata": 3}])
def test_a_request_that_is_none_is_refused_with_its_file(tmp_path: Path, content: object) -> None:
    request = written(tmp_path / "request.json", content)
    with pytest.raises(InvalidInput, match=r"request\.json"):
        trace(tmp_path, "--request", request)


def test_a_route_that_cannot_run_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "r.json", {"name": "r", "elements": ELEMENTS[1:]})
    with pytest.raises(RouteError, match="start"):
        traced(options("trace", file), io.StringIO())


def test_one_standard_input_is_not_two_documents() -> None:
    with pytest.raises(InvalidInput, match="standard input"):
        traced(options("trace", "-", "--request", "-"), io.StringIO())


def test_the_same_seed_throws_the_same_dice(tmp_path: Path) -> None:
    split = {
        "id": "p",
        "type": "percentage",
        "outputs": {"50%": {"elementId": "small"}, "else": {"elementId": "large"}},
    }
    start = {"id": "s", "type": "start", "outputs": {"next": {"elementId": "p"}}}
    file = written(tmp_path / "r.json", {"name": "r", "elements": [start, split, *ELEMENTS[2:]]})

    def told(seed: int) -> str:
        out = io.StringIO()
        traced(options("trace", file, "--seed", str(seed)), out)
        return out.getvalue()

    assert told(1) == told(1)
    assert len({told(seed) for seed in range(20)}) > 2
