"""What is said in the body, for each shape (workers-ai §7)."""

from __future__ import annotations

from typing import Any

from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload, json_payload
from workbench.domain.embeddings.abilities import EmbeddingShape
from workbench.domain.embeddings.requests import EmbeddingRequest, RerankRequest
from workbench.domain.errors import InvalidInput


def embedding_payload(request: EmbeddingRequest, way: MediaWay) -> Payload:
    """Raises InvalidInput."""
    _check(request)
    match request.abilities.shape:
        case EmbeddingShape.OPENAI:
            body: dict[str, Any] = {"model": way.model, "input": _texts(request)}
            if request.options.dimensions is not None:
                body["dimensions"] = request.options.dimensions
            return _payload(body)
        case EmbeddingShape.QUERIES:
            given = _apart(request)
        case EmbeddingShape.TEXT:
            given = {"text": _texts(request)}
    if request.options.pooling:
        given["pooling"] = request.options.pooling
    if request.abilities.cuts_when_told:
        given["truncate_inputs"] = True
    return _run(given, way)


def reranking_payload(request: RerankRequest, way: MediaWay) -> Payload:
    """All scores are wanted, so no `top_k` is sent. Raises InvalidInput."""
    if not request.query.strip():
        raise InvalidInput("There is nothing to look for.", field="query", fix="Write a query first.")
    if not request.texts:
        raise InvalidInput("There are no texts to rank.", field="texts", fix="Choose some texts first.")
    _check_texts(request.texts)
    return _run({"query": request.query, "contexts": [{"text": text} for text in request.texts]}, way)


def _apart(request: EmbeddingRequest) -> dict[str, Any]:
    options = request.options
    if not options.query:
        return {"documents": list(request.texts)}
    given: dict[str, Any] = {"queries": _texts(request)}
    if options.instruction and request.abilities.instruction:
        given["instruction"] = options.instruction
    return given


def _texts(request: EmbeddingRequest) -> list[str]:
    """A model that takes no instruction apart from a query finds it before the text."""
    options = request.options
    before = options.instruction if options.query and not request.abilities.instruction else ""
    return [before + text for text in request.texts]


def _run(given: dict[str, Any], way: MediaWay) -> Payload:
    return _payload({"model": way.model, "input": given} if way.named_inside else given)


def _payload(body: dict[str, Any]) -> Payload:
    return json_payload(lambda _: body)


def _check(request: EmbeddingRequest) -> None:
    if not request.texts:
        raise InvalidInput("There are no texts to embed.", field="texts", fix="Choose some texts first.")
    _check_texts(request.texts)
    abilities, options = request.abilities, request.options
    if len(request.texts) > abilities.most_texts:
        raise InvalidInput(
            f"“{request.model}” does not take so many texts at once.",
            field="texts",
            why=f"It takes {abilities.most_texts:,}; there are {len(request.texts):,}.",
            fix="Send them in several calls.",
        )
    if options.pooling and abilities.known and options.pooling not in abilities.poolings:
        known = ", ".join(abilities.poolings)
        raise InvalidInput(
            f"“{request.model}” has no pooling “{options.pooling}”.",
            field="pooling",
            fix=f"It has: {known}." if known else "It has no choice of poolings; leave it out.",
        )
    if options.dimensions is None:
        return
    most = abilities.dimensions
    if abilities.known and (not abilities.shorter or (most is not None and options.dimensions > most)):
        told = f"It can be asked for up to {most}." if abilities.shorter else "It makes one length only."
        raise InvalidInput(
            f"“{request.model}” makes no vectors of {options.dimensions} numbers.",
            field="dimensions",
            why=told,
            fix="Choose fewer."
            if abilities.shorter
            else "Leave the dimensions out; vectors can be cut later.",
        )


def _check_texts(texts: tuple[str, ...]) -> None:
    if any(not text.strip() for text in texts):
        raise InvalidInput("One of the texts is empty.", field="texts", fix="Leave it out.")
