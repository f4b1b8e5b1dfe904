from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.route.desk import ELEMENTS, FREE_GETS_SMALL, FakeSession, document, model, options, written
from tests.conftest import Run
from tests.services.test_deployments import CLOUDFLARE
from workbench.cli import main
from workbench.cli.route.comparing import compared_with_live
from workbench.domain.routes.codec import read_route

CHANGED = [*ELEMENTS[:2], model("small", "openai/gpt-5-mini"), *ELEMENTS[3:]]


def test_two_files_are_compared_as_diff_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = (
        written(tmp_path / "a.json", document()),
        written(tmp_path / "b.json", {"name": "support", "elements": CHANGED}),
    )
    assert main(["route", "diff", a, a]) == 0
    assert capsys.readouterr().out == ""
    assert main(["route", "diff", a, b]) == 1
    assert capsys.readouterr().out == 'small: model "gpt-4o-mini" → "gpt-5-mini"\n'


def test_json_has_each_change_as_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = (
        written(tmp_path / "a.json", document()),
        written(tmp_path / "b.json", {"name": "support", "elements": CHANGED}),
    )
    main(["route", "diff", a, b, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["different"] is True
    assert told["changes"][0]["before"] == "gpt-4o-mini"


def test_something_to_compare_with_has_to_be_named(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", document())
    for arguments in ([file], [file, file, "--target", "local"]):
        with pytest.raises(SystemExit) as stop:
            main(["route", "diff", *arguments])
        assert stop.value.code == 2


def test_a_file_is_compared_with_what_runs(run_async: Run, tmp_path: Path) -> None:
    session = FakeSession()
    run_async(session.deployments.deploy("local", read_route(document()).route))
    file = written(tmp_path / "support.json", {"elements": CHANGED})
    out = io.StringIO()
    given = options("diff", file, "--target", "local")
    assert run_async(compared_with_live(given, session.open, out)) == 1
    assert out.getvalue() == 'small: model "gpt-4o-mini" → "gpt-5-mini"\n'


def test_the_desks_own_is_no_difference_where_it_cannot_go(run_async: Run, tmp_path: Path) -> None:
    session = FakeSession(target=CLOUDFLARE)
    route = document(FREE_GETS_SMALL)
    run_async(session.deployments.deploy("cf", read_route(route).route))
    given = options("diff", written(tmp_path / "a.json", route), "--target", "Work")
    assert run_async(compared_with_live(given, session.open, io.StringIO())) == 0
