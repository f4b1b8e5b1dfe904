from __future__ import annotations

import pytest

from workbench.domain.chat import ChatParameters
from workbench.domain.models import TEXT_GENERATION, Model, ReasoningEffort
from workbench.domain.parameters import ParameterKind, ParameterSpec, parameters_of


def specs(shape: str, effort: ReasoningEffort | None = None, **facts: object) -> dict[str, ParameterSpec]:
    model = Model("@cf/a/b", TEXT_GENERATION, schema_shape=shape, reasoning_effort=effort, **facts)  # type: ignore[arg-type]  # facts vary
    return {spec.name: spec for spec in parameters_of(model)}


def test_a_legacy_model_tells_the_limit_it_is_always_sent() -> None:
    found = specs("chat-legacy+batch", context_window=8000)
    assert found["max_tokens"].default == 2000
    assert found["max_tokens"].maximum == 8000
    assert "256" in found["max_tokens"].help
    assert found["temperature"].maximum == 5
    assert "stop" not in found


def test_an_openai_model_takes_openai_ranges() -> None:
    found = specs("chat-openai")
    assert (found["temperature"].maximum, found["temperature"].default) == (2, 1)
    assert (found["top_p"].minimum, found["top_p"].maximum) == (0, 1)
    assert found["max_tokens"].default is None
    assert found["stop"].kind is ParameterKind.LIST


def test_an_unknown_model_is_offered_the_openai_options() -> None:
    typed = Model("whatever", known=False)
    assert {spec.name for spec in parameters_of(typed)} == {
        "temperature",
        "top_p",
        "max_tokens",
        "seed",
        "stop",
    }


@pytest.mark.parametrize(
    ("effort", "choices"),
    [
        (ReasoningEffort(("low", "medium", "high"), "medium"), ("low", "medium", "high")),
        (ReasoningEffort(("max", "high", "none"), "max", can_disable=True), ("max", "high", "none")),
        (
            ReasoningEffort(("low", "xhigh"), "xhigh", can_disable=True, toggle="enable_thinking"),
            ("low", "xhigh", "none"),
        ),
        (ReasoningEffort(can_disable=True, toggle="enable_thinking"), ("none",)),
    ],
)
def test_reasoning_is_offered_as_the_model_declares_it(
    effort: ReasoningEffort, choices: tuple[str, ...]
) -> None:
    assert specs("chat-openai", effort)["reasoning_effort"].choices == choices


def test_a_model_that_always_thinks_one_way_offers_no_choice() -> None:
    assert "reasoning_effort" not in specs("chat-openai", ReasoningEffort())


@pytest.mark.parametrize(
    "model", [Model("d", TEXT_GENERATION, schema_shape="decision"), Model("i", "Text-to-Image")]
)
def test_a_model_that_does_not_chat_has_no_chat_parameters(model: Model) -> None:
    assert parameters_of(model) == ()


@pytest.mark.parametrize("shape", ["chat-legacy", "chat-openai", "chat-flat-object", "none", ""])
def test_every_parameter_is_a_field_of_the_request(shape: str) -> None:
    fields = set(ChatParameters.__dataclass_fields__)
    assert set(specs(shape, ReasoningEffort(("low",)))) <= fields
