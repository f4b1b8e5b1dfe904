"""`workbench route replay`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.route.desk import ELEMENTS, LARGE, SMALL, options, written
from workbench.cli import main
from workbench.cli.route.replaying import replayed
from workbench.domain.errors import InvalidInput
from workbench.routing.population import TokenPrice

PRO = [
    {**one, "properties": {"conditions": {"metadata.plan": "pro"}}} if one["id"] == "c" else one
    for one in ELEMENTS
]


def row(id: str, plan: str, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "openai",
        "model": "gpt-4o-mini",
        "tokens_in": 1000,
        "tokens_out": 0,
        "duration": 500,
    }
    return {"id": id, "metadata": json.dumps({"plan": plan}), **usual, **more}


def files(tmp_path: Path, *rows: Any) -> tuple[str, str, str]:
    return (
        written(tmp_path / "draft.json", {"name": "support", "elements": PRO}),
        written(tmp_path / "deployed.json", {"name": "support", "elements": ELEMENTS}),
        written(tmp_path / "log.json", list(rows)),
    )


def replay(*arguments: str) -> str:
    out = io.StringIO()
    assert replayed(options("replay", *arguments), lambda provider, model: TokenPrice(1, 1), out) == 0
    return out.getvalue()


def test_a_log_is_told_for_both_routes_with_what_changes(tmp_path: Path) -> None:
    draft, deployed, log = files(tmp_path, row("1", "free"), row("2", "pro"), row("3", "team"), 7)
    text = replay(draft, "--log", log, "--against", deployed)
    assert "Requests of the log: 3." in text
    assert "2 requests would be answered by another model." in text
    assert f"1  {SMALL} → {LARGE}" in text
    assert "before: metadata.plan is free, so $eq free is true" in text
    assert "Not used: 1 because it is no JSON object." in text


def test_json_has_all_of_it(tmp_path: Path) -> None:
    draft, deployed, log = files(tmp_path, row("1", "free", status_code=500), row("2", "pro"))
    told = json.loads(replay(draft, "--log", log, "--against", deployed, "--json"))
    assert told["draft"]["answers"] == {LARGE: 1, SMALL: 1}
    assert told["changed"] == 2
    assert told["changes"][0]["after"] == LARGE
    assert told["deployed"]["errors"] == 1  # the small model failed then, and has no fallback
    assert {"element": "s", "port": "next", "count": 2} in told["draft"]["wires"]
    alone = json.loads(replay(draft, "--log", log, "--json"))
    assert alone["deployed"] is None


def test_it_runs_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft, _, log = files(tmp_path, row("1", "free"))
    assert main(["route", "replay", draft, "--log", log]) == 0
    assert LARGE in capsys.readouterr().out
    assert main(["route", "replay", draft, "--log", str(tmp_path / "none.json")]) == 2


def test_two_files_from_standard_input_are_refused() -> None:
    with pytest.raises(InvalidInput, match="standard input"):
        replay("-", "--log", "-")
