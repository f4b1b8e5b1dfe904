"""Embeddings and reranking in every maker's shape (workers-ai §7; OpenAI's and Google's)."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.gateway.replies import NO_SUCH_MODEL, Reply
from workbench.gateway.sandbox.media.fields import (
    Schema,
    choice,
    fields,
    listed,
    one_of,
    text,
    text_or_list,
    whole,
)
from workbench.gateway.sandbox.media.outcome import Made, told
from workbench.gateway.sandbox.media.reading import checked, refusal
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Kind, Task, TaskRefused
from workbench.gateway.sandbox.media.vectors import Vector, cosine, resized, vectors_of
from workbench.gateway.sandbox.tokens import count

_DIMENSIONS = {
    "text-embedding-3-large": 3072,
    "text-embedding-3-small": 1536,
    "text-embedding-ada-002": 1536,
    "gemini-embedding": 3072,
    "embedding-001": 768,
    "text-embedding-004": 768,
    "mistral-embed": 1024,
    "codestral-embed": 1536,
    "embed-v4": 1536,
    "embed-english-light": 384,
    "embed-": 1024,
}
"""Of other makers' models, by a part of the name; the first that fits."""
_OTHERWISE = 1024
_DIGITS = 7


async def embed(task: Task) -> Reply:
    """`/ai/run` of the embedding models."""
    body = checked(task, form_schema(task.model) or {})
    shape = task.model.schema_shape
    if shape.startswith("embed-or-score"):
        return await (_contexts(task, body) if "contexts" in body else _plain(task, body, {"pooling": "cls"}))
    if shape.startswith("embed-queries"):
        return await _queries(task, body)
    if "pooling" in shape:
        return await _plain(task, body, {"pooling": body.get("pooling", "mean")})
    return await _plain(task, body, {})


async def _plain(task: Task, body: Mapping[str, Any], more: Mapping[str, Any]) -> Reply:
    texts = _listed(body["text"])
    vectors, engine = await _vectors(task, texts, str(more.get("pooling", "")))
    return await _told(task, lambda: {**_shaped(vectors), **more}, _made(engine, texts))


async def _queries(task: Task, body: Mapping[str, Any]) -> Reply:
    """Vectors of the queries come first, then those of the documents (inferred)."""
    queries = _listed(body.get("queries"))
    documents = _listed(body.get("documents", body.get("text")))
    if not queries and not documents:
        raise refusal(task, "required properties at '/' are 'queries' or 'documents' or 'text'", "/queries")
    vectors, engine = await _vectors(task, [*queries, *documents])
    instruction = [str(body.get("instruction", ""))] * len(queries)
    made = _made(engine, [*queries, *documents, *instruction])
    return await _told(task, lambda: _shaped(vectors), made)


async def _contexts(task: Task, body: Mapping[str, Any]) -> Reply:
    if "query" in body:
        return await rerank(task)
    texts = _context_texts(task, body)
    vectors, engine = await _vectors(task, texts, "cls")
    shape = [len(vectors), len(vectors[0])]
    return await _told(
        task,
        lambda: {"response": _rounded(vectors), "shape": shape, "pooling": "cls"},
        _made(engine, texts),
    )


async def rerank(task: Task) -> Reply:
    """Scores, best first. A reranker's are raw, so that a sigmoid gives 0 to 1; bge-m3's are from 0 to 1 (inferred)."""
    body = checked(task, form_schema(task.model) or {})
    texts = [_text(task, body["query"], "/query"), *_context_texts(task, body)]
    top_k = body.get("top_k")
    (query, *others), engine = await _vectors(task, texts)
    raw = task.model.schema_shape == "rerank"
    near = [cosine(query, other) for other in others]
    scores = [round(14 * value - 5, _DIGITS) if raw else round((value + 1) / 2, _DIGITS) for value in near]
    ranked = sorted(enumerate(scores), key=lambda pair: -pair[1])[: None if top_k is None else int(top_k)]
    response = [{"id": place, "score": score} for place, score in ranked]
    return told(task, {"response": response}, _made(engine, texts))


def _context_texts(task: Task, body: Mapping[str, Any]) -> list[str]:
    """A body that fits one of the model's forms may hold anything where another form has its fields."""
    contexts = body["contexts"]
    if not isinstance(contexts, list) or not all(isinstance(context, dict) for context in contexts):
        raise refusal(task, "Type mismatch of '/contexts', it must be an array of objects", "/contexts")
    return [
        _text(task, context.get("text"), f"/contexts/{place}/text") for place, context in enumerate(contexts)
    ]


def _text(task: Task, value: Any, pointer: str) -> str:
    if not isinstance(value, str):
        raise refusal(task, f"Type mismatch of '{pointer}', it must be a string", pointer)
    return value


_TOKENS = listed({"type": "integer"}, least=1)
_OPENAI = fields(
    "input",
    input=one_of(text_or_list(most=2048), listed(one_of(whole(0), _TOKENS), least=1, most=2048)),
    dimensions=whole(1, 4096),
    encoding_format=choice("float", "base64"),
)


async def openai(task: Task) -> Reply:
    """OpenAI's `embeddings`, at Workers AI's door and at the compat one as well; input may be text or token numbers."""
    if task.native and task.model.task != "Text Embeddings":
        message = f"No such model {task.model.id} or task: it makes no embeddings"
        raise TaskRefused(400, NO_SUCH_MODEL, message, "/model")
    body = checked(task, _OPENAI)
    texts = _openai_texts(body["input"])
    vectors, engine = await _vectors(task, texts)
    wanted = body.get("dimensions") or len(vectors[0])
    if wanted > len(vectors[0]):
        raise refusal(task, f"dimensions must be at most {len(vectors[0])} for this model", "/dimensions")
    tokens = sum(map(count, texts))
    spelled = _base64 if body.get("encoding_format") == "base64" else _rounded_one

    def listing() -> dict[str, Any]:
        data = [
            {"object": "embedding", "index": place, "embedding": spelled(_cut(vector, wanted))}
            for place, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": task.wire_model, "usage": usage}

    return await _told(task, listing, _made(engine, texts))


def _openai_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value[0], int):
        return [_spelled(value)]
    return [_spelled(item) if isinstance(item, list) else str(item) for item in value]


def _spelled(tokens: Sequence[int]) -> str:
    """Token numbers as words; which text they were is not known here."""
    return " ".join(f"token{token}" for token in tokens)


def _base64(vector: Vector) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


_PART: Schema = fields("parts", parts=listed(fields(text=text()), least=1))
_GOOGLE_ONE = fields("content", content=_PART, outputDimensionality=whole(1, 4096))
_GOOGLE_MANY = fields("requests", requests=listed(_GOOGLE_ONE, least=1, most=100))


async def google(task: Task) -> Reply:
    """Google's `embedContent` and `batchEmbedContents`."""
    many = task.kind is Kind.BATCH_EMBED
    body = checked(task, _GOOGLE_MANY if many else _GOOGLE_ONE)
    requests: Sequence[Mapping[str, Any]] = body["requests"] if many else [body]
    texts = [" ".join(part.get("text", "") for part in each["content"]["parts"]) for each in requests]
    vectors, engine = await _vectors(task, texts)

    def listing() -> dict[str, Any]:
        values = [
            {"values": _rounded_one(_cut(vector, each.get("outputDimensionality") or len(vector)))}
            for vector, each in zip(vectors, requests, strict=True)
        ]
        return {"embeddings": values} if many else {"embedding": values[0]}

    return await _told(task, listing, _made(engine, texts))


async def _told(task: Task, result: Callable[[], dict[str, Any]], made: Made) -> Reply:
    """Rounding and writing out a thousand vectors takes a second: not on the loop."""
    return await asyncio.to_thread(lambda: told(task, result(), made))


def _cut(vector: Vector, wanted: int) -> Vector:
    return vector if wanted == len(vector) else resized(vector, wanted)


async def _vectors(task: Task, texts: Sequence[str], salt: str = "") -> tuple[list[Vector], str]:
    own = task.model.properties.get("output_dimensions")
    name = task.model.id
    by_name = next((size for part, size in _DIMENSIONS.items() if part in name), _OTHERWISE)
    return await vectors_of(texts, own or by_name, f"{name} {salt}")


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _shaped(vectors: Sequence[Vector]) -> dict[str, Any]:
    return {"shape": [len(vectors), len(vectors[0]) if vectors else 0], "data": _rounded(vectors)}


def _rounded(vectors: Sequence[Vector]) -> list[Vector]:
    return [_rounded_one(vector) for vector in vectors]


def _rounded_one(vector: Vector) -> Vector:
    return [round(value, _DIGITS) for value in vector]


def _made(engine: str, texts: Sequence[str]) -> Made:
    return Made(engine, {"per M input tokens": sum(map(count, texts)) / 1_000_000})
