"""Where speech goes, and what is in the body, for each shape and connection (workers-ai §9, ai-gateway §1)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.client.speech.asking import AURA, HUM, MELO, NOVA, TURBO, WHISPER, hearing, speaking, text_of
from tests.client.wire import API_TOKEN, CLOUDFLARE, GATEWAY_TOKEN, LOCAL, OLLAMA, server_at
from workbench.client.failures import Door
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload
from workbench.client.speech import hearing_bodies, speaking_bodies, translations
from workbench.client.speech.translations import M2M100
from workbench.client.speech.ways import hearing_way_of, speaking_way_of, translating_way_of
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import InvalidInput
from workbench.domain.secret import Secret
from workbench.domain.speech.abilities import HearingShape, SpeakingAbilities, SpeakingShape
from workbench.domain.speech.requests import HearingRequest, SpeakingRequest
from workbench.domain.targets import Connection, Credentials
from workbench.gateway.sandbox.media.multipart import Form, read_form

API = "https://api.cloudflare.com/client/v4/accounts/acc/ai/run"
GW = "https://gateway.ai.cloudflare.com/v1/acc/gw"
NO_API_TOKEN = Connection(CLOUDFLARE.target, Credentials(gateway_token=GATEWAY_TOKEN))
TRANSCRIPTIONS = HearingShape.TRANSCRIPTIONS


def way(request: HearingRequest, connection: Connection = CLOUDFLARE) -> MediaWay:
    return hearing_way_of(connection, request)


def payload(request: HearingRequest, connection: Connection = CLOUDFLARE, **more: Any) -> Payload:
    return hearing_bodies.payload_of(request, way(request, connection), **more)


def form(request: HearingRequest, **more: Any) -> Form:
    made = payload(request, OLLAMA, **more)
    return read_form(made.body, made.content_type)


def said(request: SpeakingRequest, connection: Connection = CLOUDFLARE) -> Any:
    return json.loads(speaking_bodies.payload_of(request, speaking_way_of(connection, request)).body)


# addresses


@pytest.mark.parametrize(
    ("shape", "url"),
    [
        (HearingShape.RAW, f"{API}/{WHISPER}"),
        (HearingShape.BASE64, f"{API}/{TURBO}"),
        (HearingShape.QUERY, f"{API}/{NOVA}"),
        (TRANSCRIPTIONS, f"{GW}/openai/audio/transcriptions"),
    ],
)
def test_each_shape_has_its_address(shape: HearingShape, url: str) -> None:
    found = way(hearing(shape))
    assert found.url == url
    assert found.asked.door is (Door.GATEWAY if shape is TRANSCRIPTIONS else Door.API)


def test_speech_and_translation_have_theirs() -> None:
    assert speaking_way_of(CLOUDFLARE, speaking()).url == f"{API}/{AURA}"
    assert speaking_way_of(CLOUDFLARE, speaking(SpeakingShape.MELO)).url == f"{API}/{MELO}"
    assert speaking_way_of(CLOUDFLARE, speaking(SpeakingShape.SPEECH)).url == f"{GW}/openai/audio/speech"
    assert translating_way_of(CLOUDFLARE, M2M100, GatewayOptions()).url == f"{API}/{M2M100}"


def test_the_local_gateway_has_the_same_addresses() -> None:
    base = "http://127.0.0.1:8787"
    assert way(hearing(), LOCAL).url == f"{base}/client/v4/accounts/local/ai/run/{WHISPER}"
    assert way(hearing(TRANSCRIPTIONS), LOCAL).url == f"{base}/v1/local/default/openai/audio/transcriptions"
    assert way(hearing(), LOCAL).asked.local


def test_without_an_api_token_workers_ai_is_asked_through_the_gateway() -> None:
    found = way(hearing(HearingShape.QUERY, language="fr"), NO_API_TOKEN)
    assert found.url == f"{GW}/workers-ai/{NOVA}?language=fr"
    assert found.asked.door is Door.GATEWAY


def test_a_compatible_server_is_asked_under_its_base_with_its_key_only() -> None:
    connection = server_at("http://localhost:8080/v1", Secret("a-server-key"))
    request = hearing(TRANSCRIPTIONS, model="base", gateway=GatewayOptions(skip_cache=True))
    found = way(request, connection)
    assert (found.url, found.model) == ("http://localhost:8080/v1/audio/transcriptions", "base")
    assert dict(found.headers) == {"accept-encoding": "identity", "authorization": "Bearer a-server-key"}
    spoken = speaking_way_of(connection, speaking(SpeakingShape.SPEECH, model="kokoro"))
    assert spoken.url == "http://localhost:8080/v1/audio/speech"


@pytest.mark.parametrize(
    ("model", "url", "name"),
    [
        ("groq/whisper-large-v3", f"{GW}/groq/audio/transcriptions", "whisper-large-v3"),
        ("whisper-1", f"{GW}/openai/audio/transcriptions", "whisper-1"),
        ("mistral/voxtral-mini", f"{GW}/mistral/v1/audio/transcriptions", "voxtral-mini"),
        ("custom-mine/hears", f"{GW}/custom-mine/v1/audio/transcriptions", "hears"),
    ],
)
def test_other_providers_are_asked_at_their_own_slug(model: str, url: str, name: str) -> None:
    found = way(hearing(TRANSCRIPTIONS, model=model))
    assert (found.url, found.model) == (url, name)


def test_translating_has_an_address_of_its_own_at_openai() -> None:
    assert way(hearing(TRANSCRIPTIONS, task="translate")).url.endswith("/openai/audio/translations")
    assert way(hearing(TRANSCRIPTIONS, task="transcribe")).url.endswith("/openai/audio/transcriptions")


def test_options_of_the_query_are_written_as_the_model_reads_them() -> None:
    url = way(
        hearing(
            HearingShape.QUERY, language="fr", diarize=True, punctuate=False, keyterm=["a b", "c&d"],
            utt_split=0.8, sample_rate=16000.0, tag="", mode=None,
        )
    ).url  # fmt: skip
    assert parse_qsl(urlsplit(url).query) == [
        ("language", "fr"), ("diarize", "true"), ("punctuate", "false"), ("keyterm", "a b"), ("keyterm", "c&d"),
        ("utt_split", "0.8"), ("sample_rate", "16000"),
    ]  # fmt: skip


def test_gateway_options_and_credentials_go_along() -> None:
    headers = dict(way(hearing(gateway=GatewayOptions(cache_ttl_s=600))).headers)
    assert headers["cf-aig-cache-ttl"] == "600"
    assert headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"
    assert API_TOKEN.reveal() not in repr(way(hearing()))


@pytest.mark.parametrize(
    ("request_", "connection"),
    [
        (hearing(model=" "), CLOUDFLARE),
        (hearing(model="dynamic/support"), CLOUDFLARE),
        (hearing(model="@cf/deepgram/flux"), CLOUDFLARE),
        (hearing(model="openai/whisper-1"), CLOUDFLARE),
        (hearing(HearingShape.QUERY, model="deepgram/nova-3"), CLOUDFLARE),
        (hearing(), OLLAMA),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_way_out(
    request_: HearingRequest, connection: Connection
) -> None:
    with pytest.raises(InvalidInput) as caught:
        way(request_, connection)
    assert (caught.value.field, bool(caught.value.fix)) == ("model", True)


def test_speech_and_translation_refuse_routes_too() -> None:
    with pytest.raises(InvalidInput):
        speaking_way_of(CLOUDFLARE, speaking(model="dynamic/x"))
    with pytest.raises(InvalidInput):
        translating_way_of(OLLAMA, M2M100, GatewayOptions())


# bodies


@pytest.mark.parametrize("shape", [HearingShape.RAW, HearingShape.QUERY])
def test_a_recording_goes_as_it_is_with_its_real_type(shape: HearingShape) -> None:
    made = payload(hearing(shape, media_type="audio/mpeg"))
    assert (made.content_type, made.body) == ("audio/wav", HUM)
    assert made.shown.startswith(b"[audio/wav, 32,044 bytes, SHA-256 ")
    assert payload(hearing(shape, b"?????", media_type="audio/amr")).content_type == "audio/amr"
    assert payload(hearing(shape, b"?????", media_type="")).content_type == "application/octet-stream"


def test_base64_goes_with_all_options() -> None:
    made = payload(hearing(HearingShape.BASE64, language="en", vad_filter=True, beam_size=3.0, prefix=""))
    body = {"audio": text_of(HUM), "language": "en", "vad_filter": True, "beam_size": 3}
    assert (made.content_type, json.loads(made.body)) == ("application/json", body)
    assert b'"beam_size":3}' in made.body
    assert json.loads(made.shown)["audio"].startswith("[audio/wav")


def test_a_third_partys_model_is_named_in_the_body() -> None:
    body = json.loads(payload(hearing(HearingShape.BASE64, model="someone/hears", language="en")).body)
    assert body == {"model": "someone/hears", "input": {"audio": text_of(HUM), "language": "en"}}


def test_openai_gets_a_form_that_asks_for_times() -> None:
    sent = form(hearing(TRANSCRIPTIONS, model="whisper-1", language="en", temperature=0.2))
    assert sent.texts() == {
        "model": "whisper-1", "language": "en", "temperature": "0.2", "response_format": "verbose_json",
        "timestamp_granularities": "segment",
    }  # fmt: skip
    assert [p.text for p in sent.parts if p.name == "timestamp_granularities[]"] == ["word", "segment"]
    (file,) = sent.files("file")
    assert (file.filename, file.content_type, file.data) == ("file.wav", "audio/wav", HUM)


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("gpt-4o-transcribe", "json"),
        ("gpt-4o-mini-transcribe", "json"),
        ("gpt-4o-transcribe-diarize", "diarized_json"),
        ("base", "verbose_json"),
    ],
)
def test_each_model_is_asked_for_what_it_can_tell(model: str, wanted: str) -> None:
    assert form(hearing(TRANSCRIPTIONS, model=model)).texts()["response_format"] == wanted


def test_a_plain_form_asks_for_the_text_alone() -> None:
    request = hearing(TRANSCRIPTIONS, model="base")
    assert hearing_bodies.may_be_asked_plainly(request)
    assert form(request, plain=True).texts() == {"model": "base", "response_format": "json"}
    assert not hearing_bodies.may_be_asked_plainly(hearing(TRANSCRIPTIONS, response_format="vtt"))
    assert not hearing_bodies.may_be_asked_plainly(hearing())
    assert form(hearing(TRANSCRIPTIONS, response_format="vtt")).texts()["response_format"] == "vtt"


def test_a_translation_by_form_needs_neither_task_nor_language() -> None:
    sent = form(hearing(TRANSCRIPTIONS, model="base", task="translate", language="de")).texts()
    assert not {"task", "language"} & sent.keys()


def test_the_same_recording_makes_the_same_bytes() -> None:
    request = hearing(TRANSCRIPTIONS)
    assert payload(request) == payload(request)


def test_each_speaker_is_told_in_its_own_words() -> None:
    assert said(speaking(text="Hi", speaker="luna", container=None)) == {"text": "Hi", "speaker": "luna"}
    assert said(speaking(SpeakingShape.MELO, "Hi", lang="fr")) == {"prompt": "Hi", "lang": "fr"}
    assert said(speaking(SpeakingShape.SPEECH, "Hi", speed=1.5)) == {
        "model": "gpt-4o-mini-tts", "input": "Hi", "voice": "alloy", "speed": 1.5,
    }  # fmt: skip
    abilities = SpeakingAbilities(SpeakingShape.SPEECH, voices=("af_heart",))
    assert said(speaking(SpeakingShape.SPEECH, "Hi", abilities=abilities))["voice"] == "af_heart"
    third = said(speaking(text="Hi", model="someone/speaks"))
    assert third == {"model": "someone/speaks", "input": {"text": "Hi"}}


def test_translations_name_languages_as_their_model_does() -> None:
    def body(model: str, source: str, target: str) -> Any:
        found = translating_way_of(CLOUDFLARE, model, GatewayOptions())
        return json.loads(translations.payload_of("Hi", source, target, found).body)

    indic = "@cf/ai4bharat/indictrans2-en-indic-1B"
    assert body(M2M100, "", "fr") == {"text": "Hi", "source_lang": "en", "target_lang": "fr"}
    assert body(indic, "en", "hin_Deva") == {"text": "Hi", "target_language": "hin_Deva"}
    with pytest.raises(InvalidInput):
        body(indic, "de", "hin_Deva")
