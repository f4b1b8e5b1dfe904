"""What a generateContent request must look like, in either spelling, and what its parts mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import SQUARE, call_of
from tests.gateway.sandbox.reading.junk import JSON, KEYS
from workbench.domain.models import Model
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading.generate import json_schema, read
from workbench.gateway.sandbox.turns import AskRefused

GEMINI = Model("google-ai-studio/gemini", known=False)
HI: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
LOOKUP = {
    "functionDeclarations": [
        {"name": "lookup", "parameters": {"type": "OBJECT", "properties": {"q": {"type": "STRING"}}}}
    ]
}


def ask(body: dict[str, Any], model: str = "gemini") -> Ask:
    return read(body, call_of(body, Shape.GENERATE, provider="google-ai-studio", model=model), GEMINI)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"contents": []}, "/contents"),
        ({"contents": [5]}, "/contents/0"),
        ({"contents": [{"parts": []}]}, "/contents/0/parts"),
        ({"contents": [{"role": "robot", "parts": [{"text": "x"}]}]}, "/contents/0/role"),
        ({"contents": [{"parts": [{}]}]}, "/contents/0/parts/0/data"),
        (
            {"contents": [{"parts": [{"inlineData": {"data": "!", "mimeType": "image/png"}}]}]},
            "/contents/0/parts/0/inlineData/data",
        ),
        ({"generationConfig": {"temperature": 9}}, "/generationConfig/temperature"),
        ({"generationConfig": {"maxOutputTokens": 0}}, "/generationConfig/maxOutputTokens"),
        ({"tools": [{"functionDeclarations": [{}]}]}, "/tools/0/functionDeclarations/0/name"),
        ({"toolConfig": {"functionCallingConfig": {"mode": "X"}}}, "/toolConfig/functionCallingConfig/mode"),
        (
            {"generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "1:9"}}},
            "/generationConfig/imageConfig/aspectRatio",
        ),
    ],
)
def test_what_is_wrong_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AskRefused) as refused:
        ask({**HI, **change})
    assert refused.value.pointer == pointer


def test_both_spellings_of_a_name_mean_the_same() -> None:
    camel = ask(
        {
            "contents": [
                {"parts": [{"text": "hi"}, {"inlineData": {"mimeType": "image/png", "data": SQUARE}}]}
            ],
            "systemInstruction": {"parts": [{"text": "Be brief"}]},
            "generationConfig": {"maxOutputTokens": 9, "topP": 0.5},
            "tools": [LOOKUP],
        }
    )
    snake = ask(
        {
            "contents": [{"parts": [{"text": "hi"}, {"inline_data": {"mime_type": "image/png", "data": SQUARE}}]}],
            "system_instruction": {"parts": [{"text": "Be brief"}]},
            "generation_config": {"max_output_tokens": 9, "top_p": 0.5},
            "tools": [{"function_declarations": LOOKUP["functionDeclarations"]}],
        }
    )  # fmt: skip
    assert snake.turns == camel.turns
    assert snake.options == camel.options
    assert snake.attachments[0].width == 2


def test_base64_may_be_in_its_url_spelling() -> None:
    part = {"inlineData": {"mimeType": "image/png", "data": SQUARE.replace("+", "-").replace("/", "_")}}
    (seen,) = ask({"contents": [{"parts": [part]}]}).attachments
    assert (seen.width, seen.height) == (2, 2)


def test_a_functions_response_is_a_tools_turn() -> None:
    contents = [
        *HI["contents"],
        {"role": "model", "parts": [{"functionCall": {"name": "lookup", "args": {"snake_case": 1}}}]},
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "lookup", "response": {"result": "found"}}},
                {"functionResponse": {"name": "other", "response": {"some_key": 2}}},
            ],
        },
    ]
    turns = ask({"contents": contents}).turns
    assert [(turn.role, turn.name, turn.text) for turn in turns[-2:]] == [
        ("tool", "lookup", "found"),
        ("tool", "other", '{"some_key":2}'),
    ]


def test_a_schema_of_theirs_becomes_json_schema() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {
            "tags": {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "2", "max_items": 3},
            "note": {"type": "STRING", "nullable": True},
            "one": {"anyOf": [{"type": "INTEGER"}, {"type": "BOOLEAN"}]},
        },
        "propertyOrdering": ["note", "tags"],
        "required": ["tags"],
    }
    assert json_schema(schema) == {
        "type": "object",
        "properties": {
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3},
            "note": {"type": ["string", "null"]},
            "one": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        },
        "required": ["tags"],
    }


def test_json_is_wanted_by_its_media_type() -> None:
    config = {"responseMimeType": "application/json"}
    assert ask({**HI, "generationConfig": config}).options.schema == {}
    given_schema = {**config, "responseSchema": {"type": "INTEGER"}}
    assert ask({**HI, "generationConfig": given_schema}).options.schema == {"type": "integer"}
    assert ask(HI).options.schema is None


def test_a_picture_is_wanted_by_the_models_name_or_by_the_modalities() -> None:
    assert ask(HI).options.canvas is None
    assert ask(HI, "gemini-2.5-flash-image").options.canvas == (1024, 1024)
    only_text = {"generationConfig": {"responseModalities": ["TEXT"]}}
    assert ask({**HI, **only_text}, "gemini-2.5-flash-image").options.canvas is None
    wide = {"responseModalities": ["TEXT", "IMAGE"], "imageConfig": {"aspectRatio": "16:9"}}
    assert ask({**HI, "generationConfig": wide}).options.canvas == (1344, 768)


def test_thoughts_come_when_they_are_asked_for() -> None:
    def thinks(config: dict[str, Any]) -> bool:
        return ask({**HI, "generationConfig": {"thinkingConfig": config}}).options.thinks

    assert thinks({"includeThoughts": True})
    assert not thinks({"includeThoughts": True, "thinkingBudget": 0})
    assert not thinks({"thinkingBudget": 100})


def test_one_allowed_function_is_the_forced_one() -> None:
    config = {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["lookup"]}}
    assert ask({**HI, "tools": [LOOKUP], "toolConfig": config}).options.tool_choice == "=lookup"


@given(st.dictionaries(KEYS, JSON), st.lists(JSON, max_size=3), JSON)
def test_any_object_is_understood_or_refused(body: dict[str, Any], parts: list[Any], schema: Any) -> None:
    config = {"responseMimeType": "application/json", "responseSchema": schema}
    junk = {**HI, "contents": [{"parts": parts}], "generationConfig": config}
    for request in (body, {**HI, **body}, junk):
        try:
            found = ask(request)
        except AskRefused:
            continue
        assert found.turns
