from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conftest import Run
from tests.services.catalogues import NOT_NOW, FakeCatalogue, FakeSchemas
from tests.services.fakes import FakeConnections
from workbench.domain.models import SPEECH_RECOGNITION, TEXT_TO_SPEECH, Model
from workbench.services.speech.models import SpeechModels

EAR, MOUTH = Model("@cf/a/ear", SPEECH_RECOGNITION), Model("@cf/a/mouth", TEXT_TO_SPEECH)
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    EAR.id: {"properties": {"audio": {"type": "string"}, "diarize": {"type": "boolean"}}},
    MOUTH.id: {"properties": {"text": {"type": "string"}, "speaker": {"enum": ["ann", "ben"]}}},
}


def desk() -> tuple[SpeechModels, FakeCatalogue, FakeSchemas]:
    catalogue = FakeCatalogue(EAR, Model("@cf/a/writer", "Text Generation"), MOUTH)
    schemas = FakeSchemas(SCHEMAS)
    return SpeechModels(catalogue, schemas, FakeConnections()), catalogue, schemas


def test_models_that_hear_and_models_that_speak_are_told_apart(run_async: Run) -> None:
    models, catalogue, _ = desk()
    assert models.hearing("t") == (EAR,)
    assert models.speaking("t") == (MOUTH,)
    run_async(models.refresh("t"))
    assert catalogue.asked == ["t"]


def test_the_schema_of_a_model_that_little_is_known_of_is_asked_for_once(run_async: Run) -> None:
    models, _, schemas = desk()
    assert not models.hearing_abilities(EAR.id).known
    learnt = run_async(models.learn_hearing(EAR.id))
    assert learnt.speakers
    assert models.hearing_abilities(EAR.id) == learnt
    run_async(models.learn_hearing(EAR.id))
    assert run_async(models.learn_speaking(MOUTH.id)).voices == ("ann", "ben")
    assert schemas.asked == [EAR.id, MOUTH.id]


def test_what_is_known_or_not_cloudflares_is_not_asked_for(run_async: Run) -> None:
    models, _, schemas = desk()
    run_async(models.learn_hearing("@cf/openai/whisper"))
    run_async(models.learn_hearing("whisper-1"))
    assert schemas.asked == []


def test_a_target_that_does_not_answer_is_asked_again_later(run_async: Run) -> None:
    models, _, schemas = desk()
    schemas.error = NOT_NOW
    assert not run_async(models.learn_hearing(EAR.id)).known
    schemas.error = None
    assert run_async(models.learn_hearing(EAR.id)).speakers
