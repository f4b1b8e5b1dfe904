"""The data files are there, whole, and in the shape the program reads."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from workbench.domain.models import Model, Price, ReasoningEffort
from workbench.domain.resources import resource

CATALOGUE = json.loads(resource("models.json").read_text(encoding="utf-8"))
ICONS = sorted(resource("icons").glob("*.svg"))


def test_a_frozen_bundle_keeps_its_own_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "_MEIPASS", "/bundle", raising=False)
    assert resource("models.json").as_posix() == "/bundle/resources/models.json"


def test_the_model_list_says_when_it_was_true() -> None:
    assert date.fromisoformat(CATALOGUE["as_of"]) >= date(2026, 11, 22)
    assert CATALOGUE["source"]


@pytest.mark.parametrize("entry", CATALOGUE["models"], ids=lambda entry: entry["id"])
def test_every_entry_is_a_model_field_by_field(entry: dict[str, Any]) -> None:
    facts = dict(entry)
    facts["prices"] = tuple(Price(**price) for price in facts.get("prices", ()))
    if effort := facts.get("reasoning_effort"):
        facts["reasoning_effort"] = ReasoningEffort(**effort)
    model = Model(**facts)
    assert model.id.startswith(("@cf/", "@hf/"))
    assert model.task
    assert all(price.usd >= 0 for price in model.prices)


def test_model_ids_are_unique_and_replacements_exist() -> None:
    ids = [entry["id"] for entry in CATALOGUE["models"]]
    assert len(ids) == len(set(ids))
    replacements = {entry["replacement"] for entry in CATALOGUE["models"] if "replacement" in entry}
    live = {entry["id"] for entry in CATALOGUE["models"] if not entry.get("deprecated")}
    assert replacements
    assert replacements <= live


def test_every_icon_can_be_recoloured_and_has_the_thin_stroke() -> None:
    drawings = {path.stem: ElementTree.parse(path).getroot() for path in ICONS}
    drawings.pop("app")
    assert [
        name
        for name, drawing in drawings.items()
        if (drawing.get("stroke"), drawing.get("stroke-width")) != ("currentColor", "1.5")
    ] == []


def test_the_icons_keep_their_licence() -> None:
    assert len(ICONS) > 60
    assert "ISC License" in (resource("icons") / "LICENSE").read_text(encoding="utf-8")
