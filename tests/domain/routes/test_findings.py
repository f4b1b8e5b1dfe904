from __future__ import annotations

import pytest

from workbench.domain.models import Model
from workbench.domain.routes.findings import LintFacts

FACTS = LintFacts(
    models={
        model.id: model
        for model in (
            Model("@cf/zai-org/glm-4.7-flash"),
            Model("google/gemini-2.5-flash"),
            Model("openai/gpt-4o"),
            Model("openai/gpt-3", deprecated=True),
            Model("openai/typed", known=False),
        )
    },
    custom={"lab": "https://lab.example"},
)


@pytest.mark.parametrize(
    ("provider", "model", "known"),
    [
        ("workers-ai", "@cf/zai-org/glm-4.7-flash", True),
        ("openai", "gpt-4o", True),
        ("google-ai-studio", "gemini-2.5-flash", True),
        ("openai", "gemini-2.5-flash", False),
        ("openai", "typed", False),
        ("workers-ai", "openai/gpt-4o", False),
    ],
)
def test_a_model_is_found_however_the_catalogue_spells_it(provider: str, model: str, known: bool) -> None:
    assert (FACTS.model(provider, model) is not None) is known


def test_a_providers_models_are_told_by_their_own_ids_without_those_on_the_way_out() -> None:
    assert FACTS.models_of("openai") == ("gpt-4o",)
    assert FACTS.models_of("google-ai-studio") == ("gemini-2.5-flash",)
    assert FACTS.models_of("workers-ai") == ("@cf/zai-org/glm-4.7-flash",)
    assert FACTS.models_of("groq") == ()


@pytest.mark.parametrize(
    ("provider", "known"),
    [("openai", True), ("google", False), ("custom-lab", True), ("custom-other", False), ("", False)],
)
def test_which_providers_are_known(provider: str, known: bool) -> None:
    assert FACTS.knows_provider(provider) is known


def test_any_custom_provider_may_be_there_where_nobody_knows() -> None:
    assert LintFacts().knows_provider("custom-other")
