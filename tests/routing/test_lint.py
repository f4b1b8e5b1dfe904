"""One broken route for each rule: it breaks that rule and no other, and each quick fix mends it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from workbench.domain.models import Model
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.findings import Finding, Fix, LintFacts, Severity
from workbench.domain.routes.shares import named_sum
from workbench.routing.lint import RULES, lint, worst

FIXTURES = Path(__file__).parent / "fixtures"
MODELS = (
    Model("openai/gpt-4o-mini"),
    Model("@cf/zai-org/glm-4.7-flash"),
    Model("@cf/meta/llama-3-8b-instruct", deprecated=True, replacement="@cf/zai-org/glm-4.7-flash"),
    Model("@cf/facebook/bart-large-cnn", deprecated=True, retires_on="2026-05-30"),
)
CUSTOM = {"lab": "https://lab.example", "ollama": "http://127.0.0.1:11434/v1"}
SEEN = frozenset({"plan", "user_id", "team", "region", "tier", "country"})


def facts(*, for_deploy: bool = False) -> LintFacts:
    return LintFacts(
        models={model.id: model for model in MODELS}, custom=CUSTOM, metadata_seen=SEEN, for_deploy=for_deploy
    )


def fixture(code: str) -> Route:
    return read_route((FIXTURES / f"{code}.json").read_bytes()).route


def found_in(code: str) -> tuple[Finding, ...]:
    return lint(fixture(code), facts(for_deploy=RULES[code].desk is None))


def route(*elements: AnyElement, name: str = "route") -> Route:
    return Route(name, elements)


def codes(route: Route, given: LintFacts | None = None) -> set[str]:
    return {finding.code for finding in lint(route, given)}


START, MODEL, END = (
    Start(id="s", outputs={"next": "m"}),
    ModelCall(id="m", provider="openai", model="gpt-4o-mini", outputs={"success": "e", "fallback": "e"}),
    End(id="e"),
)


def test_every_rule_has_its_fixture_and_every_fixture_its_rule() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_fixture_breaks_its_own_rule_and_no_other(code: str) -> None:
    assert Counter(finding.code for finding in found_in(code)) == {code: 1}


@pytest.mark.parametrize("code", RULES)
def test_a_finding_is_as_grave_as_the_table_says(code: str) -> None:
    rule = RULES[code]
    assert {finding.severity for finding in found_in(code)} == {rule.desk or rule.deploy}
    deployed = [one for one in lint(fixture(code), facts(for_deploy=True)) if one.code == code]
    assert {finding.severity for finding in deployed} == {rule.deploy}


@pytest.mark.parametrize("code", RULES)
def test_a_finding_points_into_the_document(code: str) -> None:
    document = json.loads((FIXTURES / f"{code}.json").read_text(encoding="utf-8"))
    for finding in found_in(code):
        value, steps = document, finding.pointer.split("/")[1:]
        for number, step in enumerate(steps):
            absent = finding.code in ("missing-fallback", "open-output") and number == len(steps) - 1
            if not absent:
                value = value[int(step)] if isinstance(value, list) else value[step.replace("~1", "/")]
        if finding.element:
            assert document["elements"][int(steps[1])]["id"] == finding.element


@pytest.mark.parametrize("code", RULES)
def test_a_finding_says_what_and_why_in_sentences(code: str) -> None:
    for finding in found_in(code):
        assert finding.what.endswith(".")
        assert finding.why.endswith(".")


FIXES = [
    pytest.param(finding, fix, id=f"{finding.code}: {fix.title}")
    for code in RULES
    if (FIXTURES / f"{code}.json").exists()
    for finding in found_in(code)
    for fix in finding.fixes
]


@pytest.mark.parametrize(("finding", "fix"), FIXES)
def test_a_quick_fix_makes_its_finding_go_away_and_leaves_the_old_route(finding: Finding, fix: Fix) -> None:
    before = fixture(finding.code)
    given = facts(for_deploy=RULES[finding.code].desk is None)
    after = fix.apply(before)
    left = lint(after, given)
    assert finding.code not in {one.code for one in left}
    assert worst(left) is not Severity.ERROR
    assert before == fixture(finding.code)


@pytest.mark.parametrize(
    "code",
    sorted(
        set(RULES)
        - {
            "no-model", "unnamed-model", "too-many-keys", "deprecated-model", "broken-condition", "broken-test", "undocumented-operator",
            "undocumented-field", "desk-only-field", "custom-provider", "loopback-provider", "unknown-type",
        }
    ),
)  # fmt: skip
def test_what_can_be_mended_without_knowing_what_was_meant_has_a_quick_fix(code: str) -> None:
    assert all(finding.fixes for finding in found_in(code))


def test_a_sound_route_has_no_findings_even_where_it_is_to_be_deployed() -> None:
    sound = route(START, MODEL, END)
    assert lint(sound, facts()) == lint(sound, facts(for_deploy=True)) == ()
    assert worst(()) is None


def test_an_empty_route_is_told_and_nothing_breaks() -> None:
    assert codes(Route("", ())) == {"no-start", "no-model"}


def test_the_gravest_comes_first() -> None:
    broken = route(Start(id="s", outputs={"next": "p"}), Percentage(id="p", outputs={"0%": "m"}), MODEL, END)
    severities = [finding.severity for finding in lint(broken)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is worst(lint(broken)) is Severity.ERROR


def test_a_limit_that_sends_what_is_over_to_the_end_refuses_on_purpose() -> None:
    limit = Rate(
        id="r",
        limit_type=LimitType.COUNT,
        key="metadata.user_id",
        limit=1,
        window_s=60,
        outputs={"success": "m", "fallback": "e"},
    )
    assert codes(route(Start(id="s", outputs={"next": "r"}), limit, MODEL, END)) == set()


def test_a_loop_of_one_element_is_a_loop() -> None:
    itself = ModelCall(id="m", provider="openai", model="x", outputs={"success": "e", "fallback": "m"})
    assert codes(route(START, itself, END)) == {"cycle"}


def test_a_loop_that_no_request_meets_is_found_too() -> None:
    one = Start(id="s", outputs={"next": "m"})
    aside = ModelCall(id="x", provider="openai", model="x", outputs={"success": "e", "fallback": "x"})
    assert codes(route(one, MODEL, END, aside)) == {"cycle", "unreachable-element"}


def test_two_ways_to_one_element_are_no_loop() -> None:
    split = Percentage(id="p", outputs={"50%": "m", "else": "m"})
    assert codes(route(Start(id="s", outputs={"next": "p"}), split, MODEL, END)) == set()


def test_a_route_of_a_thousand_elements_is_walked_without_recursion() -> None:
    chain = [
        ModelCall(id=f"m{n}", provider="openai", model="x", outputs={"success": "e", "fallback": f"m{n + 1}"})
        for n in range(3000)
    ]
    last = ModelCall(id="m3000", provider="openai", model="x", outputs={"success": "e", "fallback": "e"})
    assert codes(route(Start(id="s", outputs={"next": "m0"}), *chain, last, END)) == set()


def test_shares_are_scaled_without_losing_one_and_equal_ones_stay_apart() -> None:
    split = Percentage(id="p", outputs={"100%": "m", "100.0%": "m", "200%": "m"})
    broken = route(Start(id="s", outputs={"next": "p"}), split, MODEL, END)
    [finding] = lint(broken)
    mended = finding.fixes[0].apply(broken).find("p")
    assert mended is not None
    assert len(mended.outputs) == 3
    assert named_sum(mended.outputs) == pytest.approx(100)


def test_shares_moved_to_a_second_element_keep_their_part_of_the_whole() -> None:
    broken = fixture("too-many-shares")
    [finding] = lint(broken, facts())
    after = finding.fixes[0].apply(broken)
    first, second = after.find("p"), after.find("p-2")
    assert first is not None
    assert second is not None
    assert list(first.outputs) == ["10%", "15%", "20%", "25%", "12%", "else"]
    assert first.outputs["else"] == "p-2"
    assert second.outputs == {"else": "m2"}


@pytest.mark.parametrize(
    ("provider", "slug"), [("google", "google-ai-studio"), ("xai", "grok"), ("opneai", "openai")]
)
def test_a_provider_by_another_name_is_recognised(provider: str, slug: str) -> None:
    model = ModelCall(id="m", provider=provider, model="x", outputs={"success": "e", "fallback": "e"})
    [finding] = lint(route(START, model, END))
    assert (finding.code, finding.fixes[0].title) == ("unknown-provider", f"Use {slug}")


def test_a_custom_provider_is_known_where_nobody_knows_which_there_are() -> None:
    model = ModelCall(id="m", provider="custom-x", model="x", outputs={"success": "e", "fallback": "e"})
    assert codes(route(START, model, END)) == set()
    assert codes(route(START, model, END), LintFacts(custom={})) == {"unknown-provider"}


def test_a_provider_whose_models_nobody_lists_may_have_any() -> None:
    model = ModelCall(
        id="m", provider="groq", model="groq/compound", outputs={"success": "e", "fallback": "e"}
    )
    assert codes(route(START, model, END), facts()) == set()


def test_a_condition_on_an_array_or_under_not_is_looked_into() -> None:
    conditions = {"$or": [{"metadata.plan": "free"}, {"metadata.nobody": {"$not": {"$eq": 1}}}]}
    branch = Conditional(id="c", conditions=conditions, outputs={"true": "m", "false": "m"})
    found = lint(route(Start(id="s", outputs={"next": "c"}), branch, MODEL, END), facts())
    assert [(one.code, one.pointer) for one in found] == [
        ("key-never-sent", "/elements/1/properties/conditions/$or/1/metadata.nobody/$not/$eq")
    ]


def test_a_renamed_metadata_key_is_renamed_wherever_the_condition_has_it() -> None:
    conditions = {"$or": [{"metadata.plann": "free"}, {"metadata.plann": {"$eq": "trial"}}]}
    branch = Conditional(id="c", conditions=conditions, outputs={"true": "m", "false": "m"})
    broken = route(Start(id="s", outputs={"next": "c"}), branch, MODEL, END)
    mended = lint(broken, facts())[0].fixes[0].apply(broken)
    assert lint(mended, facts()) == ()


def test_keys_a_server_made_are_not_called_unknown() -> None:
    told = read_route({"name": "r", "id": "x", "created_at": "", "elements": []}).route
    assert "unknown-key" not in codes(told)


@pytest.mark.parametrize(
    "conditions", [{"metadata.plan": {"$near": 1}}, {"plan": "x"}, {"metadata.plan": {"$regex": "("}}]
)
def test_a_condition_that_cannot_be_evaluated_is_told_once_with_its_place(
    conditions: dict[str, object],
) -> None:
    branch = Conditional(id="c", conditions=conditions, outputs={"true": "m", "false": "m"})
    broken = lint(route(Start(id="s", outputs={"next": "c"}), branch, MODEL, END))
    [finding] = [one for one in broken if one.severity is Severity.ERROR]
    assert finding.code == "broken-condition"
    assert finding.pointer.startswith("/elements/1/properties/conditions/")


def test_an_option_of_a_pattern_is_no_operator_of_its_own() -> None:
    branch = Conditional(
        id="c",
        conditions={"metadata.plan": {"$regex": "^f", "$options": "i"}},
        outputs={"true": "m", "false": "m"},
    )
    found = lint(route(Start(id="s", outputs={"next": "c"}), branch, MODEL, END))
    assert [(one.code, one.what) for one in found] == [
        ("undocumented-operator", "The condition uses $regex.")
    ]


@pytest.mark.parametrize("sticky", ["user_id", "request.nothing"])
def test_a_sticky_field_that_is_none_is_told(sticky: str) -> None:
    split = Percentage(id="p", sticky=sticky, outputs={"50%": "m", "else": "m"})
    [finding] = lint(route(Start(id="s", outputs={"next": "p"}), split, MODEL, END))
    assert finding.code == "no-such-field"


def test_a_share_that_leads_nowhere_is_told_with_ways_to_lead_it() -> None:
    split = Percentage(id="p", outputs={"50%": "m", "else": ""})
    other = ModelCall(
        id="n", provider="openai", model="gpt-4o-mini", outputs={"success": "e", "fallback": "e"}
    )
    broken = route(Start(id="s", outputs={"next": "p"}), split, MODEL, other, END)
    finding = lint(broken)[0]
    assert (finding.code, finding.what, finding.port) == (
        "dangling-output",
        "“else” of “p” leads nowhere.",
        "else",
    )
    assert [fix.title for fix in finding.fixes] == ["Lead it to “n”", "Lead it to the end"]
    assert codes(finding.fixes[0].apply(broken)) == set()


def test_shares_that_lead_nowhere_do_not_confuse_the_other_fixes() -> None:
    split = Percentage(id="p", outputs={"60%": "", "30%": "m"})
    [sum] = [
        one
        for one in lint(route(Start(id="s", outputs={"next": "p"}), split, MODEL, END))
        if one.code == "percent-sum"
    ]
    assert [fix.title for fix in sum.fixes] == ["Scale them to 100 %"]


def test_what_an_unknown_type_does_is_not_guessed() -> None:
    geo = Unknown(id="g", type="geo", outputs={"EU": "e", "US": ""}, unknown={"x": 1})
    found = lint(route(Start(id="s", outputs={"next": "g"}), geo, END))
    assert [(one.code, one.severity) for one in found] == [("unknown-type", Severity.ERROR)]
    [deployed] = lint(route(Start(id="s", outputs={"next": "g"}), geo, END), LintFacts(for_deploy=True))
    assert (deployed.code, deployed.severity) == ("unknown-type", Severity.WARNING)
    assert "sent as it is" in deployed.why
