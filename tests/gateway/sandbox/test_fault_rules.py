"""The orders that hold until they are changed, and the file they are kept in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.gateway.sandbox.fault_rules import FILE, FaultRules
from workbench.gateway.sandbox.faults import NO_FAULTS, BadFaults, Faults


def rules_of(**rules: object) -> FaultRules:
    found = FaultRules()
    found.set(rules)
    return found


def test_among_rules_that_fit_the_longest_glob_wins() -> None:
    rules = FaultRules()
    rules.set({"*": "pace=1", "@cf/meta/*": {"pace": "2/s", "hang": True}})
    assert rules.of("", "@cf/meta/x") == Faults(pace=2.0, hang=True)
    assert rules.of("", "openai/x").pace == 1.0
    with pytest.raises(BadFaults):
        rules.set({"*": 5})
    assert rules.of("", "openai/x").pace == 1.0, "a bad set changes nothing"
    rules.set({"openai/*": "hang", "*": "pace=1"})
    assert rules.of("", "gpt-4o", "openai/gpt-4o").hang
    rules.set({})
    assert rules.of("", "openai/x") == NO_FAULTS


def test_an_element_of_a_route_wins_over_its_model() -> None:
    rules = FaultRules()
    rules.set({"route/support/m1": "status=500", "route/*/m2": "hang", "*": "pace=1 status=429"})
    assert rules.of("support/m1", "x") == Faults(pace=1.0, status=500)
    assert rules.of("any/m2", "x") == Faults(pace=1.0, status=429, hang=True)
    assert rules.of("support/m3", "x") == rules.of("", "x") == Faults(pace=1.0, status=429)


def test_a_glob_for_models_is_none_for_routes() -> None:
    assert rules_of(**{"*m1": "hang"}).of("support/m1", "x") == NO_FAULTS


def test_orders_as_an_object_are_told_in_the_grammar() -> None:
    rules = rules_of(m={"latency": "normal(1s, 200ms)", "message": "out of luck", "unseeded": True})
    assert rules.as_told() == {"m": "latency=normal(1s, 200ms), message=out_of_luck, unseeded=true"}
    assert rules.of("", "m").message == "out of luck"


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    first = FaultRules(tmp_path / FILE)
    first.load()
    assert first.as_told() == {}
    first.set({"*": "latency=normal(1s,1s)"})
    first.save()
    second = FaultRules(tmp_path / FILE)
    second.load()
    assert second.as_told() == first.as_told() == {"*": "latency=normal(1s,1s)"}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["{", "[]", '{"*": "explode"}', "\xff"])
def test_a_file_that_cannot_be_read_is_named_and_changes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "latin-1")
    rules = FaultRules(tmp_path / FILE)
    rules.set({"*": "hang"})
    with pytest.raises(BadFaults, match=FILE):
        rules.load()
    assert rules.as_told() == {"*": "hang"}


def test_rules_without_a_file_live_in_memory() -> None:
    rules = rules_of(m="hang")
    rules.save()
    rules.load()
    assert json.dumps(rules.as_told()) == '{"m": "hang"}'
