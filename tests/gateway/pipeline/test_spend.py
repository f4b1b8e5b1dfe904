"""Which calls a spend rule counts, and when it refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.pipeline.calls import call
from workbench.domain.gateways import GatewaySettings, SpendRule
from workbench.gateway.pipeline.limits import Ledger
from workbench.gateway.pipeline.spend import Spending

NOW = 1_800_000_000.0


def refused(rule: SpendRule, booked: dict[str, Any], asked: dict[str, Any], **of: Any) -> bool:
    """Whether a call is refused after another, with its own metadata, has spent two dollars."""
    spending, settings = Spending(Ledger()), GatewaySettings(spend_rules=(rule,))
    spending.book(settings, call(), booked, 2.0, NOW)
    return spending.over(settings, call(**of), asked, NOW) is not None


def rule(**more: Any) -> SpendRule:
    return SpendRule("r1", 1.0, 3600, **more)


def test_a_rule_that_is_used_up_refuses_and_tells_its_bucket() -> None:
    spending, settings = Spending(Ledger()), GatewaySettings(spend_rules=(rule(partition=("user",)),))
    assert spending.over(settings, call(), {"user": "ann"}, NOW) is None
    spending.book(settings, call(), {"user": "ann"}, 1.25, NOW)
    over = spending.over(settings, call(), {"user": "ann"}, NOW)
    assert over is not None
    assert (over.bucket, over.standing.used, over.standing.limit) == ("r1/user=ann", 1.25, 1.0)


def test_each_value_of_a_partition_has_its_own_budget() -> None:
    by_user = rule(partition=("user",))
    assert refused(by_user, {"user": "ann"}, {"user": "ann"})
    assert not refused(by_user, {"user": "ann"}, {"user": "bob"})
    assert not refused(by_user, {"user": "ann"}, {})
    assert refused(by_user, {"user": True}, {"user": "true"})
    assert refused(by_user, {"user": 5.0}, {"user": 5})


def test_a_filter_leaves_others_alone() -> None:
    engineers = rule(metadata={"team": ("eng", "ops")})
    assert refused(engineers, {"team": "eng"}, {"team": "ops"})
    assert not refused(engineers, {"team": "sales"}, {"team": "eng"})
    assert not refused(engineers, {"team": "eng"}, {"team": "sales"})
    assert not refused(engineers, {"team": "eng"}, {})


@pytest.mark.parametrize("name", ["gpt-4o", "openai/gpt-4o"])
def test_a_model_is_known_by_each_of_its_names(name: str) -> None:
    only = rule(models=(name,))
    assert refused(only, {}, {})
    assert not refused(only, {}, {}, model="gpt-5.5")


def test_a_provider_is_known_as_slug_and_as_author() -> None:
    spending, settings = Spending(Ledger()), GatewaySettings(spend_rules=(rule(providers=("google",)),))
    gemini = call("google-ai-studio", "gemini-2.5-flash")
    spending.book(settings, gemini, {}, 5, NOW)
    assert spending.over(settings, gemini, {}, NOW) is not None
    assert spending.over(settings, call(), {}, NOW) is None


def test_a_budget_opens_again_with_its_window() -> None:
    spending, settings = Spending(Ledger()), GatewaySettings(spend_rules=(rule(),))
    spending.book(settings, call(), {}, 5, NOW)
    assert spending.over(settings, call(), {}, NOW + 3599) is not None
    assert spending.over(settings, call(), {}, NOW + 3600) is None
