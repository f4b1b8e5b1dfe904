"""The code panel shows how the route is called, where it can run."""

from __future__ import annotations

import pytest

from workbench.domain.routes.edits import renamed
from workbench.domain.routes.elements import End, LimitType, Rate, Route, Start
from workbench.domain.targets import Target, TargetKind
from workbench.ui.routes.code.panel import CodePanel
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.theme import Theme

CLOUDFLARE = Target("cf", "Work", TargetKind.CLOUDFLARE, account="acc", gateway="prod")
BARE = Target("bare", "No gateway", TargetKind.CLOUDFLARE, account="acc")
ROUTE = Route(
    "support",
    (
        Start(id="s", outputs={"next": "l"}),
        Rate(id="l", limit_type=LimitType.COUNT, key="metadata.user_id", limit=1, window_s=60),
        End(id="e"),
    ),
)


def panel(theme: Theme, qtbot: object, *targets: Target) -> CodePanel:
    made = CodePanel(theme, RouteDocument(ROUTE), lambda: targets)
    qtbot.addWidget(made)  # type: ignore[attr-defined]
    made.opened()
    return made


def test_only_connections_with_a_gateway_are_offered(theme: Theme, qtbot: object) -> None:
    shown = panel(theme, qtbot, CLOUDFLARE, BARE)
    assert [shown.target.itemText(row) for row in range(shown.target.count())] == ["Work"]


def test_the_code_follows_the_route_and_names_its_metadata(theme: Theme, qtbot: object) -> None:
    shown = panel(theme, qtbot, CLOUDFLARE)
    assert "dynamic/support" in shown.code.text
    assert "user_id" in shown.hint.text()
    shown.document.edit("Rename", renamed(shown.document.route, "sales"))
    assert "dynamic/sales" in shown.code.text


@pytest.mark.parametrize("targets", [(), (BARE,)])
def test_without_a_gateway_it_says_so(theme: Theme, qtbot: object, targets: tuple[Target, ...]) -> None:
    shown = panel(theme, qtbot, *targets)
    assert shown.code.isHidden()
    assert "gateway" in shown.hint.text()
