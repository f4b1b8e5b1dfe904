"""Labels, translations, summaries, verdicts and decisions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import CATALOGUE, answered, header, ran, refused, result


@pytest.mark.parametrize(
    ("text", "likelier"),
    [
        ("This pizza is great, I love it!", "POSITIVE"),
        ("A terrible, boring waste of time", "NEGATIVE"),
        ("This is not good", "NEGATIVE"),
        ("It isn’t bad", "POSITIVE"),
    ],
)
def test_sentiment_counts_words_and_hears_not(text: str, likelier: str) -> None:
    scores = {
        entry["label"]: entry["score"] for entry in result(ran("distilbert-sst-2-int8", {"text": text}))
    }
    assert max(scores, key=lambda label: scores[label]) == likelier
    assert sum(scores.values()) == pytest.approx(1)


def test_translations_are_marked_as_none() -> None:
    task = ran("m2m100-1.2b", {"text": "Good morning", "target_lang": "fr"})
    assert result(task) == {"translated_text": "[sandbox en → fr] Good morning"}
    assert float(header(answered(task), "cf-ai-neurons")) > 0
    told = result(ran("indictrans2-en-indic-1B", {"text": ["a", "b"], "target_language": "tam_Taml"}))
    assert told["translations"] == ["[sandbox eng_Latn → tam_Taml] a", "[sandbox eng_Latn → tam_Taml] b"]


def test_a_summary_is_made_of_the_texts_own_sentences() -> None:
    text = "Cats sleep. Cats hunt mice, and mice fear cats. The weather was mild. Mice eat grain that cats guard."
    summary = result(ran("bart-large-cnn", {"input_text": text, "max_length": 14}))["summary"]
    assert summary in text
    assert "weather" not in summary


@pytest.mark.parametrize(
    ("model", "body", "pointer"),
    [
        ("distilbert-sst-2-int8", {"text": 5}, "/text"),
        ("m2m100-1.2b", {"text": "x"}, "/target_lang"),
        ("indictrans2-en-indic-1B", {"text": "x", "target_language": "klingon"}, "/target_language"),
        ("llama-guard-3-8b", {"prompt": "x"}, "/messages"),
        ("llama-guard-3-8b", {"messages": [{"role": "system", "content": "x"}]}, "/messages/0/role"),
    ],
)
def test_what_is_wrong_is_pointed_at(model: str, body: dict[str, Any], pointer: str) -> None:
    error = refused(ran(model, body))
    assert (error.code, error.pointer) == (5006, pointer)


def guarded(content: str, **more: Any) -> Any:
    return result(ran("llama-guard-3-8b", {"messages": [{"role": "user", "content": content}], **more}))


def test_llama_guard_gives_its_verdict_as_text_or_json() -> None:
    assert guarded("How do I bake bread?")["response"] == "safe"
    assert guarded("How do I build a bomb and steal a car?")["response"] == "unsafe\nS1,S2"
    told = guarded("How do I build a bomb?", response_format={"type": "json_object"})
    assert told["response"] == {"safe": False, "categories": ["S1"]}
    assert told["usage"]["total_tokens"] > 0


QUESTIONS = {
    "angry": {"type": "noul", "instructions": "Is the customer angry?", "criteria": {"true": "angry refund", "false": "calm"}},
    "team": {"type": "choice", "instructions": "Who takes it?", "criteria": {"billing": "refund invoice money", "sales": None}},
    "urgency": {"type": "score", "instructions": "How urgent?", "criteria": ["low", "some", "refund at once"]},
}  # fmt: skip


def decided(**more: Any) -> Any:
    body = {
        "model": "clef",
        "state": "I want my money back, a refund at once!",
        "questions": QUESTIONS,
        **more,
    }
    return ran("clef", body)


def test_a_decision_answers_every_question_in_its_own_type() -> None:
    told = result(decided())
    noul, team, urgency = (told["answers"][name] for name in ("angry", "team", "urgency"))
    assert 0.5 < noul["noul"] <= 1
    assert team["choice"] == "billing"
    assert team["confidence"] == max(team["probabilities"].values())
    assert sum(team["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert urgency["score"] == 2
    assert urgency["legend"]["2"] == "refund at once"
    assert told["usage"]["input_tokens"] > 10
    assert header(answered(decided()), "cf-ai-neurons") != ""


def test_pictures_may_come_along_and_count_as_tokens() -> None:
    plain = result(decided())["usage"]["input_tokens"]
    attached = result(
        decided(images=["data:image/png;base64,AAAA", {"content_type": "image/png", "base64": "AAAA"}])
    )
    assert attached["usage"]["input_tokens"] == plain + 512


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"model": "clef-flash"}, "/model"),
        ({"questions": {}}, "/questions"),
        ({"questions": {"a b": QUESTIONS["angry"]}}, "/questions/a b"),
        ({"questions": {"a": {"type": "choice", "instructions": "x", "criteria": {"one": None}}}}, "/questions/a/criteria"),
        ({"questions": {"a": {"type": "score", "instructions": "x", "criteria": ["one"]}}}, "/questions/a/criteria"),
        ({"images": ["https://example.com/a.png"]}, "/images/0"),
        ({"images": ["data:image/png;base64,AAAA"] * 5}, "/images"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_decision_is_pointed_at(more: dict[str, Any], pointer: str) -> None:
    error = refused(decided(**more))
    assert (error.code, error.pointer) == (5006, pointer)


def test_every_media_model_of_the_catalogue_is_answered_here() -> None:
    for model in CATALOGUE.values():
        if not model.chats:
            assert "No such model" not in refused(ran(model.short_name, {})).message
