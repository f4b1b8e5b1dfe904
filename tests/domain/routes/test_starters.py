"""The starter routes: sound, proved by their own tests, and what they say they are."""

from __future__ import annotations

import json

import pytest

from workbench.domain.models import Model
from workbench.domain.resources import resource
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import ModelCall, Percentage
from workbench.domain.routes.findings import LintFacts, Severity
from workbench.domain.routes.starters import STARTERS, Starter
from workbench.routing.cases import run_cases
from workbench.routing.engine import compile_route
from workbench.routing.lint import lint
from workbench.routing.rehearsal import Outcomes, Request, rehearse
from workbench.storage.catalogue import offline_models

CATALOGUE = {model.id: model for model in offline_models()}
each = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.id)


def answers(starter_id: str, request: Request, dice: float = 0.5) -> Model:
    """The model that answers, as the catalogue has it."""
    [starter] = [one for one in STARTERS if one.id == starter_id]
    compiled = compile_route(starter.route)
    return CATALOGUE[rehearse(compiled, request, Outcomes(compiled.route, {}), lambda: dice).model]


def test_there_is_a_starter_for_each_file() -> None:
    files = {path.name.removesuffix(".route.json") for path in resource("routes").iterdir()}
    assert files == {starter.id for starter in STARTERS}


@each
def test_a_starter_is_written_as_the_editor_writes_it(starter: Starter) -> None:
    text = (resource("routes") / f"{starter.id}.route.json").read_text(encoding="utf-8")
    assert read_route(text).notes == ()
    assert text == json.dumps(route_document(starter.route), ensure_ascii=False, indent=2) + "\n"
    assert starter.route.name == starter.id


@each
def test_nothing_is_to_be_said_against_a_starter(starter: Starter) -> None:
    findings = lint(starter.route, LintFacts(models=CATALOGUE, custom={}))
    assert [one for one in findings if one.severity is not Severity.INFO] == []


@each
def test_a_starter_proves_itself(starter: Starter) -> None:
    results = run_cases(starter.route)
    assert 2 <= len(results) <= 4
    assert [result.why for result in results] == [""] * len(results)


@each
def test_a_starter_asks_models_that_a_new_account_can_ask_and_waits_for_none_of_them_for_ever(
    starter: Starter,
) -> None:
    for element in starter.route.elements:
        if isinstance(element, ModelCall):
            model = CATALOGUE[element.model]
            assert not model.requires_workers_paid
            assert not model.deprecated
            assert element.timeout_ms > 0
            assert element.retries > 0


def test_a_long_prompt_gets_a_model_that_has_room_for_it() -> None:
    def asked(characters: int) -> Request:
        return Request(body={"messages": [{"role": "user", "content": "x" * characters}]})

    short, long = answers("long-prompts", asked(400)), answers("long-prompts", asked(400_000))
    assert (short.context_window or 0) > 20_000
    assert (long.context_window or 0) > 200_000


def test_pictures_get_a_model_that_sees() -> None:
    picture = {
        "type": "image_url",
        "image_url": {"url": "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="},
    }
    assert answers("vision", Request(body={"messages": [{"role": "user", "content": [picture]}]})).vision
    assert not answers("vision", Request(body={"messages": []})).vision


def test_a_canary_is_met_by_the_same_few_users_each_time() -> None:
    [starter] = [one for one in STARTERS if one.id == "sticky-canary"]
    assert [one.sticky for one in starter.route.elements if isinstance(one, Percentage)] == [
        "metadata.user_id"
    ]
    compiled = compile_route(starter.route)

    def answered(user: int, dice: float) -> str:
        request = Request(metadata={"user_id": f"u{user}"})
        return rehearse(compiled, request, Outcomes(compiled.route, {}), lambda: dice).by

    met = {user for user in range(2000) if answered(user, 0.0) == "canary"}
    assert met == {user for user in range(2000) if answered(user, 0.99) == "canary"}
    assert 60 < len(met) < 140
