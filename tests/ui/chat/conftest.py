"""What the tests of the chat tab share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def closing_a_window_ends_nothing(qapp: QApplication) -> Iterator[None]:
    """As app.py has it: the last window closing must not end the loop under a running coroutine."""
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(before)
