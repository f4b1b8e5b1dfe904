"""What an answer cost, and how that is known."""

from __future__ import annotations

import pytest

from workbench.domain.chat import Usage
from workbench.domain.journal import CostSource
from workbench.domain.models import Model, Price
from workbench.gateway.journal.cost import CustomCost, custom_cost, priced

PRICES = {
    "@cf/a/chat": Model(
        "@cf/a/chat",
        prices=(
            Price("per M input tokens", 1.0),
            Price("per M cached input tokens", 0.25),
            Price("per M output tokens", 4.0),
        ),
    ),
    "@cf/a/image": Model("@cf/a/image", prices=(Price("per step", 0.1),)),
}
USAGE = Usage(1000, 100, cached_tokens=400)
CUSTOM = CustomCost(per_token_in=0.01, per_token_out=0.1)


def test_the_price_list_holds_for_workers_ai_alone() -> None:
    cost, source = priced(USAGE, provider="workers-ai", model="@cf/a/chat", models=PRICES)
    assert cost == pytest.approx((600 * 1.0 + 400 * 0.25 + 100 * 4.0) / 1e6)
    assert source is CostSource.PRICES
    assert priced(USAGE, provider="custom-mine", model="@cf/a/chat", models=PRICES) == (
        None,
        CostSource.UNKNOWN,
    )


@pytest.mark.parametrize("usage", [USAGE, Usage(1000, 100, neurons=1000.0)])
def test_the_callers_rates_go_before_everything(usage: Usage) -> None:
    cost, source = priced(usage, provider="workers-ai", model="@cf/a/chat", custom=CUSTOM, models=PRICES)
    assert cost == pytest.approx(20.0)
    assert source is CostSource.CUSTOM


def test_what_was_charged_goes_before_the_price_list() -> None:
    charged = Usage(1000, 100, neurons=1000.0)
    cost, source = priced(charged, provider="workers-ai", model="@cf/a/chat", models=PRICES)
    assert cost == pytest.approx(0.011)
    assert source is CostSource.CHARGED


def test_an_answer_from_the_cache_is_free_whatever_was_said() -> None:
    assert priced(USAGE, provider="openai", model="m", custom=CUSTOM, cached=True) == (0.0, CostSource.CACHED)


@pytest.mark.parametrize(
    ("usage", "model"), [(Usage(), "@cf/a/chat"), (USAGE, "@cf/a/image"), (USAGE, "@cf/a/none")]
)
def test_unknown_is_not_free(usage: Usage, model: str) -> None:
    assert priced(usage, provider="workers-ai", model=model, models=PRICES) == (None, CostSource.UNKNOWN)


def test_the_list_that_comes_with_the_program_is_used() -> None:
    cost, source = priced(USAGE, provider="workers-ai", model="@cf/zai-org/glm-4.7-flash")
    assert source is CostSource.PRICES
    assert cost


@pytest.mark.parametrize(
    ("header", "cost"),
    [
        ('{"per_token_in":0.01,"per_token_out":0.1}', 10 * 0.01 + 2 * 0.1),
        ('{"per_token_in":0.01,"per_cache_read_token":0.001}', 6 * 0.01 + 3 * 0.001 + 1 * 0.01),
        ('{"per_token_in":0.01,"per_cache_write_token":0.02}', 6 * 0.01 + 3 * 0.01 + 1 * 0.02),
        ('{"per_token_out":0.1}', 2 * 0.1),
        ('{"total_cost":0.5,"per_token_in":9}', 0.5),
        ('{"total_cost":0}', 0.0),
    ],
)
def test_the_callers_rates_are_applied_and_a_missing_cache_rate_is_the_input_rate(
    header: str, cost: float
) -> None:
    custom = custom_cost(header)
    assert custom is not None
    assert custom.of(Usage(10, 2, cached_tokens=3, cache_write_tokens=1)) == pytest.approx(cost)


def test_rates_without_a_count_give_no_cost_but_a_total_does() -> None:
    assert CUSTOM.of(Usage()) is None
    assert CustomCost(total=0.5).of(Usage()) == 0.5


@pytest.mark.parametrize(
    "header",
    ["", "x", "[1]", "{}", '{"per_token_in":"0.1"}', '{"per_token_in":-1}', '{"total_cost":true}', '{"total_cost":1e999}', "\ud800"],
)  # fmt: skip
def test_a_header_that_names_no_amount_is_ignored(header: str) -> None:
    assert custom_cost(header) is None
