"""The odds panel: what is typed is described, what is reckoned is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.ui.routes.odds.test_model import PLANS, ROUTE, Reckoning
from workbench.domain.routes.edits import changed
from workbench.services.route_odds import Histogram, LogNormal, Population, Segment, ValueShare
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.odds.panel import OddsPanel
from workbench.ui.routes.odds.shares import share_of, share_text
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class Made:
    def __init__(self, theme: Theme) -> None:
        self.service = Reckoning()
        self.document = RouteDocument(ROUTE)
        self.panel = OddsPanel(theme, self.document, self.service, Notifier(), RunningWork())
        self.panel.resize(1180, 250)
        self.panel.show()

    @property
    def population(self) -> Population:
        return self.service.population_of(self.document.route)

    async def finish(self) -> None:
        if self.panel.model._later.isActive():
            self.panel.model.reckon()
        await self.panel.model._tasks.finish()


@pytest.fixture
def made(theme: Theme) -> Iterator[Made]:
    found = Made(theme)
    yield found
    found.panel.left()
    found.panel.close()
    found.panel.deleteLater()


def test_values_the_route_compares_wait_for_their_share(made: Made) -> None:
    plan = made.panel.form.fields["metadata.plan"]
    (value, share), (next_value, next_share) = plan.rows[:2]
    assert (value.text(), share.text()) == ("free", "")
    share.setText("80")
    next_value.setText("true")
    next_share.setText("20")
    assert made.population.fields["metadata.plan"] == (ValueShare("free", 0.8), ValueShare(True, 0.2))
    assert plan.note.text() == "All have it."
    assert made.document.history.count() == 1
    share.setText("")
    assert list(made.population.fields["metadata.plan"]) == [ValueShare(True, 0.2)]
    assert value.text() == "free"


@pytest.mark.parametrize("wrong", ["x", "-1", "120"])
def test_a_share_that_is_none_is_said_beside_it_and_not_taken(made: Made, wrong: str) -> None:
    plan = made.panel.form.fields["metadata.plan"]
    plan.rows[0][1].setText("50")
    plan.rows[0][1].setText(wrong)
    assert plan.rows[0][1].property("invalid")
    assert "0 to 100" in plan.note.text()
    assert made.population.fields["metadata.plan"][0].share == 0.5
    assert plan.rows[0][1].text() == wrong


def test_more_than_all_cannot_be_shared(made: Made) -> None:
    plan = made.panel.form.fields["metadata.plan"]
    plan.rows[0][1].setText("80")
    plan.rows[1][0].setText("pro")
    plan.rows[1][1].setText("30")
    assert "110 %" in plan.note.text()
    assert len(made.population.fields["metadata.plan"]) == 1


def test_undo_brings_back_what_the_form_showed(made: Made) -> None:
    share = made.panel.form.fields["metadata.plan"].rows[0][1]
    share.setText("80")
    made.document.history.undo()
    assert share.text() == ""
    made.document.history.redo()
    assert share.text() == "80"


def test_models_limits_and_lengths_are_described(made: Made) -> None:
    form = made.panel.form
    mini = form.models["openai/gpt-4o-mini"]
    mini.failures.rows[0][1].setText("2")
    mini.timeouts.setValue(1.5)
    mini.first_byte.median.setValue(3000)
    behaviour = made.population.models["openai/gpt-4o-mini"]
    assert dict(behaviour.failures) == {429: 0.02}
    assert behaviour.timeouts == pytest.approx(0.015)
    assert behaviour.first_byte == LogNormal(3000, 3000)
    form.users["metadata.user_id"].setValue(20)
    form.requests.setValue(60)
    form.prompt.p95.setValue(100)
    found = made.population
    assert (found.users, found.requests_per_hour) == ({"metadata.user_id": 20}, 60)
    assert found.prompt == LogNormal(100, 100)
    assert "no price known" in form.models["workers-ai/@cf/meta/llama"].price.text()


def test_a_status_that_is_no_failure_is_refused(made: Made) -> None:
    failures = made.panel.form.models["openai/gpt-4o-mini"].failures
    failures.rows[0][0].setText("200")
    failures.rows[0][1].setText("2")
    assert failures.rows[0][0].property("invalid")
    assert made.population.models == {}


def test_the_form_follows_the_route(made: Made) -> None:
    route = made.document.route
    made.document.edit("Edit", changed(route, "c", conditions={"metadata.team": "search"}))
    assert list(made.panel.form.fields) == ["metadata.team"]
    assert made.panel.form.fields["metadata.team"].rows[0][0].text() == "search"


def test_kinds_of_requests_by_the_log_are_told_and_can_be_left(made: Made) -> None:
    histogram = Histogram(((1, 1, 3.0), (9, 9, 1.0)))
    segments = (Segment(3.0, {"plan": "free"}), Segment(1.0))
    made.panel.model.describe("Log", Population(segments=segments, prompt=histogram))
    form = made.panel.form
    assert form.kinds.isVisibleTo(form)
    assert made.population.prompt == histogram
    form.kinds.act.click()
    assert not form.kinds.isVisibleTo(form)
    assert made.population == Population(prompt=histogram)


def test_a_population_that_cannot_be_read_is_said_in_place(made: Made) -> None:
    made.document.edit("Break", replace(ROUTE, sidecar={"population": {"oops": 1}}))
    form = made.panel.form
    assert "oops" in form.broken.words.text()
    form.broken.act.click()
    assert not form.broken.isVisibleTo(form)
    assert made.population == Population()


def test_what_it_comes_to_is_shown_and_flows_on_the_canvas(made: Made, run_qt: Run) -> None:
    async def scenario() -> None:
        made.panel.model.set_field("metadata.plan", PLANS)
        made.panel.opened()
        await made.finish()

    run_qt(scenario())
    results = made.panel.results
    assert results.cost.text.startswith("$0.")
    assert results.errors.text == "0 %"
    assert results.worst.text.startswith("> ")
    assert results.models.topLevelItemCount() == 2
    first = results.models.topLevelItem(0)
    assert first is not None
    assert first.text(1) == "80 %"
    assert "No price is known of llama" in results.warnings.words.text()
    assert results.spend.table.text(2, 1).startswith("$")
    assert made.document.overlay.labels["c", "true"] == "80 %"
    results.models.itemClicked.emit(results.models.topLevelItem(1), 0)
    assert made.document.selected == {"m1"}
    made.panel.left()
    assert made.document.overlay == NOTHING


def test_percentiles_stand_beside_the_exact_figures(made: Made, run_qt: Run) -> None:
    async def scenario() -> None:
        made.panel.opened()
        await made.finish()
        made.panel.results.simulation.run.click()
        await made.finish()

    run_qt(scenario())
    box = made.panel.results.simulation
    assert box.table.text(1, 1).endswith(" s")
    assert box.words.text().startswith("Agrees with the exact odds")


def test_too_many_kinds_of_requests_offer_the_simulation(made: Made, run_qt: Run) -> None:
    async def scenario() -> None:
        made.service.too_many = True
        made.panel.opened()
        await made.finish()
        results = made.panel.results
        assert results.blank.isVisibleTo(results)
        assert results.retry.isVisibleTo(results)
        results.retry.click()
        await made.finish()

    run_qt(scenario())
    results = made.panel.results
    assert not results.blank.isVisibleTo(results)
    assert "this is the simulation" in results.warnings.words.text()
    assert not results.spend.isVisibleTo(results)


def test_a_route_that_cannot_run_says_where(made: Made, run_qt: Run) -> None:
    async def scenario() -> None:
        made.document.edit("Break", changed(made.document.route, "m1", retries=9))
        made.panel.opened()
        await made.finish()

    run_qt(scenario())
    results = made.panel.results
    assert results.blank.isVisibleTo(results)
    assert results.show_problem.isVisibleTo(results)
    results.show_problem.click()
    assert made.document.selected == {"m1"}


@pytest.mark.parametrize(
    ("text", "share"),
    [("80", 0.8), (" 12.5 % ", 0.125), ("0", 0.0), ("", None), ("101", None), ("1e9", None)],
)
def test_percentages_are_read(text: str, share: float | None) -> None:
    assert share_of(text) == share


@pytest.mark.parametrize(("share", "text"), [(0.8, "80"), (0.125, "12.5"), (1 / 3, "33.3333"), (1, "100")])
def test_percentages_are_written_without_needless_digits(share: float, text: str) -> None:
    assert share_text(share) == text
