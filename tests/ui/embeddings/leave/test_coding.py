"""Code of a run, through the model alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ui.embeddings.models.stage import M3, Stage, stage
from tests.waiting import until
from workbench.domain.embeddings.requests import EmbeddingReply, EmbeddingRequest
from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection
from workbench.services.embeddings.run_code import RunLanguage
from workbench.ui.embeddings.leave.coding import CodingModel


def record_requests(one: Stage) -> None:
    """As the client does."""
    embed = one.wire.embed

    async def recorded(
        connection: Connection, request: EmbeddingRequest, exchange: Exchange
    ) -> EmbeddingReply:
        exchange.url, exchange.request_body = (
            "https://example.com/run",
            json.dumps({"text": request.texts}).encode(),
        )
        return await embed(connection, request, exchange)

    one.wire.embed = recorded  # type: ignore[method-assign]


async def coded(one: Stage, language: RunLanguage) -> CodingModel:
    model = CodingModel(one.shared, one.desk)
    model.set_language(language)
    model.set_wanted(True)
    await until(lambda: bool(model.code or model.trouble))
    await model.aclose()
    return model


def test_the_request_that_was_sent_becomes_code(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with stage(tmp_path, M3) as one:
            record_requests(one)
            await one.open("a", "b")
            await one.embedded()
            model = await coded(one, RunLanguage.PYTHON)
            assert "https://example.com/run" in model.code
            assert "range(0, len(rows), 10)" in model.code
            compile(model.code, "code", "exec")

    run_async(story())


def test_calls_are_no_larger_than_those_that_went_well(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with stage(tmp_path, M3) as one:
            record_requests(one)
            await one.open(*(f"text {number}" for number in range(13)))
            await one.embedded()
            model = await coded(one, RunLanguage.PYTHON)
            assert "range(0, len(rows), 7)" in model.code

    run_async(story())


def test_the_command_needs_no_record(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with stage(tmp_path, M3) as one:
            await one.open("a")
            await one.embedded()
            model = await coded(one, RunLanguage.COMMAND)
            assert model.code.startswith("workbench embed texts.jsonl -m @cf/baai/bge-m3 -o vectors.jsonl")

    run_async(story())


@pytest.mark.parametrize("language", [RunLanguage.PYTHON, RunLanguage.CURL])
def test_vectors_that_were_known_have_no_request_which_is_told(
    tmp_path: Path, run_async: Run, language: RunLanguage
) -> None:
    async def story() -> None:
        async with stage(tmp_path, M3) as one:
            await one.open("a")
            await one.embedded()
            await one.open("a", id="s2")
            await one.embedded()
            model = await coded(one, language)
            assert model.trouble is not None
            assert "known already" in model.trouble.why

    run_async(story())


def test_nothing_is_written_before_somebody_looks(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with stage(tmp_path, M3) as one:
            await one.open("a")
            await one.embedded()
            model = CodingModel(one.shared, one.desk)
            model.set_language(RunLanguage.PYTHON)
            await model.aclose()
            assert (model.code, model.trouble) == ("", None)

    run_async(story())
