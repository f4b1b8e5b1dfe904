from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import StorageFailed
from workbench.domain.models import Model, Price, ReasoningEffort
from workbench.storage.catalogue import ModelCache, offline_date, offline_models
from workbench.storage.database import Database


def test_the_shipped_list_is_whole_dated_and_free_of_doubles() -> None:
    models = offline_models()
    ids = [model.id for model in models]
    assert len(ids) == len(set(ids)) > 50
    assert all(model.task and model.known for model in models)
    assert offline_date() >= "2026-11-22"
    glm = next(model for model in models if model.id == "@cf/zai-org/glm-4.7-flash")
    assert glm.price_per_m("input") is not None
    assert glm.function_calling


def test_a_damaged_shipped_list_is_told(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text('{"as_of": "2026-11-22", "models": [{"task": "x"}]}')
    with pytest.raises(StorageFailed) as caught:
        offline_models(tmp_path / "models.json")
    assert "Install" in caught.value.fix


def test_the_last_list_of_a_target_comes_back_with_its_time(run: Loop, database: Database) -> None:
    cache = ModelCache(database)
    models = (
        Model(
            "m",
            prices=(Price("per M input tokens", 0.1, 9.0),),
            reasoning_effort=ReasoningEffort(("high",), "high", aliases={"x": "high"}),
            properties={"nested": {"a": [1, None]}},
        ),
    )
    assert run(cache.load("t")) is None
    run(cache.save("t", models))
    run(cache.save("t", models))
    found = run(cache.load("t"))
    assert found is not None
    assert found.models == models
    assert found.fetched_at > 1_700_000_000


def test_a_list_that_is_no_longer_understood_counts_as_none(run: Loop, database: Database) -> None:
    run(database.write(lambda c: c.execute("INSERT INTO model_lists VALUES ('t', 1.0, '{\"old\": 1}')")))
    assert run(ModelCache(database).load("t")) is None
