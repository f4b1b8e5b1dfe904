"""Whatever a request holds, a task is answered or refused, and equal requests are answered alike."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway.sandbox.media.asking import CATALOGUE, answered, asked, form, ran
from tests.gateway.sandbox.media.test_picture import painted
from workbench.domain.models import Model
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.tasks import Kind, Task, TaskRefused
from workbench.gateway.sandbox.media.voice import tones

MEDIA = [model for model in CATALOGUE.values() if not model.chats and not model.deprecated]
PICTURE = painted((9, 200, 30))
SOUND = wav.write(tones("hello there", "x"))
GOOD: list[Any] = [
    "hello",
    base64.b64encode(PICTURE).decode(),
    base64.b64encode(SOUND).decode(),
    f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}",
    "caption",
    "en",
    ["hello", "there"],
    [{"text": "hello"}],
    list(PICTURE),
    256,
    1,
    True,
]
ODD = st.recursive(
    st.sampled_from(GOOD) | st.none() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def outcome(task: Task) -> Reply | TaskRefused:
    try:
        return answered(task)
    except TaskRefused as refused:
        return refused


def sound(found: Reply | TaskRefused) -> bool:
    """An answer, or a refusal that says why."""
    return (
        found.status == 200 if isinstance(found, Reply) else 400 <= found.status < 500 and bool(found.message)
    )


def names_of(model: Model) -> list[str]:
    schema = form_schema(model) or {}
    branches = [schema, *schema.get("oneOf", [])]
    return sorted({name for branch in branches for name in branch.get("properties", {})}) or ["x"]


@pytest.mark.parametrize("model", MEDIA, ids=lambda model: model.short_name)
@settings(max_examples=25)
@given(st.data())
def test_odd_values_are_answered_or_refused(model: Model, data: st.DataObject) -> None:
    body = data.draw(st.dictionaries(st.sampled_from(names_of(model)), ODD, max_size=6))
    assert sound(outcome(ran(model.short_name, body)))


@pytest.mark.parametrize("model", MEDIA, ids=lambda model: model.short_name)
@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff" * 50, PICTURE[:60], SOUND[:60]])
def test_odd_bodies_are_answered_or_refused(model: Model, raw: bytes) -> None:
    for content_type in ("", "application/json", "multipart/form-data; boundary=BB", "audio/wav"):
        assert sound(outcome(ran(model.short_name, raw=raw, content_type=content_type)))


@given(
    st.sampled_from(sorted(set(Kind) - {Kind.RUN})),
    st.dictionaries(
        st.sampled_from(
            ["input", "voice", "prompt", "n", "size", "content", "requests", "dimensions", "speed", "stream"]
        ),
        ODD,
        max_size=5,
    ),
)
def test_odd_values_at_other_makers_doors_are_answered_or_refused(kind: Kind, body: dict[str, Any]) -> None:
    assert sound(outcome(asked(kind, "gpt-image-1", body)))


@given(
    st.sampled_from([Kind.IMAGE_EDITS, Kind.TRANSCRIPTIONS, Kind.TOMARKDOWN]),
    st.lists(
        st.tuples(
            st.sampled_from(["file", "files", "image", "mask", "prompt", "size", "n", "stream", "conversionOptions"]),
            st.sampled_from([PICTURE, SOUND, b"", b"\xff", b"64x64", b"1", b"true", b"{}", b"null"]),
            st.sampled_from(["a.png", "a.wav", "a.docx", "a.csv", "a.json", "a"]),
        ).flatmap(lambda part: st.sampled_from([part, part[:2]])),
        max_size=5,
    ),
)  # fmt: skip
def test_odd_forms_are_answered_or_refused(kind: Kind, parts: list[Any]) -> None:
    body, content_type = form(*parts)
    assert sound(outcome(asked(kind, "m", raw=body, content_type=content_type)))


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("flux-1-schnell", {"prompt": "a fox"}),
        ("aura-1", {"text": "hi"}),
        ("bge-m3", {"text": "hi"}),
        ("whisper", {"audio": list(SOUND)}),
        ("resnet-50", {"image": list(PICTURE)}),
        ("clef", {"model": "clef", "state": "x", "questions": {"a": {"type": "noul", "instructions": "y"}}}),
    ],
)
def test_equal_requests_are_answered_alike(model: str, body: dict[str, Any]) -> None:
    assert answered(ran(model, body)).body == answered(ran(model, body)).body


def test_a_model_nobody_stands_in_for_is_refused() -> None:
    task = Task(Kind.RUN, "workers-ai", Model("@cf/x/y", task="Dreaming"), b"{}", json.loads("{}"))
    with pytest.raises(TaskRefused) as refused:
        answered(task)
    assert refused.value.code == 5007
