"""What failed is told in one line, as far as it is known."""

from __future__ import annotations

from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.ui.support.sentences import in_words, reason

WHOLE = WorkbenchError("It failed.", why="The network is gone.", fix="Connect.")


def test_all_that_is_known_is_told_in_order() -> None:
    assert in_words(WHOLE) == "It failed. The network is gone. Connect."
    assert reason(WHOLE) == "The network is gone. Connect."


def test_what_is_not_known_leaves_no_gap() -> None:
    assert in_words(Trouble("It failed.", fix="Connect.")) == "It failed. Connect."
    assert reason(Trouble("It failed.", fix="Connect.")) == "Connect."
    assert reason(Trouble("It failed.")) == ""
