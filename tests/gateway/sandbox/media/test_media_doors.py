"""Media through the running gateway: raw bytes, forms, envelopes and headers as they leave it."""

from __future__ import annotations

import json

from tests.gateway.sandbox.media.asking import form
from tests.gateway.wire import RUN, Wire
from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.voice import tones

ACCOUNT = "/client/v4/accounts/acc/ai/"
NATIVE = "/v1/acc/default/workers-ai/"


def test_speak_then_listen_with_raw_bytes_and_with_query_options(own: Wire) -> None:
    spoken = own.ask("POST", f"{RUN}@cf/deepgram/aura-1", {"text": "Hello there."})
    assert spoken.headers["content-type"] == "audio/wav"
    assert spoken.headers["x-workbench-engine"]
    data = wav.write(tones("Hello there.", "luna"))
    raw = {"content-type": "audio/wav"}
    heard = own.ask("POST", f"{RUN}@cf/openai/whisper", data, raw)
    assert heard.json["result"]["text"] == "Hello there."
    assert heard.headers["x-workbench-upstream"] == "sandbox"
    nova = own.ask("POST", f"{NATIVE}@cf/deepgram/nova-3?punctuate=true", data, raw)
    (channel,) = nova.json["result"]["results"]["channels"]
    assert channel["alternatives"][0]["transcript"] == "Hello there."


def test_a_form_reaches_flux_2_and_errors_are_enveloped(own: Wire) -> None:
    body, content_type = form(("prompt", "a fox"), ("width", "256"), ("height", "256"))
    path = f"{RUN}@cf/black-forest-labs/flux-2-klein-4b"
    made = own.ask("POST", path, body, {"content-type": content_type})
    assert made.json["result"]["image"].startswith("iVBOR")
    assert made.headers["cf-ai-neurons"] == "26.05"
    wrong = own.ask("POST", path, {"prompt": "x"})
    assert (wrong.status, wrong.json["success"], wrong.json["errors"][0]["code"]) == (400, False, 5006)


def test_vectors_at_every_door(own: Wire) -> None:
    body = {"model": "@cf/baai/bge-small-en-v1.5", "input": "hi"}
    for path in (f"{ACCOUNT}v1/embeddings", f"{NATIVE}v1/embeddings"):
        answer = own.ask("POST", path, body).json
        assert len(answer["data"][0]["embedding"]) == 384
    compat = {**body, "model": f"workers-ai/{body['model']}"}
    assert own.ask("POST", "/v1/acc/default/compat/embeddings", compat).json["object"] == "list"
    assert own.ask("POST", f"{RUN}{body['model']}", {"text": "hi"}).json["result"]["shape"] == [1, 384]
    chat = {"model": "@cf/meta/llama-3.2-3b-instruct", "input": "hi"}
    assert own.ask("POST", f"{ACCOUNT}v1/embeddings", chat).json["errors"][0]["code"] == 5007


def test_documents_are_converted(own: Wire) -> None:
    body, content_type = form(("files", "<h1>Hi</h1>", "a.html"), ("files", b"%PDF", "b.pdf"))
    answer = own.ask("POST", f"{ACCOUNT}tomarkdown", body, {"content-type": content_type})
    assert [entry["format"] for entry in answer.json["result"]] == ["markdown", "error"]
    assert answer.json["result"][0]["data"] == "# Hi\n"


def test_what_documents_may_be_is_told(own: Wire) -> None:
    answer = own.ask("GET", f"{ACCOUNT}tomarkdown/supported")
    assert answer.status == 200
    assert {"extension": ".html", "mimeType": "text/html"} in answer.json["result"]


def test_schemas_are_told_for_media_models(own: Wire) -> None:
    answer = own.ask("GET", f"{ACCOUNT}models/schema?model=@cf/black-forest-labs/flux-1-schnell")
    assert answer.json["result"]["input"]["additionalProperties"] is False
    assert json.loads(answer.body)["result"]["output"]["properties"]["image"]
