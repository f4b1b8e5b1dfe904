"""Models as a picker lists them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from tests.ui.support.models.fakes import NEW, OLD, OTHER
from workbench.domain.models import Model
from workbench.ui.support.models.rows import ENTRY, ModelEntry, ModelRows

ENTRIES = (ModelEntry(NEW, told=("$1",), tip="tip"), ModelEntry(OTHER, chosen=True, favourite=True))


def test_the_same_models_in_the_same_order_are_not_a_new_list() -> None:
    rows = ModelRows()
    resets: list[bool] = []
    rows.modelReset.connect(lambda: resets.append(True))
    rows.show(ENTRIES)
    rows.show([replace(each, chosen=not each.chosen) for each in ENTRIES])
    assert len(resets) == 1
    assert rows.index(0).data(ENTRY).chosen
    rows.show(ENTRIES[::-1])
    assert len(resets) == 2


def test_a_row_tells_what_it_shows() -> None:
    rows = ModelRows()
    rows.show(ENTRIES)
    first, second = rows.index(0), rows.index(1)
    spoken, ticked = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.CheckStateRole
    assert (first.data(), first.data(spoken), first.data(Qt.ItemDataRole.ToolTipRole)) == (
        "new",
        "new, a, $1",
        "tip",
    )
    assert second.data(spoken) == "other, b, chosen, favourite"
    assert (first.data(ticked), second.data(ticked)) == (Qt.CheckState.Unchecked, Qt.CheckState.Checked)


def test_the_first_of_these_that_is_listed_is_found() -> None:
    rows = ModelRows()
    rows.show(ENTRIES)
    assert rows.row_of((OTHER.id, OLD.id)) == 1
    assert rows.row_of((OLD.id,)) == -1


def test_what_no_list_has_is_used_as_it_is() -> None:
    rows = ModelRows()
    rows.show([ModelEntry(Model("x/y", known=False), typed=True)])
    assert rows.index(0).data() == "Use “x/y” as it is"
