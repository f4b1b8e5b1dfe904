"""Looking at pictures: what can be measured is told, what would take a model is made up from the bytes and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from colorsys import rgb_to_hls
from dataclasses import dataclass
from random import Random
from typing import Any

from workbench.domain.images import pngs
from workbench.domain.images.formats import picture_type, size_of
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.outcome import Made, streamed, told
from workbench.gateway.sandbox.media.reading import (
    UPSTREAM_REFUSED,
    bounded,
    checked,
    file_in,
    fits,
    from_data_uri,
    refusal,
    seed_of,
)
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Task
from workbench.gateway.sandbox.tokens import count, tokens_of
from workbench.gateway.sandbox.writing import frames

_IMAGENET = (
    "TABBY CAT", "GOLDEN RETRIEVER", "COFFEE MUG", "LAPTOP", "BICYCLE-BUILT-FOR-TWO", "SEASHORE", "ALP", "STREET SIGN",
    "TEAPOT", "BALLOON", "LIGHTHOUSE", "UMBRELLA", "ACOUSTIC GUITAR", "DAISY", "SUNGLASSES", "BACKPACK", "LEMON", "BOOKCASE",
)  # fmt: skip
_COCO = (
    "person",
    "bicycle",
    "car",
    "dog",
    "cat",
    "bird",
    "bench",
    "cup",
    "chair",
    "book",
    "clock",
    "potted plant",
)
_HUES = (
    (15, "red"), (42, "orange"), (70, "yellow"), (165, "green"), (200, "turquoise"), (260, "blue"), (300, "purple"),
    (340, "pink"), (361, "red"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture's bytes tell. kind: `PNG`. colour: the mean of it in words, "" where it was not decoded."""

    kind: str
    width: int
    height: int
    colour: str
    seed: int

    @property
    def told(self) -> str:
        mostly = f", mostly {self.colour}" if self.colour else ""
        size = f" of {self.width} by {self.height} pixels" if self.width else ""
        return f"a {self.kind} picture{size}{mostly}"


async def seen(data: bytes) -> Seen | None:
    """None for bytes that are no picture."""
    kind = picture_type(data)
    if kind is None:
        return None
    width, height = size_of(data) or (0, 0)
    colour, seed = await asyncio.to_thread(lambda: (_mean_colour(data), seed_of(data)))
    return Seen(kind.partition("/")[2].upper(), width, height, colour, seed)


def _mean_colour(data: bytes) -> str:
    try:
        pixels = pngs.decode(data)
    except pngs.Unreadable:
        return ""
    area = pixels.width * pixels.height
    red, green, blue = (sum(sum(row[channel::3]) for row in pixels.rows) / area for channel in range(3))
    return _colour_name(red / 255, green / 255, blue / 255)


def _colour_name(red: float, green: float, blue: float) -> str:
    hue, light, strength = rgb_to_hls(red, green, blue)
    if light > 0.9 or light < 0.08:
        return "white" if light > 0.5 else "black"
    name = "grey" if strength < 0.12 else next(name for end, name in _HUES if hue * 360 < end)
    return f"dark {name}" if light < 0.3 else f"light {name}" if light > 0.72 else name


async def _look(task: Task, data: bytes) -> Seen:
    found = await seen(data)
    if found is None:
        raise refusal(task, "the image cannot be decoded", "/image", UPSTREAM_REFUSED)
    return found


async def classify(task: Task) -> Reply:
    """Five labels of ImageNet, drawn by the picture's bytes."""
    data, _ = await file_in(task, "image")
    dice = Random((await _look(task, data)).seed)
    shares = sorted((dice.random() ** 3 for _ in range(5)), reverse=True)
    total = sum(shares) * 1.1
    labels = dice.sample(_IMAGENET, 5)
    scores = [
        {"label": label, "score": round(share / total, 6)}
        for label, share in zip(labels, shares, strict=True)
    ]
    return told(task, scores, Made(used={"per M images": 1e-6}))


async def detect(task: Task) -> Reply:
    """Up to four boxes inside the picture, in pixels."""
    data, _ = await file_in(task, "image")
    looked = await _look(task, data)
    dice = Random(looked.seed)
    wide, high = looked.width or 640, looked.height or 480
    found = [
        {
            "score": round(dice.uniform(0.5, 0.99), 6),
            "label": dice.choice(_COCO),
            "box": {
                "xmin": round(box["x_min"] * wide),
                "ymin": round(box["y_min"] * high),
                "xmax": round(box["x_max"] * wide),
                "ymax": round(box["y_max"] * high),
            },
        }
        for box in (_box(dice) for _ in range(dice.randint(1, 4)))
    ]
    return told(task, sorted(found, key=lambda each: -float(str(each["score"]))), Made())


def _box(dice: Random) -> dict[str, float]:
    """A box in shares of the picture."""
    x, y = dice.uniform(0, 0.6), dice.uniform(0, 0.6)
    wide, high = dice.uniform(0.1, 0.4), dice.uniform(0.1, 0.4)
    corners = {"x_min": x, "y_min": y, "x_max": x + wide, "y_max": y + high}
    return {name: round(value, 4) for name, value in corners.items()}


_NOBODY = "This is the sandbox: no model looked at it."


async def caption(task: Task) -> Reply:
    """Image to text: what can be measured, and that nothing else was."""
    data, body = await file_in(task, "image")
    single = (form_schema(task.model) or {}).get("oneOf", [{}, {}])[1]
    fits(task, {**single, "required": []}, {name: value for name, value in body.items() if name != "image"})
    looked = await _look(task, data)
    asked = f" You asked: {body['prompt']}" if body.get("prompt") else ""
    text = f"{_NOBODY} It is {looked.told}.{asked}"
    return told(task, {"description": _cut(text, body.get("max_tokens", 512))}, Made())


def _cut(text: str, most: int) -> str:
    return "".join(tokens_of(text)[:most])


async def moondream(task: Task) -> Reply:
    """Four skills in one model (workers-ai §8.3). It streams unless told not to, but for points and boxes."""
    body = checked(task, form_schema(task.model) or {})
    skill = body.get("task", "query")
    needed = {"query": "question", "point": "target", "detect": "target"}.get(skill)
    if needed and not body.get(needed):
        raise refusal(task, f"required properties at '/' are '{needed}'", f"/{needed}")
    if skill in ("point", "detect") and body.get("stream") is True:
        raise refusal(task, f"'/stream' must be false: {skill} cannot stream", "/stream")
    looked = await _moondream_picture(task, body["image"])
    answer = _moondream_answer(skill, body, looked)
    spoken = next((str(answer[name]) for name in ("answer", "caption") if name in answer), "")
    into, out = 730 + count(str(body.get("question", ""))), count(spoken) or 8
    made = Made(used={"per M input tokens": into / 1e6, "per M output tokens": out / 1e6})
    ending = {
        "finish_reason": "stop" if count(spoken) < body.get("max_tokens", 2048) else "length",
        "metrics": {"input_tokens": into, "output_tokens": out},
    }
    if spoken and body.get("stream", True):
        return streamed(task, list(_moondream_frames(answer, spoken, ending)), made)
    return told(task, answer | ending, made)


async def _moondream_picture(task: Task, where: str) -> Seen:
    """A data URI; a public address is not fetched, only its text counts."""
    if where.startswith("https://"):
        return Seen("linked", 0, 0, "", seed_of(where))
    data = from_data_uri(where)
    if data is None:
        raise refusal(task, "'/image' must be a data URI or a https address", "/image")
    return await _look(task, bounded(task, data, "image"))


def _moondream_answer(skill: str, body: Mapping[str, Any], looked: Seen) -> dict[str, Any]:
    dice = Random(seed_of(looked.seed, body.get("target")))
    most = min(body.get("max_objects", 3), 3)
    if skill == "point":
        points = [
            {"x": round(dice.uniform(0.1, 0.9), 4), "y": round(dice.uniform(0.1, 0.9), 4)}
            for _ in range(most)
        ]
        return {"points": points}
    if skill == "detect":
        return {"objects": [_box(dice) for _ in range(most)]}
    asked = f" You asked: {body['question']}" if skill == "query" else ""
    text = _cut(f"{_NOBODY} It is {looked.told}.{asked}", body.get("max_tokens", 2048))
    answer: dict[str, Any] = {"answer" if skill == "query" else "caption": text}
    if body.get("reasoning"):
        answer["reasoning"] = {"text": "The sandbox measures and does not reason.", "grounding": []}
    return answer


def _moondream_frames(answer: Mapping[str, Any], spoken: str, ending: Mapping[str, Any]) -> Iterator[bytes]:
    """The fields of the whole answer, a piece at a time; their shape in a stream is (inferred)."""
    name = "answer" if "answer" in answer else "caption"
    if "reasoning" in answer:
        yield frames.data({"reasoning": answer["reasoning"]})
    for piece in tokens_of(spoken):
        yield frames.data({name: piece})
    yield frames.data(ending)
    yield b"data: [DONE]\n\n"
