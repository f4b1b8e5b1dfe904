"""Which calls are media tasks, and what a task knows."""

from __future__ import annotations

import pytest

from tests.gateway.sandbox.media.asking import CATALOGUE
from workbench.domain.models import Model
from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import Family
from workbench.gateway.sandbox.media.tasks import Kind, kind_of, task_of

OTHER = Model("openai/x", known=False)


def called(endpoint: str, shape: Shape, method: str = "POST", body: bytes = b"", wire: str = "") -> Call:
    return Call(Family.GATEWAY, "default", "openai", endpoint, "m", shape, method, {}, body, wire=wire)


@pytest.mark.parametrize(
    ("endpoint", "shape", "kind"),
    [
        ("chat/completions", Shape.CHAT, None),
        ("v1/embeddings", Shape.EMBEDDINGS, Kind.EMBEDDINGS),
        ("v1/images/generations?x=1", Shape.OTHER, Kind.IMAGES),
        ("images/edits/", Shape.OTHER, Kind.IMAGE_EDITS),
        ("openai/v1/audio/transcriptions", Shape.OTHER, Kind.TRANSCRIPTIONS),
        ("v1beta/models/x:embedContent", Shape.OTHER, Kind.EMBED_CONTENT),
        ("v1beta/models/x:batchEmbedContents", Shape.OTHER, Kind.BATCH_EMBED),
        ("tomarkdown", Shape.OTHER, Kind.TOMARKDOWN),
        ("files", Shape.OTHER, None),
    ],
)
def test_the_endpoint_tells_the_kind(endpoint: str, shape: Shape, kind: Kind | None) -> None:
    assert kind_of(called(endpoint, shape), OTHER) is kind


def test_only_the_list_of_supported_kinds_is_read() -> None:
    assert kind_of(called("tomarkdown/supported", Shape.OTHER, "GET"), OTHER) is Kind.SUPPORTED
    assert kind_of(called("images/generations", Shape.OTHER, "GET"), OTHER) is None


@pytest.mark.parametrize(
    ("model", "kind"),
    [("whisper", Kind.RUN), ("clef", Kind.RUN), ("llama-guard-3-8b", Kind.RUN), ("gpt-oss-20b", None)],
)
def test_a_run_is_media_unless_the_model_chats(model: str, kind: Kind | None) -> None:
    assert kind_of(called("x", Shape.RUN), CATALOGUE[model]) is kind


def test_a_body_is_json_by_its_first_byte_and_the_query_is_read() -> None:
    task = task_of(
        called("x?punctuate=true&a=", Shape.RUN, body=b' {"a": 1}', wire="w"), CATALOGUE["whisper"], "id"
    )
    assert task is not None
    assert (task.json, task.query, task.wire_model) == ({"a": 1}, {"punctuate": "true", "a": ""}, "w")
    for body in (b"RIFF", b"{broken", b"[1]"):
        raw = task_of(called("x", Shape.RUN, body=body), CATALOGUE["whisper"], "id")
        assert raw is not None
        assert raw.json is None
