"""The tab proves itself: a starter route is tried, its tests run, it is deployed and asked, and its way is lit on the canvas."""

from __future__ import annotations

from workbench.domain.routes.edits import renamed
from workbench.services.route_proof import Verdict
from workbench.ui.routes.deploy.panel import DeployPanel
from workbench.ui.routes.editor import DEPLOY, DRY_RUN, LIVE, ODDS, TESTS, RouteEditor
from workbench.ui.routes.live.panel import LivePanel
from workbench.ui.routes.odds.panel import OddsPanel
from workbench.ui.routes.proof.dry_run_panel import DryRunPanel
from workbench.ui.routes.proof.tests_panel import TestsPanel
from workbench.ui.routes.tab import RoutesTab
from workbench.ui.support.self_test import SelfTestFailed, wait_until

NAME = "self-test-plans"


async def self_test(tab: RoutesTab) -> None:
    """Through the tab's own models and widgets; raises SelfTestFailed. The route stays deployed."""
    card = tab.start.cards[0]
    card.chosen.emit(card.starter)
    await wait_until("a starter route is open", lambda: tab.editor is not None)
    editor = tab.editor
    assert editor is not None
    document = editor.route.document
    document.edit("Rename", renamed(document.route, NAME))
    await wait_until(
        "its elements are on the canvas", lambda: editor.canvas.scene.cards.keys() >= _ids(editor)
    )

    editor.open_panel(DRY_RUN)
    trial = editor.drawer.built(DRY_RUN)
    assert isinstance(trial, DryRunPanel)
    trial.take_request({}, {"plan": "pro"}, {})

    def met() -> frozenset[str]:
        return document.overlay.elements or frozenset()

    await wait_until("a request lights its way", lambda: "large" in met(), lambda: ", ".join(sorted(met())))
    if "small" in met():
        raise SelfTestFailed("the request took both ways")

    editor.open_panel(TESTS)
    tests = editor.drawer.built(TESTS)
    assert isinstance(tests, TestsPanel)
    await wait_until("its tests have run", lambda: tests.model.results and not tests.model.running)
    if failed := [one for one in tests.model.results if one.verdict is not Verdict.PASSED]:
        raise SelfTestFailed("a test of the starter failed", f"{failed[0].name}: {failed[0].why}")

    editor.open_panel(ODDS)
    odds = editor.drawer.built(ODDS)
    assert isinstance(odds, OddsPanel)
    await wait_until("its odds are reckoned", lambda: document.overlay.flow)

    editor.open_panel(DEPLOY)
    deploy = editor.drawer.built(DEPLOY)
    assert isinstance(deploy, DeployPanel)

    def problem() -> str:
        return deploy.model.problem.what if deploy.model.problem else deploy.state.text()

    await wait_until("it is compared with what runs", lambda: deploy.deploy.isEnabled(), problem)
    deploy.deploy.click()
    await wait_until("it is deployed and asked", lambda: deploy.model.smoke is not None, problem)
    smoke = deploy.model.smoke
    assert smoke is not None
    if not smoke.passed:
        raise SelfTestFailed("another model answered than should", smoke.why)

    editor.open_panel(LIVE)
    live = editor.drawer.built(LIVE)
    assert isinstance(live, LivePanel)
    await wait_until("the request is listed live", lambda: live.model.passed)
    live.model.choose(live.model.passed[-1])
    await wait_until("its way is lit", lambda: document.overlay.elements)
    document.history.undo()
    if document.route.name == NAME:
        raise SelfTestFailed("the name was not undone")


def _ids(editor: RouteEditor) -> frozenset[str]:
    return frozenset(element.id for element in editor.route.document.route.elements)
