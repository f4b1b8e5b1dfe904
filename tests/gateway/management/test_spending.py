from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.management.desk import GATEWAY, Desk
from workbench.domain.gateways import SpendRule
from workbench.domain.routes.elements import Technique

RULE: dict[str, Any] = {
    "id": "r1", "enabled": True, "limitType": "cost", "limit": 10, "window": 86400, "technique": "sliding",
    "metadata": {"user_id": {"mode": "partition"}, "team": {"mode": "filter", "values": ["eng"]}},
    "model": {"mode": "filter", "values": ["openai/gpt-5.5"]}, "provider": {"mode": "filter", "values": ["openai"]},
}  # fmt: skip


def limits(*rules: Any, **more: Any) -> dict[str, Any]:
    return {**GATEWAY, "spend_limits": {"enabled": True, "rules": list(rules), **more}}


def test_a_rule_is_in_force_and_told_back_as_it_came(desk: Desk) -> None:
    told = desk.post("gateways", limits(RULE)).result
    assert told["spend_limits"] == {"enabled": True, "rules": [RULE]}
    assert desk.configuration.wanted_gateway("team").spend_rules == (
        SpendRule(
            id="r1",
            limit=10,
            window_s=86400,
            technique=Technique.SLIDING,
            partition=("user_id",),
            metadata={"team": ("eng",)},
            models=("openai/gpt-5.5",),
            providers=("openai",),
        ),
    )


def test_a_rule_without_an_id_is_given_one_that_stays(desk: Desk) -> None:
    bare = {"limitType": "cost", "limit": 0.5, "window": 60}
    (told,) = desk.post("gateways", limits(bare)).result["spend_limits"]["rules"]
    assert told["id"]
    (rule,) = desk.configuration.wanted_gateway("team").spend_rules
    assert (rule.id, rule.limit, rule.technique) == (told["id"], 0.5, Technique.FIXED)


@pytest.mark.parametrize("body", [limits({**RULE, "enabled": False}), limits(RULE, enabled=False)])
def test_what_is_off_is_kept_but_not_in_force(desk: Desk, body: Any) -> None:
    assert desk.post("gateways", body).result["spend_limits"] == body["spend_limits"]
    assert desk.configuration.wanted_gateway("team").spend_rules == ()


def test_no_limits_are_told_as_none(desk: Desk) -> None:
    assert "spend_limits" not in desk.post("gateways", {**GATEWAY, "spend_limits": None}).result


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "10"}, "limit"),
        ({"limitType": "count"}, "limitType"),
        ({"window": 0}, "window"),
        ({"window": 1.5}, "window"),
        ({"technique": "leaky"}, "technique"),
        ({"metadata": {"u": {"mode": "both"}}}, "metadata.u.mode"),
        ({"metadata": {"u": {"mode": "filter", "values": []}}}, "metadata.u.values"),
        ({"metadata": {"u": {"mode": "filter", "values": [1]}}}, "metadata.u.values.0"),
        ({"model": {"mode": "partition", "values": ["a"]}}, "model.mode"),
        ({"provider": {"mode": "filter"}}, "provider.values"),
        ({"enabled": "no"}, "enabled"),
        ({"id": 5}, "id"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_place(desk: Desk, change: Any, path: str) -> None:
    problems = desk.post("gateways", limits(RULE, {**RULE, "id": "r2", **change})).problems
    assert f"body.spend_limits.rules.1.{path}" in problems
    assert len(desk.configuration.gateways()) == 1


def test_rules_are_few_and_their_ids_differ(desk: Desk) -> None:
    many = [{**RULE, "id": str(number)} for number in range(21)]
    assert "at most 20" in desk.post("gateways", limits(*many)).problems["body.spend_limits.rules"]
    assert "same id" in desk.post("gateways", limits(RULE, RULE)).problems["body.spend_limits.rules"]
    assert len(desk.post("gateways", limits(*many[:20])).result["spend_limits"]["rules"]) == 20
