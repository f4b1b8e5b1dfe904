"""What every test of a widget has around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.ui.support.pixels import QtPixels


@pytest.fixture(autouse=True)
def windows_may_close(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program: closing a window does not end the loop."""
    if "qapp" not in request.fixturenames:
        yield
        return
    qapp = request.getfixturevalue("qapp")
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(before)


@pytest.fixture
def pixels() -> Iterator[QtPixels]:
    """The program's own decoder of pictures."""
    made = QtPixels()
    yield made
    made.close()
