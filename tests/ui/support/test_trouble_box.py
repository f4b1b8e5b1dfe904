"""What went wrong, in place: the button that mends it is there where it helps."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from workbench.domain.errors import Failure
from workbench.domain.trouble import Trouble
from workbench.ui.support.theme import Theme
from workbench.ui.support.trouble_box import TroubleBox


@pytest.mark.parametrize(
    ("failure", "mended"),
    [
        (Failure.NOT_CONFIGURED, True),
        (Failure.UNAUTHORIZED, True),
        (Failure.GATEWAY_NOT_FOUND, True),
        (Failure.RATE_LIMITED, False),
        ("", False),
    ],
)
def test_the_connection_is_offered_where_it_mends(
    theme: Theme, qtbot: QtBot, failure: str, mended: bool
) -> None:
    box = TroubleBox(theme)
    qtbot.addWidget(box)
    wanted: list[bool] = []
    box.connection_wanted.connect(lambda: wanted.append(True))
    box.show_trouble(Trouble("It did not work.", failure=failure))
    assert box.connection.isVisible() is mended
    if mended:
        box.connection.click()
    assert wanted == [True] * mended


def test_without_a_trouble_there_is_no_box(theme: Theme, qtbot: QtBot) -> None:
    box = TroubleBox(theme)
    qtbot.addWidget(box)
    box.show_trouble(Trouble("It did not work."))
    assert box.isVisible()
    box.show_trouble(None)
    assert not box.isVisible()
