"""Decision models: typed questions about a state, answered with probabilities (workers-ai §10.1)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workbench.gateway.replies import TOO_LARGE, Reply
from workbench.gateway.sandbox.media.outcome import Made, told
from workbench.gateway.sandbox.media.reading import checked, from_base64, from_data_uri, refusal
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Task
from workbench.gateway.sandbox.media.vectors import cosine, vectors_of
from workbench.gateway.sandbox.tokens import count

_MOST_BYTES = 13 << 20
_SHARPNESS = 9.0
_DIMENSIONS = 384
_MEDIA_TOKENS = 256


async def decide(task: Task) -> Reply:
    """An option is as likely as its words are near the state's; nothing is understood."""
    if len(task.body) > _MOST_BYTES:
        raise refusal(task, "the body is larger than 13 MiB", code=TOO_LARGE, status=413)
    body = checked(task, form_schema(task.model) or {})
    attached = await _check_media(task, body)
    state = body["state"] if isinstance(body["state"], str) else msgspec.json.encode(body["state"]).decode()
    answers = {}
    engine = ""
    for name, question in body["questions"].items():
        answers[name], engine = await _answer(state, question)
    asked = sum(count(msgspec.json.encode(each).decode()) for each in body["questions"].values())
    tokens = count(state) + asked + _MEDIA_TOKENS * attached
    usage = {"input_tokens": tokens, "output_tokens": 0}
    result = {"model": body["model"], "answers": answers, "usage": usage}
    return told(task, result, Made(engine, {"per M input tokens": tokens / 1_000_000}))


async def _answer(state: str, question: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    kind = question["type"]
    criteria: Any = question.get("criteria") or {}
    if kind == "noul":
        options = [criteria.get("true") or "yes, true", criteria.get("false") or "no, false"]
    elif kind == "choice":
        options = [f"{option} {about or ''}" for option, about in criteria.items()]
    else:
        options = list(criteria)
    shares, engine = await _likely(f"{question['instructions']} {state}", options)
    if kind == "noul":
        return {"type": "noul", "noul": shares[0]}, engine
    best = max(range(len(shares)), key=lambda at: shares[at])
    if kind == "choice":
        named = dict(zip(criteria, shares, strict=True))
        picked = list(criteria)[best]
        return {
            "type": "choice",
            "choice": picked,
            "probabilities": named,
            "confidence": shares[best],
        }, engine
    # The score is the place of the likeliest level and the legend all levels by place (inferred).
    legend = {str(at): level for at, level in enumerate(criteria)}
    scored = {"score": best, "legend": legend, "probabilities": shares, "confidence": shares[best]}
    return {"type": "score", **scored}, engine


async def _likely(state: str, options: Sequence[str]) -> tuple[list[float], str]:
    (about, *others), engine = await vectors_of([state, *options], _DIMENSIONS, "decision")
    weights = [math.exp(_SHARPNESS * cosine(about, other)) for other in others]
    total = sum(weights)
    return [round(weight / total, 6) for weight in weights], engine


async def _check_media(task: Task, body: Mapping[str, Any]) -> int:
    """How many pictures, recordings and films came along; remote addresses are refused."""
    found = 0
    for name in ("images", "audio", "videos"):
        for place, item in enumerate(body.get(name, ())):
            where = f"{name}/{place}"
            if isinstance(item, str):
                if from_data_uri(item) is None:
                    raise refusal(task, f"'/{where}' must be a data URL", f"/{where}")
            else:
                await from_base64(task, item["base64"], f"{where}/base64")
            found += 1
    return found
