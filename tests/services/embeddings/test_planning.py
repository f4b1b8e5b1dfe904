from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import ABILITIES, M, N, numbered, window
from tests.services.fakes import FakeConnections, refused
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.errors import Failure
from workbench.services.embeddings.planning import distinct, plan
from workbench.vectors.matrix import needed


def test_equal_texts_are_one_and_empty_ones_are_none() -> None:
    found = distinct(["a", "", "b", "a", " \n"])
    assert found.texts == ("a", "b")
    assert found.rows == ((0, 3), (2,))
    assert found.empty == (1, 4)


def test_what_it_will_take_is_known_before(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            await one.over(await one.begin(numbered(10)))
            calls = len(one.wire.calls)
            texts = [*numbered(25), "x" * 400, "text 3", ""]
            first, second = await plan(one.embedding, texts, [M, N])
            assert (first.rows, first.distinct, first.kept, first.calls) == (27, 26, 10, 2)
            assert (second.kept, second.calls) == (0, 3)
            assert first.cut == (25,)
            assert first.tokens == 15 * 2 + 50
            assert first.usd == pytest.approx(80 / 1_000_000)
            assert first.dimensions == 2
            assert first.memory_bytes == needed(28, 2).total
            assert first.disk_bytes == 16 * 2 * 4
            assert len(one.wire.calls) == calls

    run_async(told())


def test_what_is_known_already_costs_nothing(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        async with window(tmp_path) as one:
            await one.over(await one.begin(numbered(10)))
            (found,) = await plan(one.embedding, numbered(10), [M])
            assert (found.kept, found.calls, found.usd) == (10, 0, 0.0)

    run_async(told())


def test_who_cannot_be_asked_can_be_reckoned_with(tmp_path: Path, run_async: Run) -> None:
    async def told() -> None:
        away = FakeConnections(refused(Failure.CONNECT))
        async with window(tmp_path, connections=away) as one:
            one.models.abilities_of["n"] = EmbeddingAbilities()
            first, second = await plan(one.embedding, numbered(10), [M, N])
            assert (first.kept, first.calls, first.dimensions) == (None, 1, ABILITIES.dimensions)
            assert (second.dimensions, second.memory_bytes, second.disk_bytes) == (None, None, None)

    run_async(told())
