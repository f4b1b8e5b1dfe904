"""From texts to vectors that can be searched: a real database, a real cache and a gateway that really runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.fakes.running_local import OnlyHere
from tests.running_gateway import running_gateway
from tests.waiting import until
from workbench.client.connection import HttpClient
from workbench.client.embeddings.client import EmbeddingClient
from workbench.domain.embeddings.abilities import EmbeddingAbilities, embedding_abilities_of
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import ModelChoice, RunState
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.services.embeddings.embedding import Embedding
from workbench.services.embeddings.planning import plan
from workbench.services.embeddings.runs import Runs
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.text_sets import EmbeddingRunStore, TextSetStore
from workbench.storage.vector_cache import VectorCache

TOKEN = "canary-access-token-for-runs"
BGE, QWEN = "@cf/baai/bge-small-en-v1.5", "@cf/qwen/qwen3-embedding-0.6b"
SENTENCES = (
    "The invoice is due in thirty days.",
    "Payment of the invoice is due within thirty days.",
    "A fox jumps over a lazy dog.",
    "Der Fuchs springt über den faulen Hund.",
    "דער פֿוקס שפּרינגט",
    "الثعلب يقفز فوق الكلب",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


class Here(OnlyHere):
    def abilities(self, model_id: str) -> EmbeddingAbilities:
        return embedding_abilities_of(self.find(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities:
        return self.abilities(model_id)


@asynccontextmanager
async def desk(folder: Path, address: str) -> AsyncIterator[tuple[Runs, Embedding, TextSetStore]]:
    database = await Database.open(folder / "workbench.db")
    cache = VectorCache(folder / "vectors.db")
    http = HttpClient()
    here = Here(address, TOKEN)
    embedding = Embedding(here, here, EmbeddingClient(http), cache, ExchangeStore(database))
    texts = TextSetStore(database)
    runs = Runs(EmbeddingRunStore(database), texts, embedding)
    try:
        await runs.load()
        yield runs, embedding, texts
    finally:
        await runs.aclose()
        await http.aclose()
        await cache.aclose()
        await database.aclose()


def test_sentences_of_several_languages_become_vectors_of_several_models(
    tmp_path: Path, run_async: Run, address: str
) -> None:
    texts = [f"{sentence} ({number})" for number in range(6) for sentence in SENTENCES]
    choices = [ModelChoice(BGE), ModelChoice(BGE, EmbeddingOptions("cls")), ModelChoice(QWEN)]

    async def told() -> None:
        async with desk(tmp_path, address) as (runs, embedding, sets):
            rows = tuple(TextRow(str(number), text) for number, text in enumerate(texts))
            await sets.put(TextSet("s1", "sentences", rows))
            before = await plan(embedding, texts, choices)
            run = await runs.begin("s1", choices)
            await until(lambda: not runs.open)
            done = await runs.get(run.id)
            assert done is not None
            assert done.state is RunState.DONE
            for number, model in enumerate(done.models):
                assert (model.done, model.sandbox, model.bad) == (len(texts), True, ())
                assert model.calls == before[number].calls
                vectors = await runs.vectors(run.id, number)
                assert vectors.dimensions == before[number].dimensions == model.dimensions
                assert vectors.told() == {}
                near, far = (vectors.values[0] @ vectors.values[other] for other in (1, 2))
                assert near > far
            (query,) = await embedding.vectors(await embedding.asking("", choices[0]), [texts[2]], "query")
            assert query == (await runs.vectors(run.id, 0)).values[2].tobytes()
            after = await plan(embedding, texts, choices)
            assert [found.calls for found in after] == [0] * 3
        async with desk(tmp_path, address) as (again, _, _):
            assert len(await again.vectors(run.id, 2)) == len(texts)

    run_async(told())
