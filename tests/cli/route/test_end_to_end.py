"""A route's whole life as a user types it, with the real local gateway and its sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.route.desk import ELEMENTS, FREE_GETS_SMALL, LARGE, document, model, written
from tests.cli.test_end_to_end import nobody_listens, workbench

PAID_GETS_LARGE = {"name": "paid", "request": {"metadata": {"plan": "paid"}}, "expect": {"model": LARGE}}


@pytest.mark.timeout(120)
def test_a_route_is_deployed_asked_changed_and_rolled_back(home: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "support.json", document(FREE_GETS_SMALL, PAID_GETS_LARGE))
    newer = written(
        tmp_path / "newer.json",
        document(elements=[*ELEMENTS[:3], model("large", "openai/gpt-5"), ELEMENTS[4]]),
    )
    assert workbench(home, "route", "deploy", file, "--target", "local").returncode == 0
    live = workbench(home, "route", "test", file, "--live", "local")
    assert (live.returncode, live.stdout.splitlines()[-1]) == (0, f"{file}: 2 passed")

    assert workbench(home, "route", "deploy", newer, "--target", "local").returncode == 0
    assert workbench(home, "route", "test", file, "--live", "local").returncode == 1

    assert workbench(home, "route", "rollback", "support", "1", "--target", "local").returncode == 0
    assert workbench(home, "route", "test", file, "--live", "local").returncode == 0
    assert nobody_listens(home)
