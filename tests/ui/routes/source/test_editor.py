"""The JSON beside the canvas, through its widget: typing, errors, undo, following the canvas, leading it."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.services.test_route_proof import ROUTE, proof
from workbench.domain.routes.canvas import Point, placed
from workbench.domain.routes.codec import route_document
from workbench.domain.routes.edits import changed, renamed, without_element
from workbench.domain.routes.elements import End, ModelCall, Route
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.source.editor import SourceEditor
from workbench.ui.routes.source.reading import read
from workbench.ui.support.theme import Theme

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def editor(theme: Theme) -> SourceEditor:
    made = SourceEditor(theme, RouteDocument(ROUTE, proof().lint))
    made.resize(500, 400)
    made.show()
    return made


def document(editor: SourceEditor) -> RouteDocument:
    return editor.model.document


def type_into(editor: SourceEditor, old: str, new: str, *, read_it: bool = True) -> None:
    """Put new where old is, as a user would, and pause."""
    cursor = editor.edit.document().find(old)
    assert not cursor.isNull(), old
    cursor.insertText(new)
    if read_it:
        editor.model.flush()


def follow(editor: SourceEditor) -> None:
    editor.model.follow()
    QCoreApplication.processEvents()


def close(editor: SourceEditor) -> None:
    editor.close()
    editor.deleteLater()


def says(editor: SourceEditor, route: Route) -> bool:
    return bool(json.loads(editor.edit.text) == route_document(route))


def test_the_editor_shows_the_whole_file(editor: SourceEditor) -> None:
    assert says(editor, ROUTE)
    close(editor)


def test_typing_changes_the_route_as_one_step_and_spares_what_is_the_same(editor: SourceEditor) -> None:
    type_into(editor, '"gpt-4o"', '"gpt-5"')
    type_into(editor, '"gpt-5"', '"gpt-5.1"')
    after = document(editor).route
    big = after.find("big")
    assert isinstance(big, ModelCall)
    assert big.model == "gpt-5.1"
    assert after.find("small") is ROUTE.find("small")
    assert document(editor).history.count() == 1
    assert document(editor).history.undoText() == "Edit JSON"
    close(editor)


def test_undo_in_the_editor_is_the_documents(editor: SourceEditor) -> None:
    type_into(editor, '"gpt-4o"', '"gpt-5"')
    editor.edit.setFocus()
    QTest.keyClick(editor.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    follow(editor)
    assert document(editor).route is ROUTE
    assert says(editor, ROUTE)
    editor.edit.redo_wanted.emit()
    follow(editor)
    assert '"gpt-5"' in editor.edit.text
    close(editor)


def test_a_text_that_cannot_be_read_leaves_the_canvas_alone_and_says_where(editor: SourceEditor) -> None:
    type_into(editor, '"type": "start",', '"type": "start"')
    assert document(editor).route is ROUTE
    problem = editor.model.problem
    assert problem is not None
    assert problem.line == 7
    assert editor.bar.isVisible()
    assert "Line 7" in editor.bar.words.text()
    editor.bar.go.click()
    assert editor.edit.textCursor().blockNumber() == 6
    type_into(editor, '"type": "start"', '"type": "start",')
    assert editor.model.problem is None
    assert not editor.bar.isVisible()
    close(editor)


def test_what_is_json_and_no_route_is_told_at_its_line(editor: SourceEditor) -> None:
    type_into(editor, '"timeout": 0', '"timeout": "soon"')
    problem = editor.model.problem
    assert problem is not None
    line = editor.edit.document().findBlockByNumber(problem.line - 1).text()
    assert line.strip() == '"timeout": "soon",'
    assert line[problem.column - 1 :].startswith('"timeout"')
    close(editor)


def test_undo_of_what_cannot_be_read_goes_back_to_the_last_good_text(editor: SourceEditor) -> None:
    type_into(editor, '"type": "start",', "oops")
    editor.edit.undo_wanted.emit()
    assert says(editor, ROUTE)
    assert "oops" in editor.model.draft
    editor.bar.bring_back.click()
    assert "oops" in editor.edit.text
    assert editor.model.problem is not None
    close(editor)


def test_an_edit_on_the_canvas_wins_over_a_text_that_cannot_be_read_which_is_kept(
    editor: SourceEditor,
) -> None:
    type_into(editor, '"type": "start",', "oops")
    document(editor).edit("Rename", renamed(ROUTE, "other"))
    assert says(editor, document(editor).route)
    assert document(editor).route.name == "other"
    assert "oops" in editor.model.draft
    close(editor)


def test_an_edit_elsewhere_in_the_middle_of_typing_loses_neither(editor: SourceEditor) -> None:
    type_into(editor, '"gpt-4o"', '"gpt-5"', read_it=False)
    document(editor).edit("Rename", renamed(ROUTE, "other"))
    assert document(editor).route.name == "other"
    assert says(editor, document(editor).route)
    assert '"gpt-5"' in editor.model.draft
    close(editor)


def test_the_canvas_changes_little_of_the_text_so_that_layout_and_cursor_stay(editor: SourceEditor) -> None:
    type_into(editor, '"name": "plans"', '"name"   :   "plans"')
    cursor = editor.edit.document().find('"small",')
    editor.edit.setTextCursor(cursor)
    document(editor).edit("Change", changed(document(editor).route, "big", model="gpt-5"))
    follow(editor)
    assert '"name"   :   "plans"' in editor.edit.text
    assert '"gpt-5"' in editor.edit.text
    assert editor.edit.textCursor().selectedText() == '"small",'
    document(editor).edit("Delete", without_element(document(editor).route, "again"))
    document(editor).edit("Move", placed(document(editor).route, {"big": Point(1, 2)}))
    follow(editor)
    assert says(editor, document(editor).route)
    assert editor.edit.textCursor().selectedText() == '"small",'
    close(editor)


def test_the_text_catches_up_when_it_comes_into_view(editor: SourceEditor) -> None:
    editor.hide()
    document(editor).edit("Rename", renamed(ROUTE, "other"))
    assert "other" not in editor.edit.text
    editor.show()
    assert says(editor, document(editor).route)
    close(editor)


def test_selecting_on_the_canvas_goes_to_the_object_and_the_cursor_selects_on_the_canvas(
    editor: SourceEditor,
) -> None:
    editor.copy_button.setFocus()
    document(editor).select(["small"])
    assert '"small"' in editor.edit.textCursor().block().next().text()
    document(editor).select(wire=("big", "fallback"))
    assert editor.edit.textCursor().block().text().strip().startswith('"fallback"')
    at = editor.edit.text.index('"gpt-4o-mini"')
    editor.model.lead_from(at)
    assert document(editor).selected == {"small"}
    close(editor)


def test_findings_are_underlined_where_they_are(editor: SourceEditor) -> None:
    end = End(id="lonely")
    document(editor).edit("Add", Route("plans", (*ROUTE.elements, end)))
    follow(editor)
    editor.model._mark()
    assert any("lonely" in mark.sentence for mark in editor.model.marks)
    (mark,) = [mark for mark in editor.model.marks if "lonely" in mark.sentence]
    assert '"lonely"' in editor.edit.text[mark.start : mark.end]
    close(editor)


def test_enter_tab_and_a_closing_bracket_keep_the_indents(editor: SourceEditor) -> None:
    edit = editor.edit
    edit.put("")
    edit.setFocus()
    for char in '{\n"a": [\n1\n]\n}':
        if char == "\n":
            QTest.keyClick(edit, Qt.Key.Key_Return)
        else:
            QTest.keyClicks(edit, char)
    assert edit.text == '{\n  "a": [\n    1\n  ]\n}'
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.text.startswith("  {")
    QTest.keyClick(edit, Qt.Key.Key_Backtab)
    assert edit.text.startswith("{")
    close(editor)


def test_hard_blanks_and_emoji_are_neither_lost_nor_miscounted(editor: SourceEditor) -> None:
    document(editor).edit("Rename", renamed(ROUTE, "😀\u00a0😀"))
    follow(editor)
    assert says(editor, document(editor).route)
    document(editor).edit("Change", changed(document(editor).route, "big", model="gpt-5"))
    follow(editor)
    assert says(editor, document(editor).route)
    type_into(editor, '"gpt-5"', '"a\u00a0b"')
    big = document(editor).route.find("big")
    assert isinstance(big, ModelCall)
    assert big.model == "a\u00a0b"
    close(editor)


def test_format_lays_the_text_out_and_is_no_step(editor: SourceEditor) -> None:
    neat = editor.edit.text
    type_into(editor, neat.split("\n")[1], '"name":"plans"  ,')
    editor.format_button.click()
    assert editor.edit.text == neat
    assert not document(editor).history.canUndo()
    close(editor)


def test_the_api_json_is_copied_without_the_sidecar(editor: SourceEditor) -> None:
    document(editor).edit("Move", placed(ROUTE, {"big": Point(1, 2)}))
    editor.copy_button.click()
    assert list(json.loads(QGuiApplication.clipboard().text())) == ["elements"]
    close(editor)


def test_a_long_text_is_read_on_a_thread(theme: Theme, run_qt: Run) -> None:
    models = [ModelCall(id=f"m{n}", provider="openai", model="x", outputs={}) for n in range(400)]
    long = Route("long", tuple(models))

    async def typed() -> SourceEditor:
        editor = SourceEditor(theme, RouteDocument(long))
        editor.show()
        type_into(editor, '"name": "long"', '"name": "longer"')
        assert document(editor).route.name == "long"
        await editor.model._tasks.finish()
        assert document(editor).route.name == "longer"
        assert document(editor).route.elements[7] is long.elements[7]
        await editor.aclose()
        return editor

    close(run_qt(typed()))


def test_reading_shares_what_did_not_change() -> None:
    found = read(json.dumps(route_document(ROUTE)), ROUTE)
    assert found.route is ROUTE
