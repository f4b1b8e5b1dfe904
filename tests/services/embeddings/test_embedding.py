from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import ABILITIES, SPENT, M, numbered, vector_of, window
from tests.services.fakes import FakeConnections
from workbench.domain.errors import RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Cost
from workbench.domain.targets import Target, TargetKind
from workbench.services.embeddings.embedding import sandbox_engine


def test_texts_that_somebody_types_are_looked_up_before_they_are_asked_for(
    tmp_path: Path, run_async: Run
) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            asking = await one.embedding.asking("t", M)
            await one.embedding.vectors(asking, ["a", "b"], "q1")
            texts = ["b", *numbered(12), "a"]
            vectors = await one.embedding.vectors(asking, texts, "q2")
            assert [len(call) for call in one.wire.calls] == [2, 10, 2]
            assert await one.embedding.kept(asking.origin, texts) == vectors
            assert await one.embedding.known(asking.origin, ["a", "new"]) == [True, False]

    run_async(told())


def test_a_reply_comes_with_its_cost_and_its_record(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            asking = await one.embedding.asking("t", M)
            came = await one.embedding.embed(asking, ["a", "b"], Exchange("x1", 0.0), "r1")
            assert (came.tokens, came.cost, came.dimensions) == (2, Cost(2 / 1_000_000), 2)
            assert await one.embedding.exchange("x1") is not None
            await one.embedding.embed(asking, ["a"], Exchange("x2", 0.0), "r1", recorded=False)
            assert await one.embedding.exchange("x2") is None
            one.wire.always = SPENT
            with pytest.raises(RequestFailed):
                await one.embedding.embed(asking, ["a"], Exchange("x3", 0.0), "r1", recorded=False)
            assert await one.embedding.exchange("x3") is not None

    run_async(told())


def test_texts_are_ranked(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            ranked = await one.embedding.rerank("t", "r", "query", ["a", "bb"], Exchange("x1", 0.0), "q")
            assert ranked.scores == (1.0, 2.0)
            assert ranked.cost == Cost(3 / 1_000_000)

    run_async(told())


def test_vectors_are_kept_as_they_came(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            asking = await one.embedding.asking("t", M)
            (vector,) = await one.embedding.vectors(asking, ["a"], "q")
            assert list(array("f", vector)) == vector_of("m", "a")
            assert asking.abilities == ABILITIES

    run_async(told())


def test_an_origin_tells_who_stands_in_for_the_model_in_the_sandbox(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        local = FakeConnections()
        local.target = Target("local", "Local gateway", TargetKind.LOCAL)
        async with window(tmp_path, connections=local) as one:
            one.wire.engine = "minilm"
            assert sandbox_engine((await one.embedding.asking("local", M)).origin) == "minilm"
        async with window(tmp_path, connections=local) as one:
            assert sandbox_engine((await one.embedding.asking("local", M)).origin) == ""
        assert sandbox_engine("") == ""

    run_async(told())
