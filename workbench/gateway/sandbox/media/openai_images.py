"""OpenAI's `images/generations` and `images/edits`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workbench.domain.images.formats import size_of
from workbench.domain.images.pngs import mask_of_transparency
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.drawing import described
from workbench.gateway.sandbox.media.fields import choice, fields, flag, text, whole
from workbench.gateway.sandbox.media.images import DEFAULT_SIDE, PNG_INSTEAD, Wanted, picture_in, tiles_of
from workbench.gateway.sandbox.media.outcome import Made, base64_text, streamed, told
from workbench.gateway.sandbox.media.reading import (
    fits,
    form_of,
    form_texts,
    json_body,
    numbers_read,
    refusal,
    seed_of,
)
from workbench.gateway.sandbox.media.task import Kind, Task
from workbench.gateway.sandbox.tokens import count

_FIELDS = fields(
    "prompt",
    prompt=text(least=1, most=32000),
    n=whole(1, 10, 1),
    size={"type": "string", "pattern": r"^(auto|[1-9][0-9]{1,3}x[1-9][0-9]{1,3})$"},
    response_format=choice("url", "b64_json"),
    output_format=choice("png", "jpeg", "webp"),
    stream=flag(),
)
_MOST_SIDE = 4096


async def generate(task: Task) -> Reply:
    """`images/generations`: JSON."""
    return await _answer(task, json_body(task), [], None)


async def edit(task: Task) -> Reply:
    """`images/edits`: a form; the first picture is built on, the others are shown beside."""
    form = form_of(task)
    body = numbers_read(form_texts(task, form), _FIELDS)
    pictures = [picture_in(task, part.data, "image") for part in form.files("image")]
    if not pictures:
        raise refusal(task, "Missing required parameter: 'image'.", "/image")
    masks = [await asyncio.to_thread(mask_of_transparency, part.data) for part in form.files("mask")]
    return await _answer(task, body, pictures, masks[0] if masks else None)


async def _answer(
    task: Task, body: Mapping[str, Any], pictures: Sequence[bytes], mask: bytes | None
) -> Reply:
    fits(task, _FIELDS, {name: value for name, value in body.items() if value is not None})
    body = described(body)
    width, height = _size(task, body, pictures)
    seed = seed_of(body["prompt"], width, height)
    drawn = [
        await Wanted(
            prompt=body["prompt"],
            seed=seed + number,
            width=width,
            height=height,
            source=pictures[0] if pictures else None,
            mask=mask,
            references=pictures[1:],
        ).drawn()
        for number in range(body.get("n") or 1)
    ]
    if body.get("stream"):
        return streamed(task, [_event(task, body, drawn[0], width, height)], _note(body))
    return told(task, _list(task, body, drawn, width, height), _note(body))


def _size(task: Task, body: Mapping[str, Any], pictures: Sequence[bytes]) -> tuple[int, int]:
    asked = body.get("size") or "auto"
    if asked == "auto":
        width, height = (size_of(pictures[0]) if pictures else None) or (DEFAULT_SIDE, DEFAULT_SIDE)
        return min(width, _MOST_SIDE), min(height, _MOST_SIDE)
    width, height = map(int, asked.split("x"))
    if max(width, height) > _MOST_SIDE:
        raise refusal(task, f"size must be at most {_MOST_SIDE}x{_MOST_SIDE}", "/size")
    return width, height


def _note(body: Mapping[str, Any]) -> Made:
    asked = body.get("output_format") or "png"
    return Made(note="" if asked == "png" else PNG_INSTEAD.format(asked))


def _model(task: Task, body: Mapping[str, Any]) -> str:
    """A form names it in a field, which nobody has read before."""
    return str(body.get("model") or task.wire_model)


def _list(
    task: Task, body: Mapping[str, Any], drawn: Sequence[bytes], width: int, height: int
) -> dict[str, Any]:
    """A picture by address is a data URL, for nothing is stored."""
    by_address = body.get("response_format") == "url" or (
        "dall-e" in _model(task, body) and body.get("response_format") is None
    )
    texts = [base64_text(data) for data in drawn]
    entries = [
        {"url": f"data:image/png;base64,{each}"} if by_address else {"b64_json": each} for each in texts
    ]
    answer: dict[str, Any] = {"created": int(time.time()), "data": entries}
    return answer | (_facts(body, len(drawn), width, height) if "gpt-image" in _model(task, body) else {})


def _facts(body: Mapping[str, Any], pictures: int, width: int, height: int) -> dict[str, Any]:
    into, out = count(body["prompt"]), tiles_of(width, height) * 272 * pictures
    return {
        "background": "opaque",
        "output_format": "png",
        "quality": body.get("quality") or "auto",
        "size": f"{width}x{height}",
        "usage": {
            "input_tokens": into,
            "output_tokens": out,
            "total_tokens": into + out,
            "input_tokens_details": {"text_tokens": into, "image_tokens": 0},
        },
    }


def _event(task: Task, body: Mapping[str, Any], data: bytes, width: int, height: int) -> bytes:
    """The only event there is here: partial pictures are not drawn."""
    name = "image_edit" if task.kind is Kind.IMAGE_EDITS else "image_generation"
    value = {
        "type": f"{name}.completed",
        "b64_json": base64_text(data),
        "created_at": int(time.time()),
        **_facts(body, 1, width, height),
    }
    return b"event: %s\ndata: %s\n\n" % (value["type"].encode(), msgspec.json.encode(value))
