from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.route.desk import ELEMENTS, document, options, written
from workbench.cli.route.linting import linted
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model
from workbench.domain.routes.errors import RouteError

OLD = Model("openai/gpt-4o-mini", deprecated=True, replacement="openai/gpt-5-mini")
LOOP = [*ELEMENTS[:2], ELEMENTS[2], {**ELEMENTS[3], "outputs": {"fallback": {"elementId": "c"}}}, ELEMENTS[4]]


def lint(*arguments: str, models: tuple[Model, ...] = ()) -> tuple[int, str]:
    out = io.StringIO()
    return linted(options("lint", *arguments), models, out), out.getvalue()


def test_a_sound_route_is_told_so_and_exits_with_0(tmp_path: Path) -> None:
    file = written(tmp_path / "r.json", document())
    assert lint(file) == (0, f"{file}: nothing to say against it\n")


def test_an_error_is_told_with_its_place_why_and_fix_and_exits_with_1(tmp_path: Path) -> None:
    code, text = lint(written(tmp_path / "r.json", {"name": "r", "elements": LOOP}))
    assert code == 1
    assert "error    open-output" in text
    assert "/elements/3/outputs/fallback" in text
    assert "Fix: Lead it to the end." in text
    assert text.endswith("2 errors\n")


def test_a_warning_exits_with_0(tmp_path: Path) -> None:
    code, text = lint(written(tmp_path / "r.json", document()), models=(OLD,))
    assert code == 0
    assert "replaced-model" in text
    assert text.endswith("1 warning\n")


def test_deploying_makes_some_things_graver(tmp_path: Path) -> None:
    file = written(tmp_path / "r.json", document(name="my route"))
    assert lint(file)[0] == 0
    assert lint(file, "--deploy")[0] == 1


def test_keys_that_callers_send_are_compared(tmp_path: Path) -> None:
    file = written(tmp_path / "r.json", document())
    assert "key-never-sent" in lint(file, "--sent", "metadata.user_id,plans")[1]
    assert "key-never-sent" not in lint(file, "--sent", "plan, user_id")[1]


def test_json_has_every_finding_with_its_fixes(tmp_path: Path) -> None:
    _, text = lint(written(tmp_path / "r.json", {"name": "r", "elements": LOOP}), "--json")
    told = json.loads(text)
    assert told["ok"] is False
    assert {one["code"] for one in told["findings"]} == {"cycle", "open-output"}
    assert set(told["findings"][0]) == {
        "code", "severity", "element", "port", "pointer", "what", "why", "fixes",
    }  # fmt: skip


def test_fixing_writes_the_file_and_says_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    code, text = lint(written(path, document()), "--fix", models=(OLD,))
    assert (code, text.startswith("mended   ")) == (0, True)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["elements"][2]["properties"]["model"] == "gpt-5-mini"
    assert list(tmp_path.iterdir()) == [path]


def test_fixing_what_needs_none_leaves_the_file_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    before = written(path, document()) and path.read_bytes()
    assert lint(str(path), "--fix")[0] == 0
    assert path.read_bytes() == before


def test_fixing_standard_input_writes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(document()).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    _, text = lint("-", "--fix", models=(OLD,))
    assert json.loads(text)["elements"][2]["properties"]["model"] == "gpt-5-mini"
    assert "mended" in capsys.readouterr().err


def test_a_hand_written_shape_is_linted_as_a_graph_and_not_mended_in_place(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    file = written(path, {"name": "r", "primary": "openai/gpt-4o", "fallbacks": ["openai/gpt-4o-mini"]})
    assert lint(file)[0] == 0
    with pytest.raises(InvalidInput, match="not a graph"):
        lint(file, "--fix")
    assert "primary" in path.read_text(encoding="utf-8")


def test_what_is_no_route_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RouteError):
        lint(written(tmp_path / "r.json", "{half"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        lint(str(tmp_path / "none.json"))
