"""What a file or a server says is shown in a tooltip, and never rendered."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from workbench.ui.support.tooltips import as_tip


@pytest.mark.parametrize("text", ["<img src='//host/share/a.png'>", "<b>a</b> & b\n c", "<p style='a'>"])
def test_markup_is_shown_as_it_is_written(qapp: object, text: str) -> None:
    shown = QTextDocument()
    shown.setHtml(as_tip(text))
    assert shown.toPlainText() == text
    assert "<img" not in as_tip(text)


def test_ordinary_text_stays_as_it_is() -> None:
    assert as_tip("2 > 1 & so on\n“a”") == "2 > 1 & so on\n“a”"
