"""The tab proves itself: it deploys a small route, asks it, and finds the request with its trace in the log."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.domain.journal import LogRow
from workbench.ui.gateway.model import Part
from workbench.ui.gateway.tab import GatewayTab
from workbench.ui.support.rows import choose_row
from workbench.ui.support.self_test import SelfTestFailed, wait_until
from workbench.ui.support.way import Way

NAME = "self-test"
ROUTE = {
    "name": NAME,
    "elements": [
        {"id": "start", "type": "start", "outputs": {"next": {"elementId": "plan"}}},
        {
            "id": "plan",
            "type": "conditional",
            "properties": {"conditions": {"metadata.plan": {"$eq": "free"}}},
            "outputs": {"true": {"elementId": "small"}, "false": {"elementId": "large"}},
        },
        {
            "id": "small",
            "type": "model",
            "properties": {
                "provider": "workers-ai",
                "model": "@cf/meta/llama-3.2-1b-instruct",
                "timeout": 5000,
                "retries": 0,
            },
            "outputs": {"success": {"elementId": "end"}, "fallback": {"elementId": "large"}},
        },
        {
            "id": "large",
            "type": "model",
            "properties": {
                "provider": "workers-ai",
                "model": "@cf/zai-org/glm-4.7-flash",
                "timeout": 5000,
                "retries": 0,
            },
            "outputs": {"success": {"elementId": "end"}, "fallback": {"elementId": "end"}},
        },
        {"id": "end", "type": "end", "outputs": {}},
    ],
}


async def self_test(tab: GatewayTab) -> None:
    """Through the tab's own models and widgets; raises SelfTestFailed. The route is deleted again."""
    model = tab.model
    until = partial(wait_until, seen=partial(_seen, tab))
    tab.buttons[Part.GATEWAYS].click()
    await until("the gateways are read", lambda: "default" in model.gateway_ids)
    with TemporaryDirectory(prefix="workbench-self-test-") as folder:
        file = Path(folder) / "route.json"
        file.write_text(json.dumps(ROUTE), encoding="utf-8")
        model.gateways.deploy_file(str(file))
        await until("a route is deployed", lambda: NAME in model.gateways.route_names)
    tab.buttons[Part.REQUESTS].click()
    await until("the log is read", lambda: model.requests.phase.name == "READY")
    await model.requests.ask_route(NAME)
    await until("the request appears in the log", lambda: _found(tab) is not None)
    row = _found(tab)
    assert row is not None
    rows = model.requests.rows
    choose_row(tab.requests.table, rows.index(rows.place_of(row.id), 0))
    await until("its way through the route is shown", lambda: tab.requests.detail.findChildren(Way))
    details = model.requests.details
    steps = (
        [(visit.element, visit.port) for visit in details.trace.visits] if details and details.trace else []
    )
    if ("plan", "false") not in steps or ("large", "success") not in steps:
        raise SelfTestFailed("the route chose the other model", str(steps))
    state = next(one for one in model.gateways.routes if one.entry.name == NAME)
    model.gateways.delete_route(state.entry)
    await until("the route is deleted", lambda: NAME not in model.gateways.route_names)


def _found(tab: GatewayTab) -> LogRow | None:
    rows = tab.model.requests.rows
    shown = (rows.at(at) for at in range(min(rows.rowCount(), 50)))
    return next((row for row in shown if row is not None and row.route == NAME), None)


def _seen(tab: GatewayTab) -> str:
    problem = tab.model.requests.problem or tab.model.gateways.problem
    return f"{problem.what} {problem.why}" if problem else f"{tab.model.state.phase}"
