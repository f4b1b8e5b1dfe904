from __future__ import annotations

import pytest

from workbench.domain.embeddings.runs import (
    BadRows,
    EmbeddingRun,
    ModelChoice,
    ModelRun,
    RunState,
    with_bad,
)
from workbench.domain.trouble import Trouble

LONG, ODD = Trouble("Too long."), Trouble("Odd.")


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ("done done", "done"),
        ("done running failed", "running"),
        ("waiting failed", "waiting"),
        ("done failed stopped", "failed"),
        ("done stopped", "stopped"),
        ("", "done"),
    ],
)
def test_a_run_goes_on_as_long_as_one_of_its_models_does(states: str, state: str) -> None:
    models = tuple(ModelRun(ModelChoice("m"), state=RunState(name)) for name in states.split())
    run = EmbeddingRun("r", "s", "", 0.0, models)
    assert run.state == state
    assert run.state.over == (state in ("done", "failed", "stopped"))


def test_bad_rows_are_gathered_by_what_is_wrong_with_them() -> None:
    bad = with_bad((BadRows(LONG, (7,)),), LONG, [3, 7])
    bad = with_bad(bad, ODD, [1])
    assert bad == (BadRows(LONG, (3, 7)), BadRows(ODD, (1,)))
    model = ModelRun(ModelChoice("m"), bad=bad)
    assert (model.bad_count, model.bad_rows) == (3, frozenset({1, 3, 7}))
