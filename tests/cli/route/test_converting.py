from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.route.desk import ELEMENTS, FREE_GETS_SMALL, document, options, written
from workbench.cli.route.converting import exported, imported
from workbench.domain.errors import StorageFailed
from workbench.domain.routes.errors import RouteError


def test_what_is_imported_and_exported_again_is_the_same(tmp_path: Path) -> None:
    first, second = io.StringIO(), io.StringIO()
    imported(options("import", written(tmp_path / "a.json", document(FREE_GETS_SMALL))), first)
    exported(options("export", written(tmp_path / "b.json", first.getvalue())), second)
    assert first.getvalue() == second.getvalue()
    assert json.loads(second.getvalue()) == document(FREE_GETS_SMALL)


def test_a_hand_written_shape_becomes_a_graph_called_as_its_file(tmp_path: Path) -> None:
    out = io.StringIO()
    file = written(tmp_path / "cheap.json", {"primary": "openai/gpt-4o", "fallbacks": ["openai/gpt-4o-mini"]})
    imported(options("import", file), out)
    made = json.loads(out.getvalue())
    assert made["name"] == "cheap"
    assert [one["type"] for one in made["elements"]].count("model") == 2


def test_what_was_not_written_as_the_api_does_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elements = [{**ELEMENTS[1], "properties": {"condition": {"metadata.plan": "free"}}}]
    imported(options("import", written(tmp_path / "a.json", {"elements": elements})), io.StringIO())
    assert "conditions" in capsys.readouterr().err


def test_the_api_dialect_is_the_body_of_its_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sticky = {"workbench": {"sticky": {"p": "metadata.user"}}}
    split = {"id": "p", "type": "percentage", "outputs": {"100%": {"elementId": "small"}}}
    start = {"id": "s", "type": "start", "outputs": {"next": {"elementId": "p"}}}
    route = {"name": "r", "elements": [start, split, ELEMENTS[2], ELEMENTS[4]], **sticky}
    out = io.StringIO()
    exported(options("export", written(tmp_path / "a.json", route), "--dialect", "api"), out)
    assert set(json.loads(out.getvalue())) == {"name", "elements"}
    assert "dice" in capsys.readouterr().err


def test_a_key_that_would_be_lost_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file, target = written(tmp_path / "a.json", document(colour="red")), tmp_path / "out.json"
    with pytest.raises(RouteError, match="colour"):
        exported(options("export", file, "--dialect", "api", "-o", str(target)), io.StringIO())
    assert not target.exists()
    exported(options("export", file, "-o", str(target)), io.StringIO())
    assert json.loads(target.read_text(encoding="utf-8"))["colour"] == "red"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", document())
    with pytest.raises(StorageFailed, match="cannot be written"):
        imported(options("import", file, "-o", str(tmp_path / "none" / "b.json")), io.StringIO())


def test_a_written_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    file, new = written(tmp_path / "a.json", document()), tmp_path / "new.json"
    kept = tmp_path / "kept.json"
    kept.write_text("{}", encoding="utf-8")
    kept.chmod(0o640)
    imported(options("import", file, "-o", str(kept)), io.StringIO())
    imported(options("import", file, "-o", str(new)), io.StringIO())
    assert kept.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == Path(file).stat().st_mode
