"""Vectors asked of a gateway that really runs, and the sandbox behind it told how to behave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.embeddings.asking import embedded, ranked, ranking
from tests.conftest import Run
from tests.fakes.running_local import order
from workbench.client.connection import HttpClient
from workbench.domain.chat import GatewayOptions
from workbench.domain.embeddings.abilities import embedding_abilities_of
from workbench.domain.embeddings.requests import (
    EmbeddingOptions,
    EmbeddingReply,
    EmbeddingRequest,
    RerankReply,
)
from workbench.domain.errors import RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection
from workbench.storage.catalogue import offline_models

TOKEN = Secret("canary-access-token-for-embeddings")
CATALOGUE = {model.id: model for model in offline_models()}
EMBEDDING = sorted(model.id for model in CATALOGUE.values() if model.embeds and not model.deprecated)
RERANKING = sorted(model.id for model in CATALOGUE.values() if model.reranks and not model.deprecated)
FOXES = ("The quick brown fox jumps.", "A quick brown fox jumped.", "Invoices are due in thirty days.")


def facts(model: str) -> Model:
    return CATALOGUE.get(model) or Model(model, known=False)


def to_embed(
    model: str, *texts: str, gateway: GatewayOptions | None = None, **options: Any
) -> EmbeddingRequest:
    return EmbeddingRequest(
        model,
        texts or FOXES,
        embedding_abilities_of(facts(model)),
        EmbeddingOptions(**options),
        gateway or GatewayOptions(),
    )


class Asking:
    def __init__(self, run: Run, connection: Connection) -> None:
        self._run = run
        self._connection = connection
        self.record = Exchange("x1", 0.0)

    def embed(self, request: EmbeddingRequest, **more: Any) -> EmbeddingReply:
        self.record = Exchange("x1", 0.0)
        return self._run(embedded(HttpClient(), request, self._connection, self.record, **more))

    def rerank(self, model: str, query: str, *texts: str) -> RerankReply:
        self.record = Exchange("x1", 0.0)
        request = ranking(query, *texts, model=model)
        return self._run(ranked(HttpClient(), request, self._connection, self.record))

    def fails(self, request: EmbeddingRequest, **more: Any) -> RequestFailed:
        with pytest.raises(RequestFailed) as caught:
            self.embed(request, **more)
        error = caught.value
        assert error.what
        assert error.why
        assert error.fix
        assert self.record.error == error.what
        return error

    def order(self, rules: dict[str, str]) -> None:
        """Tell the sandbox how to misbehave."""
        self._run(order(self._connection, rules))
