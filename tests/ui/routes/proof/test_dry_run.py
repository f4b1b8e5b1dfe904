"""The dry run: a request lights its way, and a way becomes a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from tests.conftest import Run
from tests.services.test_route_proof import ROUTE, proof, row
from workbench.domain.routes.edits import changed, without_element
from workbench.domain.routes.elements import ModelCall, Route
from workbench.services.route_proof import Request, RouteProof, Verdict, kept_tests
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.routes.proof.dry_run_model import DryRunModel, Phase
from workbench.ui.routes.proof.dry_run_panel import DryRunPanel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme


class Made:
    def __init__(self, theme: Theme, proved: RouteProof) -> None:
        self.notifier = Notifier()
        self.panel = DryRunPanel(theme, RouteDocument(ROUTE, proved.lint), proved, self.notifier)
        self.panel.resize(900, 300)
        self.panel.show()
        self.panel.opened()

    @property
    def model(self) -> DryRunModel:
        return self.panel.model

    @property
    def way(self) -> list[str]:
        self.model.run()
        return [visit.element for visit in self.model.steps.visits]


@pytest.fixture
def made(theme: Theme) -> Iterator[Made]:
    found = Made(
        theme, proof([row(metadata={"plan": "pro"}, request_body=b"{}"), row(id="2", route="plans")])
    )
    yield found
    found.panel.left()
    found.panel.close()
    found.panel.deleteLater()


def test_the_way_is_lit_with_the_reasons_and_goes_dark_with_the_panel(made: Made) -> None:
    assert made.way == ["start", "split", "small", "end"]
    overlay = made.panel.document.overlay
    assert sorted(overlay.elements or ()) == ["end", "small", "split", "start"]
    assert ("split", "else") in (overlay.wires or ())
    assert "dice fell" in overlay.says["split"]
    made.panel.left()
    assert made.panel.document.overlay == NOTHING


def test_choices_change_the_way_and_what_is_said_of_it(made: Made) -> None:
    made.model.set_pick("split", "30%")
    made.model.set_outcome("big", "timeout")
    assert made.way == ["start", "split", "again", "big", "small", "end"]
    assert "openai/gpt-4o-mini answers" in made.panel.way.title.text()
    assert "tries: 2" in made.panel.way.title.text()
    made.model.set_outcome("small", 429)
    made.model.run()
    assert "Nobody answers: HTTP 429" in made.panel.way.title.text()
    made.panel.choices.forget.click()
    assert made.way == ["start", "split", "small", "end"]


def test_what_is_on_the_way_is_offered_first_with_all_it_can_do(made: Made) -> None:
    made.model.run()
    assert [one.id for one in made.model.choices.elements] == ["split", "small", "again", "big"]
    made.panel.choices.offer(0)
    (menu,) = made.panel.choices.findChildren(QMenu)
    actions = [action for action in menu.actions() if action.text()]
    assert [action.text() for action in actions] == ["goes the likeliest way", "goes 30%", "goes else"]
    actions[1].trigger()
    menu.close()
    assert made.model.picks == {"split": "30%"}


def test_the_route_is_run_again_when_it_is_edited_and_choices_for_what_is_gone_are_dropped(
    made: Made,
) -> None:
    made.model.set_outcome("big", 500)
    document = made.panel.document
    document.edit("Delete", without_element(document.route, "big"))
    assert made.model.result is None or made.way
    made.model.run()
    assert made.model.outcomes == {}


def test_a_route_that_cannot_run_says_why_and_where(made: Made) -> None:
    document = made.panel.document
    document.edit("Break", changed(document.route, "big", retries=9))
    made.model.run()
    assert made.panel.way.show_problem.isVisible()
    assert not made.panel.way.save.isVisible()
    made.panel.way.show_problem.click()
    assert document.selected == {"big"}


def test_form_and_json_show_the_same_request(made: Made) -> None:
    form, text = made.panel.request.form, made.panel.request.json
    name, value = form.metadata.rows[0]
    name.setText("plan")
    value.setText("7")
    form.headers.rows[0][0].setText("cf-ipcountry")
    form.headers.rows[0][1].setText("7")
    form.image.click()
    request = made.model.request
    assert request.metadata == {"plan": 7}
    assert request.headers == {"cf-ipcountry": "7"}
    assert json.loads(text.edit.text)["metadata"] == {"plan": 7}
    text.edit.put('{"metadata": {"plan": "free", "seats": 2}, "body": {"stream": true}}')
    text.take()
    assert [field.text() for field, _ in form.metadata.rows[:2]] == ["plan", "seats"]
    form.metadata.rows[1][1].setText("1")
    form.metadata.rows[1][1].setText("true")
    assert made.model.request.metadata["seats"] is True
    assert form.stream.isChecked()
    assert not form.image.isChecked()


def test_a_request_that_cannot_be_read_leaves_the_last_one(made: Made) -> None:
    made.model.set_request(Request({"plan": "free"}))
    text = made.panel.request.json
    for wrong in ('{"metadata": ', '{"metadata": 7}', '{"oops": {}}', "[1]"):
        text.edit.put(wrong)
        text.take()
        assert text._problem.isVisibleTo(text)
    assert made.model.request == Request({"plan": "free"})


def test_a_dry_run_is_saved_as_a_test_that_passes(made: Made) -> None:
    saved: list[str] = []
    made.panel.test_saved.connect(saved.append)
    made.model.set_request(Request({"plan": "free"}))
    made.model.set_pick("split", "30%")
    made.model.run()
    made.panel.way.save.click()
    form = made.panel.way.form
    assert form.name.text() == "plan free → gpt-4o"
    form.keep()
    route = made.panel.document.route
    (test,) = kept_tests(route)
    assert test["expect"] == {"model": "openai/gpt-4o"}
    assert len(test["dice"]) == 2
    assert [one.verdict for one in proof().tests(route)] == [Verdict.PASSED]
    assert made.panel.document.history.undoText() == "Save the dry run as a test"
    assert saved == ["plan free → gpt-4o"]


def test_a_request_from_the_chat_is_taken(made: Made) -> None:
    made.panel.take_request({"CF-IPCountry": "DE"}, {"plan": "pro"}, {"messages": []})
    assert made.model.request == Request({"plan": "pro"}, {"cf-ipcountry": "DE"}, {"messages": []})


def ended(made: Made, run_qt: Run, act: Any) -> None:
    async def acted() -> None:
        act()
        await made.model._tasks.finish()
        await made.model.aclose()

    run_qt(acted())


def test_a_logged_request_is_tried_and_what_was_not_kept_is_said(made: Made, run_qt: Run) -> None:
    ended(made, run_qt, lambda: made.panel.request.show_as("log"))
    log = made.panel.request.log
    assert len(log.rows.rows) == 2
    ended(made, run_qt, lambda: log.list.chosen.emit(0))
    assert made.model.request.metadata == {"plan": "pro"}
    assert not made.model.note
    ended(made, run_qt, lambda: log.list.chosen.emit(1))
    assert "not kept" in made.panel.request._note.text()


def test_a_large_route_is_run_on_a_thread(made: Made, run_qt: Run) -> None:
    many = tuple(ModelCall(id=f"m{n}", provider="openai", model="x") for n in range(1_100))
    large = Route("large", (*ROUTE.elements, *many))
    made.panel.document.edit("Grow", large)
    before = made.model.choices.rowCount()
    ended(made, run_qt, made.model.run)
    assert (before, made.model.choices.rowCount()) == (4, 1_104)
    assert made.model.result is not None


def test_without_a_gateway_the_log_says_so_and_can_be_asked_again(theme: Theme, run_qt: Run) -> None:
    made = Made(theme, proof(broken=True))
    ended(made, run_qt, lambda: made.panel.request.show_as("log"))
    assert made.model.phase is Phase.FAILED
    assert made.panel.request.log.again.isVisible()
    assert made.panel.request.log._blank.what.text() == "No gateway."
    made.panel.left()
    made.panel.close()
    made.panel.deleteLater()
